//! What the frames of posts and the lines around a thread tell besides name and time: edits, votes, pingbacks, how
//! many comments and pages there are.

use super::words;
use crate::evidence::{Declared, Field};
use crate::lexicon::{Class, Lexicon};
use crate::page::Page;
use crate::record::{CommentKind, CommentRecord, Label, ThreadRecord};

/// Longest part of a frame that is looked at.
const PART: usize = 120;
/// How many blocks above a thread its heading may stand.
const ABOVE: usize = 16;
/// Longest heading that counts comments.
const HEADING: usize = 60;

/// Reads edits, votes and pingbacks off the frames of posts.
pub(super) fn of_posts(comments: &mut [CommentRecord]) {
    for comment in comments {
        for part in comment.meta.iter().filter(|part| part.text.len() <= PART) {
            let text = part.text.trim();
            if comment.edited.is_none() && words::is_edited_line(text) {
                comment.edited = Some(text.to_owned());
            } else if comment.votes.is_none() {
                comment.votes = score(text);
            }
        }
        let first = comment.meta.first().map(|part| part.text.as_str()).unwrap_or_default();
        if comment.kind == CommentKind::Comment && (words::is_pingback(first) || words::is_pingback(&comment.text)) {
            comment.kind = CommentKind::Pingback;
        }
    }
}

/// A score that stands alone in its sign (`+3`), or beside the words of votes (`5 points`).
fn score(text: &str) -> Option<i64> {
    let number = |text: &str| text.replace('−', "-").parse::<i64>().ok().filter(|score| score.abs() < 10_000_000);
    if text.len() < 9 && text.starts_with(['+', '-', '−']) {
        return number(text.trim_start_matches('+'));
    }
    if text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '−')) {
        return None;
    }
    let (digits, rest) = text.split_once(' ')?;
    Lexicon::embedded().hits(rest).whole.contains(Class::Vote).then(|| number(digits.trim_start_matches('+')))?
}

/// What the page says of the thread as a whole.
pub(super) fn of_thread(page: &Page<'_>, declared: &Declared, claimed: &[bool], thread: &mut ThreadRecord) {
    let first = claimed.iter().position(|claimed| *claimed).unwrap_or(claimed.len());
    thread.declared = declared.best(Field::CommentCount).and_then(|fact| fact.value.trim().parse().ok());
    if thread.declared.is_none() {
        thread.declared = (first.saturating_sub(ABOVE)..first).rev().find_map(|at| {
            let text = page.text_of(&page.blocks[at]);
            (text.len() <= HEADING && Lexicon::embedded().hits(text).whole.contains(Class::Comments))
                .then(|| numbers(text).next())?
        });
    }
    let pages = page.blocks.iter().zip(claimed).filter(|(_, claimed)| !**claimed).find_map(|(block, _)| {
        let text = page.text_of(block);
        if text.len() > HEADING || !text.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut numbers = numbers(text);
        let (at, of) = (numbers.next()?, numbers.next()?);
        let whole = || Lexicon::embedded().hits(text).whole;
        (numbers.next().is_none() && 0 < at && at <= of && whole().contains(Class::Pagination)).then_some((at, of))
    });
    if let Some((at, of)) = pages {
        thread.page = Some(at);
        thread.pages = Some(of);
    }
}

/// The numbers in a text, a few digits long; thousands may be parted.
fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.split(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
        .map(|part| part.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|digits| !digits.is_empty())
        .filter_map(|digits| digits.parse().ok())
}

/// Bytes of prose above the first post that make an article of it, and that make a long one.
const PROSE: [usize; 2] = [250, 900];
/// Shortest block of prose.
const SENTENCE: usize = 80;

/// Whether posts look like those of a forum, and the page around them not like an article's.
pub(super) fn is_forum(
    page: &Page<'_>,
    declared: &Declared,
    labels: &[Label],
    claimed: &[bool],
    comments: &[CommentRecord],
) -> bool {
    let count = comments.len() as f32;
    let share = |test: &dyn Fn(&str) -> bool| {
        let with = comments.iter().filter(|comment| {
            comment.meta.iter().take(24).any(|part| part.text.len() <= PART && test(part.text.trim()))
        });
        with.count() as f32 / count
    };
    let members = share(&|text| words::is_member_line(text) && !words::is_presence(text));
    let numbered = share(&|text| text.rsplit_once('#').is_some_and(|(_, number)| number.parse::<u32>().is_ok()));
    let mut forum = if members > 0.4 { 2.0 } else { 0.0 } + if numbered > 0.6 { 1.5 } else { 0.0 };
    let first = claimed.iter().position(|claimed| *claimed).unwrap_or(0);
    let last = claimed.iter().rposition(|claimed| *claimed).unwrap_or(0);
    let around = (first.saturating_sub(ABOVE)..first).chain(last + 1..(last + 1 + ABOVE).min(claimed.len()));
    let headed = around.map(|at| page.text_of(&page.blocks[at])).filter(|text| text.len() <= HEADING).any(|text| {
        let whole = Lexicon::embedded().hits(text).whole;
        whole.contains(Class::Comments) || whole.contains(Class::CommentForm)
    });
    let mut article = if headed { 1.0 } else { 0.0 };
    let prose: usize = page.blocks[..first]
        .iter()
        .zip(labels)
        .filter(|(block, label)| **label == Label::Body && !block.hidden && block.text.len() >= SENTENCE)
        .filter(|(block, _)| block.link_bytes * 2 < block.text.len() as u32)
        .map(|(block, _)| block.text.len())
        .sum();
    article += PROSE.iter().filter(|&&least| prose >= least).count() as f64;
    for kind in declared.all(Field::Type) {
        let kind = kind.value.to_ascii_lowercase();
        if kind.contains("forum") || kind.contains("discussion") {
            forum += 2.0;
        } else if kind.ends_with("article") || kind.ends_with("blogposting") {
            article += 1.0;
        }
    }
    forum >= article
}
