//! Blocks from the tree: which pieces of text flow together, what parts them, and what they look like.

use super::elements::{VOID, facts};
use super::grow::{Grown, Piece};
use super::{lay, tables};
use crate::limits::{self, Limit};
use crate::page::block::{Block, Gap, Page, Range32, Run, Shape};
use crate::page::tree::{Display, Node, NodeId, Tag, Tree};
use crate::record::Format;

/// How text flows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// White space collapsed; block-level elements part blocks.
    #[default]
    Flow,
    /// One block with its lines kept.
    Lines,
    /// One row of a data table.
    Row,
}

/// What an element hands down to the text inside.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    mode: Mode,
    shape: Shape,
    level: u8,
    /// The innermost block-level element.
    node: NodeId,
    /// Place of the frame of the item (`li`, `dt`, `dd`) whose first text has its shape; the rest is plain text.
    item: Option<u32>,
    /// Place of the frame of the innermost list.
    list: Option<u32>,
    lists: u8,
    quotes: u8,
    /// Inside a data table.
    data: bool,
}

/// An open element that matters to the flow.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    id: u32,
    end: u32,
    /// What its edges do to the text.
    edge: Edge,
    hidden: bool,
    context: Context,
    /// Of a numbered list: the number of its next item. Of an item in one: its number.
    number: Option<u32>,
    /// Of an item: the element of the block that took its shape.
    taken: Option<NodeId>,
}

/// What the edge of an element does to the text on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Edge {
    /// Parts words.
    #[default]
    Space,
    /// Ends a line of preformatted text.
    Line,
    /// Parts blocks.
    Block(Gap),
    /// Begins a cell.
    Cell,
}

/// Cuts what has grown from `source` into blocks.
pub(super) fn build<'s>(source: &'s str, grown: Grown<'s>) -> Page<'s> {
    let Grown { tree, pieces, cuts } = grown;
    let root = Frame { end: tree.nodes.len() as u32, ..Frame::default() };
    let mut builder = Builder { source, tree, frames: vec![root], shown: Flow::default(), hidden: Flow::default() };
    builder.shown.text.reserve(source.len() / 8);
    let mut next = 1;
    for (number, piece) in pieces.iter().enumerate() {
        while next < piece.at {
            builder.enter(next, &pieces[number..]);
            next += 1;
        }
        builder.text(piece);
    }
    while (next as usize) < builder.tree.nodes.len() {
        builder.enter(next, &[]);
        next += 1;
    }
    builder.finish(cuts)
}

struct Builder<'s> {
    source: &'s str,
    tree: Tree<'s>,
    frames: Vec<Frame>,
    shown: Flow,
    /// Hidden text, kept apart so that it parts no visible sentence; spliced in where the next visible block begins.
    hidden: Flow,
}

impl<'s> Builder<'s> {
    fn top(&self) -> &Frame {
        &self.frames[self.frames.len() - 1]
    }

    /// Enters an element; `rest` are the pieces from the first that may stand inside.
    fn enter(&mut self, id: u32, rest: &[Piece]) {
        let begun = self.shown.blocks.len() as u32;
        let node = &mut self.tree.nodes[id as usize];
        node.blocks = Range32::new(begun, begun);
        if node.display == Display::Inline {
            return;
        }
        let (tag, end, display, hidden) = (node.tag, node.end.0, node.display, node.hidden);
        self.leave(id);
        let outer = self.top().context;
        let heading = outer.shape == Shape::Heading;
        let edge = match (outer.mode, display) {
            (Mode::Row, _) if matches!(tag, Tag::Td | Tag::Th) => Edge::Cell,
            (Mode::Row, _) | (_, Display::Box | Display::Inline) | (Mode::Lines, Display::Control) => Edge::Space,
            (Mode::Flow, Display::Control) if heading => Edge::Space,
            (Mode::Lines, Display::Break) => return self.flow(hidden).feed(),
            (Mode::Lines, _) => Edge::Line,
            (Mode::Flow, Display::Break) => return self.flow(hidden).line_break(),
            (Mode::Flow, Display::Rule) => Edge::Block(Gap::Wide),
            (Mode::Flow, Display::Control) => Edge::Block(Gap::Line),
            (Mode::Flow, Display::Block) => Edge::Block(Gap::Block),
        };
        self.part(edge, hidden);
        if facts(tag) & VOID != 0 {
            return;
        }
        let mut frame = Frame { id, end, edge, hidden, context: outer, ..Frame::default() };
        if let Edge::Block(_) = edge {
            self.shape(&mut frame, tag, rest);
        }
        if frame.context.mode == Mode::Row && outer.mode != Mode::Row {
            self.flow(hidden).begin_row();
        }
        self.frames.push(frame);
    }

