//! What cannot be read is an error in its place, with file, record and offset; all else comes out, exit code 2.

use serde_json::Value;

use crate::support::{Folder, gzip, skipped, tamis, zstd};

const GOOD: &str = r#"{"id":"good","html":"<p>The council approved the plan.</p>"}"#;

/// Cleans a file between two good pages.
fn between(name: &str, bytes: &[u8]) -> (Value, String) {
    let folder = Folder::new();
    let bad = folder.write(name, bytes);
    let (before, after) = (folder.write("a.html", "<p>Words before."), folder.write("z.html", "<p>Words after."));
    let out = folder.path().join("out.jsonl");
    let paths = [before.as_path(), &bad, &after];
    let run = tamis(["clean".as_ref(), "-o".as_ref(), out.as_path()].into_iter().chain(paths), b"");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains(name), "the message names the file: {}", run.stderr);
    let text = std::fs::read_to_string(out).expect("written all the same");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(lines[0]["schema"], "tamis/page/1");
    assert_eq!(lines[1]["schema"], "tamis/error/1");
    assert_eq!(lines[2]["schema"], "tamis/page/1");
    (lines[1]["error"].clone(), run.stderr)
}

#[test]
fn what_is_no_page() {
    for (name, bytes, said) in [
        ("x.png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "PNG image"),
        ("x.html", b"%PDF-1.7\n%\xe2\xe3", "PDF document"),
        ("x.bin", &[0x80, 1, 2, 3, 0xff, 0xfe, 7, 6, 5, 4, 3, 2, 1, 0xf0].repeat(50), "binary data"),
        ("x.gz", &gzip(b"\xff\xd8\xff\xe0 JFIF"), "JPEG image"),
    ] {
        let (error, _) = between(name, bytes);
        assert_eq!(error["kind"], "not-a-page");
        assert!(error["message"].as_str().is_some_and(|message| message.contains(said)), "{error}");
    }
}

#[test]
fn a_truncated_packed_page() {
    let page = "<p>The council approved the plan.</p>".repeat(50);
    let (gz, zst) = (gzip(page.as_bytes()), zstd(page.as_bytes()));
    for (name, bytes) in [("x.html.gz", &gz[..gz.len() - 12]), ("x.html.zst", &zst[..zst.len() - 5])] {
        let (error, message) = between(name, bytes);
        assert_eq!(error["kind"], "compression", "{message}");
        assert!(error["offset"].is_u64(), "{error}");
    }
}

#[test]
fn a_truncated_packed_file_yields_its_whole_records() {
    let words: Vec<String> = (0..5000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect();
    let line = format!("{{\"text\":\"{}\"}}\n", words.join(" "));
    let packed = gzip(line.repeat(20).as_bytes());
    let run = tamis(["clean", "-"], &packed[..packed.len() - 20]);
    assert_eq!(run.code, Some(2));
    let lines = run.lines();
    let (pages, errors): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line["schema"] == "tamis/page/1");
    assert_eq!((pages.len(), errors.len()), (19, 1), "{}", run.stderr);
    assert_eq!(errors[0]["error"]["record"], 19);
    assert!(errors[0]["error"]["offset"].as_u64().is_some_and(|offset| offset >= 19 * line.len() as u64));
}

#[test]
fn bad_lines_leave_an_error_in_their_place() {
    let lines = [
        GOOD,
        "this is not JSON",
        r#"{"id":"missing"}"#,
        r#"{"id":"null","html":null}"#,
        r#"{"id":7,"html":["no"]}"#,
        "{\"id\":\"cut\",\"html\":\"<p>",
        GOOD,
    ];
    let offsets: Vec<usize> = lines
        .iter()
        .scan(0, |at, line| {
            let here = *at;
            *at += line.len() + 1;
            Some(here)
        })
        .collect();
    let folder = Folder::new();
    let file = folder.write("pages.jsonl", lines.join("\n"));
    let run = tamis(["clean".as_ref(), file.as_path()], b"");
    assert_eq!(run.code, Some(2));
    let out = run.lines();
    assert_eq!(out.len(), lines.len());
    for (n, record) in out.iter().enumerate() {
        let good = matches!(n, 0 | 6);
        assert_eq!(record["schema"], if good { "tamis/page/1" } else { "tamis/error/1" });
        if !good {
            assert_eq!(
                (record["error"]["record"].as_u64(), record["error"]["offset"].as_u64()),
                (Some(n as u64), Some(offsets[n] as u64))
            );
            assert!(record["error"]["file"].as_str().is_some_and(|name| name.ends_with("pages.jsonl")));
            let place = format!("pages.jsonl: record {n}: byte {}: ", offsets[n]);
            assert!(run.stderr.contains(&place), "{place} in {}", run.stderr);
        }
    }
    assert_eq!(out[3]["id"], "null");
    assert_eq!(out[4]["id"], "7");
    assert!(out[5]["id"].as_str().is_some_and(|id| id.ends_with("pages.jsonl#5")));
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let page = folder.write("pages/open/a.html", "<p>Words.");
    folder.write("pages/shut/b.html", "<p>More words.");
    let shut = folder.path().join("pages/shut");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    let run = tamis(["clean".as_ref(), folder.path().join("pages").as_path()], b"");
    if std::fs::read_dir(&shut).is_ok() {
        skipped("this user may read everything");
    } else {
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("shut: Permission denied"), "{}", run.stderr);
        assert_eq!(run.lines().len(), 2);
    }
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o755)).expect("permissions");
    let run = tamis(["clean".as_ref(), page.as_path(), folder.path().join("missing").as_path()], b"");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("missing: No such file"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    let folder = Folder::new();
    let page = folder.write("a.html", "<p>Words.");
    let run = tamis(["clean".as_ref(), page.as_path(), "-o".as_ref(), "/dev/full".as_ref()], b"");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("/dev/full: No space left on device"), "{}", run.stderr);
    let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
    let output = crate::support::command(["clean".as_ref(), page.as_path()]).stdout(full).output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output: No space left"));
    assert_eq!(folder.files(), ["a.html"]);
}
