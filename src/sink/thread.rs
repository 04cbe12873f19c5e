//! A flat list of comments seen as a tree, and what each of them says in order.

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

/// What a comment says, in stretches: whether somebody else's words are quoted, and the words. `text` is the comment's
/// own text, which may carry marks but has its lines. Quotes that stand in it at whole lines, one after the other,
/// stay at their places; else they come first.
pub(super) fn words<'t>(comment: &'t CommentRecord, text: &'t str) -> Vec<(bool, &'t str)> {
    let mut out: Vec<(bool, &str)> = Vec::new();
    match places(comment) {
        Some(quoted) if quoted.len() == text.split('\n').count() => {
            let mut lines = text.split('\n');
            let mut start = 0;
            for stretch in quoted.chunk_by(|a, b| a == b) {
                let end = start + lines.by_ref().take(stretch.len()).map(|line| line.len() + 1).sum::<usize>();
                out.push((stretch[0], &text[start..end.min(text.len())]));
                start = end;
            }
        }
        _ => {
            out.extend(comment.quotes.iter().map(|quote| (true, quote.as_str())));
            out.push((false, text));
        }
    }
    for (_, words) in &mut out {
        *words = words.trim_matches('\n');
    }
    out.retain(|(_, words)| !words.is_empty());
    out
}

/// Which lines of a comment's text are quoted; `None` unless all its quotes stand in it.
fn places(comment: &CommentRecord) -> Option<Vec<bool>> {
    let text = comment.text.as_str();
    let mut quoted = vec![false; text.split('\n').count()];
    let (mut at, mut line) = (0, 0);
    for quote in &comment.quotes {
        let found = text[at..].match_indices(quote.as_str()).map(|(found, _)| at + found).find(|&start| {
            (start == 0 || text.as_bytes()[start - 1] == b'\n')
                && matches!(text.as_bytes().get(start + quote.len()), None | Some(b'\n'))
        })?;
        line += text[at..found].matches('\n').count();
        let last = line + quote.matches('\n').count();
        quoted[line..=last].fill(true);
        at = found + quote.len();
        line = last;
    }
    (!comment.quotes.is_empty()).then_some(quoted)
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
