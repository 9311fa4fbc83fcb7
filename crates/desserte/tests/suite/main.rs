//! The tests of the engine, stage by stage, through its public face.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop with the reason")]
#![allow(missing_docs, reason = "the name of a test is its sentence")]

mod cases;
mod graph;
mod isochrone;
mod laws;
mod layers;
mod matrix;
mod oracle;
mod osm;
mod profile;
mod search;
