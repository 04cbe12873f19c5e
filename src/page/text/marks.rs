//! Bullets, list numbers, quotation and heading marks at the start of lines: what could be one, and which of these
//! are, judged by their neighbourhood. A dash may open a quotation, `18.` a date, `1. FC` a name.

use std::collections::HashMap;

use super::is_rule;
use super::lines::{Line, is_unseen};
use crate::record::Span;

/// Deepest list that is told apart; deeper items stay at this level.
const DEEPEST: usize = 64;
/// Largest number that opens a list item without others like it around; larger ones are years and counts.
const LARGEST: u32 = 999;
/// Most digits of a list number.
const DIGITS: usize = 5;
/// Most words of a step of a path (`> Home`), its mark included.
const PATH: u8 = 4;
/// Lines below an item in which a list that starts on its own line must go on.
const AHEAD: usize = 64;

/// What a marker looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A character that hardly serves for anything else: `•`, `◦`, `▪`.
    Bullet,
    /// `*` or `+`.
    Star(char),
    /// `o`, `#`, `@`: the deeper levels of some renderers.
    Deep(char),
    /// `-`, `–`, `—`.
    Dash(char),
    /// A number with what encloses it.
    Number(Style, u32),
    /// A letter with a bracket: `a)`.
    Letter(Style, u32),
    /// `>` of a quotation, with its depth.
    Quote(u8),
    /// The hashes of a Markdown heading.
    Hashes(u8),
}

/// What encloses a list number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Style {
    /// `1.`
    Dot,
    /// `1)`
    Bracket,
    /// `(1)`
    Brackets,
}

/// A marker and what follows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// What it looks like.
    pub(super) kind: Kind,
    /// Its bytes of the source.
    pub(super) span: Span,
    /// Byte where the text behind it starts; the end of the line where there is none.
    pub(super) text: u32,
    /// Column of the marker.
    pub(super) indent: u16,
    /// Column of the text behind it.
    pub(super) column: u16,
    /// Depth of the list or quotation, level of the heading; 0 until judged.
    pub(super) level: u8,
    /// The text behind it starts with the marker of a list inside the item.
    pub(super) nested: bool,
}

impl Mark {
    /// The number, where the marker is one.
    pub(super) fn number(&self) -> Option<u32> {
        match self.kind {
            Kind::Number(_, number) | Kind::Letter(_, number) => Some(number),
            _ => None,
        }
    }
}

/// What may be a marker at the start of `span`, whose first column is `indent`.
pub(super) fn lead(source: &str, span: Span, indent: u16) -> Option<Mark> {
    let whole = span.of(source);
    let text = whole.trim_start_matches(|c: char| is_unseen(c) || c.is_whitespace());
    let skipped = whole.len() - text.len();
    let first = text.chars().next()?;
    if matches!(first, '*' | '-' | '–' | '—' | '#') && is_rule(text) {
        return None;
    }
    let (kind, length) = match first {
        '•' | '‣' | '◦' | '▪' | '▫' | '●' | '○' | '■' | '□' | '⁃' | '∙' | '➢' | '➤' | '·' | '◆' | '◇' => {
            (Kind::Bullet, first.len_utf8())
        }
        '*' | '+' | '☆' | '★' => (Kind::Star(first), first.len_utf8()),
        '#' => match text.bytes().take_while(|&b| b == b'#').count() {
            // Set in far it is a deep bullet.
            1 if indent >= 4 => (Kind::Deep(first), 1),
            count @ 1..=6 => (Kind::Hashes(count as u8), count),
            _ => return None,
        },
        '>' => {
            let marks = text.find(|c: char| c != '>' && c != ' ').unwrap_or(text.len());
            let length = text[..marks].trim_end().len();
            let depth = text[..length].bytes().filter(|&b| b == b'>').count();
            (Kind::Quote(depth.min(255) as u8), length)
        }
        'o' | '@' => (Kind::Deep(first), 1),
        '-' | '–' | '—' => (Kind::Dash(first), first.len_utf8()),
        '(' => {
            let (kind, length) = enumerator(&text[1..])?;
            if !text[1 + length..].starts_with(')') {
                return None;
            }
            (kind(Style::Brackets), length + 2)
        }
        '0'..='9' | 'a'..='z' => {
            let (kind, length) = enumerator(text)?;
            match text.as_bytes().get(length) {
                Some(b'.') if first.is_ascii_digit() => (kind(Style::Dot), length + 1),
                Some(b')') => (kind(Style::Bracket), length + 1),
                _ => return None,
            }
        }
        _ => return None,
    };
    let rest = &text[length..];
    let behind = rest.trim_start();
    // A count in brackets on its own.
    if behind.is_empty() && first == '(' {
        return None;
    }
    let blanks = rest[..rest.len() - behind.len()].chars().count();
    if blanks == 0 && !rest.is_empty() && !matches!(kind, Kind::Quote(_)) {
        return None;
    }
    let width = text[..length].chars().count() + blanks;
    Some(Mark {
        kind,
        span: Span::new(span.start, span.start + (skipped + length) as u32),
        text: span.end - behind.len() as u32,
        indent,
        column: indent.saturating_add(width.min(usize::from(u16::MAX)) as u16),
        level: 0,
        nested: false,
    })
}

