//! schema.org in JSON-LD: `Article`, `DiscussionForumPosting` or `QAPage` with nested `Comment`s.
//! Vocabulary: <https://schema.org/Comment>, <https://schema.org/QAPage>.

use serde_json::{Map, Value, json};

use crate::record::{CommentKind, CommentRecord, PageKind, PageRecord};
use crate::sink::thread;

/// Writes the page on one line.
pub(super) fn page(record: &PageRecord) -> Vec<u8> {
    let (posts, comments): (Vec<_>, Vec<_>) =
        record.comments.iter().cloned().partition(|comment| comment.kind == CommentKind::Op);
    let op = posts.first().filter(|_| record.kind.is_posts());
    let mut page = Map::new();
    page.insert("@context".into(), "https://schema.org".into());
    let kind = match record.kind {
        PageKind::Article => "Article",
        PageKind::Thread => "DiscussionForumPosting",
        PageKind::Qa => "QAPage",
        PageKind::Product => "Product",
        PageKind::Documentation => "TechArticle",
        PageKind::Listing | PageKind::Collection => "CollectionPage",
        _ => "WebPage",
    };
    page.insert("@type".into(), kind.into());
    put(&mut page, "url", record.canonical.as_ref().or(record.source.url.as_ref()));
    put(&mut page, "inLanguage", record.language.as_ref());
    put(&mut page, "license", record.licence.as_ref());
    if let Some(site) = &record.site {
        page.insert("publisher".into(), json!({"@type": "Organization", "name": site}));
    }
    if !record.tags.is_empty() {
        page.insert("keywords".into(), record.tags.join(", ").into());
    }
    let mut main = Map::new();
    put(&mut main, if record.kind == PageKind::Qa { "name" } else { "headline" }, record.title.as_ref());
    put(&mut main, "abstract", record.deck.as_ref());
    put(&mut main, "image", record.image.as_ref());
    let authors: Vec<&String> = match op {
        Some(op) => op.author.iter().collect(),
        None => record.authors.iter().collect(),
    };
    if !authors.is_empty() {
        main.insert("author".into(), authors.into_iter().map(|name| person(name)).collect());
    }
    put(&mut main, "datePublished", op.and_then(|op| op.published.as_ref()).or(record.published.as_ref()));
    put(&mut main, "dateModified", record.modified.as_ref());
    let text = op.map_or(&record.text, |op| &op.text);
    if !text.is_empty() {
        let name = if record.kind.is_posts() { "text" } else { "articleBody" };
        main.insert(name.into(), text.as_str().into());
    }
    let declared: u32 = record.threads.iter().filter_map(|thread| thread.declared).sum();
    let count = declared.max(comments.len() as u32);
    if record.kind == PageKind::Qa {
        let (answers, remarks): (Vec<_>, Vec<_>) =
            thread::nest(&comments, comment).into_iter().partition(|comment| comment["@type"] == "Answer");
        main.insert("@type".into(), "Question".into());
        main.insert("answerCount".into(), answers.len().into());
        main.insert("suggestedAnswer".into(), answers.into());
        if !remarks.is_empty() {
            main.insert("comment".into(), remarks.into());
        }
        page.insert("mainEntity".into(), Value::Object(main));
    } else {
        if count > 0 {
            main.insert("commentCount".into(), count.into());
        }
        if !comments.is_empty() {
            main.insert("comment".into(), thread::nest(&comments, comment).into());
        }
        page.append(&mut main);
    }
    let mut line = serde_json::to_vec(&page).unwrap_or_default();
    line.push(b'\n');
    line
}

fn put(map: &mut Map<String, Value>, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.as_str().into());
    }
}

fn person(name: &str) -> Value {
    json!({"@type": "Person", "name": name})
}

fn comment(comment: &CommentRecord, replies: Vec<Value>) -> Value {
    let mut map = Map::new();
    let kind = if comment.kind == CommentKind::Answer { "Answer" } else { "Comment" };
    map.insert("@type".into(), kind.into());
    map.insert("identifier".into(), comment.id.as_str().into());
    if let Some(author) = &comment.author {
        map.insert("author".into(), person(author));
    }
    put(&mut map, "datePublished", comment.published.as_ref());
    put(&mut map, "url", comment.permalink.as_ref());
    map.insert("text".into(), comment.text.as_str().into());
    if comment.deleted {
        map.insert("creativeWorkStatus".into(), "Deleted".into());
    }
    if let Some(votes) = comment.votes {
        map.insert("upvoteCount".into(), votes.into());
    }
    if !replies.is_empty() {
        map.insert("comment".into(), replies.into());
    }
    Value::Object(map)
}
