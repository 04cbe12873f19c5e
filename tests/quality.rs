//! What the models find in pages and comments that they have not learned from stays at least as good as it was.
//!
//! `floors.toml` holds the least figures. One rises with a change that earns it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tamis::Scorer;
use tamis::eval::auc;

use crate::support::tamis;

fn check() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check")
}

/// Holds figures to the floors of one section.
fn hold(section: &str, figures: &[(&str, f64)]) {
    let floors: BTreeMap<String, BTreeMap<String, f64>> =
        toml::from_str(include_str!("floors.toml")).expect("floors are numbers in sections");
    let floors = &floors[section];
    assert!(floors.keys().all(|name| figures.iter().any(|(figure, _)| figure == name)), "{section}: no such figure");
    for (name, figure) in figures {
        assert!(*figure >= floors[*name], "{section}: {name} is {figure:.4}, but was at least {}", floors[*name]);
    }
}

/// What `tamis eval` says of the pages.
fn eval(what: &str) -> Value {
    let folder = check();
    let run = tamis(["eval".as_ref(), what.as_ref(), "--json".as_ref(), "--fixtures".as_ref(), folder.as_path()], b"");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.lines().remove(0)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a figure")
}

#[test]
fn blocks_are_named_as_well_as_before() {
    let figures = eval("blocks");
    for format in ["html", "text"] {
        let figure = |name: &str| number(&figures[format][name]);
        hold(format, &[("removed", figure("macro_f1_removed")), ("kept", figure("macro_f1_kept"))]);
    }
}

#[test]
fn dumps_agree_with_their_html_as_well_as_before() {
    let all = &eval("fixtures")["all"];
    hold("dumps", &[("text", number(&all["text"])), ("comments", number(&all["comments_of_threads"]))]);
}

#[test]
fn threads_are_found_as_well_as_before() {
    let all = &eval("threads")["all"];
    hold("threads", &[("f1", number(&all["f1"])), ("author", number(&all["author"]))]);
}

/// A journal whose comments carry the class of all and that of odd or even depth: those of one class were taken for
/// the thread, and had the words of the others.
#[test]
fn comments_of_even_depth_have_their_own_words() {
    let page = check().join("pages/dreamwidth-en-allotment-year/page.html");
    let run = tamis(["clean".as_ref(), page.as_path(), "--to".as_ref(), "jsonl".as_ref()], b"");
    let comments = run.lines()[0]["comments"].as_array().expect("comments").clone();
    let texts: Vec<&str> = comments.iter().filter_map(|comment| comment["text"].as_str()).collect();
    assert!(texts.iter().any(|text| text.starts_with("The chocolate one")), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("A radio, tuned")), "{texts:?}");
}

#[test]
fn comments_are_told_apart_as_well_as_before() {
    let folder = check().join("comments");
    let read = |path: &Path| -> Vec<Value> {
        let text = std::fs::read_to_string(path).expect("comments");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let mut scorer = Scorer::new();
    let mut score = |comment: &Value| {
        let verdict = scorer.score_only(comment["text"].as_str().expect("a text"));
        (verdict.spam, verdict.abuse)
    };
    let identity = folder.join("identity.jsonl");
    let (mut spam, mut abuse) = (Vec::new(), Vec::new());
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for comment in files.iter().filter(|path| **path != identity).flat_map(|path| read(path)) {
        let (as_spam, as_abuse) = score(&comment);
        spam.push((as_spam, comment["spam"] == 1));
        abuse.push((as_abuse, comment["abuse"] == 1));
    }
    let people = read(&identity);
    let mild = people.iter().filter(|comment| score(comment).1 < 0.3).count();
    hold(
        "comments",
        &[
            ("spam", auc(&spam).expect("both classes")),
            ("abuse", auc(&abuse).expect("both classes")),
            ("identity", mild as f64 / people.len() as f64),
        ],
    );
}
