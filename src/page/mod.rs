//! A page cut into blocks. [`html::cut`] and [`text::cut`] yield the same [`Page`]; a dump merely has fewer hints.

mod block;
pub mod html;
pub mod text;
mod tree;

pub use block::{Block, BlockId, Gap, Page, Range32, Run, Shape};
pub use tree::{Attr, Display, Node, NodeId, Tag, Tree};

use crate::record::Format;

/// Cuts a source into blocks.
pub fn cut(source: &str, format: Format) -> Page<'_> {
    match format {
        Format::Html => html::cut(source),
        Format::Text => text::cut(source),
    }
}
