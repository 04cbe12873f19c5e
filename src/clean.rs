//! The cleaner: one page through all stages, from decoded source to record.

use std::sync::{Arc, OnceLock};

use crate::article::{self, Head, Sourced};
use crate::error::Result;
use crate::evidence::{Evidence, Sites};
use crate::label::{Favor, Labeller, Labels};
use crate::lexicon::{Class, Lexicon};
use crate::limits;
use crate::page::{self, Page, Shape};
use crate::record::{CommentKind, Format, Label, LinkRecord, PageKind, PageRecord, PartRecord, SourceRecord, Span};
use crate::thread::{self, Quotes, Threads};

/// One decoded page.
#[derive(Clone, Debug)]
pub struct Input<'s> {
    /// Its name in the output.
    pub id: String,
    /// The text of the page, HTML or a dump.
    pub text: &'s str,
    /// Where it came from; its `format` says how `text` is written.
    pub source: SourceRecord,
    /// When it was captured, ISO 8601; resolves relative times.
    pub captured_at: Option<String>,
}

impl<'s> Input<'s> {
    /// A page without further facts.
    pub fn new(id: impl Into<String>, text: &'s str, format: Format) -> Self {
        let source =
            SourceRecord { path: None, record: None, url: None, format, charset: None, captured_at: None, warc: None };
        Self { id: id.into(), text, source, captured_at: None }
    }
}

/// Cleans pages. Cheap to clone; one may serve many threads.
#[derive(Clone, Debug)]
pub struct Cleaner {
    labeller: Arc<Labeller>,
    favor: Favor,
    links: bool,
    quotes: Quotes,
    depth: usize,
    sites: Option<Arc<Sites>>,
}

/// A page on its way through the stages, for `tamis explain` and the like.
#[derive(Debug)]
pub struct Cleaned<'s> {
    /// Its blocks.
    pub page: Page<'s>,
    /// What was known before naming.
    pub evidence: Evidence,
    /// The blocks' names.
    pub labels: Labels,
    /// Title, authors, dates with their sources.
    pub head: Head,
    /// The record.
    pub record: PageRecord,
}

impl Cleaner {
    /// A cleaner with the embedded model.
    ///
    /// # Errors
    /// None with the model as shipped.
    pub fn new() -> Result<Self> {
        static EMBEDDED: OnceLock<Arc<Labeller>> = OnceLock::new();
        if let Some(labeller) = EMBEDDED.get() {
            return Ok(Self::sharing(Arc::clone(labeller)));
        }
        let labeller = Arc::new(Labeller::embedded()?);
        Ok(Self::sharing(Arc::clone(EMBEDDED.get_or_init(|| labeller))))
    }

    /// A cleaner with a model of one's own.
    pub fn with(labeller: Labeller) -> Self {
        Self::sharing(Arc::new(labeller))
    }

    fn sharing(labeller: Arc<Labeller>) -> Self {
        Self {
            labeller,
            favor: Favor::default(),
            links: false,
            quotes: Quotes::default(),
            depth: limits::TREE_DEPTH,
            sites: None,
        }
    }

    /// The same cleaner with another preference for doubtful blocks.
    #[must_use]
    pub fn favor(mut self, favor: Favor) -> Self {
        self.favor = favor;
        self
    }

    /// The same cleaner, keeping the links of kept text in the record, or not.
    #[must_use]
    pub fn links(mut self, keep: bool) -> Self {
        self.links = keep;
        self
    }

    /// The same cleaner with another place for what comments quote.
    #[must_use]
    pub fn quotes(mut self, quotes: Quotes) -> Self {
        self.quotes = quotes;
        self
    }

