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
fn cases() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "bullets by depth, a dash that opens a quotation",
            "A headline\n\nA first paragraph of it.\n  • One\n  • Two\n    • Inner\nAfter it\n\n\n- says a witness.\n",
            &[
                ".0 |A headline",
                "-0 |A first paragraph of it.",
                ".2 •|One",
                ".2 •|Two",
                ".4 •|Inner",
                ".0 |After it",
                "=0 |- says a witness.",
            ],
        ),
        (
            "an item's lines stay its own blocks",
            "  1. ana Offline ana\n    ana 3 May 2021 10: 15\n    Well said.\n\n    Indeed.\n  2. bo Offline bo\n    bo 3 May\n",
            &[
                ".2 1.|ana Offline ana",
                ".4 |ana 3 May 2021 10: 15",
                ".4 |Well said.",
                "-4 |Indeed.",
                ".2 2.|bo Offline bo",
                ".4 |bo 3 May",
            ],
        ),
        (
            "numbers flush right, alone on their lines, their texts further out",
            "Three comments\n\n    9.\n   Ana writes:\n       3 May\n\n   10.\n   Bo writes:\n       4 May\n",
            &[".0 |Three comments", "-4 9.|", ".3 |Ana writes:", ".7 |3 May", "-3 10.|", ".3 |Bo writes:", ".7 |4 May"],
        ),
        (
            "a list that starts on its parent's line",
            "Contents:\n\n  1. • apples\n    • pears\n  2. plums\n",
            &[".0 |Contents:", "-2 1.|", ".5 •|apples", ".4 •|pears", ".2 2.|plums"],
        ),
        (
            "letters and brackets in sequence",
            "Choose:\n\na) tea\nb) coffee\nc) water\n\n(1) now\n(2) later\n",
            &[".0 |Choose:", "-0 a)|tea", ".0 b)|coffee", ".0 c)|water", "-0 (1)|now", ".0 (2)|later"],
        ),
        (
            "lines without blank lines are paragraphs",
            "A headline\nA first paragraph of it.\nA second one.\n",
            &["-0 |A headline", "-0 |A first paragraph of it.", "-0 |A second one."],
        ),
        (
            "Markdown: headings, quotations, rules, links",
            "# A page\n\n## Part _one_\n\nSee [the map](http://a.example/m_(1).png \"big\") and ![a cat](cat.jpg).\n\n> Quoted first.\n> Quoted on.\n>\n> Quoted more.\n\n* * *\n\nThe end.\n",
            &[
                ".0 #|A page",
                "-0 ##|Part _one_",
                "-0 |See the map and a cat.",
                "-0 >|Quoted first.",
                ".0 >|Quoted on.",
                "-0 >|Quoted more.",
                "=0 * * *|",
                "=0 |The end.",
            ],
        ),
        (
            "titles underlined by as many strokes",
            "A page\n======\n\nPart one\n--------\n\nText.\n-----------\n\nMore.\n",
            &[".0 |A page", "-0 |Part one", "-0 |Text.", "=0 -----------|", "=0 |More."],
        ),
        (
            "comments in code are no headings",
            "Run this:\n\ngit fetch\n# all of it\ngit pull\n# done\n",
            &[".0 |Run this:", "-0 |git fetch", ".0 |# all of it", ".0 |git pull", ".0 |# done"],
        ),
        (
            "numbered links with their addresses at the end",
            "See the [1]map and the [2]guide [sic].\n\n   [3]Home\n\nReferences\n\n   1. http://a.example/map\n   2. http://a.example/guide\n   3. http://a.example/\n",
            &[
                ".0 |See the map and the guide [sic].",
                "-3 |Home",
                "-0 |References",
                "-3 1.|http://a.example/map",
                ".3 2.|http://a.example/guide",
                ".3 3.|http://a.example/",
            ],
        ),
        (
            "footnotes are no links",
            "As shown [1] and doubted [2].\n\n1. Miller, a book.\n2. Smith, another.\n",
            &[".0 |As shown [1] and doubted [2].", "-0 1.|Miller, a book.", ".0 2.|Smith, another."],
        ),
        (
            "tables by pipes, tabs and columns",
            "Prices\n\nname | cost\n---|---\ntea | 2\nmilk | 3\n\ngold\t\t12\t1\nlead\t\t3\t2\n\n  tea     twopence   cheap\n  coffee  sixpence   dear\n",
            &[
                ".0 |Prices",
                "-0 |name | cost",
                ".0 ---|---|",
                ".0 |tea | 2",
                ".0 |milk | 3",
                "-0 |gold | 12 | 1",
                ".0 |lead | 3 | 2",
                "-2 |tea | twopence | cheap",
                ".2 |coffee | sixpence | dear",
            ],
        ),
        (
            "pipes that make no table",
            "By Ana | 3 May | News\n\nHome | News | Sport\n",
            &[".0 |By Ana | 3 May | News", "-0 |Home | News | Sport"],
        ),
        (
            "boxes side by side",
            "Weather                              Read also\n\nText of the page.\n",
            &[".0 |Weather", ".37 |Read also", "-0 |Text of the page."],
        ),
        (
            "sentences broken around links",
            "The town of\nOld Ferry\n, which was founded in 1610, has\ntwo\nbridges. A third is planned\n.\nReply\n",
            &[
                "-0 |The town of Old Ferry, which was founded in 1610, has two bridges. A third is planned.",
                "-0 |Reply",
            ],
        ),
        (
            "fields to fill in",
            "Search: ____________________ Go\n\n(BUTTON) Send\n\n[ ] I agree\n",
            &[".0 |Search: Go", "-0 |Send", "-0 |I agree"],
        ),
        (
            "characters that no reader sees",
            "\u{feff}A\u{0} head\u{ad}line\r\n\u{200b}\r\n\u{a0}\u{a0}Text\u{a0}with\tblanks\u{2028}and lines\rof all kinds\u{c}New page",
            &[".0 |A headline", "-2 |Text with blanks", ".0 |and lines", ".0 |of all kinds", "-0 |New page"],
        ),
    ];
    for (name, source, expected) in cases {
        assert_eq!(shown(source), *expected, "{name}");
        assert_whole(source);
        assert_eq!(shown(&source.replace("\r\n", "\n").replace('\n', "\r\n")), *expected, "{name}, CRLF");
    }
}

