//! Cases and properties of pages cut from HTML.

use proptest::prelude::*;

use super::*;
use crate::page::{Gap, NodeId, Page, Shape, Tag};

/// The blocks, one a line: shape and level, then `~` after a mere line break or `=` after a rule, then the text;
/// hidden ones in parentheses.
fn shown(source: &str) -> String {
    let page = cut(source);
    check(&page);
    let mut lines = Vec::new();
    for block in &page.blocks {
        let shape = match block.shape {
            Shape::Text => "p",
            Shape::Heading => "h",
            Shape::ListItem => "li",
            Shape::Quote => "q",
            Shape::TableRow => "tr",
            Shape::Code => "pre",
            Shape::Caption => "cap",
            Shape::Definition => "def",
            Shape::Control => "ctl",
        };
        let level = if block.level > 0 { block.level.to_string() } else { String::new() };
        let number = block.number.map_or(String::new(), |number| format!("#{number}"));
        let gap = match block.gap {
            Gap::Line => "~",
            Gap::Block => "",
            Gap::Wide => "=",
        };
        let text = page.text_of(block).replace('\n', "⏎");
        let line = format!("{shape}{level}{number}{gap} {text}");
        lines.push(if block.hidden { format!("({line})") } else { line });
    }
    lines.join("\n")
}

/// What holds for every page.
fn check(page: &Page<'_>) {
    let tree = &page.tree;
    for (id, node) in tree.nodes.iter().enumerate().skip(1) {
        let parent = tree.node(node.parent);
        assert!(node.parent.0 < id as u32 && node.end.0 > id as u32 && node.end <= parent.end, "tree: {id}");
        assert_eq!(node.depth, parent.depth + 1);
        assert!(usize::from(node.depth) <= limits::TREE_DEPTH);
        if !node.blocks.is_empty() {
            assert!(parent.blocks.start <= node.blocks.start && node.blocks.end <= parent.blocks.end);
        }
        assert!(node.blocks.range().end <= page.blocks.len());
    }
    let (mut run, mut at) = (0, 0);
    for (number, block) in page.blocks.iter().enumerate() {
        assert!(!block.runs.is_empty(), "a block without runs");
        assert_eq!(block.runs.start, run, "runs of blocks follow one another");
        run = block.runs.end;
        assert!(block.text.start >= at && !page.text_of(block).is_empty());
        at = block.text.end;
        let mut text = block.text.start;
        for run in page.runs_of(block) {
            assert!(text <= run.text.start && run.text.end <= block.text.end, "runs stand in their block's text");
            text = run.text.end;
            assert_eq!(page.run_text(run).trim(), page.run_text(run));
            assert!(!run.span.is_empty() && !run.text.is_empty());
            assert!(tree.contains(block.node, run.node));
            for id in tree.ancestors(run.node) {
                assert!(tree.node(id).blocks.range().contains(&number));
            }
        }
        assert!(block.link_bytes as usize <= block.text.len());
    }
    assert_eq!(run as usize, page.runs.len());
    let mut spans: Vec<Span> = page.runs.iter().map(|run| run.span).collect();
    spans.sort_unstable();
    assert!(spans.is_sorted_by(|a, b| a.end <= b.start), "no byte stands in two runs");
    let shown = page.blocks.iter().filter(|block| !block.hidden);
    let shown: Vec<Span> = shown.flat_map(|block| page.spans_of(block)).collect();
    assert_eq!(shown, visible(page.source), "all visible text stands in visible blocks, in order");
}

/// Runs a table of sources and what [`shown`] says of them.
fn cases(table: &[(&str, &str)]) {
    for (source, expected) in table {
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        assert_eq!(shown(source), expected.join("\n"), "{source}");
    }
}

