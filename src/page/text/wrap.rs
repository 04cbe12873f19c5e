//! Hard wraps: whether the renderer broke lines at a width, which width, and which line breaks are its doing.
//!
//! Nothing is known of the renderer. For two adjacent lines that end at column `a` and would have ended at `b`
//! with the next line's first word, every width in `a..b` explains the break as a wrap. The width that explains
//! most breaks, and leaves few lines too long or too short for it, is the dump's; a dump of paragraphs has none.

use super::is_rule;
use super::lines::{Line, is_cjk, is_wide, recurring};
use super::marks::{Kind, Mark};
use super::table::Row;
use crate::record::Span;

/// Narrowest width that counts as a page's.
const NARROWEST: usize = 30;
/// Width from which a few breaks are evidence enough.
const USUAL: u32 = 50;
/// Width of the widest terminals.
const TERMINAL: u32 = 132;
/// Widest that counts; renderers told not to wrap are given more.
const WIDEST: usize = 2048;
/// Fewest breaks at one indentation that may give it a width of its own.
const OWN_WIDTH: u32 = 3;
/// Columns by which lines further out, such as headings, may exceed the dump's width.
const SLACK: u32 = 8;
/// What a break that a width explains says for it.
const WRAP: i32 = 4;
/// What a line that exceeds a width says against it.
const OVERLONG: i32 = 8;

/// What parts a line from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// It starts a block of its own.
    Apart,
    /// It goes on where the line before was broken, after a blank.
    Blank,
    /// It goes on where the line before was broken inside a word or between ideographs.
    Close,
}

/// Two adjacent lines of which the second may go on with the first.
struct Pair {
    /// Column after the first line, and after the second's first word if it stood there too.
    ends: (u32, u32),
    /// The same with wide characters counted twice.
    wide_ends: (u32, u32),
    /// Where the second line starts if it goes on in the first's column.
    column: u16,
    /// The second line starts further out than the first line's text.
    outdented: bool,
    /// The second line starts with a lower-case letter (`Some(true)`) or an upper-case one.
    lower: Option<bool>,
    /// The first line ends a sentence.
    ended: bool,
    /// Number of the second line.
    line: u32,
}

/// For each line how it goes on from the line before it.
///
/// `dense`: the dump has no blank lines, so that a full line may end a paragraph. Where it ends a sentence and a
/// capital follows, parting a paragraph does less harm than joining two.
pub(super) fn joins(source: &str, lines: &[Line], marks: &[Option<Mark>], rows: &[Row], dense: bool) -> Vec<Join> {
    let mut joins = vec![Join::Apart; lines.len()];
    let pairs = pairs(source, lines, marks, rows);
    let breakable: Vec<bool> =
        (0..lines.len()).map(|at| is_breakable(&lines[at], marks[at].as_ref(), rows[at])).collect();
    let Some(widths) = Widths::of(lines, &breakable, &pairs) else { return joins };
    let recurring = recurring(source, lines);
    // Lines broken behind a hyphen, and whether a compound was ever moved down whole though its first part would
    // have fitted: a wrapper that does so leaves hyphens at ends of lines only where a blank followed.
    let mut hyphened = Vec::new();
    let mut keeps_compounds = false;
    for pair in &pairs {
        let at = pair.line as usize;
        let continued = joins[at - 1] != Join::Apart;
        let may_end = dense && pair.ended && pair.lower == Some(false);
        if !may_end && !recurring[at] && widths.explain(pair, &lines[at - 1], continued) {
            let width = widths.at(pair.column);
            let end = widths.end(pair);
            let next = text_span(&lines[at], marks[at].as_ref());
            joins[at] = how(source, &lines[at - 1], next, width.saturating_sub(end));
            let next = next.of(source);
            keeps_compounds |= first_part(next).is_some_and(|part| end + 1 + part <= width);
            if is_cut_compound(lines[at - 1].span.of(source), next) {
                hyphened.push(at);
            }
        }
    }
    if !keeps_compounds {
        for at in hyphened {
            joins[at] = Join::Close;
        }
    }
    joins
}

/// Characters of the first part of a compound at the start of `text`, its hyphen included.
fn first_part(text: &str) -> Option<u32> {
    let word = text.split(char::is_whitespace).next()?;
    let (part, rest) = word.split_once('-')?;
    let letters = part.chars().count();
    let is_compound = letters > 0 && part.chars().all(char::is_alphabetic) && rest.starts_with(char::is_alphabetic);
    is_compound.then_some(letters as u32 + 1)
}

