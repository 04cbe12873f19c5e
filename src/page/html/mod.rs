//! HTML cut into blocks: tokens → an arena of elements and pieces of text → blocks.
//!
//! [`cut`] takes whatever was scraped: whole documents, fragments, tag soup. It follows the WHATWG tokenizer to the
//! letter and its tree construction in spirit (see `grow.rs`), in time linear in the source and without recursion.
//!
//! It departs from browsers where they would lose a page's text: a `title` or frame that is never closed does not
//! swallow what follows, nor does one that closes itself (`<iframe/>`), and a page whose void elements are all
//! written `<br/>` is taken at its word where it says `<div/>`.
//!
//! Seen by a reader, and so in visible blocks, is all text outside `script`, `style`, `title`, `template`, frames,
//! closed dialogs and elements hidden by a `hidden` attribute or inline style. What only a browser without scripts
//! or frames shows (`noscript`, `noframes`) counts as seen.

mod blocks;
mod elements;
mod entities;
mod grow;
mod lay;
mod named;
mod style;
mod tables;
mod tokens;

#[cfg(test)]
mod tests;

pub use entities::decode_entities;

use crate::limits::{self, Limit};
use crate::page::block::Page;
use crate::record::Span;

/// Cuts an HTML source into blocks. It never fails; bounds that cut something off are named in [`Page::cuts`].
pub fn cut(source: &str) -> Page<'_> {
    cut_within(source, limits::TREE_DEPTH)
}

/// As [`cut`], with elements nested at most `depth` deep; at most [`limits::TREE_DEPTH`].
pub fn cut_within(source: &str, depth: usize) -> Page<'_> {
    let read = readable(source);
    let mut page = blocks::build(read, grow::grow(read, depth));
    if read.len() < source.len() {
        page.source = source;
        page.cuts.push(Limit::PageBytes);
    }
    page
}

/// Where the source holds text that a reader sees: one span a text node, in order, white space at both ends left out.
///
/// It does not look at blocks, so that it can check them: the visible spans of [`cut`]'s blocks are these.
pub fn visible(source: &str) -> Vec<Span> {
    let grown = grow::grow(readable(source), limits::TREE_DEPTH);
    let mut scratch = String::new();
    let mut spans = Vec::with_capacity(grown.pieces.len());
    for piece in grown.pieces.iter().filter(|piece| !piece.hidden) {
        scratch.clear();
        let raw = piece.span.of(source);
        let (start, _) = lay::skip_blanks(raw, 0, piece.literal);
        if start < raw.len() {
            spans.push(lay::collapsed(&mut scratch, piece, raw, start).span);
        }
    }
    spans
}

/// The part of the source within [`limits::PAGE_BYTES`].
fn readable(source: &str) -> &str {
    let mut end = source.len().min(limits::PAGE_BYTES);
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    &source[..end]
}