/// The number or single letter at the start of `text`, and its length.
fn enumerator(text: &str) -> Option<(impl Fn(Style) -> Kind + use<>, usize)> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take(DIGITS + 1).take_while(|b| b.is_ascii_digit()).count();
    let (letter, number, length) = match bytes.first()? {
        b'0'..=b'9' if digits <= DIGITS => (false, text[..digits].parse().ok()?, digits),
        letter @ b'a'..=b'z' => (true, u32::from(letter - b'a') + 1, 1),
        _ => return None,
    };
    Some((move |style| if letter { Kind::Letter(style, number) } else { Kind::Number(style, number) }, length))
}

/// For each line the marker that opens it, judged. A line whose marker is none has `None`.
pub(super) fn judge(source: &str, lines: &[Line]) -> Vec<Option<Mark>> {
    let mut marks: Vec<Option<Mark>> =
        lines.iter().map(|line| if line.void { None } else { lead(source, line.span, line.indent) }).collect();
    let chains = Chains::of(lines, &marks);
    let markdown = Markdown::of(source, &marks);
    let mut above = Above::default();
    for at in 0..lines.len() {
        if lines[at].void {
            continue;
        }
        let Some(mark) = marks[at] else {
            above.text(at, &lines[at], &chains);
            continue;
        };
        if accept(at, lines, &marks, &chains, &markdown, &above) {
            let level = match mark.kind {
                Kind::Quote(level) | Kind::Hashes(level) => {
                    above.text(at, &lines[at], &chains);
                    level
                }
                _ => above.item(at, mark.indent),
            };
            let nested = is_list(mark.kind) && holds_list(source, at, lines, &marks, &mark);
            if nested {
                above.items.push(Open { indent: mark.indent + 1, line: at, loose: true });
            }
            if let Some(mark) = &mut marks[at] {
                mark.level = level;
                mark.nested = nested;
            }
        } else {
            marks[at] = None;
            above.text(at, &lines[at], &chains);
        }
    }
    marks
}

const fn is_list(kind: Kind) -> bool {
    !matches!(kind, Kind::Quote(_) | Kind::Hashes(_))
}

/// Whether the text of the item at `at` starts with the marker of a list inside it: `1. • text`, `1. 1. text`.
fn holds_list(source: &str, at: usize, lines: &[Line], marks: &[Option<Mark>], mark: &Mark) -> bool {
    let Some(inner) = lead(source, Span::new(mark.text, lines[at].span.end), mark.column) else { return false };
    match inner.kind {
        Kind::Bullet | Kind::Star(_) => inner.text < lines[at].span.end,
        // `1. 1. FC Nowhere` holds none, unless its second item follows.
        Kind::Number(style, 1) => {
            let below = marks[at + 1..].iter().take(AHEAD).flatten();
            below.take_while(|below| below.indent > mark.indent).any(|below| below.kind == Kind::Number(style, 2))
        }
        _ => false,
    }
}

/// How markers of one kind and column follow one another.
struct Chains {
    /// For each line the one before it in its chain.
    before: Vec<u32>,
    /// For each line the one after it.
    after: Vec<u32>,
    /// Most common indentation of lines without a marker.
    base: u16,
}

/// Where a number stands (flush right or left, and the column), whether it is a letter, its style, the number.
type Place = ((bool, u16), bool, Style, u32);

/// No line.
const NONE: u32 = u32::MAX;