/// Whether a line ends behind the hyphen of a compound that `next` goes on with, rather than behind one that stands
/// for a later word (`pre- and postwar`).
fn is_cut_compound(line: &str, next: &str) -> bool {
    let word = next.split(char::is_whitespace).next().unwrap_or("");
    let is_link = word.chars().count() <= 3 && word.chars().all(char::is_lowercase);
    let part = line.strip_suffix('-');
    part.is_some_and(|part| part.ends_with(char::is_alphabetic)) && word.starts_with(char::is_alphanumeric) && !is_link
}

/// How the text of `next` goes on from that of `line`, which leaves `left` columns free.
fn how(source: &str, line: &Line, next: Span, left: u32) -> Join {
    let last = line.span.of(source).chars().next_back();
    let first = next.of(source).chars().next();
    // Addresses are cut at the width itself.
    let word = line.span.of(source).rsplit(char::is_whitespace).next().unwrap_or("");
    if left == 0 && word.contains("://") {
        return Join::Close;
    }
    match (last.is_some_and(is_cjk), first.is_some_and(is_cjk)) {
        (true, true) => Join::Close,
        (true, false) | (false, true) if left <= 1 => Join::Close,
        _ => Join::Blank,
    }
}

/// The line without its marker.
fn text_span(line: &Line, mark: Option<&Mark>) -> Span {
    Span::new(mark.map_or(line.span.start, |mark| mark.text), line.span.end)
}

/// Every two adjacent lines of which the second may go on with the first.
fn pairs(source: &str, lines: &[Line], marks: &[Option<Mark>], rows: &[Row]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for at in 1..lines.len() {
        let (line, next) = (&lines[at - 1], &lines[at]);
        if next.blanks > 0 || line.void || next.void || rows[at - 1] != Row::None || rows[at] != Row::None {
            continue;
        }
        // A quotation goes on in lines with its own mark, all else in lines without.
        let (column, start) = match (&marks[at - 1], &marks[at]) {
            (Some(mark), None) if matches!(mark.kind, Kind::Hashes(_)) => (mark.indent, next.indent),
            (Some(mark), None) if !matches!(mark.kind, Kind::Quote(_)) => (mark.column, next.indent),
            (Some(mark), Some(other)) if matches!(mark.kind, Kind::Quote(_)) && mark.kind == other.kind => {
                (mark.column, other.column)
            }
            (None, None) => (line.indent, next.indent),
            _ => continue,
        };
        let text = text_span(next, marks[at].as_ref()).of(source);
        if start > column || text.is_empty() || is_rule(text) {
            continue;
        }
        let first = text.chars().next().unwrap_or(' ');
        let (chars, wide) = first_word(text);
        let last = line.span.of(source).chars().next_back().unwrap_or(' ');
        let blank = u32::from(!is_cjk(last) && !is_cjk(first));
        let ends = |wides: bool, word: u32| {
            let end = line.end(wides);
            (end, end + blank + word)
        };
        let letter = text.chars().find(|c| c.is_alphanumeric()).unwrap_or(' ');
        pairs.push(Pair {
            ends: ends(false, chars),
            wide_ends: ends(true, chars + wide),
            column,
            outdented: start < column,
            lower: if letter.is_lowercase() { Some(true) } else { letter.is_uppercase().then_some(false) },
            ended: matches!(last, '.' | '!' | '?' | ':' | ')' | '…' | '"' | '”' | '»'),
            line: at as u32,
        });
    }
    pairs
}

/// Characters, and how many of them are wide, of the least that a wrapper could have moved up.
fn first_word(text: &str) -> (u32, u32) {
    let ascii = text.bytes().take_while(u8::is_ascii_graphic).count();
    if text.as_bytes().get(ascii).is_none_or(|&b| b == b' ') {
        return (ascii as u32, 0);
    }
    let (mut chars, mut wide) = (0, 0);
    for c in text.chars() {
        if c.is_whitespace() || (chars > 0 && is_cjk(c)) {
            break;
        }
        chars += 1;
        wide += u32::from(is_wide(c));
        if is_cjk(c) {
            break;
        }
    }
    (chars, wide)
}

