//! A post in the making, and the comment record it becomes.

use super::Quotes;
use super::anchors::Anchor;
use crate::dates::When;
use crate::page::{Gap, Page};
use crate::record::{CommentKind, CommentRecord, MetaRecord};

/// What a run of a post is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Author, time, badges, buttons, signature.
    #[default]
    Meta,
    /// The post's own words.
    Text,
    /// Words of others.
    Quote,
    /// What stands in place of a deleted post.
    Notice,
}

/// A post in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Post {
    /// Its blocks, in page order.
    pub(super) blocks: Vec<u32>,
    /// Place of its time among the anchors.
    pub(super) anchor: Option<u32>,
    pub(super) author: Option<String>,
    pub(super) author_name: Option<String>,
    pub(super) kind: Option<CommentKind>,
    /// Place of the post it answers.
    pub(super) parent: Option<usize>,
    /// Its own id in the page.
    pub(super) id: Option<String>,
    pub(super) permalink: Option<String>,
    pub(super) votes: Option<i64>,
    pub(super) edited: Option<String>,
    pub(super) deleted: bool,
}

/// What the posts of a page share when they become records.
pub(super) struct Press<'p, 's> {
    pub(super) page: &'p Page<'s>,
    pub(super) anchors: &'p [Anchor],
    /// What each run of the page is.
    pub(super) roles: &'p [Role],
    pub(super) captured: Option<When>,
    pub(super) quotes: Quotes,
}

impl Press<'_, '_> {
    /// The record of a post.
    pub(super) fn record(&self, post: &Post, id: String, thread: u32) -> CommentRecord {
        let page = self.page;
        let mut words = String::new();
        let mut notice = String::new();
        let mut quotes: Vec<String> = Vec::new();
        let mut meta: Vec<MetaRecord> = Vec::new();
        let mut spans = Vec::new();
        let mut last: Option<(u32, Role)> = None;
        for &number in &post.blocks {
            let block = &page.blocks[number as usize];
            let runs = &page.runs[block.runs.range()];
            let roles = &self.roles[block.runs.range()];
            let mut marker = block.marker.filter(|span| !span.is_empty());
            if runs.is_empty() {
                if let Some(span) = marker {
                    meta.push(MetaRecord { text: span.of(page.source).to_owned(), spans: vec![span] });
                }
                continue;
            }
            let mut from = 0;
            while from < runs.len() {
                let role = roles[from];
                let mut to = from + 1;
                while to < runs.len() && roles[to] == role {
                    to += 1;
                }
                let text = page.text[runs[from].text.start as usize..runs[to - 1].text.end as usize].trim();
                let own = runs[from..to].iter().map(|run| run.span).filter(|span| !span.is_empty());
                let shown = marker.take();
                if role == Role::Meta {
                    let mut part = MetaRecord { text: String::new(), spans: Vec::new() };
                    if let Some(span) = shown {
                        part.text.push_str(span.of(page.source));
                        part.text.push(' ');
                        part.spans.push(span);
                    }
                    part.text.push_str(text);
                    part.text.truncate(part.text.trim_end().len());
                    part.spans.extend(own);
                    if !part.spans.is_empty() {
                        meta.push(part);
                    }
                } else {
                    spans.extend(shown);
                    spans.extend(own);
                    let joined = last.is_some_and(|(before, same)| same == role && before + 1 == number);
                    let add = |target: &mut String| {
                        if !target.is_empty() && !text.is_empty() {
                            target.push_str(match last {
                                Some((before, same)) if before == number => {
                                    if same == role {
                                        " "
                                    } else {
                                        "\n"
                                    }
                                }
                                _ if block.gap == Gap::Line => "\n",
                                _ => "\n\n",
                            });
                        }
                        target.push_str(text);
                    };
                    match role {
                        Role::Quote => {
                            if !joined {
                                quotes.push(String::new());
                            }
                            quotes.last_mut().into_iter().for_each(add);
                            if self.quotes == Quotes::Inline {
                                add(&mut words);
                            }
                        }
                        Role::Notice => add(&mut notice),
                        _ => add(&mut words),
                    }
                }
                last = Some((number, role));
                from = to;
            }
        }
        let anchor = post.anchor.map(|at| &self.anchors[at as usize]);
        CommentRecord {
            id,
            thread,
            kind: post.kind.unwrap_or(CommentKind::Comment),
            parent: None,
            depth: None,
            author: post.author.clone(),
            author_name: post.author_name.clone(),
            published: anchor.and_then(|anchor| anchor.when(self.captured.as_ref())).map(|when| when.to_string()),
            published_shown: anchor
                .map(|anchor| match &anchor.wording {
                    Some(wording) => wording.clone(),
                    None => page.text[anchor.shown.clone()].trim().to_owned(),
                })
                .filter(|shown| !shown.is_empty()),
            text: words,
            quotes,
            votes: post.votes,
            deleted: post.deleted,
            notice: (!notice.is_empty()).then_some(notice),
            permalink: post.permalink.clone(),
            edited: post.edited.clone(),
            meta,
            spans,
            moderation: None,
        }
    }
}