    /// The same cleaner with another bound on the nesting of elements, at most [`limits::TREE_DEPTH`] as by default;
    /// deeper ones count as standing inside the deepest allowed.
    #[must_use]
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth.clamp(1, limits::TREE_DEPTH);
        self
    }

    /// The same cleaner, doubting blocks that stand on several pages of their host, as counted beforehand.
    #[must_use]
    pub fn sites(mut self, sites: Sites) -> Self {
        self.sites = Some(Arc::new(sites));
        self
    }

    /// A page cut into blocks, the first stage.
    pub fn cut<'s>(&self, text: &'s str, format: Format) -> Page<'s> {
        match format {
            Format::Html => page::html::cut_within(text, self.depth),
            Format::Text => page::text::cut(text),
        }
    }

    /// The model in use.
    pub fn labeller(&self) -> &Labeller {
        &self.labeller
    }

    /// The record of a page.
    pub fn clean(&self, input: &Input<'_>) -> PageRecord {
        self.stages(input).record
    }

    /// The record of a page and all that led to it.
    pub fn stages<'s>(&self, input: &Input<'s>) -> Cleaned<'s> {
        let page = self.cut(input.text, input.source.format);
        let mut evidence = Evidence::of(&page);
        if let Some(sites) = &self.sites {
            evidence.shared = sites.shared(&page, input.source.url.as_deref());
        }
        let mut labels = self.labeller.label_favoring(&page, &evidence, self.favor);
        let threads = thread::build(&page, &evidence, &labels, input.captured_at.as_deref(), self.quotes);
        let head = article::head(&page, &evidence, &labels);
        let (kind, threads) = settle(&page, &mut labels, threads);
        let mut record = assemble(input, &page, &evidence, &labels, kind, threads, &head);
        if self.links {
            record.links = kept_links(&page, &record);
        }
        Cleaned { page, evidence, labels, head, record }
    }
}

/// Settles the kind of page and whether it has a thread, and names anew what then can be no part of an article or a
/// thread after all.
fn settle(page: &Page<'_>, labels: &mut Labels, threads: Threads) -> (PageKind, Threads) {
    let none = || Threads { claimed: vec![false; page.blocks.len()], ..Threads::default() };
    let mut threads = if believed(page, labels, &threads) { threads } else { none() };
    let kind = kind(page, labels, &threads);
    if kind.is_bare() {
        threads = none();
    }
    if !kind.is_posts() {
        for comment in threads.comments.iter_mut().filter(|comment| comment.kind == CommentKind::Op) {
            comment.kind = CommentKind::Comment;
        }
    }
    let no_thread = threads.comments.is_empty();
    for (i, label) in labels.labels.iter_mut().enumerate().filter(|(i, _)| !threads.claimed[*i]) {
        let stays = match *label {
            Label::Title | Label::Deck | Label::Byline | Label::Dateline => true,
            Label::Body | Label::Caption => !kind.is_bare(),
            // Without a thread there is no comment: what reads like one is the text itself.
            Label::CommentText => no_thread && !kind.is_bare(),
            label => !label.is_kept(),
        };
        if !stays {
            *label = labels.instead[i];
        }
    }
    (kind, threads)
}

/// Puts every block into exactly one part of the record.
fn assemble(
    input: &Input<'_>,
    page: &Page<'_>,
    evidence: &Evidence,
    labels: &Labels,
    kind: PageKind,
    threads: Threads,
    head: &Head,
) -> PageRecord {
    let body_of = |i: usize| {
        let text = matches!(labels.labels[i], Label::Body | Label::Caption | Label::CommentText);
        text && !threads.claimed[i] && !page.blocks[i].hidden
    };
    let body = article::body(page, &labels.labels, body_of);
    let text = article::join(&body);
    let mut top: Vec<PartRecord> = Vec::new();
    let mut removed: Vec<PartRecord> = Vec::new();
    let mut last = None;
    for (i, block) in page.blocks.iter().enumerate() {
        if threads.claimed[i] || body_of(i) || block.hidden {
            continue;
        }
        let label = labels.labels[i];
        let parts = if label.is_kept() { &mut top } else { &mut removed };
        match parts.last_mut().filter(|part| last == i.checked_sub(1) && part.label == label && !label.is_kept()) {
            Some(part) => {
                part.text.push('\n');
                part.text.push_str(&page.shown_text(block));
                part.spans.extend(page.spans_of(block));
            }
            None => parts.push(PartRecord {
                label,
                text: page.shown_text(block),
                spans: page.spans_of(block).collect::<Vec<Span>>(),
            }),
        }
        last = Some(i);
    }
    let value = |sourced: &Option<Sourced>| sourced.as_ref().map(|sourced| sourced.value.clone());
    let values = |sourced: &[Sourced]| sourced.iter().map(|sourced| sourced.value.clone()).collect::<Vec<_>>();
    let authors = values(&head.authors);
    PageRecord {
        schema: "tamis/page/1".to_owned(),
        id: input.id.clone(),
        source: input.source.clone(),
        kind,
        confidence: confidence(labels),
        reason: reason(kind, page).map(str::to_owned),
        truncated: page.cuts.iter().map(|cut| cut.name().to_owned()).collect(),
        title: value(&head.title),
        deck: value(&head.deck),
        author: authors.first().cloned(),
        authors,
        published: value(&head.published),
        modified: value(&head.modified),
        language: evidence.language.map(|language| language.code().to_owned()),
        site: value(&head.site),
        canonical: value(&head.canonical),
        image: value(&head.image),
        tags: values(&head.tags),
        licence: value(&head.licence),
        text,
        body,
        head: top,
        threads: threads.threads,
        comments: threads.comments,
        removed,
        links: Vec::new(),
        duplicate_of: None,
    }
}

