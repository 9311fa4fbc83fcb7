//! Does every stage import earlier stages only, and is every third-party crate met in its place?
//!
//! The order is stated once, at the head of `lib.rs`, and read from there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::regions::repository;

/// Modules of the root that every stage may import, and that import no stage.
const GROUND: [&str; 7] =
    ["units", "geodesy", "watch", "fingerprint", "scratch", "section", "store"];

/// Crates that are met in one place, and where.
const HOMES: [(&str, &[&str]); 8] = [
    ("osmpbfreader", &["osm/"]),
    ("protobuf", &["osm/"]),
    ("flate2", &["osm/"]),
    ("sha2", &["fingerprint.rs"]),
    ("memmap2", &["store.rs"]),
    ("crc32fast", &["saved/"]),
    ("tempfile", &["saved/writer.rs", "store.rs"]),
    ("rstar", &["graph/snap.rs", "graph/barrier.rs", "graph/built_up.rs", "graph/rural.rs"]),
];

/// A source file: its path below `src`, and its text without comments.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Whether it holds the unit tests of the file beside it.
    fn is_test(&self) -> bool {
        self.path.ends_with("_tests.rs")
    }
}

fn sources() -> Vec<Source> {
    let root = repository("crates/desserte/src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 40, "the sources are not in {}", root.display());
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
            let text = lines.collect::<Vec<_>>().join("\n");
            let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            Source { path, text }
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The stages in order; those side by side share a place.
fn order() -> Vec<Vec<String>> {
    let lib = fs::read_to_string(repository("crates/desserte/src/lib.rs")).unwrap();
    let line = lib.lines().find(|line| line.starts_with("//!") && line.contains("osm -> "));
    let line = line.expect("the head of lib.rs states the order of the stages");
    let places = line.trim_start_matches("//!").split("->");
    places.map(|place| place.split('|').map(|stage| stage.trim().to_owned()).collect()).collect()
}

/// The modules of the root that a text names after `crate::`, alone or in a list.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(first_word(rest));
            continue;
        };
        let mut depth = 1;
        let mut item = String::new();
        for letter in list.chars() {
            depth += match letter {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if depth == 0 || (depth == 1 && letter == ',') {
                found.insert(first_word(item.trim()));
                item.clear();
            } else {
                item.push(letter);
            }
            if depth == 0 {
                break;
            }
        }
    }
    found.remove("");
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn lists_of_imports_are_read_in_full() {
    let text = "use crate::{a::{b, c}, d,\n e::f};\nfn g(h: crate::i::J) {}";
    assert_eq!(imports(text), ["a", "d", "e", "i"].map(str::to_owned).into());
}

#[test]
fn a_stage_imports_earlier_stages_only() {
    let order = order();
    let place_of = |stage: &str| order.iter().position(|place| place.iter().any(|s| s == stage));
    let mut wrong = Vec::new();
    for Source { path, text } in sources() {
        let stage = path.split('/').next().unwrap().trim_end_matches(".rs");
        for import in imports(&text) {
            let is_allowed = match (place_of(stage), place_of(&import)) {
                _ if path == "lib.rs" || import == stage => true,
                (_, None) => GROUND.contains(&import.as_str()),
                (None, Some(_)) => false,
                (Some(own), Some(other)) => other < own,
            };
            if !is_allowed {
                wrong.push(format!("{path} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_stage_and_every_stage_a_folder() {
    let folders: BTreeSet<String> = sources()
        .iter()
        .filter_map(|source| source.path.split_once('/').map(|(folder, _)| folder.to_owned()))
        .collect();
    let stages: BTreeSet<String> = order().into_iter().flatten().collect();
    assert_eq!(folders, stages);
}

#[test]
fn a_third_party_crate_is_met_in_one_place() {
    let mut wrong = Vec::new();
    for Source { path, text } in sources() {
        for (name, homes) in HOMES {
            let is_met = text.contains(&format!("{name}::"));
            if is_met && !homes.iter().any(|home| path.starts_with(home)) {
                wrong.push(format!("{path} uses {name}"));
            }
        }
        let is_serial = path.starts_with("search/") || path.starts_with("profile/");
        if is_serial && text.contains("rayon::") {
            wrong.push(format!("{path} uses rayon, and its stage runs in one thread"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_is_in_two_files() {
    let is_unsafe = |source: &Source| source.text.contains("allow(unsafe_code");
    let paths: Vec<String> =
        sources().into_iter().filter(is_unsafe).map(|source| source.path).collect();
    assert_eq!(paths, ["search/lanes.rs", "store.rs"]);
}

#[test]
fn the_engine_prints_nothing() {
    let prints = ["println!", "eprintln!", "print!(", "dbg!"];
    let printing: Vec<String> = sources()
        .into_iter()
        .filter(|source| {
            !source.is_test() && prints.iter().any(|print| source.text.contains(print))
        })
        .map(|source| source.path)
        .collect();
    assert_eq!(printing, Vec::<String>::new());
}

#[test]
fn every_file_says_which_question_it_answers() {
    let root = repository("crates/desserte/src");
    for source in sources().iter().filter(|source| !source.is_test()) {
        let path = &source.path;
        let text = fs::read_to_string(root.join(path)).unwrap();
        assert!(text.starts_with("//! "), "{path} does not open with what it is for");
        assert!(text.lines().count() <= 600, "{path} is longer than 600 lines");
    }
}