#[test]
fn elements_part_blocks() {
    cases(&[
        ("", ""),
        (" \n ", ""),
        ("just text", "p just text"),
        ("<p>a<p>b<div>c</div>d", "p a\np b\np c\np d"),
        ("<p>a b\n\t c&nbsp; &#160;d", "p a b c d"),
        ("<p>a<b>b</b> <i> c</i> d", "p ab c d"),
        ("<p>a<!-- x -->b<wbr>c", "p abc"),
        ("<p>a<img>b<span style='display:inline-block'>c</span>d", "p a b c d"),
        ("<a href=x>a</a><a href=y>b</a>c", "p a bc"),
        ("<b>a</b><b>b</b>", "p ab"),
        ("a<br>b<br/><br>c<br>&nbsp;<br>d</br>e", "p a\np~ b\np c\np d\np~ e"),
        ("a<hr>b<br><hr><p>c", "p a\np= b\np= c"),
        ("<span style='display : Block'>a</span><span>b</span>", "p a\np b"),
        ("a</p>b", "p a\np b"),
        ("<custom-a>a</custom-a><custom-b>b</custom-b>", "p ab"),
        ("<p>\u{200b}</p><p>&#x200b;&nbsp;\u{feff}</p><p>a\u{200b}b\u{200b}</p>", "p a\u{200b}b"),
        ("<p>　全角　空白　</p>", "p 全角 空白"),
        // Soft hyphens are seen at the ends of lines alone.
        (
            "<p>so&shy;ft \u{ad}hy\u{ad}phen&#173;s&shy; an\u{ad}d&shy;</p><pre>a&shy;b\u{ad}\nc</pre>",
            "p soft hyphens and\npre ab⏎c",
        ),
    ]);
}

#[test]
fn shapes_come_from_the_nearest_element_that_has_one() {
    cases(&[
        ("<h1>a</h1><h6><div>b</div></h6><h2>c<br>d</h2>", "h1 a\nh6 b\nh2 c\nh2~ d"),
        ("<h1>a<h2>b</h3>c", "h1 a\nh2 b\np c"),
        ("<ul><li>a<ul><li>b</ul>c<li>d</ul>e", "li1 a\nli2 b\nli1 c\nli1 d\np e"),
        ("<ol start=3><li>a<li value=9>b<li>c</ol><ol><li>d", "li1#3 a\nli1#9 b\nli1#10 c\nli1#1 d"),
        ("<ul><li><h3>a</h3><p>b<br>c</p><p>d</p></ul>", "h3 a\nli1 b\nli1~ c\np d"),
        ("<ul>stray<li>a", "p stray\nli1 a"),
        ("<li>a<li>b", "li1 a\nli1 b"),
        ("<blockquote>a<blockquote><p>b</blockquote><ul><li>c</ul>d", "q1 a\nq2 b\nli1 c\nq1 d"),
        ("<dl><dt>a<dt>b<dd>c<p>d</dl>", "def a\ndef b\ndef c\np d"),
        ("<figure><img><figcaption><p>a</figcaption></figure>", "cap a"),
        ("<p>a<button>b</button>c<label>d<input></label>", "p a\nctl~ b\np~ c\nctl~ d"),
        ("<h2>a <button>b</button></h2>", "h2 a b"),
        ("<select><option>a<option>b</select>c", "ctl a\nctl~ b\np~ c"),
        ("<select><option>a<p>b", "ctl a\np b"),
        ("<fieldset><legend>a</legend>b</fieldset>", "ctl a\np b"),
        ("<textarea>\n a &amp; <b> </textarea>", "ctl a & <b>"),
    ]);
}

#[test]
fn preformatted_text_keeps_its_lines() {
    cases(&[
        ("<pre>\n\n  a\n\n    b  \n</pre>c", "pre   a⏎⏎    b\np c"),
        ("<pre>a\r\nb\rc&#10;d</pre>", "pre a⏎b⏎c⏎d"),
        ("<pre>a<br>b<br><br>c</pre>", "pre a⏎b⏎⏎c"),
        ("<pre><code><span>a</span> <b>b</b>\n\tc</code></pre>", "pre a b⏎\tc"),
        ("<pre><div>a</div><div>b</div></pre>", "pre a⏎b"),
        ("<pre> \n </pre>a", "p a"),
        ("<xmp><b>&amp;</b></xmp>", "pre <b>&amp;</b>"),
        ("<plaintext>a\n</plaintext>", "pre a⏎</plaintext>"),
        ("<pre>&lt;p&gt;</pre>", "pre <p>"),
    ]);
}