/// The links of the body and the comments.
fn kept_links(page: &Page<'_>, record: &PageRecord) -> Vec<LinkRecord> {
    let comments = record.comments.iter().flat_map(|comment| &comment.spans);
    let mut kept: Vec<Span> = record.body.iter().flat_map(|piece| &piece.spans).chain(comments).copied().collect();
    kept.sort_unstable();
    let mut links = article::links(page);
    links.retain(|link| {
        let next = kept.partition_point(|span| span.start <= link.span.start);
        next > 0 && link.span.start < kept[next - 1].end
    });
    links
}

/// Least number of signed and dated comments that need no more to be believed.
const SIGNED: usize = 3;
/// Words that speak for or against a thread: fewer say nothing.
const SPEAKING: usize = 40;

/// Whether the blocks of a thread read like comments at all. The thread is found by its structure, which lists of
/// teasers and articles in many signed parts share; where the labels are sure that it is main content, they win, unless
/// the markup calls it comments, or each can be answered, and nearly all of them are signed and dated.
fn believed(page: &Page<'_>, labels: &Labels, threads: &Threads) -> bool {
    let (mut size, mut main, mut comment) = (0.0, 0.0, 0.0);
    for (i, block) in
        page.blocks.iter().enumerate().filter(|(i, block)| threads.claimed[*i] && block.text.len() > SPEAKING)
    {
        let weight = block.text.len() as f32;
        size += weight;
        main += weight * labels.main[i];
        comment += weight * labels.comment[i];
    }
    let signed = threads.comments.iter().filter(|post| post.author.is_some() && post.published_shown.is_some()).count();
    let plain = threads.named && signed >= SIGNED && signed * 10 >= threads.comments.len() * 9;
    size == 0.0 || comment > 0.15 * size || main < 0.6 * size || plain
}

/// Least chance of a wall, an error or an empty shell: nothing of such a page is kept, so it must be clear.
const BARE: f32 = 0.55;
/// Most bytes of likely main content on such a page.
const BARE_BYTES: usize = 700;

/// Least chance of being main content at which a block named body speaks against such a page.
const DOUBTFUL: f32 = 0.3;

/// Least bytes of text beside the posts that make an article of a page full of them.
const ARTICLE_BYTES: usize = 200;

