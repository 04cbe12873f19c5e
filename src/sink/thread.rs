//! A flat list of comments seen as a tree.

use std::collections::HashMap;

use serde_json::Value;

use crate::record::CommentRecord;

/// Deepest nesting that is written as nesting; deeper replies follow at that depth. JSON readers give up at 128.
pub(super) const DEPTH: usize = 48;

/// The comments in reading order, each followed by its replies, with their depth from 0 to [`DEPTH`].
///
/// A comment whose parent is unknown, missing or in a circle stands at the top.
pub(super) fn walk(comments: &[CommentRecord]) -> Vec<(&CommentRecord, usize)> {
    let mut places: HashMap<(u32, &str), usize> = HashMap::with_capacity(comments.len());
    for (place, comment) in comments.iter().enumerate() {
        places.entry((comment.thread, &comment.id)).or_insert(place);
    }
    let mut replies: Vec<Vec<usize>> = vec![Vec::new(); comments.len()];
    let mut tops = Vec::new();
    for (place, comment) in comments.iter().enumerate() {
        let parent = comment.parent.as_deref().and_then(|parent| places.get(&(comment.thread, parent)));
        match parent {
            Some(&parent) if parent != place => replies[parent].push(place),
            _ => tops.push(place),
        }
    }
    let mut order = Vec::with_capacity(comments.len());
    let mut seen = vec![false; comments.len()];
    let mut stack = Vec::new();
    // Whatever the tops do not reach hangs in a circle of parents: its first member becomes a top.
    for top in tops.into_iter().chain(0..comments.len()) {
        stack.push((top, 0));
        while let Some((place, depth)) = stack.pop() {
            if std::mem::replace(&mut seen[place], true) {
                continue;
            }
            order.push((&comments[place], depth));
            stack.extend(replies[place].iter().rev().map(|&reply| (reply, (depth + 1).min(DEPTH))));
        }
    }
    order
}

/// The tree as JSON: `make` turns a comment and its replies into a value.
pub(super) fn nest(comments: &[CommentRecord], make: impl Fn(&CommentRecord, Vec<Value>) -> Value) -> Vec<Value> {
    // Backwards, every comment comes after its replies, which wait at their depth, last one first.
    let mut waiting: Vec<Vec<Value>> = vec![Vec::new(); DEPTH + 2];
    for (comment, depth) in walk(comments).into_iter().rev() {
        let mut replies = std::mem::take(&mut waiting[depth + 1]);
        replies.reverse();
        waiting[depth].push(make(comment, replies));
    }
    let mut tops = std::mem::take(&mut waiting[0]);
    tops.reverse();
    tops
}
