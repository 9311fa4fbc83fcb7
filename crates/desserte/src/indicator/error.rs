//! What can go wrong while minutes become indicators.

/// Why there is no indicator.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IndicatorError {
    /// A number of cells that does not make rows of so many columns.
    #[error("{cells} minutes do not make {rows} rows of {columns} columns")]
    Shape {
        /// Cells given.
        cells: usize,
        /// Rows promised.
        rows: usize,
        /// Columns promised.
        columns: usize,
    },
    /// Offsets that do not divide the cells into rows.
    #[error(
        "{offsets} offsets and {columns} columns do not go with {cells} minutes; offsets rise from 0 to their number"
    )]
    Offsets {
        /// Minutes given.
        cells: usize,
        /// Columns given.
        columns: usize,
        /// Offsets given.
        offsets: usize,
    },
    /// A cell of a column that is not there.
    #[error("row {row} has a time to column {column}, but there are {columns} columns")]
    Column {
        /// The column.
        column: usize,
        /// The row.
        row: usize,
        /// How many columns there are.
        columns: usize,
    },
    /// A cell that no trip takes.
    #[error(
        "{minutes} minutes in row {row}, column {column}; a time is 0 or more, and NaN where there is none"
    )]
    Minutes {
        /// The value.
        minutes: f32,
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// A list that is not as long as the side of the matrix it goes with.
    #[error("{what} has {given} values for {wanted} {side}")]
    Length {
        /// Demand or supply.
        what: &'static str,
        /// Values given.
        given: usize,
        /// Values needed.
        wanted: usize,
        /// Rows or columns.
        side: &'static str,
    },
    /// People or care that are negative or no number.
    #[error("{what} is {value} at position {position}; give a finite number, 0 or more")]
    Amount {
        /// Demand or supply.
        what: &'static str,
        /// The first such value.
        value: f64,
        /// Its position.
        position: usize,
    },
    /// A limit or a parameter of a decay that means nothing.
    #[error("{what} is {value}; give {wanted}")]
    Parameter {
        /// What the number stands for.
        what: &'static str,
        /// The number.
        value: f64,
        /// What it should be.
        wanted: &'static str,
    },
    /// Steps that do not go outwards.
    #[error("step {position} ends at {bound} minutes, not after the one before it, {before}")]
    Steps {
        /// Position of the step, from 0.
        position: usize,
        /// Where it ends.
        bound: f64,
        /// Where the one before it ends.
        before: f64,
    },
    /// So little demand weighs upon a supply that their ratio is no number.
    #[error(
        "the supply in column {column} meets {demand} people after decay, too few to share it among; cut the decay off nearer"
    )]
    TooThin {
        /// The column.
        column: usize,
        /// The weighted demand.
        demand: f64,
    },
}