    /// Gives an element's frame the context of the text inside.
    fn shape(&mut self, frame: &mut Frame, tag: Tag, rest: &[Piece]) {
        let place = self.frames.len() as u32;
        let context = &mut frame.context;
        let id = NodeId(frame.id);
        context.node = id;
        let mut take = |shape, level, item| {
            context.shape = shape;
            context.level = level;
            context.item = item;
        };
        match tag {
            Tag::H1 => take(Shape::Heading, 1, None),
            Tag::H2 => take(Shape::Heading, 2, None),
            Tag::H3 => take(Shape::Heading, 3, None),
            Tag::H4 => take(Shape::Heading, 4, None),
            Tag::H5 => take(Shape::Heading, 5, None),
            Tag::H6 => take(Shape::Heading, 6, None),
            Tag::Figcaption | Tag::Caption => take(Shape::Caption, 0, None),
            Tag::Dt | Tag::Dd => take(Shape::Definition, 0, Some(place)),
            Tag::Button | Tag::Label | Tag::Legend | Tag::Option | Tag::Textarea => take(Shape::Control, 0, None),
            Tag::Pre | Tag::Listing | Tag::Xmp | Tag::Plaintext => {
                take(Shape::Code, 0, None);
                context.mode = Mode::Lines;
            }
            Tag::Blockquote => {
                context.quotes = context.quotes.saturating_add(1);
                let quotes = context.quotes;
                (context.shape, context.level, context.item) = (Shape::Quote, quotes, None);
            }
            Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dir => {
                context.lists = context.lists.saturating_add(1);
                context.list = Some(place);
                context.item = None;
                (context.shape, context.level) =
                    if context.quotes > 0 { (Shape::Quote, context.quotes) } else { (Shape::Text, 0) };
                if tag == Tag::Ol {
                    frame.number = Some(self.number_attr(id, "start").unwrap_or(1));
                }
            }
            Tag::Li => {
                (context.shape, context.level, context.item) = (Shape::ListItem, context.lists.max(1), Some(place));
                let given = self.number_attr(id, "value");
                if let Some(list) = context.list
                    && let Some(next) = &mut self.frames[list as usize].number
                {
                    let number = given.unwrap_or(*next);
                    *next = number.saturating_add(1);
                    frame.number = Some(number);
                }
            }
            Tag::Table => context.data = tables::is_data(&self.tree, rest, id),
            Tag::Tr if context.data => {
                take(Shape::TableRow, 0, None);
                context.mode = Mode::Row;
            }
            _ => {}
        }
    }

    fn number_attr(&self, id: NodeId, name: &str) -> Option<u32> {
        self.tree.raw_attr(id, name)?.trim().parse().ok()
    }

    /// Leaves the elements that `inside` is not part of.
    fn leave(&mut self, inside: u32) {
        while let Some(frame) = self.frames.pop_if(|frame| inside < frame.id || inside >= frame.end) {
            self.part(if frame.edge == Edge::Cell { Edge::Space } else { frame.edge }, frame.hidden);
        }
    }

    /// Parts the text on both sides of an element's edge.
    fn part(&mut self, edge: Edge, hidden: bool) {
        let flow = self.flow(hidden);
        match edge {
            Edge::Space => flow.space = true,
            Edge::Line => flow.line(),
            Edge::Block(gap) => flow.end(gap),
            Edge::Cell => flow.column += 1,
        }
    }

    /// The flow that an element or a piece belongs to. Hidden text ends where visible text goes on.
    fn flow(&mut self, hidden: bool) -> &mut Flow {
        if hidden {
            &mut self.hidden
        } else {
            if self.hidden.open.is_some() {
                self.hidden.end(Gap::Block);
            }
            &mut self.shown
        }
    }

