//! A text dump of a page cut into blocks, whatever renderer made it.
//!
//! [`lines`] measures each line, [`marks`] judges bullets, numbers and Markdown marks, [`table`] finds cells, [`wrap`]
//! undoes hard wraps, [`fragment`] joins broken sentences, [`inline`] tells what stands in a line without being text, [`piece`] cuts lines that hold a
//! whole page. Everything is judged by counting over the dump; no renderer is known by name.

mod fragment;
mod inline;
mod lines;
mod marks;
mod piece;
mod table;
mod wrap;

use crate::limits::{self, Limit};
use crate::page::{Block, Gap, NodeId, Page, Range32, Run, Shape, Tree};
use crate::record::{Format, Span};

use inline::Inline;
use lines::Line;
use marks::{Kind, Mark};
use table::Row;
use wrap::Join;

/// Share of line breaks with a blank line, in percent, below which a dump is taken to have none.
const FEW_BLANKS: usize = 2;

/// Cuts a text dump of a page into blocks. Never fails: any text is a dump.
///
/// Every character of `source` that is not white space lies in the marker or a run of exactly one block, in order;
/// what lies beyond [`limits::PAGE_BYTES`] is not read. Time and memory are linear in the source.
pub fn cut(source: &str) -> Page<'_> {
    let mut cuts = Vec::new();
    let mut read = source;
    if read.len() > limits::PAGE_BYTES {
        let end = (0..=limits::PAGE_BYTES).rev().find(|&at| read.is_char_boundary(at));
        read = &read[..end.unwrap_or(0)];
        cuts.push(Limit::PageBytes);
    }
    let (lines, cut) = lines::lines(read, limits::BLOCKS);
    if cut {
        cuts.push(Limit::Blocks);
    }
    let marks = marks::judge(read, &lines);
    let rows = table::rows(read, &lines);
    let dense = is_dense(&lines);
    let mut joins = wrap::joins(read, &lines, &marks, &rows, dense);
    fragment::join(read, &lines, &marks, &rows, &mut joins);
    let mut cutter = Cutter::new(read, &lines, dense);
    cutter.framed = rows.contains(&Row::Stroke);
    for at in 0..lines.len() {
        cutter.line(&lines[at], marks[at].as_ref(), rows[at], joins[at]);
    }
    let mut page = cutter.finish();
    page.source = source;
    page.cuts = cuts;
    page
}

/// Builds the page line by line.
struct Cutter<'s> {
    page: Page<'s>,
    inline: Inline,
    /// The dump has no blank lines: its line breaks part blocks.
    dense: bool,
    /// The dump draws tables by pipes.
    framed: bool,
    /// Lines that hold more than this many bytes are cut into pieces.
    longest: u32,
    /// What parts the next line from this one at least.
    parting: Gap,
}

impl<'s> Cutter<'s> {
    fn new(source: &'s str, lines: &[Line], dense: bool) -> Self {
        Self {
            page: Page {
                source,
                format: Format::Text,
                text: String::with_capacity(source.len()),
                runs: Vec::with_capacity(lines.len()),
                blocks: Vec::new(),
                tree: Tree::rooted(),
                cuts: Vec::new(),
            },
            inline: Inline::of(source, lines),
            dense,
            framed: false,
            longest: piece::longest(lines),
            parting: Gap::Line,
        }
    }

    fn line(&mut self, line: &Line, mark: Option<&Mark>, row: Row, join: Join) {
        let text = Span::new(mark.map_or(line.span.start, |mark| mark.text), line.span.end);
        let is_quote = mark.is_some_and(|mark| matches!(mark.kind, Kind::Quote(_)));
        if line.void || (is_quote && text.is_empty()) {
            self.unseen(line.span);
            if is_quote {
                self.parting = self.parting.max(Gap::Block);
            }
            return;
        }
        if join != Join::Apart && !self.page.blocks.is_empty() {
            self.run(line.span, text, line.plain, join);
            return;
        }
        let gap = match line.blanks {
            0 if self.dense => Gap::Block,
            0 => Gap::Line,
            1 => Gap::Block,
            _ => Gap::Wide,
        };
        let gap = gap.max(std::mem::replace(&mut self.parting, Gap::Line));
        let block = Block { gap, indent: line.indent, ..Block::default() };
        if let Some(mark) = mark {
            self.marked(line, mark, block);
            return;
        }
        let shown = line.span.of(self.page.source);
        if is_rule(shown) || row == Row::Stroke {
            self.rule(line, row, block);
            return;
        }
        match row {
            Row::Pipes | Row::Gaps => self.row(line, row, Block { shape: Shape::TableRow, ..block }),
            Row::Aside => {
                let mut next = block;
                for cell in table::cells(self.page.source, line.span, row) {
                    next.indent = line.indent.saturating_add(cell.column.min(u32::from(u16::MAX)) as u16);
                    self.open(std::mem::replace(&mut next, Block { gap: Gap::Line, ..Block::default() }));
                    self.run(cell.cover, cell.text, line.plain, Join::Close);
                }
            }
            Row::None | Row::Stroke => self.text(line.span, line.plain, block),
        }
    }