#[test]
fn hints() {
    let page = cut("# A\n\n* one\n  1. two\n\n> b\n> > c\n> > d\n\n[e](http://f.example/) g [h](#i)\n");
    let hints: Vec<_> = page.blocks.iter().map(|b| (b.shape, b.level, b.number, b.links, b.link_bytes)).collect();
    assert_eq!(
        hints,
        [
            (Shape::Heading, 1, None, 0, 0),
            (Shape::ListItem, 1, None, 0, 0),
            (Shape::ListItem, 2, Some(1), 0, 0),
            (Shape::Quote, 1, None, 0, 0),
            (Shape::Quote, 2, None, 0, 0),
            (Shape::Quote, 2, None, 0, 0),
            (Shape::Text, 0, None, 2, 2),
        ]
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
            let dump = source.join("\n\n");
            assert_eq!(texts(&dump), PROSE, "width {width}, indent {indent:?}");
            assert_eq!(shown(&dump), shown(&dump.replace('\n', "\r\n")));
            assert_whole(&dump);
            // Without blank lines a sentence may end at a full line, but no paragraph runs into the next.
            let dense = texts(&source.join("\n"));
            assert_eq!(dense.join(" "), PROSE.join(" "), "width {width}, indent {indent:?}");
            assert!(PROSE.iter().all(|text| dense.iter().any(|block| text.starts_with(block.as_str()))));
        }
    }
}

#[test]
fn wrapped_items_quotations_and_headings() {
    let item = wrapped(PROSE[0], 68, "       ").replacen("       ", "     * ", 1);
    let quotation = wrapped(PROSE[1], 70, "> ");
    let heading = wrapped(&format!("## {} {}", PROSE[2], PROSE[2]), 70, "");
    let dump = format!("{}\n\n{item}\n\n{quotation}\n\n{heading}\n\n{}", wrapped(PROSE[0], 70, ""), PROSE[2]);
    let heading = format!("{} {}", PROSE[2], PROSE[2]);
    assert_eq!(texts(&dump), [PROSE[0], PROSE[0], PROSE[1], heading.as_str(), PROSE[2]]);
    assert_whole(&dump);
}

#[test]
fn lines_that_go_on_further_out_than_they_start() {
    let texts_in = [PROSE[0], PROSE[1], PROSE[0]];
    let dump: Vec<_> = texts_in.iter().map(|text| format!("    {}", wrapped(text, 76, ""))).collect();
    assert_eq!(texts(&dump.join("\n\n")), texts_in);
}

#[test]
fn ideographs_join_without_blanks() {
    let text = "这座小镇在河边已有四百年历史，镇上的人都认识渡口的老船夫。".repeat(6);
    let lines: Vec<String> =
        text.chars().collect::<Vec<_>>().chunks(38).map(|line| line.iter().collect::<String>()).collect();
    let dump = format!("{}\n\n{}\n", lines.join("\n"), lines.join("\n"));
    assert_eq!(texts(&dump), [text.as_str(), text.as_str()]);
}

