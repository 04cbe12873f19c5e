//! Fixtures as a measure of their own: what a page's main text is, and how far the text dumps of a page lead to the
//! record that its HTML leads to.

use std::collections::BTreeMap;

use super::pages::{squash, token_f1};
use crate::label::gold::Gold;
use crate::label::sets::page_name;
use crate::record::{PageKind, PageRecord};

/// The gold of a fixture with its main text: body and captions, and on a page of posts their words, as
/// [`super::pages::page`] counts them.
#[must_use]
pub fn with_main_text(mut gold: Gold) -> Gold {
    let posts = gold.page_kind().is_some_and(PageKind::is_posts);
    let main = |label: &str| matches!(label, "body" | "caption") || posts && label == "comment-text";
    let blocks = gold.blocks.iter().flatten().filter(|(label, _)| main(label));
    gold.text = Some(blocks.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n\n"));
    gold
}

/// How far a dump's record agrees with that of the page's HTML, each from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The page.
    pub page: String,
    /// What rendered it.
    pub renderer: String,
    /// F1 of the tokens of `text`.
    pub text: f64,
    /// F1 of the comments: the same author, words and state of being deleted.
    pub comments: f64,
    /// Comments of the HTML's record.
    pub expected: usize,
    /// Comments of the dump's record.
    pub found: usize,
}

/// Compares each dump `PAGE@RENDERER` with the HTML `PAGE`, in the order of the dumps; those without one are left out.
pub fn agreements(records: &[(String, PageRecord)]) -> Vec<Agreement> {
    let pages: BTreeMap<&str, &PageRecord> =
        records.iter().filter(|(id, _)| !id.contains('@')).map(|(id, record)| (&**id, record)).collect();
    records
        .iter()
        .filter_map(|(id, record)| {
            let renderer = id.rsplit_once('@')?.1;
            let html = pages.get(page_name(id))?;
            let count = |record: &PageRecord| record.comments.len();
            Some(Agreement {
                page: page_name(id).to_owned(),
                renderer: renderer.to_owned(),
                text: token_f1(&html.text, &record.text),
                comments: same_comments(html, record),
                expected: count(html),
                found: count(record),
            })
        })
        .collect()
}

fn same_comments(a: &PageRecord, b: &PageRecord) -> f64 {
    let mut bag: BTreeMap<(String, String, bool), usize> = BTreeMap::new();
    let comments = |record: &PageRecord| -> Vec<(String, String, bool)> {
        let key = |text: Option<&str>| squash(text.unwrap_or_default());
        record.comments.iter().map(|c| (key(c.author.as_deref()), key(Some(&c.text)), c.deleted)).collect()
    };
    let all = a.comments.len() + b.comments.len();
    if all == 0 {
        return 1.0;
    }
    for comment in comments(a) {
        *bag.entry(comment).or_default() += 1;
    }
    let mut same = 0;
    for comment in comments(b) {
        if let Some(left) = bag.get_mut(&comment).filter(|left| **left > 0) {
            *left -= 1;
            same += 1;
        }
    }
    2.0 * f64::from(same) / all as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{Cleaner, Input};
    use crate::record::Format;

    fn record(text: &str, comments: &[(&str, &str)]) -> PageRecord {
        let cleaner = Cleaner::new().expect("the embedded model");
        let mut record = cleaner.clean(&Input::new("p", "", Format::Text));
        record.text = text.to_owned();
        let comment = |&(author, text): &(&str, &str)| {
            serde_json::from_value(serde_json::json!({
                "id": "1", "thread": 0, "kind": "comment", "author": author, "text": text,
                "quotes": [], "deleted": false, "meta": [], "spans": [],
            }))
        };
        record.comments = comments.iter().map(|said| comment(said).expect("a comment")).collect();
        record
    }

    #[test]
    fn agreement_counts_tokens_and_whole_comments() {
        let html = record("one two three four", &[("ann", "yes"), ("bob", "no"), ("ann", "yes")]);
        let dump = record("one two", &[("ann", "yes"), ("bob", "no no")]);
        let records = [("p".to_owned(), html), ("p@lynx".to_owned(), dump.clone()), ("q@lynx".to_owned(), dump)];
        let found = agreements(&records);
        assert_eq!(found.len(), 1, "q has no HTML");
        assert_eq!((&*found[0].renderer, found[0].expected, found[0].found), ("lynx", 3, 2));
        assert!((found[0].text - 2.0 / 3.0).abs() < 1e-9 && (found[0].comments - 0.4).abs() < 1e-9);
    }

    #[test]
    fn posts_are_the_main_text_of_a_thread_only() {
        let blocks = [("body", "A"), ("comment-text", "B"), ("footer", "C")];
        let blocks = blocks.map(|(label, text)| (label.to_owned(), text.to_owned())).to_vec();
        let text = |kind: &str| {
            let gold = Gold { kind: Some(kind.to_owned()), blocks: Some(blocks.clone()), ..Gold::default() };
            with_main_text(gold).text
        };
        assert_eq!((text("article").as_deref(), text("qa").as_deref()), (Some("A"), Some("A\n\nB")));
    }
}
