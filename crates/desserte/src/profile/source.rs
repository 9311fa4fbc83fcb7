//! Where the speed of a stretch comes from, in words.

/// What finally decided a speed; it is shown wherever a minute is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum SpeedSource {
    /// A posted limit, `maxspeed=80`.
    PostedLimit,
    /// A legal limit named by its code, `maxspeed=FR:rural`.
    LegalCode,
    /// The legal limit of such a road where no sign says.
    LegalDefault,
    /// The speed of this class of road, below any limit.
    ClassDefault,
    /// The most that this class of road bears, below what the sign allows.
    ClassCap,
    /// The surface.
    Surface,
    /// How smooth it is.
    Smoothness,
    /// The state of a track.
    TrackType,
    /// A lane too narrow for two to meet.
    Width,
    /// Water to drive through.
    Ford,
    /// How hard a mountain path is.
    Trail,
    /// A bend, by the comfort of those who sit in the car.
    Curvature,
    /// The pace of someone who walks, or pushes.
    Walk,
    /// The duration of a crossing, as the map states it.
    FerryDuration,
    /// The speed of crossings whose duration is not known.
    FerryDefault,
}

impl SpeedSource {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::PostedLimit,
        Self::LegalCode,
        Self::LegalDefault,
        Self::ClassDefault,
        Self::ClassCap,
        Self::Surface,
        Self::Smoothness,
        Self::TrackType,
        Self::Width,
        Self::Ford,
        Self::Trail,
        Self::Curvature,
        Self::Walk,
        Self::FerryDuration,
        Self::FerryDefault,
    ];

    /// How it is called where a minute is explained.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PostedLimit => "posted limit",
            Self::LegalCode => "legal code",
            Self::LegalDefault => "legal default",
            Self::ClassDefault => "class default",
            Self::ClassCap => "class cap",
            Self::Surface => "surface",
            Self::Smoothness => "smoothness",
            Self::TrackType => "track type",
            Self::Width => "width",
            Self::Ford => "ford",
            Self::Trail => "hiking difficulty",
            Self::Curvature => "curvature",
            Self::Walk => "walking speed",
            Self::FerryDuration => "ferry duration",
            Self::FerryDefault => "ferry default",
        }
    }

    /// The same in French, for what an élu reads.
    #[must_use]
    pub const fn nom(self) -> &'static str {
        match self {
            Self::PostedLimit => "limite affichée",
            Self::LegalCode => "limite légale indiquée",
            Self::LegalDefault => "limite légale par défaut",
            Self::ClassDefault => "type de route",
            Self::ClassCap => "plafond du type de route",
            Self::Surface => "revêtement",
            Self::Smoothness => "état de la chaussée",
            Self::TrackType => "qualité du chemin",
            Self::Width => "largeur",
            Self::Ford => "gué",
            Self::Trail => "difficulté du sentier",
            Self::Curvature => "virages",
            Self::Walk => "vitesse de marche",
            Self::FerryDuration => "durée de la traversée",
            Self::FerryDefault => "vitesse de traversée par défaut",
        }
    }
}
