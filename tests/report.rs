//! The report shows what became of every block, brings nothing from elsewhere, and takes no markup from the page.

use crate::support::{Folder, tamis};

const PAGE: &str = "<title>The plan &lt;script&gt;</title><nav><a href=x>Home</a> <a href=y>News</a></nav><h1>The plan</h1>\
    <p>The council approved the plan on Tuesday, &lt;img src=http://a.example/x onerror=alert(1)&gt; it said.</p>\
    <p>Work begins in May and ends, the mayor hopes, before the winter comes.</p>";

#[test]
fn a_page_is_shown_whole_and_harmless() {
    let report = tamis(["clean", "--to", "report", "-"], PAGE.as_bytes()).text();
    assert!(report.starts_with("<!doctype html>") && report.ends_with("</html>\n"));
    assert!(report.contains("default-src 'none'"));
    for foreign in ["<script", "<img", "<link", "src=\"", "@import", "url("] {
        assert!(!report.contains(foreign), "{foreign}");
    }
    for shown in
        ["Home", "approved the plan", "before the winter", "&lt;img src=", "% sure", ">body<", "class=\"fold\""]
    {
        assert!(report.contains(shown), "{shown}: {report}");
    }
}

#[test]
fn a_folder_of_reports_has_a_summary_that_leads_to_each() {
    let folder = Folder::new();
    folder.write("in/a b/index.html", PAGE);
    folder.write("in/index.html", PAGE);
    folder.write("in/javascript:x.html", PAGE);
    folder.write("in/bad.jsonl", "{}\n");
    let out = folder.path().join("out/");
    let input = folder.path().join("in");
    let run = tamis(
        ["clean".as_ref(), input.as_path(), "--to".as_ref(), "report".as_ref(), "-o".as_ref(), out.as_path()],
        b"",
    );
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    let summary = std::fs::read_to_string(out.join("index.html")).expect("a summary");
    assert!(summary.contains("<h1>3 pages</h1>") && summary.contains("1 failed"), "{summary}");
    for (link, file) in [
        ("./a_b/index.html", "a_b/index.html"),
        ("./index~2.html", "index~2.html"),
        ("./javascript_x.html", "javascript_x.html"),
    ] {
        assert!(summary.contains(&format!("href=\"{link}\"")), "{link}: {summary}");
        assert!(out.join(file).is_file(), "{file}");
    }
}
