//! Hard wraps: whether the renderer broke lines at a width, which width, and which line breaks are its doing.
//!
//! Nothing is known of the renderer. For two adjacent lines that end at column `a` and would have ended at `b`
//! with the next line's first word, every width in `a..b` explains the break as a wrap. The width that explains
//! most breaks, and leaves few lines too long or too short for it, is the dump's; a dump of paragraphs has none.

use super::lines::{Line, is_cjk, is_wide};
use super::marks::Mark;

/// Narrowest width that counts as a page's.
const NARROWEST: usize = 30;
/// Width from which a few breaks are evidence enough.
const USUAL: u32 = 50;
/// Widest that counts; renderers told not to wrap are given more.
const WIDEST: usize = 2048;
/// Fewest breaks at one indentation that may give it a width of its own.
const OWN_WIDTH: u32 = 3;

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
    /// Number of the second line.
    line: u32,
}

/// For each line how it goes on from the line before it.
pub(super) fn joins(source: &str, lines: &[Line], marks: &[Option<Mark>]) -> Vec<Join> {
    let mut joins = vec![Join::Apart; lines.len()];
    let pairs = pairs(source, lines, marks);
    let Some(widths) = Widths::of(lines, &pairs) else { return joins };
    for pair in &pairs {
        let at = pair.line as usize;
        let continued = joins[at - 1] != Join::Apart;
        if widths.explain(pair, &lines[at - 1], continued) {
            let full = widths.end(pair) + 1 >= widths.at(pair.column);
            joins[at] = how(source, &lines[at - 1], &lines[at], full);
        }
    }
    joins
}

/// How the text of `next` goes on from that of `line`, which was filled to its last column if `full`.
fn how(source: &str, line: &Line, next: &Line, full: bool) -> Join {
    let last = line.span.of(source).chars().next_back();
    let first = next.span.of(source).chars().next();
    match (last.is_some_and(is_cjk), first.is_some_and(is_cjk)) {
        (true, true) => Join::Close,
        (true, false) | (false, true) if full => Join::Close,
        _ => Join::Blank,
    }
}

/// Every two adjacent lines of which the second may go on with the first.
fn pairs(source: &str, lines: &[Line], marks: &[Option<Mark>]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for at in 1..lines.len() {
        let (line, next) = (&lines[at - 1], &lines[at]);
        if next.blanks > 0 || line.void || next.void || marks[at].is_some() || (line.gutters > 0 && next.gutters > 0) {
            continue;
        }
        let column = marks[at - 1].as_ref().map_or(line.indent, |mark| mark.column);
        if next.indent > column {
            continue;
        }
        let text = next.span.of(source);
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
            outdented: next.indent < column,
            lower: if letter.is_lowercase() { Some(true) } else { letter.is_uppercase().then_some(false) },
            line: at as u32,
        });
    }
    pairs
}

/// Characters, and how many of them are wide, of the least that a wrapper could have moved up.
fn first_word(text: &str) -> (u32, u32) {
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
    fn of(lines: &[Line], pairs: &[Pair]) -> Option<Self> {
        let wide_lines = lines.iter().filter(|line| line.wide > 0).count();
        let common = |wide: bool| {
            let best = |outdented: bool| {
                let mut sweep = Sweep::new();
                for pair in pairs.iter().filter(|pair| pair.outdented == outdented) {
                    sweep.pair(pair.ends(wide));
                }
                for line in lines {
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
            && found.as_ref().is_none_or(|(other, ..)| best.score > other.score)
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
        let overlong = lines.iter().filter(|line| is_breakable(line) && line.end(wide) > width).count();
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
            if (group.len() as u32) < OWN_WIDTH {
                continue;
            }
            let mut sweep = Sweep::new();
            for pair in group {
                sweep.pair(pair.ends(self.wide));
                sweep.line(&lines[pair.line as usize - 1], self.wide);
            }
            let Some(best) = sweep.best() else { continue };
            let tally = |width: u32| {
                let mut tally = Tally::default();
                for pair in group {
                    tally.count(pair, self.wide, width);
                }
                tally
            };
            let (now, then) = (tally(self.common), tally(best.width));
            if best.score > now.wraps as i32 - now.short as i32
                && then.wraps >= OWN_WIDTH
                && then.convinces(best.width, 0)
            {
                self.own.push((group[0].column, best.width));
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
        // An overlong word is a line of its own, which could not be broken.
        (end <= width || line.words == 1) && with_next > width
    }
}

impl Pair {
    fn ends(&self, wide: bool) -> (u32, u32) {
        if wide { self.wide_ends } else { self.ends }
    }
}

/// Whether a wrapper would have broken the line, were it too long.
fn is_breakable(line: &Line) -> bool {
    line.words >= 3 && line.gutters == 0
}

/// How the breaks between lines fare under one width.
#[derive(Default)]
struct Tally {
    /// Breaks that it explains.
    wraps: u32,
    /// Breaks after more than half a line, where the next word would have fitted.
    short: u32,
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
            self.short += 1;
        }
    }

    /// Whether the width makes sense of the breaks: it explains most of them, hardly any line exceeds it, and
    /// lines go on in the middle of sentences.
    fn convinces(&self, width: u32, overlong: u32) -> bool {
        let cased = self.lower + self.upper;
        let flows = self.lower * 100 >= cased * 35;
        self.wraps > self.short
            && overlong * 4 <= self.wraps
            && flows
            && (cased > 0 || self.wraps >= OWN_WIDTH)
            && (width >= USUAL || (self.wraps >= 5 && self.wraps > 2 * self.short && self.lower > self.upper))
    }
}

/// The score of every width at once: breaks that it explains, less those that it leaves short, less twice the lines
/// that exceed it.
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
        Self { differences: vec![0; WIDEST + 2] }
    }

    fn add(&mut self, score: i32, from: u32, to: u32) {
        let (from, to) = ((from as usize).min(WIDEST + 1), (to as usize).min(WIDEST + 1));
        if from < to {
            self.differences[from] += score;
            self.differences[to] -= score;
        }
    }

    fn pair(&mut self, (end, with_next): (u32, u32)) {
        self.add(1, end, with_next);
        self.add(-1, with_next, 2 * end + 1);
    }

    fn line(&mut self, line: &Line, wide: bool) {
        if is_breakable(line) {
            self.add(-2, 0, line.end(wide));
        }
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
