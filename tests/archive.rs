//! An archive is never half-written: shards are whole, a run that was stopped goes on to the same bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Folder, Run, command, skipped, tamis};

/// Lines of JSON, some of which are none.
fn crawl(lines: usize) -> String {
    let mut out = String::new();
    for n in 0..lines {
        let words = format!("The council of town {n} approved plan {}. ", n * 7919 % 1000).repeat(n % 23 + 1);
        match n % 97 {
            96 => out.push_str("no JSON"),
            _ => out.push_str(
                &serde_json::json!({"id": format!("p{n}"), "html": format!("<h1>Plan {n}</h1><p>{words}</p>")})
                    .to_string(),
            ),
        }
        out.push('\n');
    }
    out
}

fn archive(input: &Path, out: &Path, more: &[&str]) -> Run {
    let out = format!("{}/", out.display());
    let input = input.display().to_string();
    let size: &[&str] = if more.contains(&"--shard-size") { &[] } else { &["--shard-size", "100K"] };
    tamis(["clean", &input, "-o", &out].iter().chain(size).chain(more).copied(), b"")
}

/// The files of a folder with their bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), std::fs::read(&path).expect("a file"))
        })
        .collect()
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).expect("a manifest")).expect("JSON")
}

#[test]
fn shards_hold_every_record_and_the_manifest_every_failure() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl(800));
    let out = folder.path().join("out");
    let run = archive(&input, &out, &["--jobs", "2"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    let manifest = manifest(&out);
    let parts = manifest["parts"].as_array().expect("parts");
    assert!(parts.len() > 3 && manifest["complete"] == true && manifest["records"] == 800);
    assert_eq!((&manifest["figures"]["pages"], &manifest["figures"]["failed"]), (&Value::from(792), &Value::from(8)));
    let failed: usize = parts.iter().map(|part| part["failed"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!(failed, 8);
    let mut lines = Vec::new();
    for (name, bytes) in contents(&out) {
        if name != "manifest.json" {
            assert!(name.starts_with("part-") && name.ends_with(".jsonl.zst"), "{name}");
            lines.extend(zstd::decode_all(bytes.as_slice()).expect("whole"));
        }
    }
    let stream = tamis(["clean".as_ref(), input.as_path()], b"");
    assert!(stream.stdout == lines, "the shards are the stream, cut");
}

#[test]
fn a_second_run_does_nothing_and_a_careless_one_is_refused() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl(90));
    let out = folder.path().join("out");
    assert_eq!(archive(&input, &out, &[]).code, Some(0));
    let before = contents(&out);
    let again = archive(&input, &out, &["--resume"]);
    assert_eq!(again.code, Some(0));
    assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);
    let careless = archive(&input, &out, &[]);
    assert_eq!(careless.code, Some(2));
    assert!(careless.stderr.contains("--resume"), "{}", careless.stderr);
    let other = archive(&input, &out, &["--resume", "--removed", "none"]);
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("other settings (output)"), "{}", other.stderr);
    assert!(contents(&out) == before);
    let senseless = tamis(["clean", "--resume", "-"], b"");
    assert!(
        senseless.code == Some(2) && senseless.stderr.contains("--resume needs an archive"),
        "{}",
        senseless.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_killed_run_resumes_to_the_same_bytes() {
    let folder = Folder::new();
    // Builds that are not optimised take their time over a page.
    let (lines, moments) = if cfg!(debug_assertions) { (500, 4) } else { (3000, 20) };
    let input = folder.write("crawl.jsonl", crawl(lines));
    let whole = folder.path().join("whole");
    let began = Instant::now();
    archive(&input, &whole, &["--jobs", "2"]);
    let took = began.elapsed();
    let expected = contents(&whole);
    let mut killed = 0;
    for moment in 1..=moments {
        let out = folder.path().join(format!("out{moment}"));
        let path = format!("{}/", out.display());
        for attempt in 0..50 {
            let mut run = command([
                "clean",
                input.to_str().expect("UTF-8"),
                "-o",
                &path,
                "--shard-size",
                "100K",
                "--resume",
                "--jobs",
                "2",
            ])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
            if attempt == 0 {
                std::thread::sleep(took * moment / (moments + 1));
                killed += usize::from(run.try_wait().expect("waited").is_none());
                run.kill().expect("killed");
                run.wait().expect("ended");
                for (name, bytes) in contents(&out).iter().filter(|(name, _)| name.starts_with("part-")) {
                    zstd::decode_all(bytes.as_slice())
                        .unwrap_or_else(|error| panic!("{name} is half-written: {error}"));
                }
            } else if run.wait().expect("ended").code() == Some(2) {
                break;
            }
        }
        assert!(contents(&out) == expected, "killed after {moment}/{} of the time", moments + 1);
    }
    assert!(killed > 0, "no run lasted long enough to be killed");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_whole_shards_and_says_how_to_go_on() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl(if cfg!(debug_assertions) { 3000 } else { 20_000 }));
    let out = folder.path().join("out");
    let path = format!("{}/", out.display());
    let run = command(["clean", input.to_str().expect("UTF-8"), "-o", &path, "--shard-size", "100K"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Wait until it is at work.
    while !out.join("manifest.json").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = nix::unistd::Pid::from_raw(i32::try_from(run.id()).expect("a process id"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("interrupted");
    let output = run.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("add --resume to go on"), "{said}");
    let left = contents(&out);
    assert!(left.keys().all(|name| name.starts_with("part-") || name == "manifest.json"), "{:?}", left.keys());
    assert_eq!(manifest(&out)["complete"], false);
    assert_eq!(manifest(&out)["parts"].as_array().map(Vec::len), Some(left.len() - 1));
}

#[cfg(unix)]
#[test]
fn a_run_that_finds_no_more_room_leaves_whole_shards_and_resumes() {
    let folder = Folder::new();
    // Words that no packing makes small, in a shard of their own, among such as pack well.
    let words = (0..20_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let noise = words.collect::<Vec<_>>().join(" ");
    let noise = serde_json::json!({"id": "noise", "html": format!("<p>{noise}</p>")});
    let input = folder.write("crawl.jsonl", format!("{}{noise}\n{}", crawl(90), crawl(50)));
    let whole = folder.path().join("whole");
    let small = ["--shard-size", "20K"];
    assert_eq!(archive(&input, &whole, &small).code, Some(0));
    let expected = contents(&whole);
    let out = folder.path().join("out");
    // No file may grow beyond 100 blocks of 512 bytes, and whoever tries is told instead of stopped.
    let run = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_tamis"), "clean"])
        .args([&input, Path::new("-o"), &out.join("")])
        .args(small)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains("jsonl.zst: File too large") && said.contains("add --resume to go on"), "{said}");
    let left = contents(&out);
    assert!(left.len() > 2 && left.keys().all(|name| name.starts_with("part-") || name == "manifest.json"));
    assert!(left.iter().filter(|(name, _)| name.starts_with("part-")).all(|(name, bytes)| expected[name] == *bytes));
    assert_eq!(manifest(&out)["complete"], false);
    archive(&input, &out, &["--resume", small[0], small[1]]);
    assert!(contents(&out) == expected);
}

/// Reads a WARC with another program, if it is installed.
fn read_back(path: &Path, script: &str) -> Option<String> {
    let output = std::process::Command::new("python3").args(["-c", script]).arg(path).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("ModuleNotFoundError") {
        skipped(said.lines().last().unwrap_or_default());
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn other_programs_read_our_warcs() {
    let folder = Folder::new();
    let input = folder.write(
        "crawl.jsonl",
        "{\"id\":\"a\",\"url\":\"http://a.example/1\",\"captured_at\":\"2021-05-06T07:08:09Z\",\"html\":\"<h1>Plan</h1><p>The council approved the plan on Tuesday.</p>\"}\n\
         {\"id\":\"b c\",\"text\":\"Der Rat hat den Plan gebilligt, während draußen die Straße gesperrt blieb.\"}\n",
    );
    let out = folder.path().join("out.warc.gz");
    let run = tamis(["clean".as_ref(), input.as_path(), "-o".as_ref(), out.as_path()], b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let again = tamis(["clean".as_ref(), out.as_path()], b"");
    let urls: Vec<_> = again.lines().iter().map(|line| line["source"]["url"].clone()).collect();
    assert_eq!(urls, ["http://a.example/1", "urn:tamis:b%20c"]);
    let warcio = "import sys; from warcio.archiveiterator import ArchiveIterator as A\n\
        for r in A(open(sys.argv[1],'rb')): print(r.rec_type, r.rec_headers.get_header('WARC-Target-URI'), r.rec_headers.get_header('WARC-Date'), len(r.content_stream().read()))";
    let fastwarc = "import sys; from fastwarc.warc import ArchiveIterator as A\n\
        for r in A(open(sys.argv[1],'rb')): print(r.headers.get('WARC-Type'), r.headers.get('WARC-Target-URI'), r.headers.get('WARC-Date'), len(r.reader.read()))";
    for script in [warcio, fastwarc] {
        if let Some(read) = read_back(&out, script) {
            let lines: Vec<&str> = read.lines().collect();
            assert_eq!(lines.len(), 3, "{read}");
            assert!(lines[0].starts_with("warcinfo None 1970-01-01T00:00:00Z"), "{read}");
            assert!(lines[1].starts_with("conversion http://a.example/1 2021-05-06T07:08:09Z "), "{read}");
            assert!(lines[2].starts_with("conversion urn:tamis:b%20c 1970-01-01T00:00:00Z "), "{read}");
        }
    }
}

#[test]
fn repeats_are_marked_whatever_the_jobs_and_after_a_resume() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl(150) + &crawl(150).replace("\"id\":\"p", "\"id\":\"again"));
    let out = folder.path().join("out");
    let whole = archive(&input, &out, &["--dedup", "exact", "--jobs", "2"]);
    assert_eq!(whole.code, Some(2), "{}", whole.stderr);
    let expected = contents(&out);
    let single = folder.path().join("single");
    archive(&input, &single, &["--dedup", "exact", "--jobs", "1"]);
    assert!(contents(&single) == expected, "as with more jobs");
    let manifest = manifest(&out);
    let stream = tamis(["clean".as_ref(), "--dedup".as_ref(), "near".as_ref(), input.as_path()], b"").lines();
    let of = |line: &Value| line["duplicate_of"]["id"].as_str().map(str::to_owned);
    let repeats: Vec<_> = stream.iter().filter(|line| of(line).is_some()).collect();
    assert!(repeats.len() > 100, "{}", repeats.len());
    assert!(repeats.iter().all(|line| line["text"] == "" && line["removed"] == serde_json::json!([])));
    let figure = |name: &str| manifest["figures"][name].as_u64().unwrap_or_default() as usize;
    assert!(figure("duplicates") > 100 && figure("duplicates") <= repeats.len(), "{}", manifest["figures"]);
    let markdown = tamis(
        ["clean".as_ref(), "--dedup".as_ref(), "exact".as_ref(), "--to".as_ref(), "markdown".as_ref(), input.as_path()],
        b"",
    );
    assert_eq!(markdown.text().matches("\n---\n").count() + 1, figure("pages") - figure("duplicates"));
}

#[cfg(unix)]
#[test]
fn a_killed_run_that_looks_for_repeats_resumes_to_the_same_bytes() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl(200) + &crawl(200));
    let whole = folder.path().join("whole");
    let began = Instant::now();
    archive(&input, &whole, &["--dedup", "near"]);
    let took = began.elapsed();
    let out = folder.path().join("out");
    let path = format!("{}/", out.display());
    let mut run =
        command(["clean", input.to_str().expect("UTF-8"), "-o", &path, "--shard-size", "100K", "--dedup", "near"])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
    std::thread::sleep(took * 2 / 3);
    let _ = run.kill();
    run.wait().expect("ended");
    archive(&input, &out, &["--dedup", "near", "--resume"]);
    assert!(contents(&out) == contents(&whole));
}