/// The widths at which a dump's lines are broken.
struct Widths {
    /// Wide characters take two columns.
    wide: bool,
    /// The dump's own.
    common: u32,
    /// Those of single indentations, ascending by indentation.
    own: Vec<(u16, u32)>,
    /// Lines go on further out than they start.
    outdented: bool,
}

impl Widths {
    /// The widths, where the dump's lines are wrapped at all.
    fn of(lines: &[Line], breakable: &[bool], pairs: &[Pair]) -> Option<Self> {
        let wide_lines = lines.iter().filter(|line| line.wide > 0).count();
        let common = |wide: bool| {
            let best = |outdented: bool| {
                let mut sweep = Sweep::new();
                for pair in pairs.iter().filter(|pair| pair.outdented == outdented) {
                    sweep.pair(pair, wide);
                }
                for (line, _) in lines.iter().zip(breakable).filter(|&(_, breakable)| *breakable) {
                    sweep.line(line, wide);
                }
                sweep.best()
            };
            match (best(false), best(true)) {
                (Some(best), Some(other)) if other.score > best.score => Some((other, true)),
                (Some(best), _) => Some((best, false)),
                (None, Some(other)) => Some((other, true)),
                (None, None) => None,
            }
        };
        let mut found = common(false).map(|(best, out)| (best, out, false));
        if wide_lines * 20 > lines.len()
            && let Some((best, out)) = common(true)
            && found.as_ref().is_none_or(|(other, ..)| best.score >= other.score)
        {
            found = Some((best, out, true));
        }
        let (best, from_outdented, wide) = found?;
        let width = best.width;
        let explained = |outdented: bool| {
            let mut tally = Tally::default();
            for pair in pairs.iter().filter(|pair| pair.outdented == outdented) {
                tally.count(pair, wide, width);
            }
            tally
        };
        let (straight, outdented) = (explained(false), explained(true));
        let main = if from_outdented { &outdented } else { &straight };
        let overlong =
            lines.iter().zip(breakable).filter(|&(line, breakable)| *breakable && line.end(wide) > width).count();
        if !main.convinces(width, overlong as u32) {
            return None;
        }
        let mut widths = Self { wide, common: width, own: Vec::new(), outdented: outdented.convinces(width, 0) };
        widths.refine(lines, pairs);
        Some(widths)
    }

    /// Finds the indentations whose lines are better explained by a width of their own.
    fn refine(&mut self, lines: &[Line], pairs: &[Pair]) {
        let mut by_column: Vec<&Pair> = pairs.iter().filter(|pair| !pair.outdented).collect();
        by_column.sort_by_key(|pair| pair.column);
        for group in by_column.chunk_by(|a, b| a.column == b.column) {
            let mut sweep = Sweep::new();
            for pair in group {
                sweep.pair(pair, self.wide);
                sweep.line(&lines[pair.line as usize - 1], self.wide);
            }
            let tally = |width: u32| {
                let mut tally = Tally::default();
                for pair in group {
                    tally.count(pair, self.wide, width);
                }
                tally
            };
            let column = group[0].column;
            let best = sweep.best().filter(|best| {
                let then = tally(best.width);
                best.score > tally(self.common).score()
                    && then.wraps >= OWN_WIDTH
                    && then.score() > 2 * then.short
                    && then.convinces(best.width, 0)
            });
            let longest = group.iter().map(|pair| self.end(pair)).filter(|&end| end <= self.common + SLACK).max();
            if let Some(best) = best {
                self.own.push((column, best.width));
            } else if let Some(longest) = longest
                && longest > self.common
                && tally(longest).score() > tally(self.common).score()
            {
                self.own.push((column, longest));
            }
        }
    }

    /// The width for lines whose text starts at this column.
    fn at(&self, column: u16) -> u32 {
        match self.own.binary_search_by_key(&column, |&(column, _)| column) {
            Ok(found) => self.own[found].1,
            Err(_) => self.common,
        }
    }

    fn end(&self, pair: &Pair) -> u32 {
        pair.ends(self.wide).0
    }

    /// Whether the break before the pair's second line is a wrap. `continued`: the first line goes on already.
    fn explain(&self, pair: &Pair, line: &Line, continued: bool) -> bool {
        if pair.outdented && (continued || !self.outdented) {
            return false;
        }
        let width = self.at(pair.column);
        let (end, with_next) = pair.ends(self.wide);
        // An overlong word is a line of its own, which could not be broken; before one, a sentence may well end.
        let word = with_next - end;
        (end <= width || line.words == 1) && with_next > width && (word * 3 < width || !pair.ended)
    }
}

