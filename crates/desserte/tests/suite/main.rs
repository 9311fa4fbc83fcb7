//! The tests of the engine, stage by stage, through its public face.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop with the reason")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]
#![allow(missing_docs, reason = "the name of a test is its sentence")]

mod bends;
mod cases;
mod catchments;
mod drawing;
mod drive;
mod edge;
mod ferry;
mod graph;
mod hierarchy;
mod indicator;
mod isochrone;
mod kernels;
mod laws;
mod laws_driven;
mod layers;
mod matrix;
mod oracle;
mod osm;
mod osm_built_up;
mod osm_clip;
mod osm_files;
mod osm_points;
mod osm_real;
mod profile;
mod profile_laws;
mod regions;
mod roundabout;
mod rural;
mod saved;
mod saved_damage;
mod saved_processes;
mod search;
mod siting;
mod siting_surface;
mod sketch;
mod slow;
mod snap;
mod speeds;
mod town;
mod turns;
