//! Is an extract read or refused, and is what was read a network, whatever its bytes?
//!
//! An input that begins with `P` is a file after that. Any other is the blocks of
//! one, unpacked and with `blocks::BETWEEN` between them, so that what is tried is not
//! how zlib is damaged but the strings, the groups, the ids and the members.

#![no_main]

use desserte::{
    Watch,
    graph::RoadNetwork,
    osm::{OsmExtract, read_care, read_places},
    profile::Profile,
};
use desserte_fuzz::{ask_everything, blocks::to_file, file_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let file = match data.split_first() {
        Some((b'P', rest)) => rest.to_vec(),
        _ => to_file(data),
    };
    let paths = [file_of(&file)];
    let watch = Watch::new();
    let _ = read_places(&paths, None, &watch);
    let _ = read_care(&paths, None, &watch);
    let Ok(extract) = OsmExtract::read(&paths, None, &watch) else { return };
    if let Ok(network) = RoadNetwork::build(&extract, &Profile::car(), &watch) {
        let _ = network.prepare(&watch);
        ask_everything(&network);
        network.save(&paths[0]).expect("what was built can be saved");
        RoadNetwork::load(&paths[0]).expect("and opened");
    }
});
