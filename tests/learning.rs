//! A moderator's verdicts are kept whatever happens, change the scores, and can be taken back.

use std::path::Path;
use std::process::Stdio;

use crate::support::{Folder, Run, command, tamis};

const SPAM: &str =
    "zorbling frumpets for everyone\nget your zorbling frumpets here\nfresh frumpets, zorbling and new\n";
const HAM: &str = "the river was quiet this morning\nwe saw two herons on the bank\nwho else walked there today?\n";

fn run<'a>(site: &'a Path, arguments: &[&'a str], stdin: &str) -> Run {
    let (name, rest) = arguments.split_first().expect("a command");
    let site = site.to_str().expect("UTF-8");
    tamis([name, "--site", site].iter().chain(rest), stdin.as_bytes())
}

fn spam(site: &Path, text: &str) -> f64 {
    let scored = run(site, &["score", "--text", text], "");
    assert_eq!(scored.code, Some(0), "{}", scored.stderr);
    scored.lines()[0]["scores"]["spam"].as_f64().expect("a score")
}

#[test]
fn verdicts_change_the_scores_and_are_taken_back_exactly() {
    let folder = Folder::new();
    let site = folder.path().join("site");
    let before = tamis(["score", "--text", "zorbling frumpets"], b"").text();
    let learned = run(&site, &["learn", "--spam"], SPAM);
    assert!(learned.code == Some(0) && learned.stderr.contains("learned 3; 3 verdicts stand"), "{}", learned.stderr);
    let ham = folder.write("ham.txt", HAM);
    assert_eq!(run(&site, &["learn", "--ham", ham.to_str().unwrap()], "").code, Some(0));
    let taught = spam(&site, "zorbling frumpets");
    assert!(taught > 0.1, "{taught}");
    // One click more, and back.
    let one = ["--text", "my zorbling neighbour sells frumpets"];
    run(&site, &["learn", "--ham", one[0], one[1]], "");
    assert!(spam(&site, "zorbling frumpets") < taught);
    assert!(run(&site, &["unlearn", one[0], one[1]], "").stderr.contains("took back 1"));
    assert_eq!(spam(&site, "zorbling frumpets"), taught);
    run(&site, &["unlearn", "--spam"], SPAM);
    run(&site, &["unlearn", "--ham"], HAM);
    assert_eq!(run(&site, &["score", "--text", "zorbling frumpets"], "").text(), before);
    assert!(run(&site, &["unlearn", one[0], one[1]], "").stderr.contains("1 were not there"));
}

#[test]
fn a_layer_moves_by_export_and_import() {
    let folder = Folder::new();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    run(&one, &["learn", "--spam"], SPAM);
    run(&one, &["learn", "--ok"], HAM);
    let log = "{\"text\":\"you fool\",\"verdict\":\"abuse\"}\n{\"text\":\"seen, undecided\"}\n{\"text\":\"fine\",\"spam\":0}\n";
    assert!(run(&one, &["learn", "--from-log"], log).stderr.contains("1 lines carry no verdict"));
    let exported = run(&one, &["export"], "");
    assert_eq!((exported.code, exported.lines().len()), (Some(0), 8));
    assert!(run(&other, &["import"], &exported.text()).stderr.contains("imported 8"));
    assert!(run(&other, &["import", "-"], &exported.text()).stderr.contains("imported 0"));
    assert_eq!(run(&other, &["export"], "").text(), exported.text());
    assert_eq!(spam(&other, "zorbling frumpets"), spam(&one, "zorbling frumpets"));
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let folder = Folder::new();
    let site = folder.path().join("site");
    for round in 0..3 {
        let text = format!("acknowledged {round}");
        assert_eq!(run(&site, &["learn", "--spam", "--text", &text], "").code, Some(0));
        // A second one is killed at some moment of its work.
        let mut child = command(["learn", "--spam", "--text", "torn", "--site", site.to_str().unwrap()])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(std::time::Duration::from_millis(4 * round));
        child.kill().expect("a kill");
        child.wait().expect("an end");
    }
    // A line half written when the power went.
    let log = site.join("decisions.log");
    let mut bytes = std::fs::read(&log).expect("a log");
    bytes.extend_from_slice(b"0123456789abcdef {\"op\":\"le");
    std::fs::write(&log, bytes).expect("written");
    assert_eq!(run(&site, &["learn", "--spam", "--text", "after"], "").code, Some(0));
    let exported = run(&site, &["export"], "");
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    for text in ["acknowledged 0", "acknowledged 1", "acknowledged 2", "after"] {
        assert!(exported.text().contains(text), "{text}");
    }
}

