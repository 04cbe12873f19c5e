//! Small pages with the habits of many systems, and what must come of them.

use super::{Threads, build};
use crate::evidence::Evidence;
use crate::label::Labels;
use crate::page::{self, Page};
use crate::record::{Format, Label};

/// Threads under a labeller that knows no more than how long a text is and how much of it is linked.
fn threads(page: &Page<'_>) -> Threads {
    let evidence = Evidence::of(page);
    let comment: Vec<f32> = page
        .blocks
        .iter()
        .map(|block| {
            if block.link_bytes > 0 {
                0.05
            } else if block.text.len() > 24 {
                0.7
            } else {
                0.3
            }
        })
        .collect();
    let count = page.blocks.len();
    let labels = Labels { labels: vec![Label::Other; count], main: vec![0.1; count], comment, ..Labels::default() };
    build(page, &evidence, &labels, None)
}

/// Author, time, text and parent of each post, one a line.
fn shown(source: &str, format: Format) -> Vec<String> {
    let page = page::cut(source, format);
    let threads = threads(&page);
    whole(&page, &threads);
    threads
        .comments
        .iter()
        .map(|comment| {
            let text = comment.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let parent = comment.parent.as_deref().map(|id| format!(" < {id}")).unwrap_or_default();
            let gone = if comment.deleted { " (gone)" } else { "" };
            let time = comment.published.as_deref().unwrap_or("-");
            format!("{}{parent} {} {time}{gone}: {text}", comment.id, comment.author.as_deref().unwrap_or("-"))
        })
        .collect()
}

/// Every span of a claimed block stands in exactly one part of one comment.
fn whole(page: &Page<'_>, threads: &Threads) {
    let mut given: Vec<_> = threads
        .comments
        .iter()
        .flat_map(|comment| comment.spans.iter().chain(comment.meta.iter().flat_map(|meta| &meta.spans)))
        .map(|span| (span.start, span.end))
        .collect();
    given.sort_unstable();
    let mut due: Vec<_> = page
        .blocks
        .iter()
        .zip(&threads.claimed)
        .filter(|(_, claimed)| **claimed)
        .flat_map(|(block, _)| page.spans_of(block).map(|span| (span.start, span.end)).collect::<Vec<_>>())
        .collect();
    due.sort_unstable();
    assert_eq!(given, due);
}

#[test]
fn lists_of_nested_items() {
    let html = r##"<h1>A new bridge</h1><p>The town opened a bridge over the river on Monday, after years of delay.</p>
<h2>Comments</h2><ol class="commentlist">
<li class="comment depth-1" id="comment-7"><div><cite class="fn">Ada</cite> <span>says:</span></div>
<div class="meta"><a href="#comment-7">March 3, 2021 at 4:05 pm</a></div><p>It took them long enough, did it not?</p>
<ul class="children"><li class="comment depth-2" id="comment-9"><div><cite class="fn">Bo</cite> <span>says:</span></div>
<div class="meta"><a href="#comment-9">March 3, 2021 at 6:00 pm</a></div><p>Better late than never, I would say.</p></li></ul></li>
<li class="comment depth-1" id="comment-8"><div><cite class="fn">Cy</cite> <span>says:</span></div>
<div class="meta"><a href="#comment-8">March 4, 2021 at 9:30 am</a></div><p>Has anybody walked across it already?</p></li></ol>"##;
    assert_eq!(
        shown(html, Format::Html),
        [
            "7 Ada 2021-03-03T16:05: It took them long enough, did it not?",
            "9 < 7 Bo 2021-03-03T18:00: Better late than never, I would say.",
            "8 Cy 2021-03-04T09:30: Has anybody walked across it already?",
        ]
    );
}