impl Chains {
    fn of(lines: &[Line], marks: &[Option<Mark>]) -> Self {
        let mut before = vec![NONE; lines.len()];
        let mut after = vec![NONE; lines.len()];
        let mut indents: HashMap<u16, u32> = HashMap::new();
        // Numbers go on across anything; bullets only across what is indented at least as far.
        let mut numbers: HashMap<Place, u32> = HashMap::new();
        let mut bullets: Vec<(u16, Kind, u32)> = Vec::new();
        for (at, (line, mark)) in lines.iter().zip(marks).enumerate() {
            if line.void {
                continue;
            }
            while bullets.last().is_some_and(|&(indent, ..)| indent > line.indent) {
                bullets.pop();
            }
            let Some(mark) = mark else {
                *indents.entry(line.indent).or_default() += 1;
                continue;
            };
            let previous = match mark.kind {
                Kind::Number(style, number) | Kind::Letter(style, number) => {
                    let letters = matches!(mark.kind, Kind::Letter(..));
                    // Numbers stand flush left, or flush right before their texts.
                    let places = |number| {
                        [(false, mark.indent), (true, mark.column)].map(|place| (place, letters, style, number))
                    };
                    let mut previous = None;
                    for place in number.checked_sub(1).map(places).into_iter().flatten() {
                        previous = numbers.remove(&place).or(previous);
                    }
                    for place in places(number) {
                        numbers.insert(place, at as u32);
                    }
                    previous
                }
                Kind::Quote(_) | Kind::Hashes(_) => continue,
                kind => {
                    let mut previous = None;
                    if bullets.last().is_some_and(|&(indent, other, _)| indent == mark.indent && other == kind) {
                        previous = bullets.pop().map(|(.., at)| at);
                    }
                    if bullets.len() < DEEPEST {
                        bullets.push((mark.indent, kind, at as u32));
                    }
                    previous
                }
            };
            if let Some(previous) = previous {
                before[at] = previous;
                after[previous as usize] = at as u32;
            }
        }
        let base = indents.iter().max_by_key(|&(&indent, &count)| (count, std::cmp::Reverse(indent)));
        Self { before, after, base: base.map_or(0, |(&indent, _)| indent) }
    }

    fn before(&self, at: usize) -> Option<usize> {
        (self.before[at] != NONE).then_some(self.before[at] as usize)
    }

    fn after(&self, at: usize) -> Option<usize> {
        (self.after[at] != NONE).then_some(self.after[at] as usize)
    }

    /// Whether the chain of `at` holds at least `length` lines, looking at most so far both ways.
    fn is_long(&self, at: usize, length: usize) -> bool {
        let back = std::iter::successors(self.before(at), |&at| self.before(at)).take(length).count();
        let on = std::iter::successors(self.after(at), |&at| self.after(at)).take(length).count();
        back + 1 + on >= length
    }
}