#[test]
fn many_learn_at_once() {
    let folder = Folder::new();
    let site = folder.path().join("site");
    std::thread::scope(|scope| {
        for writer in 0..6 {
            let site = &site;
            scope.spawn(move || {
                let text = format!("writer {writer}\nagain {writer}\n");
                assert_eq!(run(site, &["learn", "--ham"], &text).code, Some(0));
            });
        }
    });
    assert_eq!(run(&site, &["export"], "").lines().len(), 12);
}

#[test]
fn a_layer_that_cannot_be_used_is_named_and_the_rest_is_scored() {
    let folder = Folder::new();
    let site = folder.path().join("site");
    let missing = run(&site, &["score", "--text", "hello"], "");
    assert!(missing.code == Some(2) && missing.stderr.contains("tamis learn"), "{}", missing.stderr);
    assert_eq!(missing.lines().len(), 1);
    run(&site, &["learn", "--spam"], SPAM);
    let log = site.join("decisions.log");
    let whole = std::fs::read(&log).expect("a log");
    let mut damaged = whole.clone();
    damaged[40] ^= 1;
    std::fs::write(&log, damaged).expect("written");
    let scored = run(&site, &["score"], "hello\nyou\n");
    assert!(scored.code == Some(2) && scored.stderr.contains("damaged"), "{}", scored.stderr);
    assert_eq!(scored.lines().len(), 2);
    std::fs::write(&log, whole).expect("written");

    // Another holds the lock for longer than anyone waits.
    let file = std::fs::File::open(&log).expect("a log");
    file.lock().expect("a lock");
    assert_eq!(run(&site, &["score", "--text", "hello"], "").code, Some(0), "reading needs no lock");
    let locked = run(&site, &["learn", "--spam", "--text", "more"], "");
    assert!(locked.code == Some(2) && locked.stderr.contains("another process"), "{}", locked.stderr);
    drop(file);

    assert!(run(&site, &["learn", "--text", "hello"], "").stderr.contains("say what was decided"));
    assert!(run(&site, &["learn", "--spam", "--abuse", "--ok", "--text", "a"], "").stderr.contains("contradict"));
    let some = run(
        &site,
        &["learn", "--from-log"],
        "{\"text\":\"a\",\"verdict\":\"spam\"}\nnonsense\n{\"verdict\":\"ham\"}\n",
    );
    assert!(some.code == Some(2) && some.stderr.contains("learned 1"), "{}", some.stderr);
}

#[cfg(unix)]
#[test]
fn a_read_only_layer_is_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let site = folder.path().join("site");
    run(&site, &["learn", "--spam"], SPAM);
    run(&site, &["learn", "--ham"], HAM);
    let taught = spam(&site, "zorbling frumpets");
    std::fs::remove_file(site.join("layer.safetensors")).expect("a kept layer");
    for (path, mode) in [(site.join("decisions.log"), 0o444), (site.clone(), 0o555)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    }
    assert_eq!(spam(&site, "zorbling frumpets"), taught);
    let refused = run(&site, &["learn", "--spam", "--text", "more"], "");
    // The superuser may write anywhere.
    if refused.code != Some(0) {
        assert!(refused.code == Some(2) && refused.stderr.contains("permissions"), "{}", refused.stderr);
    }
    std::fs::set_permissions(&site, std::fs::Permissions::from_mode(0o755)).expect("permissions");
}