/// What kind of page it is, given the chances and whether posts were found.
fn kind(page: &Page<'_>, labels: &Labels, threads: &Threads) -> PageKind {
    let seen = || page.blocks.iter().enumerate().filter(|(_, block)| !block.hidden);
    if seen().all(|(_, block)| block.text.is_empty()) {
        return PageKind::Empty;
    }
    let chance = |kind: PageKind| labels.kinds.get(kind as usize).copied().unwrap_or(0.0);
    let likeliest = |of: &dyn Fn(PageKind) -> bool| {
        let chosen = PageKind::ALL.iter().copied().filter(|&kind| of(kind));
        chosen.reduce(|a, b| if chance(b) > chance(a) { b } else { a }).unwrap_or(PageKind::Article)
    };
    let aside = seen().filter(|(i, _)| !threads.claimed[*i] && labels.labels[*i] == Label::Body);
    let aside: usize = aside.map(|(_, block)| block.text.len()).sum();
    // A short article may have many times its length in comments; one whose text stands apart is no forum.
    let article = aside > ARTICLE_BYTES && chance(PageKind::Article) > chance(PageKind::Thread) + chance(PageKind::Qa);
    if let Some(hint) = threads.kind_hint.filter(|_| !article) {
        return if hint.is_posts() && chance(PageKind::Qa) > chance(PageKind::Thread) { PageKind::Qa } else { hint };
    }
    if aside == 0 && threads.comments.len() > 1 {
        // Nothing but posts.
        return if chance(PageKind::Qa) > chance(PageKind::Thread) { PageKind::Qa } else { PageKind::Thread };
    }
    let text = |i: usize| {
        labels.main[i].max(labels.comment[i]) > 0.5 || (labels.labels[i] == Label::Body && labels.main[i] > DOUBTFUL)
    };
    let kept: usize = seen().filter(|(i, _)| text(*i)).map(|(_, block)| block.text.len()).sum();
    let bare = likeliest(&PageKind::is_bare);
    let sum = |of: &dyn Fn(PageKind) -> bool| PageKind::ALL.iter().copied().filter(|kind| of(*kind)).map(chance).sum();
    let (all_bare, posts): (f32, f32) = (sum(&PageKind::is_bare), sum(&PageKind::is_posts));
    // Where nothing at all is likely text or a post, only the other kinds are left.
    let left = if kept == 0 { 1.0 - posts } else { 1.0 };
    if all_bare > BARE * left && kept < BARE_BYTES && threads.comments.is_empty() && says(page, bare) {
        return bare;
    }
    likeliest(&|kind| !kind.is_bare() && !kind.is_posts())
}

/// Blocks from which on a page has the menus and notices of a whole one.
const WHOLE: usize = 6;

/// Whether a page is more than a snippet: it is whole, or has a phrase that only such a page has. Few words alone make no
/// error, and sentences alone no shell that waits to be filled.
fn says(page: &Page<'_>, bare: PageKind) -> bool {
    let classes: &[Class] = match bare {
        PageKind::Login => &[Class::Login, Class::Register, Class::Paywall],
        PageKind::Error => &[Class::Error, Class::Challenge],
        PageKind::Consent => &[Class::Consent],
        PageKind::Empty if only_sentences(page) => &[Class::Shell],
        _ => return true,
    };
    let lexicon = Lexicon::embedded();
    page.blocks.len() >= WHOLE
        || page.blocks.iter().any(|block| lexicon.hits(page.text_of(block)).classes.contains_any(classes))
}

/// Whether every block in view, headings aside, ends as a sentence does.
fn only_sentences(page: &Page<'_>) -> bool {
    let ends = ['.', '!', '?', '。', '！', '？', '؟', '।', '۔'];
    let mut seen = page.blocks.iter().filter(|block| !block.hidden && block.shape != Shape::Heading);
    seen.all(|block| page.text_of(block).ends_with(ends))
}

