//! What is under the name when a save is killed, fails, or meets another?
//!
//! Each test starts this very program again, as a child that runs one of the two
//! ignored tests at the foot.

#![cfg(unix)]

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use desserte::graph::RoadNetwork;
use desserte::saved::SavedError;
use tempfile::{TempDir, tempdir};

use crate::regions::{Dice, RURAL, places_on_streets};
use crate::saved::{names_in, small_network, times_of};

/// A folder with a small network and a large one, and a name that is saved to.
struct Scene {
    folder: TempDir,
    small: PathBuf,
    large: PathBuf,
    target: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        let [small, large, target] =
            ["small", "large", "target"].map(|name| folder.path().join(name));
        small_network().save(&small).unwrap();
        RURAL.network.save(&large).unwrap();
        fs::copy(&small, &target).unwrap();
        Self { folder, small, large, target }
    }

    /// A child that saves the network of one file under the name, again and again.
    fn saver(&self, source: &Path, times: usize) -> Command {
        let mut command = child("child_that_saves");
        command.env("DESSERTE_SOURCE", source).env("DESSERTE_TARGET", &self.target);
        command.env("DESSERTE_TIMES", times.to_string());
        command
    }

    /// Which of the two files the name holds, whole.
    fn holds(&self) -> &'static str {
        let bytes = fs::read(&self.target).unwrap();
        match (bytes == fs::read(&self.small).unwrap(), bytes == fs::read(&self.large).unwrap()) {
            (true, _) => "small",
            (_, true) => "large",
            _ => panic!("neither file is under the name, but {} bytes", bytes.len()),
        }
    }
}

fn child(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("saved_processes::{test}"), "--ignored", "--nocapture"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Starts a child and waits until it says that it is ready.
fn ready(mut command: Command) -> Child {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("ready")), "the child never began");
    child
}

#[test]
fn a_save_that_is_killed_leaves_a_whole_file() {
    let scene = Scene::new();
    let mut dice = Dice::new(11);
    for _ in 0..30 {
        let mut child = ready(scene.saver(&scene.large, usize::MAX));
        thread::sleep(Duration::from_micros(dice.below(30_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        scene.holds();
        RoadNetwork::load(&scene.target).unwrap();
    }
    // What was killed in the middle may leave its part, under no name that is read.
    let is_named = |name: &String| ["small", "large", "target"].contains(&name.as_str());
    let mut left = names_in(scene.folder.path()).into_iter().filter(|name| !is_named(name));
    let is_part =
        |name: &String| name.starts_with(".target.") && name.rsplit('.').next() == Some("part");
    assert!(left.all(|name| is_part(&name)));
}

#[test]
fn of_two_that_save_under_one_name_one_whole_file_remains() {
    let scene = Scene::new();
    let mut children = [&scene.small, &scene.large].map(|source| ready(scene.saver(source, 40)));
    let (start, mut opened) = (Instant::now(), 0);
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        scene.holds();
        RoadNetwork::load(&scene.target).unwrap();
        opened += 1;
        assert!(start.elapsed() < Duration::from_secs(120), "the children do not end");
    }
    assert!(opened > 0 && children.into_iter().all(|mut it| it.wait().unwrap().success()));
    scene.holds();
    assert_eq!(names_in(scene.folder.path()), ["large", "small", "target"]);
}

#[test]
fn a_full_disk_leaves_the_file_that_was_there() {
    let scene = Scene::new();
    let saver = scene.saver(&scene.large, 1);
    let mut command = Command::new("sh");
    // Files may have sixteen blocks at most, and writing more is an error instead of a signal.
    command.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""]);
    command.arg(saver.get_program()).args(saver.get_args());
    command.envs(saver.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let output = command.env("DESSERTE_FAILS", "yes").output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("refused by the disk"), "{told}");
    assert_eq!(scene.holds(), "small");
    assert_eq!(names_in(scene.folder.path()), ["large", "small", "target"]);
}

#[test]
fn several_processes_read_one_file() {
    let scene = Scene::new();
    let asker = || {
        let mut command = child("child_that_asks");
        command.env("DESSERTE_SOURCE", &scene.large).spawn().unwrap()
    };
    let children: Vec<Child> = (0..3).map(|_| asker()).collect();
    let answer = answer(&RURAL.network);
    for child in children {
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.contains(&answer), "{told}");
    }
}

/// A number that stands for a whole matrix.
fn answer(network: &RoadNetwork) -> String {
    let places = places_on_streets(network, &mut Dice::new(5), 30);
    format!("answer {:08x}.", crc32fast::hash(times_of(network, &places).as_bytes()))
}

#[test]
#[ignore = "a child of the tests above"]
fn child_that_saves() {
    let Some(source) = env::var_os("DESSERTE_SOURCE") else { return };
    let target = PathBuf::from(env::var_os("DESSERTE_TARGET").unwrap());
    let times: usize = env::var("DESSERTE_TIMES").unwrap().parse().unwrap();
    let network = RoadNetwork::load(Path::new(&source)).unwrap();
    println!("ready");
    for _ in 0..times {
        match network.save(&target) {
            Err(SavedError::Write { .. }) if env::var_os("DESSERTE_FAILS").is_some() => {
                println!("refused by the disk");
            }
            outcome => outcome.unwrap(),
        }
    }
}

#[test]
#[ignore = "a child of the tests above"]
fn child_that_asks() {
    let Some(source) = env::var_os("DESSERTE_SOURCE") else { return };
    let network = RoadNetwork::load(Path::new(&source)).unwrap();
    println!("{}", answer(&network));
}
