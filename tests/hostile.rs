//! Odd but readable input comes out, cuts are named, and neither time nor memory grows beyond the input.

use std::fmt::Write;
use std::time::Instant;

use serde_json::Value;

use crate::support::{all_text, clean, tamis, zstd};

/// Cleans a page and holds the run to its bounds (where the build is optimised): two seconds, 500 MB.
fn bounded(page: &[u8]) -> Value {
    let began = Instant::now();
    let record = tamis(["clean", "-"], page).page();
    let seconds = began.elapsed().as_secs_f64();
    if !cfg!(debug_assertions) {
        assert!(seconds < 2.0, "{seconds} s");
        #[cfg(unix)]
        {
            // The largest of all children so far; all are held to the same bound.
            let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).expect("usage");
            assert!(usage.max_rss() < 500 << 10, "{} KiB", usage.max_rss());
        }
    }
    record
}

/// Builds that are not optimised take a tenth of the load.
const fn scaled(load: usize) -> usize {
    if cfg!(debug_assertions) { load / 10 } else { load }
}

fn truncated(record: &Value) -> Vec<&str> {
    record["truncated"].as_array().expect("an array").iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_line_of_50_megabytes() {
    let sentence = "The council approved the plan on Tuesday after a long debate about the riverside walk. ";
    let line = sentence.repeat(scaled(50 << 20) / sentence.len());
    // All of it is words, which cost more than markup: it is cut, and says so, unless the bound is raised.
    let record = bounded(line.as_bytes());
    let cut = truncated(&record) == ["work"];
    assert!(all_text(&record).len() > if cut { 11 << 20 } else { scaled(49 << 20) });
    assert_eq!(cut, !cfg!(debug_assertions));
}

#[test]
fn a_million_nested_elements() {
    let nested = scaled(1_000_000);
    let page = format!("{}deep words{}", "<div>".repeat(nested), "</div>".repeat(nested));
    let record = bounded(page.as_bytes());
    assert!(all_text(&record).contains("deep words"));
    assert!(truncated(&record).contains(&"tree-depth"), "{:?}", truncated(&record));
}

#[test]
fn a_hundred_thousand_attributes() {
    let mut page = String::from("<p");
    for n in 0..scaled(100_000) {
        let _ = write!(page, " a{n}=\"{n}\"");
    }
    page.push_str(">words behind attributes</p>");
    let record = bounded(page.as_bytes());
    assert!(all_text(&record).contains("words behind attributes"));
    assert!(truncated(&record).contains(&"attributes"), "{:?}", truncated(&record));
}

#[test]
fn everything_unclosed() {
    let page = "<html><body><div class=\"a<p>one <table><tr><td>two <ul><li>three <b><i><a href='x>four <!-- five <script> six";
    bounded(page.as_bytes());
    let record = bounded(b"<div><p>one<table><tr><td>two<ul><li>three<b>four<i>five");
    for word in ["one", "two", "three", "four", "five"] {
        assert!(all_text(&record).contains(word), "{record}");
    }
    for page in [
        "<",
        "<a",
        "<a href=",
        "&",
        "&#",
        "&#x110000;",
        "<!",
        "<!--",
        "<![CDATA[",
        "</",
        "<p",
        "\u{feff}",
        "<svg><p>",
        "<select><option>",
    ] {
        let run = tamis(["clean", "--verify", "--from", "html", "-"], page.as_bytes());
        assert_eq!(run.code, Some(0), "{page:?}: {}", run.stderr);
    }
}

#[test]
fn many_elements_of_every_kind() {
    for unit in [
        "<b>",
        "<a href=x>y",
        "<table>",
        "<li>",
        "</p>",
        "<p>x",
        "&nbsp;",
        "&#38;",
        "<!-- -->",
        "<br>",
        "<option>o",
        "<math>",
    ] {
        bounded(unit.repeat(scaled(200_000)).as_bytes());
    }
    for unit in ["- a\n", "> ", "1. ", "x\n\n", "— \n", "\t", "a\u{301}", "Reply\n", "|"] {
        bounded(unit.repeat(scaled(200_000)).as_bytes());
    }
}

#[test]
fn a_page_that_declares_and_declares() {
    let many = scaled(100_000);
    let list = (0..many).map(|n| format!("k{n}")).collect::<Vec<_>>().join(",");
    let each = |unit: &str| (0..many).map(|n| unit.replace('#', &n.to_string())).collect::<Vec<_>>().concat();
    let text = "<p>The council approved the plan on Tuesday.</p>";
    for page in [
        format!("<meta name=keywords content='{list}'>{text}"),
        format!("<script type='application/ld+json'>{{\"@type\":\"Article\",\"keywords\":\"{list}\"}}</script>{text}"),
        each("<time>May 6</time> "),
        each("<title>t#</title>"),
        each("<meta property=article:author content='Ida #'>"),
        format!("<p>{}</p>", each("<span itemprop=author>Ida # </span>")),
        format!("{}{}", format!("<div {}>", "a=1 ".repeat(200)).repeat(400), each("<b itemprop=name>x</b> ")),
    ] {
        bounded(page.as_bytes());
    }
}

#[test]
fn an_empty_file_is_an_empty_page() {
    for page in [&b""[..], b" \n\n", b"\xef\xbb\xbf", b"<html></html>"] {
        let record = clean(page);
        assert_eq!((&record["kind"], &record["text"]), (&Value::from("empty"), &Value::from("")), "{record}");
    }
}

#[test]
fn a_page_over_the_bound_is_cut_and_says_so() {
    let page = "words and more words\n".repeat(1000);
    let record = tamis(["clean", "--max-page-bytes", "1K", "-"], page.as_bytes()).page();
    assert_eq!(truncated(&record), ["page-bytes"]);
    let line = serde_json::json!({"id": "x", "text": "é".repeat(600)}).to_string();
    let record = tamis(["clean", "--max-page-bytes", "1001", "-"], line.as_bytes()).page();
    assert_eq!(truncated(&record), ["page-bytes"]);
}

#[test]
fn depth_and_work_are_bounded_on_request() {
    let page = "<div><section><p>One and two.</p></section><p>Three and four.</p></div>";
    let run = tamis(["clean", "--verify", "--max-depth", "2", "-"], page.as_bytes());
    let record = run.page();
    assert_eq!(truncated(&record), ["tree-depth"]);
    assert!(all_text(&record).contains("One and two.") && all_text(&record).contains("Three and four."));
    let page = format!("<p>{}</p><p>after</p>", "word ".repeat(1000));
    let record = tamis(["clean", "--verify", "--max-work", "500", "-"], page.as_bytes()).page();
    assert_eq!(truncated(&record), ["work"]);
    assert_eq!(all_text(&record).matches("word").count(), 499);
    assert_eq!(tamis(["clean", "--max-depth", "0", "-"], b"").code, Some(2));
}

#[test]
fn a_bomb_is_refused_with_little_memory() {
    let bomb = zstd(&vec![b' '; 300 << 20]);
    let began = Instant::now();
    let run = tamis(["clean", "-"], &bomb);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("decompression bomb"), "{}", run.stderr);
    assert_eq!(run.lines()[0]["error"]["kind"], "expansion");
    assert!(began.elapsed().as_secs() < 20);
}