/// Whether what opens line `at` is the marker of a list item.
fn accept(
    at: usize,
    lines: &[Line],
    marks: &[Option<Mark>],
    chains: &Chains,
    markdown: &Markdown,
    above: &Above,
) -> bool {
    let Some(mark) = &marks[at] else { return false };
    let linked = chains.before[at] != NONE || chains.after[at] != NONE;
    // Set in from the text above it, from the text of the page at large, or inside or beside an item.
    let inset =
        mark.indent >= 2 && (mark.indent > above.indent || mark.indent > chains.base || above.holds(mark.indent));
    let adjacent = |other: Option<usize>| {
        other.is_some_and(|other| {
            let (first, second) = (at.min(other), at.max(other));
            second == first + 1 && lines[second].blanks == 0
        })
    };
    let beside = adjacent(chains.before(at)) || adjacent(chains.after(at));
    match mark.kind {
        Kind::Bullet => true,
        Kind::Star(_) => linked || inset || markdown.headings,
        Kind::Deep(_) => mark.indent >= 2 && above.holds(mark.indent),
        Kind::Dash('-') => beside || inset || (markdown.headings && linked),
        Kind::Dash(_) => inset && beside,
        // Unindented numbers are a list from 1 on; `18. August`, `19. August` are not.
        Kind::Number(_, number) => {
            let goes_on =
                chains.before(at).is_some_and(|before| marks[before].as_ref().is_some_and(|mark| mark.level > 0));
            (inset && number <= LARGEST)
                || goes_on
                || (linked && (chains.is_long(at, 3) || from_one(at, marks, chains)))
        }
        Kind::Letter(..) => linked && from_one(at, marks, chains),
        // A heading stands alone; comments in code do not.
        Kind::Hashes(_) => {
            let wraps = lines[at].chars >= 50 && lines.iter().skip(at + 2).take(2).any(|next| next.blanks > 0);
            let below = lines.get(at + 1).is_none_or(|next| next.blanks > 0);
            let alone = (at == 0 || lines[at].blanks > 0) && (below || wraps);
            markdown.headings && alone && mark.indent < 4 && mark.text < lines[at].span.end
        }
        Kind::Quote(depth) => {
            let like = |other: usize| matches!(marks.get(other), Some(Some(Mark { kind: Kind::Quote(_), indent, .. })) if *indent == mark.indent);
            // The steps of a path are short, and as many lines.
            let empty = mark.text == lines[at].span.end;
            let prose = |other: usize| empty || lines[at].words > PATH || lines[other].words > PATH;
            let beside = (at > 0 && lines[at].blanks == 0 && like(at - 1) && prose(at - 1))
                || (lines.get(at + 1).is_some_and(|next| next.blanks == 0) && like(at + 1) && prose(at + 1));
            // A depth without the one below it is a prompt or an arrow.
            let deep = depth > 1 && !markdown.quotes[usize::from(depth.min(8)) - 1];
            !deep && (beside || (markdown.headings && mark.column > mark.indent + 1))
        }
    }
}

/// What of Markdown the dump shows.
struct Markdown {
    /// Hashes open headings.
    headings: bool,
    /// Whether quotations of each depth occur.
    quotes: [bool; 8],
}

impl Markdown {
    fn of(source: &str, marks: &[Option<Mark>]) -> Self {
        let (mut single, mut several) = (0, 0);
        let mut quotes = [false; 8];
        for mark in marks.iter().flatten() {
            match mark.kind {
                Kind::Hashes(1) => single += 1,
                Kind::Hashes(_) => several += 1,
                Kind::Quote(depth) => quotes[usize::from(depth).min(7)] = true,
                _ => {}
            }
        }
        let links = memchr::memmem::find(source.as_bytes(), b"](").is_some();
        Self { headings: several > 0 || (single > 0 && (links || single > 1)), quotes }
    }
}

/// Whether the two or fewer markers that come before `at` in its chain lead back to 0 or 1.
fn from_one(at: usize, marks: &[Option<Mark>], chains: &Chains) -> bool {
    std::iter::successors(Some(at), |&at| chains.before(at))
        .take(3)
        .any(|at| marks[at].as_ref().and_then(Mark::number).is_some_and(|number| number <= 1))
}

/// An item that goes on.
#[derive(Clone, Copy)]
struct Open {
    /// Its column.
    indent: u16,
    /// Its line.
    line: usize,
    /// It stands on its parent's line: its siblings' column is not known yet.
    loose: bool,
}

/// The items that a line stands inside.
#[derive(Default)]
struct Above {
    /// Each open item, from the outermost.
    items: Vec<Open>,
    /// Indentation of the last line that is no item.
    indent: u16,
}

impl Above {
    /// Passes a line without a marker: it ends the items that are set in further, save those whose list goes on
    /// behind it (some renderers write an item's text further out than its number).
    fn text(&mut self, at: usize, line: &Line, chains: &Chains) {
        while self
            .items
            .last()
            .is_some_and(|open| open.indent > line.indent && chains.after(open.line).is_none_or(|next| next < at))
        {
            self.items.pop();
        }
        self.indent = line.indent;
    }

    /// Whether an item that starts at this column stands inside or beside an open one.
    fn holds(&self, indent: u16) -> bool {
        self.items.last().is_some_and(|outer| outer.indent < indent)
            || self.items.iter().any(|open| open.indent == indent)
    }

    /// Passes an item; returns its level.
    fn item(&mut self, at: usize, indent: u16) -> u8 {
        while self.items.last().is_some_and(|other| other.indent >= indent || other.loose) {
            if self.items.pop().is_some_and(|other| other.indent < indent) {
                break;
            }
        }
        if self.items.len() < DEEPEST {
            self.items.push(Open { indent, line: at, loose: false });
        }
        self.items.len() as u8
    }
}
