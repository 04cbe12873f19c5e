//! A text dump of a page cut into blocks, whatever renderer made it.
//!
//! [`lines`] measures each line, [`marks`] judges bullets and numbers, [`wrap`] undoes hard wraps, [`piece`] cuts
//! lines that hold a whole page. Everything is judged by counting over the dump; no renderer is known by name.

mod lines;
mod marks;
mod piece;
mod wrap;

use crate::limits::{self, Limit};
use crate::page::{Block, Gap, NodeId, Page, Range32, Run, Shape, Tree};
use crate::record::{Format, Span};

use lines::Line;
use marks::Mark;
use wrap::Join;

/// Share of line breaks with a blank line, in percent, below which every line of a dump is a paragraph.
const FEW_BLANKS: usize = 2;

/// Cuts a text dump of a page into blocks. Never fails: any text is a dump.
///
/// Every character of `source` that is not white space lies in the marker or a run of exactly one block, in order.
/// Time and memory are linear in the source.
pub fn cut(source: &str) -> Page<'_> {
    let mut cuts = Vec::new();
    let mut read = source;
    if read.len() > limits::PAGE_BYTES {
        read = &read[..read.floor_char_boundary(limits::PAGE_BYTES)];
        cuts.push(Limit::PageBytes);
    }
    let (lines, cut) = lines::lines(read, limits::BLOCKS);
    if cut {
        cuts.push(Limit::Blocks);
    }
    let marks = marks::judge(read, &lines);
    let joins = wrap::joins(read, &lines, &marks);
    let mut cutter = Cutter::new(read, &lines);
    for at in 0..lines.len() {
        cutter.line(&lines[at], marks[at].as_ref(), joins[at]);
    }
    let mut page = cutter.finish();
    page.source = source;
    page.cuts.append(&mut cuts);
    page
}

/// Builds the page line by line.
struct Cutter<'s> {
    page: Page<'s>,
    /// Every line of the dump is a paragraph: its breaks part blocks.
    paragraphs: bool,
    /// Lines that hold more than this many bytes are cut into pieces.
    longest: u32,
    /// A rule stands above.
    ruled: bool,
}

impl<'s> Cutter<'s> {
    fn new(source: &'s str, lines: &[Line]) -> Self {
        let gaps = lines.len().saturating_sub(1);
        let blank = lines.iter().skip(1).filter(|line| line.blanks > 0).count();
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
            paragraphs: blank * 100 < gaps * FEW_BLANKS,
            longest: piece::longest(lines),
            ruled: false,
        }
    }

    fn line(&mut self, line: &Line, mark: Option<&Mark>, join: Join) {
        if line.void {
            self.unseen(line.span);
            return;
        }
        if join != Join::Apart && self.page.blocks.last().is_some() {
            self.run(line.span, line.plain, join);
            return;
        }
        let gap = match line.blanks {
            _ if self.ruled => Gap::Wide,
            0 if self.paragraphs => Gap::Block,
            0 => Gap::Line,
            1 => Gap::Block,
            _ => Gap::Wide,
        };
        self.ruled = false;
        if mark.is_none() && is_rule(line.span.of(self.page.source)) {
            self.open(Block { marker: Some(line.span), gap: Gap::Wide, indent: line.indent, ..Block::default() });
            self.ruled = true;
            return;
        }
        let Some(mark) = mark else {
            self.text(line.span, line.plain, Block { gap, indent: line.indent, ..Block::default() });
            return;
        };
        let block = Block {
            marker: Some(mark.span),
            number: mark.number(),
            shape: Shape::ListItem,
            level: mark.level,
            gap,
            indent: line.indent,
            ..Block::default()
        };
        self.text(Span::new(mark.text, line.span.end), line.plain, block);
    }

    /// Opens a block and gives it the text of a line, in pieces if it holds too much.
    fn text(&mut self, span: Span, plain: bool, block: Block) {
        if span.len() <= self.longest {
            self.open(block);
            self.run(span, plain, Join::Close);
            return;
        }
        let mut next = block;
        for piece in piece::pieces(self.page.source, span) {
            let following = Block { gap: Gap::Line, indent: next.indent, ..Block::default() };
            self.open(std::mem::replace(&mut next, following));
            self.run(piece, plain, Join::Close);
        }
    }

    fn open(&mut self, block: Block) {
        let (text, run) = (self.page.text.len() as u32, self.page.runs.len() as u32);
        self.page.blocks.push(Block { text: Range32::new(text, text), runs: Range32::new(run, run), ..block });
    }

    /// Adds a run to the last block.
    fn run(&mut self, span: Span, plain: bool, join: Join) {
        let Some(block) = self.page.blocks.last_mut() else { return };
        if span.is_empty() {
            return;
        }
        if join == Join::Blank && self.page.text.len() > block.text.start as usize {
            self.page.text.push(' ');
        }
        let start = self.page.text.len() as u32;
        show(span.of(self.page.source), plain, &mut self.page.text);
        let text = Range32::new(start, self.page.text.len() as u32);
        self.page.runs.push(Run { text, span, node: NodeId::ROOT });
        block.text.end = text.end;
        block.runs.end = self.page.runs.len() as u32;
    }

    /// Takes in characters that no reader sees: they belong to the block before them; at the top they are one.
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

/// Appends what a reader sees of `text`: white space collapsed to blanks, unseen characters left out.
fn show(text: &str, plain: bool, out: &mut String) {
    if plain {
        out.push_str(text);
        return;
    }
    let mut blank = false;
    let from = out.len();
    for c in text.chars() {
        if c.is_whitespace() {
            blank = true;
        } else if !lines::is_unseen(c) || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}') {
            if blank && out.len() > from {
                out.push(' ');
            }
            blank = false;
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests;