impl Pair {
    fn ends(&self, wide: bool) -> (u32, u32) {
        if wide { self.wide_ends } else { self.ends }
    }

    /// What the break says against a width that leaves it short: much inside a sentence, little before what may be
    /// the start of another.
    fn short(&self) -> i32 {
        match self.lower {
            Some(true) => 4,
            None => 2,
            Some(false) => 1,
        }
    }
}

/// Whether a wrapper would have broken the line, were it too long. Some leave items and headings as they are.
fn is_breakable(line: &Line, mark: Option<&Mark>, row: Row) -> bool {
    let parts = line.words >= 3 || 2 * line.wide > line.chars;
    parts && row == Row::None && mark.is_none_or(|mark| matches!(mark.kind, Kind::Quote(_)))
}

/// How the breaks between lines fare under one width.
#[derive(Default)]
struct Tally {
    /// Breaks that it explains.
    wraps: u32,
    /// What breaks after more than half a line, where the next word would have fitted, say against it.
    short: i32,
    /// Explained breaks before a lower-case letter.
    lower: u32,
    /// Explained breaks before an upper-case letter.
    upper: u32,
}

impl Tally {
    fn count(&mut self, pair: &Pair, wide: bool, width: u32) {
        let (end, with_next) = pair.ends(wide);
        if with_next > width && end <= width {
            self.wraps += 1;
            match pair.lower {
                Some(true) => self.lower += 1,
                Some(false) => self.upper += 1,
                None => {}
            }
        } else if with_next <= width && end * 2 >= width {
            self.short += pair.short();
        }
    }

    /// Whether the width makes sense of the breaks: it explains most of them, hardly any line exceeds it, and
    /// lines go on in the middle of sentences.
    fn convinces(&self, width: u32, overlong: u32) -> bool {
        let cased = self.lower + self.upper;
        // Menus and registers flow from one capital to the next; there the breaks themselves must leave no doubt.
        let beyond_doubt = self.wraps >= 10 && self.wraps as i32 * WRAP > 10 * self.short;
        let flows = self.lower * 100 >= cased * 35 || cased * 2 < self.wraps || beyond_doubt;
        let usual = match width {
            USUAL..=TERMINAL => true,
            ..USUAL => self.wraps >= 5 && self.score() > self.short && self.lower > self.upper,
            // Those of no terminal show in several breaks.
            _ => self.wraps >= 3,
        };
        self.score() > 0 && overlong * 4 <= self.wraps && flows && (cased > 0 || self.wraps > 1) && usual
    }

    fn score(&self) -> i32 {
        self.wraps as i32 * WRAP - self.short
    }
}

/// The score of every width at once: for breaks that it explains, against those that it leaves short and lines that
/// exceed it.
struct Sweep {
    /// Differences between neighbouring widths.
    differences: Vec<i32>,
}

/// The width that does best.
struct Best {
    width: u32,
    score: i32,
}

impl Sweep {
    fn new() -> Self {
        Self { differences: vec![0; 2 * NARROWEST] }
    }

    fn add(&mut self, score: i32, from: u32, to: u32) {
        let (from, to) = ((from as usize).min(WIDEST + 1), (to as usize).min(WIDEST + 1));
        if from < to {
            if self.differences.len() <= to {
                self.differences.resize(to + 1, 0);
            }
            self.differences[from] += score;
            self.differences[to] -= score;
        }
    }

    fn pair(&mut self, pair: &Pair, wide: bool) {
        let (end, with_next) = pair.ends(wide);
        self.add(WRAP, end, with_next);
        self.add(-pair.short(), with_next, 2 * end + 1);
    }

    fn line(&mut self, line: &Line, wide: bool) {
        self.add(-OVERLONG, 0, line.end(wide));
    }

    /// The narrowest width with the highest score, if any explains more than it leaves unexplained.
    fn best(&self) -> Option<Best> {
        let mut score = 0;
        let mut best: Option<Best> = None;
        for (width, difference) in self.differences.iter().enumerate() {
            score += difference;
            if (NARROWEST..=WIDEST).contains(&width) && score > best.as_ref().map_or(0, |best| best.score) {
                best = Some(Best { width: width as u32, score });
            }
        }
        best
    }
}