#[test]
fn data_tables_yield_rows_and_layouts_yield_blocks() {
    let long = "word ".repeat(100);
    let prose = format!("<table><tr><td>a<td>{long}<tr><td>b<td>{long}</table>");
    let prose_blocks = format!("p a\np {0}\np b\np {0}", long.trim());
    cases(&[
        (
            "<table><caption>t</caption><tr><th>a<th>b<tr><td>1<td>2<tr><td><td>3</table>",
            "cap t\ntr a | b\ntr 1 | 2\ntr | 3",
        ),
        ("<table><tr><td>a<td><td>b<tr><td>1<td>2<td><p>3</p></table>", "tr a | | b\ntr 1 | 2 | 3"),
        ("<table><tr><td>a <br> b</td>\n<td> c </td></tr><tr><td>d<td>e</table>f", "tr a b | c\ntr d | e\np f"),
        ("<table><tr><td>a<td>b</table>", "p a\np b"),
        ("<table><tr><td>a<tr><td>b</table>", "p a\np b"),
        ("<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>", "p a\np b\np c\np d"),
        ("<table><tr><td>a<td><table><tr><td>b</table><tr><td>c<td>d</table>", "p a\np b\np c\np d"),
        ("<table><tr><td>a<td><form>b</form><tr><td>c<td>d</table>", "p a\np b\np c\np d"),
        (&prose, &prose_blocks),
        ("<tr><td>a<td>b<tr><td>c", "p a\np b\np c"),
        ("<table>stray<tr>more<td>a</table>", "p stray\np more\np a"),
        ("<table><tr><td>a<table><tr><td>b</table>c</table>d", "p a\np b\np c\np d"),
        ("<table><tr><td>a<table></table></div></table>b", "p a\np b"),
        ("<table><form><tr><td>a</form></td></tr></table>b", "p a\np b"),
    ]);
}

#[test]
fn hidden_text_stands_apart() {
    cases(&[
        ("<p>a<span hidden>b</span>c<p>d", "p ac\n(p b)\np d"),
        ("a<div style='color:red;DISPLAY:none !important'>b<p>c</div>d", "p ad\n(p b)\n(p c)"),
        ("<p style='visibility: hidden'>a", "(p a)"),
        ("<template><p>a</template><dialog>b</dialog><dialog open>c</dialog>", "(p a)\n(p b)\np c"),
        ("<body style='display:none'>a", "p a"),
        ("<i aria-hidden=true>a</i>", "p a"),
        ("<video>a</video><ruby>漢<rp>(</rp><rt>かん</rt></ruby>", "(p a)\np 漢かん\n(p ()"),
        ("<script>a</script><style>b</style><title>c</title><iframe>d</iframe>e", "p e"),
        ("<noscript><p>a</noscript><noframes>b</noframes>", "p a\np b"),
        ("<ul hidden><li>a</ul><li hidden>b</li>", "(li1 a)\n(li1 b)"),
    ]);
}

#[test]
fn drawings_and_formulas() {
    cases(&[
        ("<svg><title>a</title><desc>b</desc><g>c<text>d<tspan>e</tspan></text></g></svg>f", "(p abc)\np de f"),
        ("<svg><foreignObject><p>a</p></foreignObject></svg>b", "p a\np b"),
        ("<svg><style>a</style><script>b</script><text><![CDATA[<c>&amp;]]></text></svg>", "(p ab)\np <c>&amp;"),
        ("<svg><path/><text>a</text><p>b", "p a\np b"),
        ("<svg/>a<div/>b</div>c", "p a\np b\np c"),
        ("<math><mi>x</mi><mo>=</mo><mn>1</mn><annotation>y</annotation></math>z", "p x=1z\n(p y)"),
        ("<![CDATA[a]]>b", "p b"),
    ]);
}

#[test]
fn odd_documents() {
    cases(&[
        ("<?xml version='1.0'?><!DOCTYPE html><html><head><title>t</title></head><body>a</body></html>b", "p ab"),
        ("<head><meta name=a><p>a</head><body class=b>c", "p a\np c"),
        ("<head><noscript><p>a</p></noscript><title>t</title></head><body>b", "p a\np b"),
        ("<html><frameset><frame><noframes><p>a</noframes></frameset>", "p a"),
        ("<title>never closed <p>a", "p a"),
        ("<iframe src=x><p>a", "p a"),
        ("<iframe/>a<script src=x />b<textarea/>c<script>d</script>", "p ab\np~ c"),
        ("<ul><li/>a<br><li>b</ul>", "li1 a\nli1 b"),
        ("<meta/><ul><li/>a<br/><li>b</li></ul>", "p a\nli1 b"),
        ("<div>a<p>b<script>c", "p a\np b"),
        ("a\0b&#0;c", "p a\u{fffd}b\u{fffd}c"),
        ("a<p", "p a"),
        ("<b><p>a</b>b</p>c", "p ab\np c"),
        ("<a href=x><div>a</a>b</div>", "p ab"),
        ("<div><span>a</div>b</span>c", "p a\np bc"),
        ("<form><div>a</form>b</div>c", "p ab\np c"),
        ("</td></li></div></h1>a", "p a"),
        ("<body>a<html lang=b><head><body>c", "p a\np c"),
        ("<template><tr><td>a</template>b", "(p a)\np b"),
    ]);
}

