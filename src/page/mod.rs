//! A page cut into blocks. [`html::cut`] and [`text::cut`] yield the same [`Page`]; a dump merely has fewer hints.

mod block;
pub mod html;
pub mod text;
mod tree;

pub use block::{Block, BlockId, Gap, Page, Range32, Run, Shape};
pub use tree::{Attr, Display, Node, NodeId, Tag, Tree};

use crate::record::Format;

/// The length of the longest part from the start of `source` that takes at most `work` units, as
/// [`crate::limits::WORK`] counts them.
pub fn affordable(source: &str, work: u64) -> usize {
    // Each unit takes a byte at least.
    if source.len() as u64 <= work {
        return source.len();
    }
    let (mut spent, mut in_word) = (0, false);
    for (at, byte) in source.bytes().enumerate() {
        let blank = byte.is_ascii_whitespace();
        if byte == b'<' || (!blank && !in_word) {
            if spent == work {
                return at;
            }
            spent += 1;
        }
        // A tag's name belongs to its mark.
        in_word = !blank && byte != b'>';
    }
    source.len()
}

/// Cuts a source into blocks.
pub fn cut(source: &str, format: Format) -> Page<'_> {
    match format {
        Format::Html => html::cut(source),
        Format::Text => text::cut(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_in_marks_and_words() {
        let source = "<p>é one</p> two <b>three";
        let prefixes: Vec<&str> = (0..8).map(|work| &source[..affordable(source, work)]).collect();
        assert_eq!(
            prefixes,
            ["", "<p>", "<p>é ", "<p>é one", "<p>é one</p> ", "<p>é one</p> two ", "<p>é one</p> two <b>", source]
        );
        assert_eq!(affordable(source, 100), source.len());
    }

    #[test]
    fn the_work_on_a_page_suffices_for_100_000_comments() {
        let html = "<ul class=children><li class=comment id=comment-1><div><cite class=fn>Ada</cite></div>\
             <div class=meta>3 March 2021 16:05</div><p>The words of number 1 that stand here for all.</p></li></ul>";
        let dump = "Ada says:\n3 March 2021 16:05\nThe words of number 1 that stand here for all.\nReply\n\n";
        for comment in [html, dump] {
            let thread = comment.repeat(100_000);
            assert_eq!(affordable(&thread, crate::limits::WORK), thread.len());
        }
    }
}