/// Why a page has no text.
fn reason(kind: PageKind, page: &Page<'_>) -> Option<&'static str> {
    match kind {
        PageKind::Login => Some("the page only asks to sign in"),
        PageKind::Error => Some("the page reports an error instead of showing what was asked for"),
        PageKind::Consent => Some("the page only asks for consent"),
        PageKind::Empty if page.blocks.is_empty() => Some("the page shows no text"),
        PageKind::Empty => Some("the page is a shell that scripts would have filled"),
        _ => None,
    }
}

/// Mean certainty of the two questions over the blocks, the less certain ones weighing more.
fn confidence(labels: &Labels) -> f32 {
    if labels.main.is_empty() {
        return 1.0;
    }
    let sure = |p: f32| (2.0 * p - 1.0).abs();
    labels.main.iter().zip(&labels.comment).map(|(&m, &c)| sure(m).min(sure(c))).sum::<f32>() / labels.main.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Sighting;

    fn says(source: &str, bare: PageKind) -> bool {
        super::says(&page::html::cut_within(source, limits::TREE_DEPTH), bare)
    }

    #[test]
    fn comments_that_read_as_text_are_believed_where_the_markup_names_them_or_each_can_be_answered() {
        let thread = |class: &str, button: &str| {
            let say = "The mayor of the town never answered the letter that the whole street had signed in spring.";
            let post = |name: &str, day: u8| {
                format!(
                    r#"<div class="{class}"><p>{say}</p><span>Posted by: <a href="/{name}">{name}</a> on March {day}, 2021 01:15 PM</span><p>{button}</div>"#
                )
            };
            let html = ["Ann", "Bo", "Cy", "Di"].iter().zip(3..).map(|(name, day)| post(name, day)).collect::<Vec<_>>();
            let html = html.concat();
            let page = page::cut(&html, Format::Html);
            let count = page.blocks.len();
            let labels = Labels {
                labels: vec![Label::Body; count],
                main: vec![0.99; count],
                comment: vec![0.0; count],
                ..Labels::default()
            };
            let threads = thread::build(&page, &Evidence::of(&page), &labels, None, Quotes::Apart);
            (threads.comments.len(), believed(&page, &labels, &threads))
        };
        assert_eq!(thread("comments-body", "No. 1"), (4, true));
        assert_eq!(thread("story", "Report this comment"), (4, true));
        assert!(!thread("post-body", "No. 1").1);
    }

    #[test]
    fn a_snippet_is_no_error_page() {
        let cleaner = Cleaner::new().unwrap();
        for source in
            ["<p>The ferry sails at noon.", "<h1>Lost</h1><p>Nobody knew where.", "<p>It is 404 metres to the summit."]
        {
            assert!(!says(source, PageKind::Error), "{source}");
            let record = cleaner.clean(&Input::new("x", source, Format::Html));
            assert!(!record.kind.is_bare() && record.reason.is_none(), "{source}: {}", record.kind);
        }
        // Little as well, but in words that only such a page has; and a whole page, in whatever words.
        assert!(says("<h1>404 Not Found</h1>", PageKind::Error));
        assert!(says(&"<p>Words.".repeat(WHOLE), PageKind::Error));
    }

    #[test]
    fn sentences_alone_are_no_shell() {
        assert!(!says("<h1>Ferry</h1><p>It sails at noon.", PageKind::Empty));
        assert!(says("<div>Timetable</div><div>Tickets</div>", PageKind::Empty));
        assert!(says("<p>Please enable JavaScript to view this page.", PageKind::Empty));
    }

    #[test]
    fn sentences_that_a_site_shares_are_doubted() {
        let notice = "Readers who saw something remarkable may write to the editors, who answer every letter.";
        let page = |name: &str| {
            format!(
                "<title>The {name}</title><h1>The {name}</h1>\
                 <p>Nobody in the valley has seen the {name} for sixty years, and yet it is spoken of every evening.\
                 <p>Last week a child came home and told of the {name} by the river, where it had stood all along.\
                 <p>{notice}"
            )
        };
        let plain = Cleaner::new().unwrap();
        let mut sites = Sites::new(3);
        for name in ["ferry", "mill", "choir"] {
            let source = page(name);
            sites.add(&Sighting::of(&plain.cut(&source, Format::Html), Some("https://paper.example/")).unwrap());
        }
        let aware = plain.clone().sites(sites);
        let source = page("mill");
        let mut input = Input::new("x", &source, Format::Html);
        let main = |cleaner: &Cleaner, input: &Input<'_>| cleaner.stages(input).labels.main;
        assert_eq!(main(&aware, &input), main(&plain, &input));
        input.source.url = Some("https://paper.example/mill".to_owned());
        let (before, after) = (main(&plain, &input), main(&aware, &input));
        assert_eq!(before[..3], after[..3]);
        assert!(after[3] < before[3], "{before:?} {after:?}");
    }
}
