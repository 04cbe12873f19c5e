use serde_json::Value;
use serde_json::value::RawValue;

use super::*;
use crate::record::{
    BodyKind, BodyRecord, CommentKind, CommentRecord, DuplicateRecord, Format, LinkRecord, PageKind, SourceRecord,
    Span, ThreadRecord,
};

fn comment(id: &str, parent: Option<&str>, text: &str) -> CommentRecord {
    CommentRecord {
        id: id.to_owned(),
        thread: 0,
        kind: CommentKind::Comment,
        parent: parent.map(str::to_owned),
        depth: None,
        author: Some(format!("<user {id}>")),
        author_name: None,
        published: Some("2020-01-02".to_owned()),
        published_shown: None,
        text: text.to_owned(),
        quotes: Vec::new(),
        votes: Some(3),
        deleted: false,
        notice: None,
        permalink: None,
        edited: None,
        meta: Vec::new(),
        spans: Vec::new(),
        moderation: None,
    }
}

fn record(comments: Vec<CommentRecord>) -> PageRecord {
    let body = |kind, level, text: &str| BodyRecord { kind, level, text: text.to_owned(), spans: Vec::new() };
    PageRecord {
        schema: PageRecord::SCHEMA.to_owned(),
        id: "x".to_owned(),
        source: SourceRecord {
            path: None,
            record: None,
            url: None,
            format: Format::Html,
            charset: None,
            captured_at: None,
            warc: None,
        },
        kind: PageKind::Article,
        confidence: 1.0,
        reason: None,
        truncated: Vec::new(),
        title: Some("A *title* & <more>".to_owned()),
        deck: None,
        author: Some("Ann".to_owned()),
        authors: vec!["Ann".to_owned(), "Ben".to_owned()],
        published: Some("2020-01-01".to_owned()),
        modified: None,
        language: Some("en".to_owned()),
        site: None,
        canonical: None,
        image: None,
        tags: Vec::new(),
        licence: None,
        text: "One.\n\nTwo.".to_owned(),
        body: vec![
            BodyRecord {
                spans: vec![Span::new(0, 40)],
                ..body(BodyKind::Paragraph, None, "1. is no list\nsnake_case stays\u{1b}[31m")
            },
            body(BodyKind::Heading, Some(3), "Head"),
            body(BodyKind::ListItem, Some(1), "a"),
            body(BodyKind::ListItem, Some(2), "b"),
            body(BodyKind::Code, None, "x = `y`"),
            body(BodyKind::Table, None, "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ],
        head: Vec::new(),
        threads: vec![ThreadRecord::default()],
        comments,
        removed: Vec::new(),
        links: vec![LinkRecord { text: "no list".to_owned(), url: "/a (b)".to_owned(), span: Span::new(6, 13) }],
        duplicate_of: Some(DuplicateRecord { id: "w".to_owned(), resemblance: 0.9 }),
    }
}

fn raw(json: &str) -> Box<RawValue> {
    serde_json::from_str(json).expect("JSON")
}

#[test]
fn the_records_own_names_are_all_listed() {
    let Value::Object(map) = serde_json::to_value(record(Vec::new())).expect("a record") else { panic!("an object") };
    let mut names: Vec<_> = map.keys().map(String::as_str).collect();
    names.push("extra");
    assert_eq!(names, PageRecord::FIELDS);
}

#[test]
fn fields_of_the_input_pass_through_and_displaced_ones_move() {
    let fields = vec![
        ("n".to_owned(), raw("1.50")),
        ("title".to_owned(), raw("\"theirs\"")),
        ("q\"".to_owned(), raw("{\"a\" : [ ]}")),
        ("extra".to_owned(), raw("null")),
    ];
    for form in [Form::Jsonl, Form::Json, Form::Nested] {
        let json = String::from_utf8(form.page(&record(Vec::new()), &fields)).expect("UTF-8");
        let value: Value = serde_json::from_str(&json).expect(&json);
        assert_eq!(value["title"], "A *title* & <more>", "{form:?}");
        assert_eq!(value["extra"], serde_json::json!({"title": "theirs", "extra": null}));
        assert!(json.contains("1.50") && json.contains("{\"a\" : [ ]}"), "as they stood: {json}");
        assert_eq!(json.ends_with("\n}\n"), form == Form::Json);
    }
}

#[test]
fn a_thread_is_a_tree_whatever_its_parents_say() {
    let comments = vec![
        comment("1", None, "a"),
        comment("2", Some("1"), "b"),
        comment("3", Some("missing"), "c"),
        comment("4", Some("2"), "d"),
        comment("5", Some("1"), "e"),
        comment("6", Some("7"), "f"),
        comment("7", Some("6"), "g"),
        comment("8", Some("8"), "h"),
    ];
    let order: Vec<_> = thread::walk(&comments).into_iter().map(|(comment, depth)| (&*comment.text, depth)).collect();
    assert_eq!(order, [("a", 0), ("b", 1), ("d", 2), ("e", 1), ("c", 0), ("h", 0), ("f", 0), ("g", 1)]);
    let nested: Value = serde_json::from_slice(&Form::Nested.page(&record(comments), &Fields::new())).expect("JSON");
    assert_eq!(nested["comments"][0]["replies"][0]["replies"][0]["text"], "d");
    assert_eq!(nested["comments"].as_array().map(Vec::len), Some(4));
}

#[test]
fn deep_threads_are_written_in_every_form() {
    let deep: Vec<_> = (0..20_000)
        .map(|n: u32| comment(&n.to_string(), n.checked_sub(1).map(|n| n.to_string()).as_deref(), "word"))
        .collect();
    let record = record(deep);
    for form in [
        Form::Nested,
        Form::Jsonld,
        Form::Markdown,
        Form::Text,
        Form::Html,
        Form::Report,
        Form::Terminal(Screen { width: 80, colour: true }),
    ] {
        let bytes = form.page(&record, &Fields::new());
        assert!(bytes.len() < 20_000 * 1000, "{form:?}: {} bytes", bytes.len());
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.matches("word").count() >= 20_000, "{form:?}");
        if matches!(form, Form::Nested | Form::Jsonld) {
            serde_json::from_str::<Value>(&text).expect("readable by any reader");
        }
    }
}

#[test]
fn words_cannot_become_markup() {
    let record = record(vec![comment("1", None, "<script>alert(1)</script>\n# no heading\u{1b}]0;x\u{7}")]);
    for form in [Form::Html, Form::Report] {
        let html = String::from_utf8(form.page(&record, &Fields::new())).expect("UTF-8");
        assert!(!html.contains("<script") && !html.contains("<more>") && !html.contains("<user"), "{html}");
        assert!(html.contains("<tr><td>1</td><td>2</td></tr>"), "{html}");
        for element in ["ul", "ol", "li", "div", "details", "span", "p"] {
            let opened = html.matches(&format!("<{element} ")).count() + html.matches(&format!("<{element}>")).count();
            assert_eq!(opened, html.matches(&format!("</{element}>")).count(), "{form:?} closes {element}");
        }
    }
    let html = String::from_utf8(Form::Html.page(&record, &Fields::new())).expect("UTF-8");
    assert!(html.contains("<p>1. is <a href=\"/a%20%28b%29\">no list</a><br>"), "{html}");
    let markdown = String::from_utf8(Form::Markdown.page(&record, &Fields::new())).expect("UTF-8");
    assert!(markdown.contains("# A \\*title\\* & \\<more>"), "{markdown}");
    assert!(markdown.contains("1\\. is [no list](/a%20%28b%29)\\\nsnake_case stays"), "{markdown}");
    assert!(markdown.contains("  \\# no heading"), "{markdown}");
    for form in
        [Form::Html, Form::Report, Form::Markdown, Form::Text, Form::Terminal(Screen { width: 40, colour: false })]
    {
        assert!(!form.page(&record, &Fields::new()).contains(&0x1b), "{form:?} steers no terminal");
    }
}

#[test]
fn quotes_are_shown_where_they_stand() {
    let quoting = |text: &str| {
        let quotes = vec!["One.".to_owned(), "Two.\n\nThree.".to_owned()];
        record(vec![CommentRecord { quotes, ..comment("1", None, text) }])
    };
    let shown = |record: &PageRecord, form: Form| {
        let text = String::from_utf8(form.page(record, &Fields::new())).expect("UTF-8");
        let start = text.find(" +3").expect("a heading") + 3;
        text[start..].split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let apart = quoting("Yes. One. No.");
    assert_eq!(shown(&apart, Form::Text), "> One. > Two. > > Three. Yes. One. No.");
    assert_eq!(shown(&apart, Form::Markdown), "** > One. > Two. > Three. Yes. One. No.");
    let inline = quoting("Yes.\n\nOne.\n\nNo.\nTwo.\n\nThree.\nMaybe.");
    assert_eq!(shown(&inline, Form::Text), "Yes. > One. No. > Two. > > Three. Maybe.");
    assert_eq!(shown(&inline, Form::Markdown), "** Yes. > One. No. > Two. > Three. Maybe.");
    assert_eq!(shown(&inline, Form::Html).matches("<blockquote").count(), 2);
}
