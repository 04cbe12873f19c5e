//! Cases by layout, and what must hold for any text.

use proptest::prelude::*;

use super::*;

/// The blocks as `GAP INDENT MARKER|TEXT`, one a line, the gap as one of `.` (line), `-` (block), `=` (wide).
fn shown(source: &str) -> Vec<String> {
    let page = cut(source);
    page.blocks
        .iter()
        .map(|block| {
            let gap = match block.gap {
                Gap::Line => '.',
                Gap::Block => '-',
                Gap::Wide => '=',
            };
            let marker = page.marker_of(block).unwrap_or("");
            format!("{gap}{} {marker}|{}", block.indent, page.text_of(block))
        })
        .collect()
}

fn texts(source: &str) -> Vec<String> {
    let page = cut(source);
    page.blocks.iter().map(|block| page.text_of(block).to_owned()).collect()
}

/// Every visible character in exactly one block, in order; text and runs consistent.
fn assert_whole(source: &str) {
    let page = cut(source);
    let mut end = 0;
    let mut text_end = 0;
    for block in &page.blocks {
        assert!(block.text.start >= text_end, "text of blocks in order");
        text_end = block.text.end;
        for run in page.runs_of(block) {
            assert!(run.text.start >= block.text.start && run.text.end <= block.text.end);
        }
        for span in page.spans_of(block) {
            assert!(span.start >= end, "spans in order, none twice: {span:?} after {end} in {source:?}");
            let between = &source[end as usize..span.start as usize];
            assert!(between.chars().all(char::is_whitespace), "lost {between:?} of {source:?}");
            end = span.end;
        }
    }
    let rest = &source[end as usize..];
    assert!(rest.chars().all(char::is_whitespace), "lost {rest:?} of {source:?}");
    assert_eq!(page.tree.node(NodeId::ROOT).blocks.len(), page.blocks.len());
}

/// Wraps at `width` as most renderers do.
fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            out.push_str(indent);
            column = indent.len();
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

const PROSE: [&str; 3] = [
    "The council voted late on Thursday to keep the old swimming hall open for another winter, although the roof \
     leaks, the boilers are older than most of the staff, and the town has no money for either of them this year.",
    "Several residents had come with thermos flasks and printed signs. One of them, a retired teacher, read out a \
     letter from her grandchildren, who learned to swim there and would like to go on doing so.",
    "A final decision about the new building is expected in spring.",
];

#[test]
fn paragraphs_and_lists() {
    let source = "A headline\n\nA first paragraph of the text.\n  • One\n  • Two\n    • Inner\nAfter it\n\n\n- says a witness.\n";
    assert_eq!(
        shown(source),
        [
            "=0 |A headline".replace('=', "."),
            "-0 |A first paragraph of the text.".into(),
            ".2 •|One".into(),
            ".2 •|Two".into(),
            ".4 •|Inner".into(),
            ".0 |After it".into(),
            "=0 |- says a witness.".into(),
        ]
    );
}

#[test]
fn numbered_threads() {
    let source = "Sign in to comment.\n  1. ana Offline ana\n    ana 3 May 2021 10: 15\n    Well said.\n    1. bo Offline bo\n      bo 3 May 2021 11: 02\n      1998. What a year that was.\n  2. The comment was deleted.\n";
    let page = cut(source);
    let items: Vec<_> = page
        .blocks
        .iter()
        .filter(|block| block.shape == Shape::ListItem)
        .map(|block| (block.number, block.level, page.text_of(block)))
        .collect();
    assert_eq!(
        items,
        [(Some(1), 1, "ana Offline ana"), (Some(1), 2, "bo Offline bo"), (Some(2), 1, "The comment was deleted."),]
    );
}

#[test]
fn numbers_that_are_no_list() {
    for line in ["18. August 2020", "3.5 percent", "1. FC Nowhere", "2019. A year", "12 people", "- says he", "— No."]
    {
        let source = format!("A headline here\n\n{line}\n\nAnother paragraph of it.\n");
        assert!(cut(&source).blocks.iter().all(|block| block.marker.is_none()), "{line}");
    }
}

#[test]
fn hard_wraps_are_joined() {
    for width in 60..=100 {
        for indent in ["", "   "] {
            let source: Vec<_> = PROSE.iter().map(|text| wrapped(text, width, indent)).collect();
            for parting in ["\n\n", "\n"] {
                let dump = source.join(parting);
                if parting == "\n" && texts(&dump).len() < 3 {
                    // The last line of a paragraph may happen to be full.
                    continue;
                }
                assert_eq!(texts(&dump), PROSE, "width {width}, indent {indent:?}");
                assert_eq!(shown(&dump), shown(&dump.replace('\n', "\r\n")));
                assert_whole(&dump);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(source in "([ \\t\\r\\n•*#>|_().:\\-0-9a-zA-Zäж中한\\u{0}\\u{feff}\\u{a0}\\u{2028}\\u{200b}\\[\\]]|\n  1\\. |\n• |\n{2,3}| word word){0,200}") {
        assert_whole(&source);
    }

    #[test]
    fn any_text_is_cut(source in "\\PC{0,400}") {
        assert_whole(&source);
    }
}