#[test]
fn links_are_counted_where_they_stand() {
    let page = cut("<p>ab <a href=x>cd <b>e</b></a> <a name=y>f</a><a href=z>gh</a></p><a href=x><p>i</a>j");
    let links: Vec<_> = page.blocks.iter().map(|block| (block.links, block.link_bytes)).collect();
    assert_eq!(links, [(2, 5), (1, 1)]);
}

#[test]
fn raw_text_is_kept_for_readers_of_metadata() {
    let source =
        "<title>a &amp; b</title><script type='application/ld+json'>{\"<b>\": 1}</script><textarea>c</textarea>";
    let page = cut(source);
    let raw: Vec<_> = page.tree.nodes[1..].iter().map(|node| (node.tag, node.raw_text)).collect();
    assert_eq!(raw, [(Tag::Title, "a &amp; b"), (Tag::Script, "{\"<b>\": 1}"), (Tag::Textarea, "c")]);
    assert_eq!(page.tree.attr(NodeId(2), "type").as_deref(), Some("application/ld+json"));
}

#[test]
fn spans_cover_references_and_leave_out_white_space() {
    let source = "<p> &nbsp;a &amp;&#x20;b&nbsp;</p>";
    let page = cut(source);
    assert_eq!(page.text_of(&page.blocks[0]), "a & b");
    let spans: Vec<_> = page.spans_of(&page.blocks[0]).map(|span| span.of(source)).collect();
    assert_eq!(spans, ["a &amp;&#x20;b"]);
}

#[test]
fn bounds_are_kept_and_named() {
    let deep = "<div>".repeat(100_000);
    let page = cut(&deep);
    assert_eq!(page.cuts, [Limit::TreeDepth]);
    assert_eq!(page.tree.nodes.len(), 100_001);
    let page = cut_within("<div><div><p>one</p><p>two</p></div><p>three</div>", 2);
    assert_eq!((page.tree.nodes.len(), page.cuts.as_slice()), (6, &[Limit::TreeDepth][..]));
    assert_eq!(page.blocks.iter().map(|block| page.text_of(block)).collect::<Vec<_>>(), ["one", "two", "three"]);
    let many = format!("<p {}>x", "a=b ".repeat(100_000));
    let page = cut(&many);
    assert_eq!(page.cuts, [Limit::Attributes]);
    assert_eq!(page.tree.attrs.len(), limits::ATTRIBUTES);
    let deep = "<div>".repeat(1000) + "a" + &"</div>".repeat(999) + "b</div>c";
    assert_eq!(shown(&deep), "p a\np b\np c");
}

#[test]
fn past_the_bounds_nothing_is_lost() {
    let source = "<p>a".repeat(limits::BLOCKS / 2 + 2);
    let page = cut(&source);
    assert_eq!(page.cuts, [Limit::Blocks]);
    assert_eq!(page.runs.len(), limits::BLOCKS / 2 + 2);
    assert_eq!(page.blocks.last().map(|block| page.text_of(block)), Some("a a a"));
    let source = "<b>".repeat(limits::NODES) + "a";
    let page = cut(&source);
    assert_eq!(page.cuts, [Limit::TreeDepth, Limit::Nodes]);
    assert_eq!((page.tree.nodes.len(), page.text_of(&page.blocks[0])), (limits::NODES, "a"));
}

proptest! {
    #[test]
    fn any_text_is_cut(source in any::<String>()) {
        check(&cut(&source));
    }

    #[test]
    fn any_tag_soup_is_cut(
        parts in proptest::collection::vec(
            prop_oneof![
                4 => "</?(p|div|b|a|i|span|ul|ol|li|table|tr|td|th|tbody|caption|form|h1|h2|br|hr|pre|blockquote|dl|dt|dd|html|head|body|title|script|style|textarea|select|option|button|label|svg|math|text|mi|title|foreignObject|template|noscript|noframes|iframe|x-y|xmp|dialog|p|div)( (hidden|open|href=x|style=display:none|style='display:inline-block'|value=3))? ?/?>",
                2 => "[a-zà-ü\u{a0}\u{200b}\u{3000}中\n\r\t <>&\0;]{0,6}",
                1 => "&(nbsp|amp|lt|copy|#0|#x200b|#10);?",
                1 => prop_oneof![Just("<!--"), Just("-->"), Just("<![CDATA["), Just("]]>")].prop_map(str::to_owned),
            ],
            0..48,
        )
    ) {
        let source = parts.concat();
        check(&cut(&source));
    }
}