    /// A line behind a marker.
    fn marked(&mut self, line: &Line, mark: &Mark, mut block: Block) {
        let source = self.page.source;
        let mut mark = *mark;
        block.marker = Some(mark.span);
        block.number = mark.number();
        block.level = mark.level;
        block.shape = match mark.kind {
            Kind::Quote(_) => Shape::Quote,
            Kind::Hashes(_) => Shape::Heading,
            _ => Shape::ListItem,
        };
        let inner = marks::lead(source, Span::new(mark.text, line.span.end), mark.column);
        if let Some(inner) = inner
            && block.shape == Shape::ListItem
        {
            if mark.nested {
                let item = Block {
                    marker: Some(inner.span),
                    number: inner.number(),
                    shape: Shape::ListItem,
                    level: mark.level.saturating_add(1),
                    indent: inner.indent,
                    ..Block::default()
                };
                self.open(std::mem::replace(&mut block, Block { gap: Gap::Line, ..item }));
                mark = inner;
            } else if let Kind::Hashes(level @ 2..) = inner.kind
                && inner.text < line.span.end
            {
                block.marker = Some(Span::new(mark.span.start, inner.span.end));
                block.shape = Shape::Heading;
                block.level = level;
                mark = inner;
            }
        }
        self.text(Span::new(mark.text, line.span.end), line.plain, block);
    }

    /// A line of nothing but strokes: below a title as long as itself it makes that a heading, else it is a block
    /// without text.
    fn rule(&mut self, line: &Line, row: Row, mut block: Block) {
        let drawn = line.span.of(self.page.source);
        if block.gap == Gap::Line
            && let Some(level) = underline(drawn)
            && let Some(title) = self.page.blocks.last_mut()
            && title.shape == Shape::Text
            && title.marker.is_none()
            && title.runs.len() == 1
            && self.page.text[title.text.range()].chars().count() == drawn.len()
        {
            title.shape = Shape::Heading;
            title.level = level;
            self.unseen(line.span);
            return;
        }
        if row != Row::Stroke {
            block.gap = Gap::Wide;
        }
        self.parting = block.gap;
        block.marker = Some(line.span);
        self.open(block);
    }