    fn text(&mut self, piece: &Piece) {
        self.leave(piece.node.0);
        let raw = piece.span.of(self.source);
        let context = self.top().context;
        if !piece.hidden {
            self.splice();
        }
        let flow = self.flow(piece.hidden);
        let before = flow.text.len();
        let laid = if context.mode == Mode::Lines {
            if let Some(laid) = lay::preformatted(&mut flow.text, piece, raw) {
                laid
            } else {
                if flow.open.is_none() {
                    flow.text.truncate(before);
                }
                return;
            }
        } else {
            let (start, parts) = lay::skip_blanks(raw, 0, piece.literal);
            flow.space |= piece.space | parts;
            if start == raw.len() {
                return;
            }
            if flow.open.is_some() {
                flow.join(piece);
            }
            if context.mode == Mode::Row {
                flow.begin_cell();
            }
            lay::collapsed(&mut flow.text, piece, raw, start)
        };
        if flow.open.is_none() {
            self.open(piece, &context, before);
        }
        let link_bytes = if piece.link == NodeId::ROOT { 0 } else { laid.text.len() as u32 };
        let flow = self.flow(piece.hidden);
        flow.space = laid.space;
        flow.runs.push(Run { text: laid.text, span: laid.span, node: piece.node });
        if let Some(block) = &mut flow.open {
            block.link_bytes += link_bytes;
            if link_bytes > 0 && flow.link != Some(piece.link) {
                block.links = block.links.saturating_add(1);
            }
        }
        flow.link = Some(piece.link);
    }

    /// Opens a block whose text begins at `start` of the arena.
    fn open(&mut self, piece: &Piece, context: &Context, start: usize) {
        let (mut shape, mut level, mut number) = (context.shape, context.level, None);
        if let Some(item) = context.item {
            let frame = &mut self.frames[item as usize];
            match frame.taken {
                Some(node) if node != context.node && context.node.0 != frame.id => (shape, level) = (Shape::Text, 0),
                Some(_) => {}
                None => {
                    frame.taken = Some(context.node);
                    number = frame.number;
                }
            }
        }
        let start = start as u32;
        let flow = self.flow(piece.hidden);
        let run = flow.runs.len() as u32;
        flow.open = Some(Block {
            text: Range32::new(start, start),
            runs: Range32::new(run, run),
            marker: None,
            number,
            shape,
            level,
            gap: flow.gap,
            indent: 0,
            link_bytes: 0,
            links: 0,
            node: context.node,
            hidden: piece.hidden,
        });
        flow.gap = Gap::Line;
        flow.breaks = 0;
        flow.link = None;
    }

    /// Moves the hidden blocks that are done among the shown ones, where no visible block is open.
    fn splice(&mut self) {
        if self.shown.open.is_none() && (self.hidden.open.is_some() || !self.hidden.blocks.is_empty()) {
            self.hidden.end(Gap::Block);
            let (text, runs) = (self.shown.text.len() as u32, self.shown.runs.len() as u32);
            let moved = |range: Range32, by: u32| Range32::new(range.start + by, range.end + by);
            self.shown.text.push_str(&self.hidden.text);
            let hidden = self.hidden.runs.drain(..);
            self.shown.runs.extend(hidden.map(|run| Run { text: moved(run.text, text), ..run }));
            let hidden = self.hidden.blocks.drain(..);
            self.shown.blocks.extend(hidden.map(|block| Block {
                text: moved(block.text, text),
                runs: moved(block.runs, runs),
                ..block
            }));
            self.hidden.text.clear();
        }
    }

    fn finish(mut self, mut cuts: Vec<Limit>) -> Page<'s> {
        self.shown.last();
        self.hidden.last();
        self.splice();
        if self.shown.cut || self.hidden.cut {
            cuts.push(Limit::Blocks);
        }
        let Flow { text, runs, blocks, .. } = self.shown;
        reach(&mut self.tree.nodes, &blocks, &runs);
        Page { source: self.source, format: Format::Html, text, runs, blocks, tree: self.tree, cuts }
    }
}

