//! Small pages with the habits of many systems, and what must come of them.

use super::{Quotes, Threads, build};
use crate::evidence::Evidence;
use crate::label::Labels;
use crate::page::{self, Page};
use crate::record::{Format, Label};

/// Threads under a labeller that knows no more than how long a text is and how much of it is linked.
fn threads(page: &Page<'_>) -> Threads {
    threads_with(page, Quotes::Apart)
}

fn threads_with(page: &Page<'_>, quotes: Quotes) -> Threads {
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
    build(page, &evidence, &labels, None, quotes)
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
fn words_in_a_box_below_whose_they_are_and_tails_of_posts_are_no_words_of_theirs() {
    let post = |at: usize| {
        let inside = match at {
            1 => format!(
                "<div><div>Quote:</div><table><tr><td><div>Originally Posted by <b>Ada</b></div><div>{}</div></td></tr>\
                 </table></div>{}",
                SAYS[0], SAYS[1]
            ),
            2 => format!("{}<ul><li>Attached files<li>view.jpg<li>120.5 KB, seen 3 times</ul>", SAYS[2]),
            _ => format!("{}<div>{}: {}</div>", SAYS[at], NAMES[at], &SAYS[at][..28]),
        };
        format!(
            "<div class=post><a class=name href='/u/{at}'>{}</a> <i>{} March 2021 16:0{at}</i><div class=said>{inside}</div></div>",
            NAMES[at],
            at + 3
        )
    };
    let html: String = (0..5).map(post).collect();
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    whole(&page, &threads);
    assert_eq!(found(&threads, 5), [5, 5, 5]);
    assert!(threads.comments[1].quotes.iter().any(|quote| quote.contains(SAYS[0])));
}

#[test]
fn quotes_stand_where_they_were_posted() {
    let html = r#"<div class="post" id="p1"><p class="author"><strong>Ada</strong> » 3 Mar 2021, 16:05</p><div class="content">The first of the words to be read here.</div></div>
<div class="post" id="p2"><p class="author"><strong>Bo</strong> » 4 Mar 2021, 16:05</p><div class="content">Let me answer this one in full: <blockquote>The first of the words to be read here.</blockquote>I think that they were well chosen.</div></div>
<div class="post" id="p3"><p class="author"><strong>Cy</strong> » 5 Mar 2021, 16:05</p><div class="content">And I am of another mind altogether.</div></div>"#;
    let page = page::cut(html, Format::Html);
    let threads = threads_with(&page, Quotes::Inline);
    whole(&page, &threads);
    let lines: Vec<&str> = threads.comments[1].text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "Let me answer this one in full:",
            "The first of the words to be read here.",
            "I think that they were well chosen."
        ]
    );
    assert_eq!(threads.comments[1].quotes, ["The first of the words to be read here."]);
}

#[test]
fn one_post_of_a_kind_that_is_named() {
    let html = r#"<article><h1>A bridge</h1><p>The town opened a bridge over the river on 1 March 2021.</p></article>
<ol><li class="comment" id="comment-5"><b class="fn">Ada</b> <time datetime="2021-03-03T16:05:00+01:00">3 March</time><p>It took them long enough, did it not?</p></li></ol>"#;
    assert_eq!(shown(html, Format::Html), ["5 Ada 2021-03-03T16:05:00+01:00: It took them long enough, did it not?"]);
}

