//! Where results go: whole files, any number of jobs, pipes that close, fields that pass through.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Folder, clean, command, gzip, tamis, zstd};

/// Pages of many shapes and sizes, a failure here and there.
fn crawl() -> String {
    let mut lines = String::new();
    for n in 0..300_usize {
        let page = match n % 5 {
            0 => format!("<h1>Plan {n}</h1>{}", "<p>The council approved the plan after a debate.</p>".repeat(n)),
            1 => format!("<ul>{}</ul>", "<li><a href=x>Home</a>".repeat(n % 37)),
            2 => String::new(),
            _ => format!("<p>Short page {n}.</p>"),
        };
        let line = match n % 50 {
            49 => "no JSON".to_owned(),
            _ => serde_json::json!({"id": format!("p{n}"), "html": page, "n": n}).to_string(),
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

#[test]
fn any_number_of_jobs_writes_the_same_bytes() {
    let input = crawl();
    let one = tamis(["clean", "--jobs", "1", "-"], input.as_bytes());
    let lines = one.lines();
    assert_eq!(lines.len(), 300, "lines out match lines in");
    assert_eq!((lines[7]["id"].as_str(), lines[7]["n"].as_u64()), (Some("p7"), Some(7)));
    for jobs in ["2", "7"] {
        let many = tamis(["clean", "--jobs", jobs, "-"], input.as_bytes());
        assert_eq!((many.code, one.code), (Some(2), Some(2)));
        assert!(many.stdout == one.stdout, "{jobs} jobs");
        assert_eq!(many.stderr, one.stderr);
    }
}

#[test]
fn packings_are_seen_through_whatever_the_name() {
    let folder = Folder::new();
    let page = "<p>The council approved the plan.</p>";
    let line = format!("{}\n", serde_json::json!({"html": page}));
    let twice = [gzip(line.as_bytes()), gzip(line.as_bytes())].concat();
    for (name, bytes, pages) in [
        ("a", gzip(page.as_bytes()), 1),
        ("b.html", zstd(page.as_bytes()), 1),
        ("c.txt", twice, 2),
        ("d.jsonl", zstd(&gzip(line.as_bytes())), 1),
        (
            "f",
            gzip(b"id,html\n1,<p>The council approved the plan.</p>\n2,\"<p>\"\"Words\"\", said\nthe mayor.</p>\"\n"),
            2,
        ),
        ("e.gz", line.repeat(3).into_bytes(), 3),
    ] {
        let path = folder.write(name, bytes);
        let run = tamis(["clean".as_ref(), path.as_path()], b"");
        assert_eq!((run.code, run.lines().len()), (Some(0), pages), "{name}: {}", run.stderr);
        assert!(run.lines().iter().all(|record| record["source"]["format"] == "html"), "{name}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl().replace("no JSON", "").repeat(20));
    for jobs in ["1", "2"] {
        let mut child = command(["clean".as_ref(), "--jobs".as_ref(), jobs.as_ref(), input.as_path()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = [0; 100];
        child.stdout.take().expect("piped").read_exact(&mut first).expect("some output");
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn fields_pass_through_and_the_records_own_names_win() {
    let line = br#"{"id":"x","html":"<p>Words.</p>","text":"theirs","crawl":{"depth": 1.50},"title":null,"url":"http://a.example/"}"#;
    let run = tamis(["clean", "-"], line);
    assert!(run.text().contains(r#""crawl":{"depth": 1.50}"#), "byte for byte");
    let record = run.page();
    assert_eq!(record["extra"], serde_json::json!({"text": "theirs", "title": null}));
    assert_eq!(
        (record["url"].as_str(), record["source"]["url"].as_str()),
        (Some("http://a.example/"), Some("http://a.example/"))
    );
    let record = tamis(["clean", "--field", "page", "-"], br#"{"page":"<p>Words.</p>","html":"other"}"#).page();
    assert_eq!((record["source"]["format"].as_str(), record["html"].as_str()), (Some("html"), Some("other")));
}

#[test]
fn links_are_kept_on_request() {
    let page = br#"<title>The plan</title><h1>The plan</h1><p>The council approved <a href="/plan(2)?a=1&amp;b=2">the whole plan</a>
        on Tuesday, and <a href="javascript:alert(1)">the mayor</a> said [it] was glad about it.</p>
        <p>Work begins in May, and ends, as <a href=https://b.example/>the firm</a> hopes, before winter.</p>"#;
    let markdown = tamis(["clean", "--to", "markdown", "--links", "-"], page).text();
    assert!(markdown.contains("approved [the whole plan](/plan%282%29?a=1&b=2)"), "{markdown}");
    assert!(markdown.contains("as [the firm](https://b.example/) hopes"), "{markdown}");
    assert!(markdown.contains("the mayor said \\[it\\] was"), "{markdown}");
    let record = tamis(["clean", "--links", "--verify", "-"], page).page();
    assert_eq!(record["links"].as_array().map(Vec::len), Some(3), "{record}");
    assert!(clean(page)["links"].is_null());
}

#[test]
fn quotes_stay_in_the_text_on_request() {
    let post = |name: &str, day: u32, words: &str| {
        format!(
            "<div class=post id=p{day}><b class=username>{name}</b> <i class=date>{day} May 2021 16:05</i><div class=content>{words}</div></div>"
        )
    };
    let page = [
        post("Ada", 3, "The bridge is open at last, after so many years of delay."),
        post("Bo", 4, "<blockquote>after so many years of delay</blockquote>Better late than never, I would say."),
        post("Cy", 5, "Has anybody walked across it already and looked at the view?"),
    ];
    let page = format!("<h1>The bridge</h1>{}", page.concat());
    let text = |quotes: &str| {
        let record = tamis(["clean", "--verify", "--quotes", quotes, "-"], page.as_bytes()).page();
        assert_eq!(record["comments"][1]["quotes"][0], "after so many years of delay", "{record}");
        record["comments"][1]["text"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(text("apart"), "Better late than never, I would say.");
    assert!(text("inline").starts_with("after so many years of delay\n"), "{}", text("inline"));
}

#[test]
fn files_are_whole_or_absent() {
    let folder = Folder::new();
    let page = folder.write("in/a.html", "<title>T</title><p>The council approved the plan.</p>");
    for name in ["out.jsonl", "out.jsonl.gz", "out.md.zst", "out.html", "new/folder/out.txt"] {
        let out = folder.path().join(name);
        let run = tamis(["clean".as_ref(), page.as_path(), "-o".as_ref(), out.as_path()], b"");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(out.is_file() && run.stdout.is_empty(), "{name}");
        let again = tamis(["clean".as_ref(), "--from".as_ref(), "text".as_ref(), out.as_path()], b"");
        assert!(again.page()["source"]["charset"] == "UTF-8");
    }
    assert_eq!(folder.files(), ["in", "new", "out.html", "out.jsonl", "out.jsonl.gz", "out.md.zst"]);
    let whole = std::fs::read_to_string(folder.path().join("out.html")).expect("a page");
    assert!(whole.starts_with("<!doctype html>") && whole.ends_with("</html>\n"));
}

#[test]
fn one_file_a_page_into_a_folder() {
    let folder = Folder::new();
    folder.write("in/a/index.html", "<p>One.</p>");
    folder.write("in/b/index.html", "<p>Two.</p>");
    folder.write("in/c.jsonl", "{\"html\":\"<p>Three.</p>\"}\n{\"id\":\"../../Own id\",\"html\":\"<p>Four.</p>\"}\n{\"id\":\"../../own id\",\"html\":\"<p>Five.</p>\"}\n");
    let out = folder.path().join("out/");
    let input = folder.path().join("in");
    let arguments = ["clean".as_ref(), input.as_path(), "--to".as_ref(), "json".as_ref(), "-o".as_ref(), out.as_path()];
    let run = tamis(arguments, b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for (name, text) in [
        ("a/index.json", "One."),
        ("b/index.json", "Two."),
        ("c-000000.json", "Three."),
        ("_.._.._Own_id.json", "Four."),
        ("_.._.._own_id~2.json", "Five."),
    ] {
        let written = std::fs::read_to_string(out.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(written.contains(text), "{name}");
    }
}

#[test]
fn views_leave_out_what_they_are_told_to() {
    let page =
        b"<nav><a href=x>Home</a> <a href=y>News</a></nav><h1>The plan</h1><p>The council approved the plan.</p>";
    let record = tamis(["clean", "--removed", "none", "-"], page).page();
    assert_eq!(record["removed"], Value::Array(Vec::new()));
    let record = tamis(["clean", "--thread-only", "-"], page).page();
    assert_eq!((&record["text"], &record["body"]), (&Value::from(""), &Value::Array(Vec::new())));
}

#[test]
fn paths_come_from_lists_folders_and_standard_input() {
    let folder = Folder::new();
    let (a, b) = (folder.write("a.html", "<p>One.</p>"), folder.write("b.html", "<p>Two.</p>"));
    let list = folder.write("list", format!("{}\n{}\n", b.display(), a.display()));
    let ids = |run: &crate::support::Run| {
        run.lines().iter().map(|line| line["id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let run = tamis(["clean".as_ref(), "--files-from".as_ref(), list.as_path()], b"");
    assert_eq!(ids(&run), [b.display().to_string(), a.display().to_string()]);
    let run = tamis(["clean".as_ref(), a.as_path(), "-".as_ref()], b"<p>Three.</p>");
    assert_eq!(ids(&run), [a.display().to_string(), "-".to_owned()]);
    let run = tamis(["clean", "--files-from", "-", "-"], b"");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("standard input cannot be both"), "{}", run.stderr);
    assert_eq!(ids(&tamis(["clean"], b"<p>Four.</p>")), ["-"]);
}

#[test]
fn the_figures_of_a_run_are_json_on_request() {
    let run = tamis(["clean", "--stats", "json", "-"], crawl().as_bytes());
    let last = run.stderr.lines().last().expect("figures");
    let stats: Value = serde_json::from_str(last).expect(last);
    assert_eq!(
        (stats["pages"].as_u64(), stats["failed"].as_u64(), &stats["failures"]),
        (Some(294), Some(6), &serde_json::json!({"record": 6}))
    );
}

#[test]
fn manuals_and_completions_are_complete() {
    let manual = tamis(["man"], b"").text();
    let script = tamis(["completions", "bash"], b"").text();
    assert!(manual.contains(".TH tamis 1") && script.contains("--removed"));
    let folder = Folder::new();
    let run = tamis(["man".as_ref(), "--out".as_ref(), folder.path()], b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(folder.files().contains(&"tamis-clean.1".to_owned()));
    for command in ["clean", "schema", "completions", "man"] {
        let run = tamis([command, "--help"], b"");
        assert!(run.text().contains("Example") || command == "man", "{command} shows an example");
        assert_eq!(run.code, Some(0));
    }
}

#[test]
fn input_is_read_twice_where_hosts_are_looked_at() {
    let folder = Folder::new();
    let input = folder.write("crawl.jsonl", crawl());
    let clean = |more: &[&str]| {
        let run = tamis(["clean", input.to_str().expect("UTF-8")].iter().chain(more), b"");
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        (run.stdout, run.stderr)
    };
    let (one, two) = (clean(&["--site-aware", "--jobs", "1"]), clean(&["--site-aware=3", "--jobs", "2"]));
    assert!(one == two, "the same for any number of jobs, failures told once");
    // No page of it says where it came from.
    assert!(one == clean(&[]));
    let streamed = tamis(["clean", "--site-aware", "-"], b"<p>Words.");
    assert!(streamed.code == Some(2) && streamed.stderr.contains("reads the input twice"), "{}", streamed.stderr);
}
