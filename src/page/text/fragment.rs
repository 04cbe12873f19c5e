//! Lines that part a sentence: some renderers break lines around every link and emphasis.
//!
//! A line that starts with a comma or a full stop goes on from the one before it, in any dump. Where such lines
//! show that the renderer breaks inside sentences, and behind long lines without an end, lines that start in lower
//! case are joined as well, unless the line before could be a name or a date above an informal comment.

use super::lines::{Line, recurring};
use super::marks::Mark;
use super::table::Row;
use super::wrap::Join;

/// Lines opening with closing punctuation that show a renderer that breaks inside sentences.
const EVIDENCE: usize = 2;
/// Most lines ahead of the last certain one that are tried.
const AHEAD: usize = 4;
/// Characters from which a line is surely running text.
const LONG: u16 = 40;
/// Characters from which a line that lacks its end goes on in lower case in any dump.
const SURE: u16 = 56;
/// Words from which a line is running text.
const PROSE: u8 = 4;

/// How a line stands to the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// With closing punctuation: it goes on for certain.
    Closing,
    /// With a colon: it goes on for certain, and may be the value of a label.
    Colon,
    /// In lower case, with words enough to be running text.
    Lower,
    /// In lower case, short: it goes on if what follows does.
    Word,
    /// A short line in upper case: it goes on if what follows does for certain.
    Name,
    /// Anything else.
    Fresh,
}

/// Joins the lines of broken sentences.
pub(super) fn join(source: &str, lines: &[Line], marks: &[Option<Mark>], rows: &[Row], joins: &mut [Join]) {
    let adjacent = |at: usize| {
        let (line, next) = (&lines[at - 1], &lines[at]);
        let plain = |at: usize| rows[at] == Row::None && !lines[at].void;
        next.blanks == 0 && marks[at].is_none() && plain(at - 1) && plain(at) && line.indent <= next.indent
    };
    let mut starts: Vec<Start> = (0..lines.len())
        .map(|at| {
            if at == 0 || joins[at] != Join::Apart || !adjacent(at) {
                return Start::Fresh;
            }
            let (line, next) = (&lines[at - 1], &lines[at]);
            let start = start(next.span.of(source), line.span.of(source), next.words);
            // Set in further only inside a text that keeps the breaks of its markup.
            let inside = start == Start::Lower && line.chars >= LONG;
            if line.indent == next.indent || inside { start } else { Start::Fresh }
        })
        .collect();
    // Brackets may stand alone for other reasons.
    let shows = |at: usize| {
        starts[at] == Start::Closing && (lines[at].words > 1 || lines[at].span.of(source).starts_with([',', '.', ';']))
    };
    let broken = (0..lines.len()).filter(|&at| shows(at)).count() >= EVIDENCE;
    if broken {
        for (start, recurs) in starts.iter_mut().zip(recurring(source, lines)) {
            if recurs && matches!(start, Start::Word | Start::Name) {
                *start = Start::Fresh;
            }
        }
    }
    let mut at = 1;
    while at < lines.len() {
        let mut last = at - 1;
        if matches!(starts[at], Start::Closing | Start::Colon) {
            last = at;
        } else if matches!(starts[at], Start::Lower | Start::Word | Start::Name) {
            let line = &lines[at - 1];
            let open = joins[at - 1] != Join::Apart || is_open(line.span.of(source), line);
            if broken {
                last = reach(&starts, lines, at, open);
            } else if open && at > 1 && starts[at] == Start::Lower && line.chars >= SURE && lines[at].words > PROSE + 1
            {
                last = at;
            }
        }
        for next in at..=last {
            let (before, text) = (lines[next - 1].span.of(source), lines[next].span.of(source));
            let close = matches!(starts[next], Start::Closing | Start::Colon)
                || before.ends_with(['(', '[', '«', '“', '„', '‘', '「', '（']);
            joins[next] = if close { Join::Close } else { Join::Blank };
            // A bracket or dash that closes nothing stands apart from the word before it.
            if text.starts_with(['«', '“']) {
                joins[next] = Join::Blank;
            }
        }
        at = last.max(at) + 1;
    }
}

/// The last line that goes on from the one before `at`, over lines of which each does; `at - 1` if none.
/// `open`: the line before `at` is running text without an end.
fn reach(starts: &[Start], lines: &[Line], at: usize, open: bool) -> usize {
    let mut last = at - 1;
    let mut next = at;
    let mut certain = open;
    while next < lines.len() && next <= last + AHEAD {
        match starts[next] {
            Start::Closing => {
                certain |= lines[next].words > 1;
                last = next;
            }
            Start::Colon => last = next,
            Start::Lower if certain => last = next,
            Start::Lower | Start::Word => {}
            Start::Name if next > at || open => {
                // Only between two lines of one sentence.
                if !matches!(starts.get(next + 1), Some(Start::Closing | Start::Lower)) {
                    break;
                }
            }
            Start::Name | Start::Fresh => break,
        }
        next += 1;
    }
    last
}

/// How `text` stands to the line before it.
fn start(text: &str, before: &str, words: u8) -> Start {
    let mut chars = text.chars();
    let first = chars.next().unwrap_or(' ');
    let second = chars.next();
    let ends =
        |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ']' | ',' | '.' | '”' | '»' | '"'));
    match first {
        // Alone they part the steps of a path or stand for a picture.
        '»' | '?' | '!' if second.is_none_or(char::is_whitespace) => Start::Fresh,
        ':' if ends(second) => Start::Colon,
        ',' | '.' | ';' | ')' | ']' | '!' | '?' | '”' | '»' | '’' if ends(second) && !text.starts_with("..") => {
            Start::Closing
        }
        '，' | '。' | '、' | '；' | '：' | '）' | '」' | '』' | '》' | '！' | '？' => Start::Closing,
        // Code, not sentences.
        _ if is_ended(before) || text.contains(['=', '{', '}']) => Start::Fresh,
        '’' | '\'' if second == Some('s') && ends(chars.next()) && words > 1 => Start::Closing,
        _ if first.is_lowercase() && (words >= PROSE || is_ended(text)) => Start::Lower,
        _ if first.is_lowercase() => Start::Word,
        _ if first.is_uppercase() && words <= PROSE => Start::Name,
        _ => Start::Fresh,
    }
}

/// Whether a sentence, or an introduction to something, ends with the line.
fn is_ended(text: &str) -> bool {
    let inner = text.trim_end_matches(['"', '”', '’', '»', '\'', ')']);
    inner.ends_with(['.', '!', '?', '…', ':', '|', '»', '›', '。', '！', '？', '：'])
}

/// Whether the line is running text that lacks its end: words enough, and no date at its end.
fn is_open(text: &str, line: &Line) -> bool {
    // A line that ends with a short word in lower case ends with a preposition or an article, hardly with a name.
    let last = text.rsplit(char::is_whitespace).next().unwrap_or("");
    let hangs = line.words > 1 && last.chars().count() <= 3 && last.chars().all(char::is_lowercase);
    let dated = text.split_whitespace().rev().take(3).any(|word| word.contains(|c: char| c.is_numeric()));
    (hangs || line.words >= PROSE || text.starts_with(char::is_lowercase))
        && !dated
        && !text.contains('|')
        && !text.starts_with('#')
}
