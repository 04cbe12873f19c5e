//! The one currency of the pipeline: a block, its runs of text, and the page that owns them.

use crate::limits::Limit;
use crate::page::tree::{NodeId, Tree};
use crate::record::{Format, Span};

/// A half-open range of `u32` indices into an arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Range32 {
    /// First index.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Range32 {
    /// The range `start..end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// As a range of `usize`.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Number of indices.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.end == self.start
    }
}

/// A block's place in [`Page::blocks`].
pub type BlockId = u32;

/// A page cut into blocks in source order.
#[derive(Debug)]
pub struct Page<'s> {
    /// The decoded source that all spans point into.
    pub source: &'s str,
    /// How it is written.
    pub format: Format,
    /// Arena of the blocks' text: entities decoded, white space collapsed (but for preformatted text).
    pub text: String,
    /// Arena of runs.
    pub runs: Vec<Run>,
    /// The blocks, in source order.
    pub blocks: Vec<Block>,
    /// The elements of an HTML page; for a dump only a root.
    pub tree: Tree<'s>,
    /// Bounds that were hit.
    pub cuts: Vec<Limit>,
}

/// A stretch of text from one place of the source: one text node of HTML, one line of a dump.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Its text in [`Page::text`]. Runs of one block follow one another there; blanks between them belong to neither.
    pub text: Range32,
    /// The bytes of the source it came from, white space at both ends left out.
    pub span: Span,
    /// The innermost element around it ([`NodeId::ROOT`] in a dump).
    pub node: NodeId,
}

/// What parts a block from the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// A mere line break: a single `<br>`, or a new line in a dump whose lines are not paragraphs.
    Line,
    /// A new block element, a blank line, or two `<br>`.
    #[default]
    Block,
    /// More than one blank line, a rule (`<hr>`, `-----`).
    Wide,
}

/// What a block looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Shape {
    /// Running text or anything without a shape of its own.
    #[default]
    Text,
    /// A heading; [`Block::level`] is 1 to 6, or 0 where the level is unknown (dumps).
    Heading,
    /// An item of a list; [`Block::level`] is the list's depth from 1.
    ListItem,
    /// Inside a block quotation; [`Block::level`] is its depth from 1.
    Quote,
    /// One row of a data table: cells parted by ` | ` in the text, runs keep them apart.
    TableRow,
    /// Preformatted; lines kept.
    Code,
    /// `figcaption`, `caption`.
    Caption,
    /// A term or definition of a `dl`.
    Definition,
    /// A button, label, option or legend of a form.
    Control,
}

/// The smallest piece of a page that gets a label.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Its text in [`Page::text`], without marker.
    pub text: Range32,
    /// Its runs in [`Page::runs`].
    pub runs: Range32,
    /// The bullet or list number that a dump (or the source) shows before the text, as it stands there: `•`, `1.`, `a)`.
    pub marker: Option<Span>,
    /// The number in the marker, where it is one.
    pub number: Option<u32>,
    /// What it looks like.
    pub shape: Shape,
    /// Heading level, list or quote depth.
    pub level: u8,
    /// What parts it from the block before.
    pub gap: Gap,
    /// Columns of indentation in a dump (tabs count to the next multiple of 4); 0 in HTML.
    pub indent: u16,
    /// Bytes of the text that stand inside links.
    pub link_bytes: u32,
    /// Number of links.
    pub links: u16,
    /// The innermost block-level element around it ([`NodeId::ROOT`] in a dump).
    pub node: NodeId,
    /// Hidden from a reader (CSS, `hidden`, `aria-hidden` boxes without text for readers): kept for threads that only scripts would show.
    pub hidden: bool,
}

impl Page<'_> {
    /// The block's text.
    pub fn text_of(&self, block: &Block) -> &str {
        &self.text[block.text.range()]
    }

    /// The block's runs.
    pub fn runs_of(&self, block: &Block) -> &[Run] {
        &self.runs[block.runs.range()]
    }

    /// The text of a run.
    pub fn run_text(&self, run: &Run) -> &str {
        &self.text[run.text.range()]
    }

    /// The marker as it stands in the source.
    pub fn marker_of(&self, block: &Block) -> Option<&str> {
        block.marker.map(|span| span.of(self.source))
    }

    /// Marker and text, as a reader of the source saw them.
    pub fn shown_text(&self, block: &Block) -> String {
        match self.marker_of(block) {
            Some(marker) if self.text_of(block).is_empty() => marker.to_owned(),
            Some(marker) => format!("{marker} {}", self.text_of(block)),
            None => self.text_of(block).to_owned(),
        }
    }

    /// Where the block stands in the source: its marker's span and its runs'.
    pub fn spans_of<'p>(&'p self, block: &'p Block) -> impl Iterator<Item = Span> + 'p {
        block.marker.into_iter().chain(self.runs_of(block).iter().map(|run| run.span)).filter(|span| !span.is_empty())
    }
}
