//! Who answers whom in an HTML page.

use super::elements::{Candidate, Record};
use super::post::Post;
use super::view::View;
use crate::page::{NodeId, Tag, Tree};

/// Gives each post its parent; returns whether the page shows nesting.
pub(super) fn nest(view: &View<'_, '_>, found: &Candidate, posts: &mut [Post]) -> bool {
    let tree = &view.page.tree;
    let records = &found.records;
    if contained(records, posts) {
        return true;
    }
    let levels: Vec<i64> = records.iter().map(|record| told(view, record)).collect();
    if levels.iter().any(|level| *level != levels[0]) {
        stack(&levels, posts);
        return true;
    }
    if found.elements {
        let depths: Vec<i64> = records.iter().map(|record| i64::from(tree.node(record.node).depth)).collect();
        if beside(tree, records, &depths, posts) {
            return true;
        }
    }
    false
}

/// Records inside records.
fn contained(records: &[Record], posts: &mut [Post]) -> bool {
    let mut open: Vec<usize> = Vec::new();
    let mut any = false;
    for (at, record) in records.iter().enumerate() {
        while open.last().is_some_and(|&top| records[top].span.end <= record.span.start) {
            open.pop();
        }
        posts[at].parent = open.last().copied();
        any |= !open.is_empty();
        open.push(at);
    }
    any
}

/// Parents from levels: the nearest post before with a lower one.
fn stack(levels: &[i64], posts: &mut [Post]) {
    let mut open: Vec<usize> = Vec::new();
    for (at, &level) in levels.iter().enumerate() {
        while open.last().is_some_and(|&top| levels[top] >= level) {
            open.pop();
        }
        posts[at].parent = open.last().copied();
        open.push(at);
    }
}

/// Wrappers of replies that stand beside the post they answer: records at different depths of the tree.
fn beside(tree: &Tree<'_>, records: &[Record], depths: &[i64], posts: &mut [Post]) -> bool {
    // An opening post that merely stands elsewhere is no parent.
    let rest = depths.get(1..).unwrap_or_default();
    if rest.iter().all(|depth| Some(depth) == rest.first()) {
        return false;
    }
    let mut open: Vec<usize> = Vec::new();
    let mut any = false;
    for (at, record) in records.iter().enumerate() {
        while open.last().is_some_and(|&top| {
            depths[top] >= depths[at] || !tree.contains(tree.node(records[top].node).parent, record.node)
        }) {
            open.pop();
        }
        posts[at].parent = open.last().copied();
        any |= !open.is_empty();
        open.push(at);
    }
    any
}

/// The level that an attribute, class or indentation of the record gives; 0 where none does.
fn told(view: &View<'_, '_>, record: &Record) -> i64 {
    let tree = &view.page.tree;
    let around: Vec<NodeId> = tree.ancestors(record.head).take(3).collect();
    if let Some(level) = around.iter().find_map(|&id| numbered(tree, id)) {
        return level;
    }
    if let Some(width) = around.iter().find_map(|&id| tree.raw_attr(id, "style").and_then(indentation)) {
        return width;
    }
    // Spacers: the first cells or pictures of the record.
    let end = tree.node(record.head).end.0.min(record.head.0 + 24);
    for id in (record.head.0..end).map(NodeId) {
        if let Some(level) = tree.raw_attr(id, "indent").and_then(|value| value.trim().parse().ok()) {
            return level;
        }
        if tree.tag(id) == Tag::Img
            && tree.raw_attr(id, "height").is_some_and(|height| height.trim() == "1")
            && let Some(width) = tree.raw_attr(id, "width").and_then(|value| value.trim().parse().ok())
        {
            return width;
        }
    }
    0
}

/// `depth-3`, `data-depth="3"`, `aria-level="3"`.
fn numbered(tree: &Tree<'_>, id: NodeId) -> Option<i64> {
    for name in [
        "depth",
        "data-depth",
        "data-level",
        "aria-level",
        "data-indent",
        "level",
        "data-nest-level",
        "data-comment-depth",
    ] {
        if let Some(level) = tree.raw_attr(id, name).and_then(|value| value.trim().parse().ok()) {
            return Some(level);
        }
    }
    let class = tree.raw_attr(id, "class")?;
    class.split_ascii_whitespace().find_map(|class| {
        let word = class.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = &class[word.len()..];
        let word = word.to_ascii_lowercase();
        let word = word.trim_end_matches(['-', '_']);
        ["depth", "level", "lvl", "indent", "nesting", "nested", "tier"]
            .iter()
            .any(|end| word.ends_with(end))
            .then(|| number.parse().ok())?
    })
}

/// Pixels (or percent, or hundredths of an em) of the left margin or padding in a style.
fn indentation(style: &str) -> Option<i64> {
    style.split(';').find_map(|rule| {
        let (name, value) = rule.split_once(':')?;
        let name = name.trim().to_ascii_lowercase();
        if !matches!(name.as_str(), "margin-left" | "padding-left" | "margin-inline-start" | "left" | "margin-right") {
            return None;
        }
        let value = value.trim();
        let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
        let number: f64 = value[..end].parse().ok()?;
        Some(if value[end..].trim_start().starts_with("px") || end == value.len() { number } else { number * 100.0 }
            as i64)
    })
}