/// Tells each element which blocks reach into it.
fn reach(nodes: &mut [Node<'_>], blocks: &[Block], runs: &[Run]) {
    let widen = |range: &mut Range32, by: Range32| {
        if range.is_empty() {
            *range = by;
        } else if !by.is_empty() {
            *range = Range32::new(range.start.min(by.start), range.end.max(by.end));
        }
    };
    for (number, block) in blocks.iter().enumerate() {
        for run in &runs[block.runs.range()] {
            widen(&mut nodes[run.node.0 as usize].blocks, Range32::new(number as u32, number as u32 + 1));
        }
    }
    // Inner elements stand behind the outer ones, so one pass from the back carries all upwards.
    for id in (1..nodes.len()).rev() {
        let Node { parent, blocks, .. } = nodes[id];
        widen(&mut nodes[parent.0 as usize].blocks, blocks);
    }
}

/// Blocks in the making.
#[derive(Debug, Default)]
struct Flow {
    text: String,
    runs: Vec<Run>,
    blocks: Vec<Block>,
    /// The block being written.
    open: Option<Block>,
    /// What parts the next block from the last.
    gap: Gap,
    /// Line breaks since the last text.
    breaks: u32,
    /// White space since the last text.
    space: bool,
    /// The link around the last run of the open block.
    link: Option<NodeId>,
    /// In a row: the number of its cells so far, and in which of them the text stands.
    column: u32,
    written: u32,
    /// Whether [`limits::BLOCKS`] was hit.
    cut: bool,
}

/// Hidden and visible blocks share the bound evenly.
const MOST_BLOCKS: usize = limits::BLOCKS / 2;

impl Flow {
    /// Ends the open block; the next is parted from it by `gap` or more. Past the bound it stays open and takes what
    /// follows, so that nothing is lost.
    fn end(&mut self, gap: Gap) {
        if self.open.is_some() && self.blocks.len() + 1 >= MOST_BLOCKS {
            self.cut = true;
            self.space = true;
        } else {
            self.last();
            self.gap = self.gap.max(gap);
        }
    }

    /// Ends the open block, whatever the bound.
    fn last(&mut self) {
        self.space = false;
        let Some(mut block) = self.open.take() else { return };
        if block.shape == Shape::Code {
            // Empty lines around the code go, its first line's indentation stays.
            let text = &self.text[block.text.start as usize..];
            let blank = text.len() - text.trim_start().len();
            let indentation = text[..blank].rfind('\n').map_or(0, |feed| feed + 1);
            let end = block.text.start as usize + text.trim_end().len();
            block.text.start += indentation as u32;
            self.text.truncate(end);
        }
        block.text.end = self.text.len() as u32;
        block.runs.end = self.runs.len() as u32;
        self.blocks.push(block);
        self.text.push('\n');
    }

    /// `<br>`: ends a line; two of them end a paragraph.
    fn line_break(&mut self) {
        self.breaks = if self.open.is_some() { 1 } else { self.breaks + 1 };
        self.end(if self.breaks > 1 { Gap::Block } else { Gap::Line });
    }

    /// `<br>` in preformatted text.
    fn feed(&mut self) {
        if self.open.is_some() {
            self.text.push('\n');
        }
    }

    /// The edge of a block-level element in preformatted text.
    fn line(&mut self) {
        if self.open.is_some() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Writes the blank that parts the next piece from the text before, if any does.
    fn join(&mut self, piece: &Piece) {
        let links = self.link.is_some_and(|link| link != piece.link && link != NodeId::ROOT);
        if self.space || (links && piece.link != NodeId::ROOT) {
            self.text.push(' ');
        }
    }

    /// A row of a data table begins.
    fn begin_row(&mut self) {
        (self.column, self.written) = (0, 1);
    }

    /// Writes the bars before the cell that the next piece stands in.
    fn begin_cell(&mut self) {
        while self.written < self.column {
            if self.text.ends_with(' ') {
                self.text.push_str("| ");
            } else {
                self.text.push_str(if self.open.is_some() { " | " } else { "| " });
            }
            self.written += 1;
        }
    }
}