    /// A row of a table.
    fn row(&mut self, line: &Line, row: Row, mut block: Block) {
        let cells = table::cells(self.page.source, line.span, row);
        if cells.is_empty() {
            block.marker = Some(line.span);
            self.open(block);
            return;
        }
        if cells.len() == 1 {
            block.shape = Shape::Text;
        }
        self.open(block);
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.page.text.push_str(" | ");
            }
            self.run(cell.cover, cell.text, line.plain, Join::Close);
        }
    }

    /// Opens a block and gives it the text of a line, in pieces if it holds too much.
    fn text(&mut self, span: Span, plain: bool, mut block: Block) {
        if span.len() <= self.longest {
            let mut text = span;
            if self.framed {
                text.start += frame(span.of(self.page.source)) as u32;
            }
            if let Some(drawn) = control(text.of(self.page.source)) {
                block.shape = Shape::Control;
                text.start += drawn as u32;
            }
            self.open(block);
            self.run(span, text, plain, Join::Close);
            return;
        }
        for piece in piece::pieces(self.page.source, span) {
            let following = Block { gap: Gap::Line, indent: block.indent, ..Block::default() };
            self.open(std::mem::replace(&mut block, following));
            self.run(piece, piece, plain, Join::Close);
        }
    }

    fn open(&mut self, mut block: Block) {
        let (text, run) = (self.page.text.len() as u32, self.page.runs.len() as u32);
        block.text = Range32::new(text, text);
        block.runs = Range32::new(run, run);
        self.page.blocks.push(block);
    }

    /// Adds a run to the last block: the bytes of `cover`, of which `text` is shown.
    fn run(&mut self, cover: Span, text: Span, plain: bool, join: Join) {
        let Some(block) = self.page.blocks.last_mut() else { return };
        if cover.is_empty() {
            return;
        }
        let blank = join == Join::Blank && self.page.text.len() > block.text.start as usize;
        if blank {
            self.page.text.push(' ');
        }
        let start = self.page.text.len();
        let mut shown = Shown { out: &mut self.page.text, start, blank: false };
        if self.inline.is_empty() {
            shown.add(text.of(self.page.source), plain);
        } else {
            for stretch in self.inline.shown(text) {
                shown.add(stretch.of(self.page.source), plain);
            }
            let (links, bytes) = self.inline.links(cover);
            block.links = block.links.saturating_add(links);
            block.link_bytes += bytes;
        }
        if blank && self.page.text.len() == start {
            self.page.text.pop();
        }
        let end = self.page.text.len() as u32;
        self.page.runs.push(Run { text: Range32::new((start as u32).min(end), end), span: cover, node: NodeId::ROOT });
        block.text.end = end;
        block.runs.end = self.page.runs.len() as u32;
    }

    /// Takes in what no reader sees: it belongs to the block before it; at the top it is one.
    fn unseen(&mut self, span: Span) {
        if self.page.blocks.is_empty() {
            self.open(Block::default());
        }
        let Some(block) = self.page.blocks.last_mut() else { return };
        let end = self.page.text.len() as u32;
        self.page.runs.push(Run { text: Range32::new(end, end), span, node: NodeId::ROOT });
        block.runs.end = self.page.runs.len() as u32;
    }

    fn finish(mut self) -> Page<'s> {
        let root = &mut self.page.tree.nodes[NodeId::ROOT.0 as usize];
        root.blocks = Range32::new(0, self.page.blocks.len() as u32);
        self.page
    }
}

/// Whether hardly any line has a blank line above it.
fn is_dense(lines: &[Line]) -> bool {
    let blank = lines.iter().skip(1).filter(|line| line.blanks > 0).count();
    blank * 100 < lines.len().saturating_sub(1) * FEW_BLANKS
}

/// Whether a line is a rule: three and more of the same line-drawing characters and nothing else.
fn is_rule(text: &str) -> bool {
    let mut seen = 0;
    let mut first = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let drawing = matches!(c, '*' | '-' | '_' | '=' | '~' | '#' | '–' | '—' | '─'..='╿');
        if !drawing || (c.is_ascii() && *first.get_or_insert(c) != c) {
            return false;
        }
        seen += 1;
    }
    seen >= 3
}

/// The heading level that a rule gives the title above it.
fn underline(drawn: &str) -> Option<u8> {
    let level = match drawn.as_bytes().first()? {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    (!drawn.contains(' ')).then_some(level)
}

/// Bytes of the pipes of empty cells at the start of a line, and the blanks behind them.
fn frame(text: &str) -> usize {
    let inner = text.trim_start_matches(['|', ' ']);
    if text.starts_with("| ") && !inner.is_empty() { text.len() - inner.len() } else { 0 }
}

/// Bytes of the box to tick that renderers draw at the start of a line; 0 for a button or a field to fill in.
fn control(text: &str) -> Option<usize> {
    let drawn = ["[ ]", "[X]", "[x]", "[*]", "( ) ", "(*) "].into_iter().find(|drawn| text.starts_with(drawn));
    let opens = drawn.is_none() && ["(BUTTON)", "_____"].iter().any(|drawn| text.starts_with(drawn));
    drawn.map(str::len).or(opens.then_some(0))
}

/// Appends what a reader sees of a text: white space collapsed to blanks, unseen characters left out.
struct Shown<'t> {
    out: &'t mut String,
    start: usize,
    /// White space has passed since the last character.
    blank: bool,
}

impl Shown<'_> {
    fn add(&mut self, text: &str, plain: bool) {
        if plain && !self.blank && self.out.len() == self.start {
            let trimmed = text.trim_start();
            let shown = trimmed.trim_end();
            self.out.push_str(shown);
            self.blank = shown.len() < trimmed.len();
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.blank = true;
            } else if !lines::is_unseen(c) || matches!(c, '\u{200b}'..='\u{200f}') {
                if self.blank && self.out.len() > self.start {
                    self.out.push(' ');
                }
                self.blank = false;
                self.out.push(c);
            }
        }
    }
}

#[cfg(test)]
mod tests;
