//! Every visible character of a page comes to rest in exactly one part of its record.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use rayon::prelude::*;
use tamis::clean::{Cleaner, Input};
use tamis::record::Format;
use tamis::verify::verify;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new().expect("the embedded model"));

fn fault(source: &str, format: Format) -> Option<String> {
    verify(source, &CLEANER.clean(&Input::new("x", source, format))).err().map(|error| error.to_string())
}

/// Pages and dumps of `fixtures/PART`.
fn fixtures(part: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(part).join("pages");
    let entries = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").path()).collect()
    };
    let mut files: Vec<PathBuf> = entries(&folder).iter().flat_map(|page| entries(page)).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "html" || end == "txt"));
    files.sort();
    files
}

#[test]
fn every_fixture_is_kept_whole() {
    // Builds that are not optimised take their time: a share of the many pages that models learn from.
    let step = if cfg!(debug_assertions) { 7 } else { 1 };
    let files = fixtures("check").into_iter().chain(fixtures("train").into_iter().step_by(step));
    let files: Vec<PathBuf> = files.collect();
    assert!(files.len() > 500, "{} files", files.len());
    let faults: Vec<String> = files
        .par_iter()
        .filter_map(|file| {
            let format = if file.extension().is_some_and(|end| end == "html") { Format::Html } else { Format::Text };
            let source = std::fs::read_to_string(file).expect("UTF-8");
            fault(&source, format).map(|fault| format!("{}: {fault}", file.display()))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Pieces that pages are made of, in good order or not.
const HTML: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=\"comment\">",
    "<div class=share>",
    "</div>",
    "<h1>",
    "</h1>",
    "<h2>",
    "<ul><li>",
    "<li>",
    "</ul>",
    "<table><tr><td>",
    "</td><td>",
    "</table>",
    "<blockquote>",
    "</blockquote>",
    "<a href=\"/u/ida\">",
    "</a>",
    "<time datetime=2021-05-06>",
    "</time>",
    "<article>",
    "</article>",
    "<nav>",
    "</nav>",
    "<span hidden>",
    "</span>",
    "<noscript>",
    "</noscript>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<!-- ",
    " -->",
    "<br>",
    "<pre>",
    "</pre>",
    "<select><option>",
    "</select>",
    "<svg><text>",
    "</svg>",
    "<title>",
    "</title>",
    "&amp;",
    "&nbsp;",
    "&#x1F600;",
    "&bogus;",
    "<",
    ">",
    "\"",
    "\u{200b}",
    "\u{feff}",
    "\0",
    " ",
    "\n",
];

/// Pieces that dumps are made of.
const TEXT: &[&str] = &[
    "\n",
    "\n\n",
    "    ",
    "\t",
    "• ",
    "* ",
    "1. ",
    "> ",
    "| ",
    "--",
    "____",
    "[1]",
    "Reply",
    "Share",
    "Log in",
    "Tags:",
    "By ",
    " says:",
    "3 hours ago",
    "May 6, 2021 at 10:05",
    "#12",
    "@",
    "\u{a0}",
    "\r\n",
    "\u{2028}",
    "\0",
];

/// Words of several scripts.
const WORDS: &[&str] = &[
    "The council approved the plan on Tuesday.",
    "Ida Holm",
    "I think the ferry is right, and the bridge too.",
    "Совет утвердил план.",
    "市議会は計画を承認した。",
    "مجلس المدينة",
    "Comments (3)",
    "Read more",
    "word",
    "e\u{301}",
    "😀",
];

fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![2 => prop::sample::select(of), 1 => prop::sample::select(WORDS)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 3000 }))]

    #[test]
    fn generated_pages_are_kept_whole(source in pieces(HTML)) {
        prop_assert_eq!(fault(&source, Format::Html), None);
    }

    #[test]
    fn generated_dumps_are_kept_whole(source in pieces(TEXT)) {
        prop_assert_eq!(fault(&source, Format::Text), None);
    }
}
