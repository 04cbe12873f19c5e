//! Data tables told from tables that merely lay out a page.

use super::elements::is_heading;
use super::grow::Piece;
use crate::page::tree::{Display, NodeId, Tag, Tree};

/// Bytes of source text above which a cell holds prose rather than a datum.
const LONG_CELL: u32 = 400;
/// One prose-like cell in so many rows makes the table a layout.
const ROWS_PER_RICH_CELL: u32 = 6;

/// What has been seen of a table's cell.
#[derive(Default)]
struct Cell {
    end: u32,
    bytes: u32,
    breaks: u32,
    blocks: u32,
}

impl Cell {
    /// Whether it holds more than a datum: paragraphs, lines, prose. A table with header cells is granted more lines.
    fn is_rich(&self, headed: bool) -> bool {
        let lines = if headed { 3 } else { 1 };
        self.bytes > LONG_CELL || (self.breaks.max(self.blocks) > lines && self.bytes > LONG_CELL / 6)
    }
}

/// Whether the rows of `table` are rows of data: at least two rows of two filled cells, no table, form or heading
/// inside, and (almost) no prose. `pieces` are those of the page from the first that may stand in the table.
///
/// The look ends at the first table inside, so that nested tables cost no more than the page is long.
pub(super) fn is_data(tree: &Tree<'_>, pieces: &[Piece], table: NodeId) -> bool {
    if tree.raw_attr(table, "role").is_some_and(|role| matches!(role.trim(), "presentation" | "none")) {
        return false;
    }
    let end = tree.node(table).end.0;
    let mut pieces = pieces.iter();
    let mut next = pieces.next();
    let (mut rows, mut rich, mut filled) = (0, 0, 0);
    let mut headed = false;
    let mut cell: Option<Cell> = None;
    for id in table.0 + 1..=end {
        // Text before this element.
        while let Some(piece) = next.filter(|piece| piece.at <= id && piece.node.0 < end) {
            if let Some(cell) = cell.as_mut().filter(|cell| piece.node.0 < cell.end) {
                cell.bytes += piece.span.len();
            }
            next = pieces.next();
        }
        if let Some(done) = cell.take_if(|cell| id >= cell.end) {
            filled += u32::from(done.bytes > 0);
            rich += u32::from(done.is_rich(headed));
        }
        if id == end {
            break;
        }
        let node = tree.node(NodeId(id));
        match node.tag {
            Tag::Table | Tag::Form | Tag::Textarea | Tag::Iframe | Tag::Article | Tag::Section => return false,
            tag if is_heading(tag) => return false,
            Tag::Tr => {
                rows += u32::from(filled > 1);
                filled = 0;
            }
            Tag::Td | Tag::Th => {
                headed |= node.tag == Tag::Th;
                cell = Some(Cell { end: node.end.0, ..Cell::default() });
            }
            Tag::Br => cell.iter_mut().for_each(|cell| cell.breaks += 1),
            _ if node.display == Display::Block => cell.iter_mut().for_each(|cell| cell.blocks += 1),
            _ => {}
        }
    }
    rows += u32::from(filled > 1);
    rows > 1 && rich * ROWS_PER_RICH_CELL <= rows
}