#[test]
fn terms_and_definitions() {
    let html = r#"<dl><dt class="comment-author">Ada said...</dt><dd class="comment-body"><p>The first of the words to be read here.</p></dd>
<dd class="comment-footer"><span class="comment-timestamp">March 3, 2021 4:05 PM</span></dd>
<dt class="comment-author">Bo said...</dt><dd class="comment-body"><p>The second of the words to be read here.</p></dd>
<dd class="comment-footer"><span class="comment-timestamp">March 4, 2021 4:05 PM</span></dd>
<dt class="comment-author">Cy said...</dt><dd class="comment-body"><p>The third of the words to be read here.</p></dd>
<dd class="comment-footer"><span class="comment-timestamp">March 5, 2021 4:05 PM</span></dd></dl>"#;
    assert_eq!(
        shown(html, Format::Html),
        [
            "1 Ada 2021-03-03T16:05: The first of the words to be read here.",
            "2 Bo 2021-03-04T16:05: The second of the words to be read here.",
            "3 Cy 2021-03-05T16:05: The third of the words to be read here.",
        ]
    );
}

#[test]
fn numbered_items_of_a_dump() {
    let text = "A new bridge\n\nThe town opened a bridge over the river, after years of delay.\n\n  1. ada Offline ada\n    ada (Ada Low) 3 March 2021 16: 05\n    It took them long enough, did it not?\n    1. bo Online bo\n      bo 3 March 2021 18: 00\n      Better late than never, I would say.\n  2. cy Offline cy\n    cy 4 March 2021 09: 30\n    Has anybody walked across it already?\n  3. The comment was deleted.\n";
    assert_eq!(
        shown(text, Format::Text),
        [
            "1 ada 2021-03-03T16:05: It took them long enough, did it not?",
            "2 < 1 bo 2021-03-03T18:00: Better late than never, I would say.",
            "3 cy 2021-03-04T09:30: Has anybody walked across it already?",
            "4 - - (gone): ",
        ]
    );
}

#[test]
fn a_news_list_is_no_thread() {
    let html = r#"<ul class="news"><li><a href="/a">A bridge was opened over the river</a> <span>3 March 2021</span></li>
<li><a href="/b">The mayor speaks about the new school</a> <span>4 March 2021</span></li>
<li><a href="/c">Rain is expected for the whole week</a> <span>5 March 2021</span></li></ul>"#;
    assert!(shown(html, Format::Html).is_empty());
}

#[test]
fn replies_beside_what_they_answer() {
    let html = r#"<div class="comment" id="comment-1"><span class="username">Ada</span> <span class="date">3 March 2021 16:05</span>
<div class="content"><p>The first of the words to be read here.</p></div></div>
<div class="indented"><div class="comment" id="comment-3"><span class="username">Bo</span> <span class="date">3 March 2021 18:00</span>
<div class="content"><p>An answer to the first of the words.</p></div></div></div>
<div class="comment" id="comment-2"><span class="username">Cy</span> <span class="date">4 March 2021 09:30</span>
<div class="content"><p>Something else that is to be read here.</p></div></div>"#;
    assert_eq!(
        shown(html, Format::Html),
        [
            "1 Ada 2021-03-03T16:05: The first of the words to be read here.",
            "3 < 1 Bo 2021-03-03T18:00: An answer to the first of the words.",
            "2 Cy 2021-03-04T09:30: Something else that is to be read here.",
        ]
    );
}

#[test]
fn quotes_stand_apart() {
    let html = r#"<div class="post" id="p1"><p class="author"><strong>Ada</strong> » 3 Mar 2021, 16:05</p><div class="content">The first of the words to be read here.</div></div>
<div class="post" id="p2"><p class="author"><strong>Bo</strong> » 4 Mar 2021, 16:05</p><div class="content"><blockquote>The first of the words to be read here.</blockquote>I think that they were well chosen.</div></div>
<div class="post" id="p3"><p class="author"><strong>Cy</strong> » 5 Mar 2021, 16:05</p><div class="content">And I am of another mind altogether.</div></div>"#;
    let page = page::cut(html, Format::Html);
    let threads = threads(&page);
    assert_eq!(threads.comments[1].text, "I think that they were well chosen.");
    assert_eq!(threads.comments[1].quotes, ["The first of the words to be read here."]);
    assert_eq!(threads.comments[0].permalink, None);
}