#[test]
fn times_that_only_their_elements_set_off() {
    let post =
        |name, age, say| format!(r#"<div class="k"><div>{name}<small>{age}</small></div><div>{say}</div></div>"#);
    let html = [
        post("Ada", "3 hours ago", "It took them long enough, did it not?"),
        post("Bo", "2 hours ago", "Better late than never, I would say."),
    ];
    assert_eq!(
        shown(&format!("<section>{}</section>", html.concat()), Format::Html),
        ["1 Ada -: It took them long enough, did it not?", "2 Bo -: Better late than never, I would say."]
    );
}

#[test]
fn posts_without_times() {
    let post = |name, say| format!("<div><div><b>{name}</b></div><div>{say}</div><div>Reply</div></div>");
    let html = [
        post("Ada", "It took them long enough, did it not? Nobody counts the years any more."),
        post("Bo", "Better late than never, I would say, though the old one had its charm too."),
    ];
    assert_eq!(
        shown(&format!("<section>{}</section>", html.concat()), Format::Html),
        [
            "1 Ada -: It took them long enough, did it not? Nobody counts the years any more.",
            "2 Bo -: Better late than never, I would say, though the old one had its charm too."
        ]
    );
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
fn frames_that_repeat_what_is_said_elsewhere() {
    let layouts: [(&str, fn(usize) -> String); 4] = [
        ("a name printed twice before a rank", |at| {
            let name = NAMES[at];
            format!("{name} {name} Member Posts: 1{at}\n{} March 2021\n{}\n1{at} · Reply\n", at + 3, SAYS[at])
        }),
        ("a title that asks", |at| {
            format!("{}\nRe: Who built it?\n{} March 2021\n{}\nReply\n", NAMES[at], at + 3, SAYS[at])
        }),
        ("days of joining written like those of posts", |at| {
            let (name, joined) = (NAMES[at], 20 - at);
            format!("{name}\nMember\n{joined} May 2014\n42{at}\n{} March 2021\n#{}\n{}\n", at + 3, at + 1, SAYS[at])
        }),
        ("the beginning again, for passing on", |at| {
            let (name, start) = (NAMES[at], &SAYS[at][..30]);
            format!("{name}\n{} March 2021\n{}\n{name}: {start}\nhttp://a.example/talk/{at}\n", at + 3, SAYS[at])
        }),
    ];
    for (habit, post) in layouts {
        let posts: String = (0..5).map(post).collect();
        let text = format!("A new bridge\nThe town opened a bridge, after years of delay.\n{posts}About us\nContact\n");
        let page = page::cut(&text, Format::Text);
        let threads = threads(&page);
        whole(&page, &threads);
        assert_eq!(threads.comments.len(), 5, "{habit}");
        assert_eq!(found(&threads, 5), [5, 5, 5], "{habit}");
    }
}

#[test]
fn folded_posts_of_a_dump_do_not_end_its_thread() {
    let post = |at: usize| {
        let below = if at % 5 < 2 { format!("{}\nReply\nPermalink", SAYS[at % 5]) } else { "Expand".into() };
        format!("{}\n{} March 2021 16:1{}\n{below}\n", NAMES[at % 5], at + 1, at % 10)
    };
    let text = format!("A talk\nWhat the town says.\n{}About us\n", (0..31).map(post).collect::<String>());
    let page = page::cut(&text, Format::Text);
    let threads = threads(&page);
    whole(&page, &threads);
    let shown: Vec<_> = threads.comments.iter().map(|post| post.published_shown.clone()).collect();
    assert_eq!(shown.len(), 31, "{shown:?}");
    assert_eq!(threads.comments[6].text, SAYS[1]);
    assert!(threads.comments.iter().enumerate().all(|(at, post)| post.author.as_deref() == Some(NAMES[at % 5])));
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
fn those_who_liked_it_are_no_words_of_a_post() {
    let mut text = String::from("A talk\nHome\nForums\n");
    for (at, (name, rank, say)) in [
        ("ada", "Ferry hand\n", "It took them long enough, did it not?"),
        ("bobby", "", "Better late than never, I would say."),
        ("cyril", "Deck officer\n", "Has anybody walked across it already?"),
        ("dora", "", "Twice, and both times it was raining."),
    ]
    .into_iter()
    .enumerate()
    {
        text.push_str(&format!("{name}\n{rank}3 March 2021 1{at}:02\n{say}\nLiked by: Ann, Bo and {at} others\n"));
    }
    text.push_str("Log in to answer\nContact\n");
    let page = page::cut(&text, Format::Text);
    let comment = page.blocks.iter().map(|block| if page.text_of(block).contains(", ") { 0.7 } else { 0.05 }).collect();
    let count = page.blocks.len();
    let labels = Labels { labels: vec![Label::Other; count], main: vec![0.1; count], comment, ..Labels::default() };
    let threads = build(&page, &Evidence::of(&page), &labels, None, Quotes::Apart);
    let texts: Vec<&str> = threads.comments.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert!(texts.iter().all(|text| text.ends_with(['?', '.']) && !text.contains("Liked")), "{texts:?}");
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

/// One post in the markup of a system, without its words.
struct Habit {
    name: &'static str,
    open: &'static str,
    post: &'static str,
    close: &'static str,
}

const HABITS: [Habit; 25] = [
    Habit {
        name: "WordPress classic",
        open: "<ol class=commentlist>",
        post: "<li class='comment depth-1' id=li-comment-{id}><div id=comment-{id}><div class='comment-author vcard'><cite class=fn>{name}</cite> <span class=says>says:</span></div><div class='comment-meta commentmetadata'><a href='#comment-{id}'>{date}</a></div><p>{text}</p><div class=reply><a href='#'>Reply</a></div></div></li>",
        close: "</ol>",
    },
    Habit {
        name: "WordPress blocks",
        open: "<ol class=wp-block-comment-template>",
        post: "<li id=comment-{id} class=comment><div class=wp-block-comment-author-name>{name}</div><div class=wp-block-comment-date><time datetime='{iso}'><a href='#comment-{id}'>{date}</a></time></div><div class=wp-block-comment-content><p>{text}</p></div><div class=wp-block-comment-reply-link><a href='#'>Reply</a></div></li>",
        close: "</ol>",
    },
    Habit {
        name: "Blogger old",
        open: "<dl id=comments-block>",
        post: "<dt class=comment-author id=c{id}><a href='/profile/{id}'>{name}</a> said...</dt><dd class=comment-body><p>{text}</p></dd><dd class=comment-footer><span class=comment-timestamp><a href='#c{id}'>{date}</a></span></dd>",
        close: "</dl>",
    },
    Habit {
        name: "Blogger threaded",
        open: "<ol id=top-ra>",
        post: "<li class=comment id=c{id}><div class=comment-block><div class=comment-header><cite class=user><a href='/profile/{id}'>{name}</a></cite><span class=datetime><a href='#c{id}'>{date}</a></span></div><p class=comment-content>{text}</p><span class=comment-actions><a href='#'>Reply</a></span></div></li>",
        close: "</ol>",
    },
    Habit {
        name: "Disqus",
        open: "<ul id=dsq-comments>",
        post: "<li id=dsq-comment-{id}><div id=dsq-comment-header-{id}><cite id=dsq-cite-{id}><span id=dsq-author-user-{id}>{name}</span></cite> <a class=dsq-time href='#'>{date}</a></div><div id=dsq-comment-body-{id}><div id=dsq-comment-message-{id}>{text}</div></div></li>",
        close: "</ul>",
    },
    Habit {
        name: "Facebook plugin",
        open: "<div class=fbComments>",
        post: "<div class=UFIComment id=c{id}><a class=UFICommentActorName href='/people/{id}'>{name}</a> <div class=UFICommentBody>{text}</div><div class=UFICommentActions><a href='#'>Like</a> <abbr title='{date}'>{date}</abbr></div></div>",
        close: "</div>",
    },
    Habit {
        name: "Drupal",
        open: "<section id=comments>",
        post: "<article class='comment js-comment' id=comment-{id}><footer><p class=comment__submitted>Submitted by <span class=username>{name}</span> on {date}</p></footer><div class='field field--name-comment-body'><p>{text}</p></div><ul class=links><li><a href='#'>Reply</a></li></ul></article>",
        close: "</section>",
    },
    Habit {
        name: "Joomla JComments",
        open: "<div id=comments-list>",
        post: "<div class=rbox id=comment-item-{id}><div class=comment-box><a class=comment-anchor href='#comment-{id}'>#{id}</a><span class=comment-author>{name}</span><span class=comment-date>{date}</span><div class=comment-body id=comment-body-{id}>{text}</div></div></div>",
        close: "</div>",
    },
    Habit {
        name: "phpBB",
        open: "<div id=page-body>",
        post: "<div class=post id=p{id}><div class=postbody><h3><a href='#p{id}'>Re: The bridge</a></h3><p class=author>by <strong><a class=username href='/memberlist?u={id}'>{name}</a></strong> » {date}</p><div class=content>{text}</div></div><dl class=postprofile><dt>{name}</dt><dd>Posts: 1{id}</dd></dl></div>",
        close: "</div>",
    },
    Habit {
        name: "vBulletin",
        open: "<ol id=posts>",
        post: "<li class='postbit postcontainer' id=post_{id}><div class=posthead><span class=postdate>{date}</span> <a href='#post{id}'>#{id}</a></div><div class=userinfo><a class='username' href='/member/{id}'>{name}</a> <span class=usertitle>Member</span></div><div class=postbody><div id=post_message_{id}><blockquote class=postcontent>{text}</blockquote></div></div></li>",
        close: "</ol>",
    },
    Habit {
        name: "XenForo",
        open: "<div class=block-body>",
        post: "<article class='message message--post' data-author='{name}' id=js-post-{id}><div class=message-user><a class=username href='/members/{id}'>{name}</a><h5 class=userTitle>Member</h5></div><div class=message-main><a href='#post-{id}'><time class=u-dt datetime='{iso}'>{date}</time></a><div class=message-body><div class=bbWrapper>{text}</div></div></div></article>",
        close: "</div>",
    },
    Habit {
        name: "Invision",
        open: "<div class=cTopic>",
        post: "<article class=ipsComment id=elComment_{id}><aside class=cAuthorPane_author><a href='/profile/{id}'>{name}</a></aside><div class=ipsComment_meta><a href='#c{id}'>Posted <time datetime='{iso}'>{date}</time></a></div><div data-role=commentContent><p>{text}</p></div></article>",
        close: "</div>",
    },
    Habit {
        name: "SMF",
        open: "<div id=forumposts>",
        post: "<div class=post_wrapper><div class=poster><h4><a href='/profile/{id}'>{name}</a></h4></div><div class=postarea><h5 id=subject_{id}>Re: The bridge</h5><div class=smalltext>« <strong>Reply #{id} on:</strong> {date} »</div><div class=post><div class=inner id=msg_{id}>{text}</div></div></div></div>",
        close: "</div>",
    },
    Habit {
        name: "FluxBB",
        open: "<div id=brdmain>",
        post: "<div class=blockpost id=p{id}><h2><span>#{id} <a href='#p{id}'>{date}</a></span></h2><div class=box><div class=postleft><dl><dt><strong>{name}</strong></dt><dd>Member</dd></dl></div><div class=postright><div class=postmsg><p>{text}</p></div></div></div></div>",
        close: "</div>",
    },
    Habit {
        name: "Vanilla",
        open: "<ul class=MessageList>",
        post: "<li class='Item ItemComment' id=Comment_{id}><div class=Comment><span class=Author><a class=Username href='/profile/{id}'>{name}</a></span><span class='MItem DateCreated'><a href='#c{id}'><time datetime='{iso}'>{date}</time></a></span><div class=Message>{text}</div></div></li>",
        close: "</ul>",
    },
    Habit {
        name: "Discourse",
        open: "<noscript><div id=main-outlet>",
        post: "<div class='topic-body crawler-post'><div class=crawler-post-meta><span class=creator itemprop=author><a href='/u/{id}'><span itemprop=name>{name}</span></a></span> <time datetime='{iso}' class=post-time>{date}</time></div><div class=post itemprop=text><p>{text}</p></div></div>",
        close: "</div></noscript>",
    },
    Habit {
        name: "Flarum",
        open: "<div class=PostStream>",
        post: "<div class=PostStream-item data-id={id}><article class='CommentPost Post'><header class=Post-header><h3 class=PostUser-name><a href='/u/{id}'>{name}</a></h3> <a href='#{id}'><time datetime='{iso}'>{date}</time></a></header><div class=Post-body><p>{text}</p></div></article></div>",
        close: "</div>",
    },
    Habit {
        name: "Discuz!",
        open: "<div id=postlist>",
        post: "<div id=post_{id}><table id=pid{id}><tr><td class=pls><div class=authi><a href='/space-uid-{id}'>{name}</a></div></td><td class=plc><div class=pti><em id=authorposton{id}>{date}</em></div><div class=pct><table><tr><td class=t_f id=postmessage_{id}>{text}</td></tr></table></div></td></tr></table></div>",
        close: "</div>",
    },
    Habit {
        name: "Stack Exchange",
        open: "<div id=answers>",
        post: "<div class=answer id=answer-{id} data-answerid={id}><div class=js-post-body><p>{text}</p></div><div class=post-signature><div class=user-action-time>answered <span class=relativetime title='{iso}'>{date}</span></div><div class=user-details><a href='/users/{id}'>{name}</a></div></div></div>",
        close: "</div>",
    },
    Habit {
        name: "Reddit",
        open: "<div class=commentarea>",
        post: "<div class='thing comment' id=thing_t1_{id}><p class=tagline><a class=author href='/user/{id}'>{name}</a> <span class=score>{id} points</span> <time datetime='{iso}'>{date}</time></p><div class=md><p>{text}</p></div><ul class=buttons><li><a href='#'>permalink</a></li></ul></div>",
        close: "</div>",
    },
    Habit {
        name: "Hacker News",
        open: "<table class=comment-tree>",
        post: "<tr class='athing comtr' id={id}><td class=ind><img src=s.gif height=1 width=0></td><td class=default><span class=comhead><a class=hnuser href='user?id={id}'>{name}</a> <span class=age title='{iso}'><a href='item?id={id}'>{date}</a></span></span><div class=comment><span class=commtext>{text}</span></div></td></tr>",
        close: "</table>",
    },
    Habit {
        name: "Slashdot",
        open: "<ul id=commentlisting>",
        post: "<li class=comment id=tree_{id}><div id=comment_{id}><div class=commentTop><span class=by>by <a href='/~u{id}'>{name}</a></span><span class=otherdetails>on {date}</span></div><div class=commentBody><div id=comment_body_{id}>{text}</div></div></div></li>",
        close: "</ul>",
    },
    Habit {
        name: "LiveJournal",
        open: "<div class=b-tree>",
        post: "<div class=b-tree-twig style='margin-left:0px'><div class=b-leaf id=t{id}><div class=b-leaf-header><span class=ljuser><a href='/u{id}'><b>{name}</b></a></span> <span class=b-leaf-createdtime>{date}</span></div><div class=b-leaf-article>{text}</div></div></div>",
        close: "</div>",
    },
    Habit {
        name: "DataLife Engine",
        open: "<div id=dle-comments-list>",
        post: "<div id=comment-id-{id}><div class=comm-item><span class=comm-author>{name}</span> <span class=comm-date>{date}</span><div class=comm-body><div id=comm-id-{id}>{text}</div></div><a href='#'>Reply</a></div></div>",
        close: "</div>",
    },
    Habit {
        name: "SPIP",
        open: "<ul class=forum>",
        post: "<li class=comment-item id=comment{id}><p class=comment-meta><a href='#forum{id}'><abbr class=dtreviewed title='{iso}'>{date}</abbr></a>, by <span class='comment-author vcard'><span class=fn>{name}</span></span></p><div class=comment-texte><p>{text}</p></div></li>",
        close: "</ul>",
    },
];

const NAMES: [&str; 5] = ["Ada", "Bobby", "Cyril", "Dora", "Emil"];
const SAYS: [&str; 5] = [
    "It took them long enough, did it not, and the price was high.",
    "Better late than never, I would say, for those who walk.",
    "Has anybody walked across it already and looked at the view?",
    "My sister went there on Sunday, and there was no room to stand.",
    "Then I shall wait until the autumn when the guests are gone.",
];

impl Habit {
    /// A page with so many posts, one a day from the third of March 2021 on.
    fn page(&self, count: usize) -> String {
        let mut html = String::from(
            "<html><body><h1>A bridge</h1><p>The town opened a bridge over the river, after years of delay.</p>",
        );
        html.push_str(self.open);
        for at in 0..count {
            let post = self
                .post
                .replace("{id}", &(41 + at).to_string())
                .replace("{name}", NAMES[at])
                .replace("{date}", &format!("{} March 2021 16:05", at + 3))
                .replace("{iso}", &format!("2021-03-0{}T16:05:00Z", at + 3))
                .replace("{text}", SAYS[at]);
            html.push_str(&post);
        }
        html.push_str(self.close);
        html.push_str("<p><a href='/about'>About us</a></p></body></html>");
        html
    }
}

/// How many posts have their words, and of those their author and their day.
fn found(threads: &Threads, count: usize) -> [usize; 3] {
    let mut found = [0; 3];
    for at in 0..count {
        let Some(comment) = threads.comments.iter().find(|comment| comment.text == SAYS[at]) else { continue };
        found[0] += 1;
        found[1] += usize::from(comment.author.as_deref() == Some(NAMES[at]));
        let day = format!("2021-03-0{}", at + 3);
        found[2] += usize::from(comment.published.as_deref().is_some_and(|time| time.starts_with(&day)));
    }
    found
}

#[test]
fn habits_of_25_systems() {
    for habit in HABITS {
        let html = habit.page(3);
        let page = page::cut(&html, Format::Html);
        let threads = threads(&page);
        whole(&page, &threads);
        assert_eq!(threads.comments.len(), 3, "{}", habit.name);
        assert_eq!(found(&threads, 3), [3, 3, 3], "{}", habit.name);
    }
}

/// What dumps of these systems, one block a paragraph, do not give in full: words, authors, days of five posts.
const SHORT_OF: [(&str, [usize; 3]); 5] = [
    ("Blogger old", [4, 4, 4]),
    ("Facebook plugin", [4, 4, 4]),
    ("Joomla JComments", [5, 0, 5]),
    ("Stack Exchange", [4, 0, 4]),
    ("Slashdot", [5, 0, 5]),
];

#[test]
fn habits_of_25_systems_in_dumps() {
    for habit in HABITS {
        let html = habit.page(5);
        let page = page::cut(&html, Format::Html);
        let dump: Vec<&str> = page.blocks.iter().map(|block| page.text_of(block)).collect();
        let dump = dump.join("\n\n");
        let page = page::cut(&dump, Format::Text);
        let threads = threads(&page);
        whole(&page, &threads);
        let due = SHORT_OF.iter().find(|(name, _)| *name == habit.name).map_or([5; 3], |(_, due)| *due);
        let found = found(&threads, 5);
        assert!(found.iter().zip(due).all(|(found, due)| *found >= due), "{}: {found:?}", habit.name);
    }
}

/// A chain of replies, so many deep before the next one begins.
fn chain(count: usize, deep: usize) -> String {
    let mut html = String::from("<h1>A talk</h1><ol>");
    for at in 0..count {
        html.push_str(&format!(
            "<li class=comment id=comment-{at}><div><cite class=fn>Ada{}</cite></div><div class=meta>{} March 2021 16:{:02}</div><p>The words of number {at} that stand here for all.</p>",
            at % 7,
            1 + at % 28,
            at % 60
        ));
        if at % deep == deep - 1 {
            html.push_str(&"</li></ul>".repeat(deep - 1));
            html.push_str("</li>");
        } else {
            html.push_str("<ul class=children>");
        }
    }
    html
}

#[test]
fn deep_chains_in_elements_of_their_own() {
    let html = chain(3000, 1500);
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    whole(&page, &threads);
    assert!(threads.comments.len() > 2950, "{}", threads.comments.len());
    assert!(threads.comments.iter().filter(|comment| comment.parent.is_some()).count() > 2900);
}

#[test]
fn one_author_of_all_posts_is_told_by_the_profile() {
    let html = r#"<div>
<div class="row"><a href="/u/7/Mira-Lund">Mira Lund</a><b>Overview</b><p>The map shows three islands and a reef between them.</p><time>2021-03-03 16:05</time></div>
<div class="row"><a href="/u/7/Mira-Lund">Mira Lund</a><b>Villages</b><p>Each of the islands has one harbour and two villages.</p><time>2021-03-03 16:40</time></div>
<div class="row"><a href="/u/7/Mira-Lund">Mira Lund</a><b>Creatures</b><p>Nobody has seen the lynx of the northern wood for years.</p><time>2021-03-03 17:10</time></div>
<div class="row"><a href="/u/7/Mira-Lund">Mira Lund</a><b>Weather</b><p>It rains from autumn to spring, and the wind never rests.</p><time>2021-03-04 09:12</time></div></div>"#;
    let page = page::cut(html, Format::Html);
    let found = threads(&page);
    assert_eq!(found.comments.len(), 4);
    assert!(found.comments.iter().all(|comment| comment.author.as_deref() == Some("Mira Lund")));
}

#[test]
fn names_in_other_places_of_the_record() {
    // A colour of its own for some names, no link for guests, the time before a name in one text: ranks replace none.
    let post = |day: u32, name: &str, rank: &str, say: &str| {
        format!(
            "<div class=post id=p{day}><div class=profile>{name}<p class=member-rank>{rank}</p></div>\
             <p class=date>{day} March 2021 16:05</p><div class=content>{say}</div></div>"
        )
    };
    let html = [
        post(3, "<a class=username href='/member?7'>Ada</a>", "Novice", SAYS[0]),
        post(4, "<a class=username-coloured href='/member?8'>Bobby</a>", "Developer", SAYS[1]),
        post(5, "<a class=username href='/member?9'>Cyril</a>", "Member", SAYS[2]),
        post(6, "<span class=username-guest>Dora</span>", "Guest", SAYS[3]),
        post(7, "<a class=username href='/member?7'>Ada</a>", "Novice", SAYS[4]),
    ];
    let authors = |html: &str| -> Vec<String> {
        let page = page::cut(html, Format::Html);
        let found = threads(&page);
        whole(&page, &found);
        found.comments.into_iter().map(|comment| comment.author.unwrap_or_default()).collect()
    };
    assert_eq!(authors(&html.concat()), ["Ada", "Bobby", "Cyril", "Dora", "Ada"]);
    let post = |day: u32, name: &str, say: &str| {
        format!(
            "<div class=head id=h{day}>{day} March 2021 16:05 {name}<br>score: 1{day}</div><div class=say>{say}</div>"
        )
    };
    let html = [
        post(3, "<a href='/people/ada'>Ada</a>", SAYS[0]),
        post(4, "<a href='/people/bobby'>Bobby</a>", SAYS[1]),
        post(5, "Cyril", SAYS[2]),
        post(6, "<a href='/people/dora'>Dora</a>", SAYS[3]),
    ];
    assert_eq!(authors(&html.concat()), ["Ada", "Bobby", "Cyril", "Dora"]);
}

#[test]
fn the_opening_post_may_be_marked_up_otherwise() {
    let body = |at: usize| format!("<div class=item-body><p>{}</p><i>{} March 2021 16:05</i></div>", SAYS[at], at + 3);
    let head = |at: usize| {
        let links =
            "<a href='/threads'>46 replies</a> <a href='/ranks'>Junior Member</a> <a href='/town'>from the harbour</a>";
        format!("<div class=head><a class=username href='/profile/{0}'>{0}</a> {links}</div>", NAMES[at])
    };
    let rest: Vec<String> = (1..5).map(|at| format!("<li class=item>{}{}</li>", head(at), body(at))).collect();
    let html = format!("<h1>Talk</h1><div class=opening>{}{}</div><ul>{}</ul>", head(0), body(0), rest.concat());
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    whole(&page, &threads);
    assert_eq!(threads.comments.len(), 5);
    assert_eq!(found(&threads, 5), [5; 3]);
}

#[test]
fn cells_of_one_post_are_no_posts() {
    let post = |at: usize| {
        format!(
            "<article class=message id=m{at}><div class='cell cell-user'><b class=username>{}</b><i>March {}, 2021</i></div>\
             <div class='cell cell-main'><i>March {1}, 2021</i><div class=content>{}</div></div></article>",
            NAMES[at],
            at + 3,
            SAYS[at]
        )
    };
    let html: String = (0..4).map(post).collect();
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    assert_eq!(threads.comments.len(), 4);
    assert_eq!(found(&threads, 4), [4; 3]);
}

#[test]
fn times_that_a_script_would_show() {
    let post = |at: usize| {
        format!(
            "<div class=answer><div class=head><span class=username>{}</span> <time datetime='2021-03-0{}T16:05:00Z'></time></div>\
             <div class=body>{}</div></div>",
            NAMES[at],
            at + 3,
            SAYS[at]
        )
    };
    let html: String = (0..3).map(post).collect();
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    whole(&page, &threads);
    assert_eq!(found(&threads, 3), [3; 3]);
    assert!(threads.comments.iter().all(|comment| comment.published_shown.is_none()));
}

#[test]
fn posts_that_are_folded_up_are_posts() {
    let post = |at: usize| {
        let words = if at.is_multiple_of(5) { SAYS[at / 5 % 5] } else { "" };
        format!(
            "<div class=comment id=t{at}><p><a class=username href='#'>{}</a> <i class=date>{} March 2021 16:0{}</i></p>\
             <div class=words>{words}</div></div>",
            NAMES[at % 5],
            at + 1,
            at % 10
        )
    };
    let html: String = (0..20).map(post).collect();
    let page = page::cut(&html, Format::Html);
    let threads = threads(&page);
    whole(&page, &threads);
    assert_eq!(threads.comments.len(), 20);
    let words: Vec<&str> =
        threads.comments.iter().map(|comment| &*comment.text).filter(|text| !text.is_empty()).collect();
    assert_eq!(words, SAYS[..4]);
}

#[test]
fn signs_around_names() {
    let unsigned = |names: [&str; 3]| {
        let mut names = names.map(str::to_owned);
        super::names::unsigned(names.iter_mut());
        names
    };
    assert_eq!(unsigned(["@ann", "@bo", "cy"]), ["ann", "bo", "cy"]);
    assert_eq!(unsigned(["@ann", "bo", "cy"]), ["@ann", "bo", "cy"]);
    assert_eq!(unsigned(["ann.", "bo.", "Alex R.."]), ["ann", "bo", "Alex R."]);
    assert_eq!(unsigned(["ann", "bo.", "cy."]), ["ann", "bo.", "cy."]);
}

#[test]
fn one_text_full_of_names_and_ages_is_no_thread() {
    let html = r#"<div class="box"><div>This page is best seen with scripts.</div></div>
<div class="box"><h1>Notes on talk</h1><article><h3>Ada</h3><div><p>It took them long enough, did it not, and the price was high.</p>
<blockquote><p>Bobby 3 months ago</p><p>Better late than never, I would say, for those who walk.</p></blockquote>
<p>Has anybody walked across it already and looked at the view?</p></div></article></div>"#;
    assert!(shown(html, Format::Html).is_empty());
}

#[test]
fn an_article_in_an_element_like_those_of_its_comments_is_no_post() {
    let comment = |at: usize| {
        format!(
            "<article class=entry><h4>{} says:</h4><p><time>{} March 2021 16:0{at}</time></p><p>{}</p><a>Reply</a></article>",
            NAMES[at],
            at + 2,
            SAYS[at]
        )
    };
    let html = format!(
        "<article class=entry><h1>The ferry sails again</h1><p>The ferry across the lake sails again after two winters.</p>\
         <p>A child may come along for nothing, and so may a dog that sits still.</p>\
         <p>By Edda <time>1 March 2021 12:00</time></p><section>{}{}</section></article>",
        comment(0),
        comment(1)
    );
    let page = page::cut(&html, Format::Html);
    let label = |block: &page::Block| {
        let text = page.text_of(block);
        if SAYS.contains(&text) {
            Label::CommentText
        } else if text.ends_with('.') {
            Label::Body
        } else {
            Label::Other
        }
    };
    let labels: Vec<Label> = page.blocks.iter().map(label).collect();
    let chances = |of: Label| labels.iter().map(|&label| if label == of { 0.95 } else { 0.05 }).collect();
    let labels =
        Labels { main: chances(Label::Body), comment: chances(Label::CommentText), labels, ..Labels::default() };
    let threads = build(&page, &Evidence::of(&page), &labels, None, Quotes::Apart);
    let found: Vec<_> = threads.comments.iter().map(|post| (post.author.as_deref(), post.parent.as_deref())).collect();
    assert_eq!(found, [(Some(NAMES[0]), None), (Some(NAMES[1]), None)]);
    let ferry = page.blocks.iter().position(|block| page.text_of(block).contains("two winters")).unwrap();
    assert!(!threads.claimed[ferry]);
}

#[test]
fn posts_of_the_same_words_have_them() {
    let post = |at: usize| {
        format!("Ada{} says:\n{} March 2021 16:05\nThe words of number {at} are these.\nReply\n\n", at % 7, 1 + at % 28)
    };
    let text = format!("A talk\n\n{}", (0..200).map(post).collect::<String>());
    let page = page::cut(&text, Format::Text);
    let threads = threads(&page);
    whole(&page, &threads);
    assert_eq!(threads.comments.len(), 200);
    assert!(threads.comments.iter().all(|post| post.text.starts_with("The words of number")));
}
