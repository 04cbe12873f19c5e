//! A dump's lines: where each that shows something starts and ends, how far it is indented, how wide it is.

use std::collections::HashMap;

use memchr::memchr2;

use crate::record::Span;

/// How often a short line recurs that is a button, and its most words and characters.
const RECURRING: u32 = 3;
const RECURRING_WORDS: u8 = 3;
const RECURRING_CHARS: u16 = 32;
/// Columns between tab stops.
const TAB: u32 = 4;

/// A line that shows something, white space at both ends left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// Its bytes of the source.
    pub(super) span: Span,
    /// Columns before it (saturating).
    pub(super) indent: u16,
    /// Columns that it fills when every character takes one (saturating).
    pub(super) chars: u16,
    /// How many of its characters take two columns on a terminal (saturating).
    pub(super) wide: u16,
    /// Words (saturating).
    pub(super) words: u8,
    /// Blank lines above it (saturating); a form feed or paragraph separator counts as one.
    pub(super) blanks: u8,
    /// Gaps inside it that look like the space between columns: a tab, or three blanks and more (saturating).
    pub(super) gutters: u8,
    /// Its text is the very bytes of its span: nothing to collapse, nothing to leave out.
    pub(super) plain: bool,
    /// It holds nothing but characters that no reader sees.
    pub(super) void: bool,
}

impl Line {
    /// The column after its last character, wide characters counting one more if `wide`.
    pub(super) fn end(&self, wide: bool) -> u32 {
        u32::from(self.indent) + u32::from(self.chars) + if wide { u32::from(self.wide) } else { 0 }
    }
}

/// What a character does to a line.
enum Class {
    Visible,
    Blank,
    Unseen,
}

fn class(c: char) -> Class {
    if is_unseen(c) {
        Class::Unseen
    } else if c.is_whitespace() {
        Class::Blank
    } else {
        Class::Visible
    }
}

/// Whether no reader sees the character, though it is not white space.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether the character takes two columns on a terminal.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Whether lines may be broken beside the character without a blank: ideographs, kana and their punctuation.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303f}' | '\u{3041}'..='\u{312f}' | '\u{3190}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

/// The lines of `source` that show something, at most `most`; beyond that the rest of the source is one line, and
/// the second value is `true`.
pub(super) fn lines(source: &str, most: usize) -> (Vec<Line>, bool) {
    let bytes = source.as_bytes();
    let mut lines = Vec::new();
    let mut scan = Scan::default();
    let mut at = 0;
    while at < bytes.len() {
        if lines.len() + 1 >= most {
            scan.part(source, at, bytes.len());
            let cut = !lines.is_empty() && source[at..].trim().contains(['\n', '\r']);
            scan.finish(&mut lines);
            return (lines, cut);
        }
        let end = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        if !scan.clean(bytes, at, end) {
            // Rarer breaks stand inside what memchr takes for a line.
            let mut from = at;
            while let Some((before, after, paragraph)) = inner_break(source, from, end) {
                scan.part(source, from, before);
                scan.finish(&mut lines);
                scan.blanks = scan.blanks.saturating_add(u8::from(paragraph));
                from = after;
            }
            scan.part(source, from, end);
        }
        scan.finish(&mut lines);
        at = end + break_length(&bytes[end..]);
    }
    (lines, false)
}

/// For each line whether it is short and recurs below different lines: a button or a link beside every comment or
/// card, hardly the end of a sentence. (The end of a repeated title recurs below the same line.)
pub(super) fn recurring(source: &str, lines: &[Line]) -> Vec<bool> {
    let is_short = |line: &Line| line.words <= RECURRING_WORDS && line.chars <= RECURRING_CHARS && !line.void;
    let above = |at: usize| at.checked_sub(1).map_or("", |above| lines[above].span.of(source));
    // The line above a text's first occurrence, and how many occurrences stand below another.
    let mut seen: HashMap<&str, (&str, u32)> = HashMap::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| is_short(line)) {
        let (first, others) = seen.entry(line.span.of(source)).or_insert((above(at), 0));
        *others += u32::from(*first != above(at));
    }
    lines.iter().map(|line| is_short(line) && seen[line.span.of(source)].1 + 1 >= RECURRING).collect()
}

/// Bytes of the line break at the start of `bytes`: `\r\n`, and `\r\r\n` of files converted twice, are one.
fn break_length(bytes: &[u8]) -> usize {
    let returns = bytes.iter().take(2).take_while(|&&b| b == b'\r').count();
    if returns > 0 && bytes.get(returns) == Some(&b'\n') { returns + 1 } else { 1 }
}