#[test]
fn one_post_of_a_kind_that_is_named() {
    let html = r#"<article><h1>A bridge</h1><p>The town opened a bridge over the river on 1 March 2021.</p></article>
<ol><li class="comment" id="comment-5"><b class="fn">Ada</b> <time datetime="2021-03-03T16:05:00+01:00">3 March</time><p>It took them long enough, did it not?</p></li></ol>"#;
    assert_eq!(shown(html, Format::Html), ["5 Ada 2021-03-03T16:05:00+01:00: It took them long enough, did it not?"]);
}

#[test]
fn names_below_and_above_times() {
    let say = |at: usize| {
        [
            "It took them long enough, did it not?",
            "Better late than never, I would say.",
            "Has anybody walked across it already?",
        ][at]
    };
    let post = |at: usize| (["Ada", "Bo", "Cy"][at], format!("{} March 2021 16:05", at + 3), say(at));
    let layouts: [fn(&str, &str, &str) -> String; 4] = [
        |name, time, text| format!("{name} says:\n{time}\n{text}\nReply\n"),
        |name, time, text| format!("{name}\nMember\nPosts: 12\n{time}\n#1\n{text}\nReport\nQuote\n"),
        |name, time, text| format!("Posted by {name} » {time}\n{text}\nReply\n"),
        |name, time, text| format!("{name} • {time}\n\n{text}\n\nReply\n\n"),
    ];
    for (number, layout) in layouts.into_iter().enumerate() {
        let text: String = (0..3).map(post).map(|(name, time, text)| layout(name, &time, text)).collect();
        let text = format!("A new bridge\nThe town opened a bridge, after years of delay.\n{text}About us\nContact\n");
        let due: Vec<String> = (0..3)
            .map(|at| format!("{} {} 2021-03-0{}T16:05: {}", at + 1, ["Ada", "Bo", "Cy"][at], at + 3, say(at)))
            .collect();
        assert_eq!(shown(&text, Format::Text), due, "layout {number}");
    }
}

#[test]
fn words_before_the_line_of_name_and_time() {
    let mut text = String::from("A talk\nHome\nForums\n");
    for (at, (name, say)) in [
        ("ada", "It took them long enough, did it not?"),
        ("bobby", "Better late than never, I would say."),
        ("cyril", "Has anybody walked across it already?"),
    ]
    .into_iter()
    .enumerate()
    {
        text.push_str(&format!(
            "{name} Senior Member\nJoined:\nMay 1, 2009\n{say}\n{name}, Mar {}, 2021\n#{}\n",
            at + 3,
            at + 1
        ));
    }
    text.push_str("Log in to answer\nContact\n");
    assert_eq!(
        shown(&text, Format::Text),
        [
            "1 ada 2021-03-03: It took them long enough, did it not?",
            "2 bobby 2021-03-04: Better late than never, I would say.",
            "3 cyril 2021-03-05: Has anybody walked across it already?",
        ]
    );
}

#[test]
fn nesting_beyond_the_cap() {
    let mut html = String::from("<ol>");
    for at in 0..700 {
        html.push_str(&format!(
            r#"<li class="comment" id="comment-{at}"><b class="fn">Ada{}</b> <i class="date">3 March 2021 16:{:02}</i><p>The words of number {at} that stand here.</p><ul class="children">"#,
            at % 7,
            at % 60
        ));
    }
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    whole(&page, &threads);
    assert_eq!(threads.comments.len(), 700);
    assert_eq!(threads.comments[699].text, "The words of number 699 that stand here.");
    assert!(threads.comments.iter().filter(|comment| comment.parent.is_some()).count() > 600);
}