#[test]
fn compounds_broken_at_their_hyphens() {
    let text = "The half-forgotten bridge that carries the well-known north-south railway line was built by self-taught \
                engineers of a long-gone company in the mid-nineteenth century, and is still the longest of its kind.";
    for width in 60..=90 {
        // Broken behind hyphens as well.
        let behind = wrapped(&text.replace('-', "- "), width, "").replace("- ", "-");
        let dump = format!("{behind}\n\n{behind}");
        if dump.contains("-\n") {
            assert_eq!(texts(&dump), [text, text], "width {width}");
        }
    }
    let kept = "A town that has many bridges and a pre-\nand postwar town hall is worth a visit of a day.";
    assert!(texts(&format!("{}\n\n{kept}", wrapped(PROSE[0], 41, "")))[1].contains("pre- and postwar"));
}

#[test]
fn addresses_cut_at_the_width() {
    let address = format!("http://a.example/{}", "abcdefgh/".repeat(12));
    let (first, rest) = address.split_at(70);
    let dump = format!("{}\n\n{first}\n{rest}\n", wrapped(&PROSE.join(" "), 70, ""));
    let width = dump.lines().map(str::len).max().unwrap_or(0);
    assert_eq!(width, 70);
    assert_eq!(texts(&dump)[1], address);
}

#[test]
fn buttons_below_full_lines_stand_apart() {
    let full = wrapped(PROSE[1], 70, "");
    let filler = "x".repeat(70 - full.lines().last().unwrap_or("").len() - 1);
    let comments: Vec<_> = ["One", "Two", "Three"].iter().map(|name| format!("{name}\n{full} {name}\nReply")).collect();
    let dump = format!("{full} {filler}\nReply\n\n{}", comments.join("\n\n"));
    assert_eq!(texts(&dump).iter().filter(|text| *text == "Reply").count(), 4);
}

#[test]
fn verse_and_menus_are_not_joined() {
    let verse = "The river bends beneath the hill,\nThe ferry waits, the bells are still,\nAnd no one comes along the way,\nThe ferryman has gone astray.";
    assert_eq!(texts(verse).len(), 4);
    let menu = "Home and garden of the year\nSports results from all over\nNews of the day in pictures\nLetters to the editor, pages";
    assert_eq!(texts(menu).len(), 4);
}

#[test]
fn joined_pages_are_cut_at_sentences() {
    let page = format!("Home News Sport {} Reply", PROSE.join(" ")).repeat(4);
    let blocks = texts(&page);
    assert!(blocks.len() > 12, "{blocks:?}");
    assert_eq!(blocks.join(" "), page);
    assert!(cut(&page).blocks[1..].iter().all(|block| block.gap == Gap::Line));
    assert_whole(&page);
    let ideographs = "小镇在河边。老船夫在渡口！".repeat(200);
    assert_eq!(texts(&ideographs).len(), 400);
    // A long paragraph among others is left whole.
    let paragraph = PROSE.join(" ").repeat(4);
    assert_eq!(texts(&format!("{paragraph}\n\n{paragraph}\n\n{paragraph}")).len(), 3);
}

#[test]
fn most_lines() {
    let source = "a\n".repeat(10) + " \n\n";
    let (all, cut) = lines::lines(&source, 4);
    assert_eq!((all.len(), cut), (4, true));
    assert_eq!(all[3].span.of(&source).lines().count(), 7);
    assert_eq!(lines::lines(&source, 10).0.len(), 10);
    assert!(!lines::lines(&source, 10).1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(source in "([ \\t\\r\\n•*#>|_().:\\-0-9a-zA-Zäж中한\\u{0}\\u{feff}\\u{a0}\\u{2028}\\u{200b}\\[\\]]|\n  1\\. |\n• |\n{2,3}| word word){0,200}") {
        assert_whole(&source);
    }

    #[test]
    fn wrapping_changes_nothing(
        paragraphs in proptest::collection::vec(proptest::collection::vec("[a-zäö]{1,9}", 30..80), 3..8),
        width in 60_usize..=100,
        indent in prop_oneof![Just(""), Just("   "), Just("> ")],
    ) {
        let texts_in: Vec<String> = paragraphs.iter().map(|words| format!("The {}.", words.join(" "))).collect();
        let dump: Vec<String> = texts_in.iter().map(|text| wrapped(text, width, indent)).collect();
        prop_assert_eq!(texts(&dump.join("\n\n")), texts_in);
    }

    #[test]
    fn any_text_is_cut(source in "\\PC{0,400}") {
        assert_whole(&source);
    }
}