/// The next line break in `from..end` other than line feed and carriage return: where it starts, where it ends, and
/// whether it parts paragraphs.
fn inner_break(source: &str, from: usize, end: usize) -> Option<(usize, usize, bool)> {
    let is_break = |c: char| matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let (at, c) = source[from..end].char_indices().find(|&(_, c)| is_break(c))?;
    Some((from + at, from + at + c.len_utf8(), matches!(c, '\u{c}' | '\u{2029}')))
}

/// The line being read.
#[derive(Default)]
struct Scan {
    start: Option<usize>,
    end: usize,
    indent: u32,
    chars: u32,
    wide: u32,
    words: u32,
    gutters: u32,
    /// White space since the last character.
    space: Space,
    rough: bool,
    seen: bool,
    blanks: u8,
}

/// White space between two characters.
#[derive(Default)]
struct Space {
    columns: u32,
    tab: bool,
    /// It is not a single blank.
    rough: bool,
}

impl Scan {
    /// Reads a line at once if it holds nothing but words of ASCII parted by single blanks.
    fn clean(&mut self, bytes: &[u8], at: usize, end: usize) -> bool {
        let indent = bytes[at..end].iter().take_while(|&&b| b == b' ').count();
        let line = &bytes[at + indent..end];
        let line = &line[..line.len() - line.iter().rev().take_while(|&&b| b == b' ').count()];
        let (mut odd, mut blanks) = (false, 0);
        for &b in line {
            odd |= !(b' '..=b'~').contains(&b);
            blanks += u32::from(b == b' ');
        }
        // The line neither starts nor ends with a blank.
        for (&b, &next) in line.iter().zip(line.iter().skip(1)) {
            odd |= b == b' ' && next == b' ';
        }
        if odd {
            return false;
        }
        if !line.is_empty() {
            self.start = Some(at + indent);
            self.end = at + indent + line.len();
            self.indent = indent as u32;
            self.chars = line.len() as u32;
            self.words = blanks + 1;
            self.seen = true;
        }
        true
    }

    /// Reads `from..to`, which holds no break.
    fn part(&mut self, source: &str, from: usize, to: usize) {
        let bytes = source.as_bytes();
        let mut at = from;
        while at < to {
            // The first byte tells the length, and for most letters the width too.
            let (length, wide) = match bytes[at] {
                b'!'..=b'~' => (1, false),
                0xc3..=0xdf => (2, false),
                0xe0 => (3, false),
                0xe4..=0xe9 | 0xeb | 0xec => (3, true),
                _ => {
                    let Some(c) = source[at..].chars().next() else { return };
                    match class(c) {
                        Class::Visible => (c.len_utf8(), is_wide(c)),
                        Class::Blank => {
                            self.blank(c);
                            at += c.len_utf8();
                            continue;
                        }
                        Class::Unseen => {
                            self.open(at);
                            self.rough = true;
                            at += c.len_utf8();
                            self.end = at;
                            continue;
                        }
                    }
                }
            };
            if self.space.columns > 0 || !self.seen {
                self.open(at);
                self.seen = true;
            }
            self.chars += 1;
            self.wide += u32::from(wide);
            at += length;
            self.end = at;
        }
    }

    /// Takes the white space before a character into the line.
    fn open(&mut self, at: usize) {
        self.start.get_or_insert(at);
        if !self.seen {
            self.indent += self.space.columns;
            self.words = 1;
        } else if self.space.columns > 0 {
            self.chars += self.space.columns;
            self.words += 1;
            self.gutters += u32::from(self.space.tab || self.space.columns >= 3);
            self.rough |= self.space.rough;
        }
        self.space = Space::default();
    }

    fn blank(&mut self, c: char) {
        self.space.rough |= c != ' ' || self.space.columns > 0;
        self.space.columns += match c {
            '\t' => {
                self.space.tab = true;
                TAB - (self.indent + self.chars + self.space.columns) % TAB
            }
            _ if is_wide(c) => 2,
            _ => 1,
        };
    }

    fn finish(&mut self, lines: &mut Vec<Line>) {
        if let Some(start) = self.start {
            lines.push(Line {
                span: Span::new(start as u32, self.end as u32),
                indent: saturated(self.indent),
                chars: saturated(self.chars),
                wide: saturated(self.wide),
                words: self.words.min(255) as u8,
                blanks: self.blanks,
                gutters: self.gutters.min(255) as u8,
                plain: !self.rough,
                void: !self.seen,
            });
        }
        let blanks = if self.seen { 0 } else { self.blanks.saturating_add(1) };
        *self = Self { blanks, ..Self::default() };
    }
}

fn saturated(columns: u32) -> u16 {
    columns.min(u32::from(u16::MAX)) as u16
}
