//! A dump's lines: where each that shows something starts and ends, how far it is indented, how wide it is.

use crate::record::Span;

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
    Break,
}

fn class(c: char) -> Class {
    match c {
        '!'..='~' => Class::Visible,
        ' ' | '\t' => Class::Blank,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::Break,
        _ if is_unseen(c) => Class::Unseen,
        _ if c.is_whitespace() => Class::Blank,
        _ => Class::Visible,
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
    let mut lines = Vec::new();
    let mut scan = Scan::default();
    let mut chars = source.char_indices().peekable();
    let mut cut = false;
    while let Some((at, c)) = chars.next() {
        match class(c) {
            Class::Visible => scan.visible(at, c),
            Class::Blank => scan.blank(c),
            Class::Unseen => scan.unseen(at, c),
            Class::Break => {
                // `\r\n`, and `\r\r\n` of files converted twice, are one break.
                let paragraph = matches!(c, '\u{c}' | '\u{2029}');
                if c == '\r' {
                    let rest = &source.as_bytes()[at..];
                    let returns = rest.iter().take(3).take_while(|&&b| b == b'\r').count();
                    if rest.get(returns) == Some(&b'\n') {
                        for _ in 0..returns {
                            chars.next();
                        }
                    }
                }
                if lines.len() + 1 >= most && scan.start.is_some() {
                    cut = !source[at..].trim_start().is_empty();
                    scan.swallow(source);
                    break;
                }
                scan.finish(&mut lines);
                if paragraph {
                    scan.blanks = scan.blanks.saturating_add(1);
                }
            }
        }
    }
    scan.finish(&mut lines);
    (lines, cut)
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
    fn visible(&mut self, at: usize, c: char) {
        self.open(at);
        self.seen = true;
        self.chars += 1;
        self.end = at + c.len_utf8();
        if !c.is_ascii() {
            self.wide += u32::from(is_wide(c));
        }
    }

    fn unseen(&mut self, at: usize, c: char) {
        self.open(at);
        self.rough = true;
        self.end = at + c.len_utf8();
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

    /// Takes all that is left of `source` into the line.
    fn swallow(&mut self, source: &str) {
        self.end = self.end.max(source.trim_end().len());
        self.rough = true;
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
