//! Writes what the fuzzers begin with, in `corpus/`: the small networks of `fixtures/`, as blocks, as
//! files, and saved.

#![allow(clippy::print_stdout, reason = "this program is there to print")]

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use desserte::{Watch, graph::RoadNetwork, osm::OsmExtract, profile::Profile};
use desserte_fuzz::blocks;

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [pbf, saved] = ["pbf", "saved"].map(|target| here.join("corpus").join(target));
    fs::create_dir_all(&pbf)?;
    fs::create_dir_all(&saved)?;
    let mut count = 0;
    for entry in fs::read_dir(here.join("../../../fixtures/networks"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".osm.pbf") {
            let file = fs::read(&path)?;
            fs::write(pbf.join(format!("{name}.blocks")), blocks::of_file(&file))?;
            fs::write(pbf.join(&name), [b"P", &file[..]].concat())?;
            save(path, &saved.join(name));
            count += 1;
        }
    }
    println!("seeds of {count} networks");
    Ok(())
}

/// The same network as opened: not prepared, and prepared.
fn save(extract: PathBuf, path: &Path) {
    let watch = Watch::new();
    let Ok(extract) = OsmExtract::read(&[extract], None, &watch) else { return };
    let Ok(network) = RoadNetwork::build(&extract, &Profile::car(), &watch) else { return };
    let save = |path: &Path| network.save(path).unwrap_or_else(|error| panic!("{error}"));
    save(path);
    network.prepare(&watch).unwrap_or_else(|error| panic!("{error}"));
    save(&path.with_extension("prepared"));
}
