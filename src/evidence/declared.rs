//! What an HTML page says of itself: JSON-LD, OpenGraph and other `<meta>`, microdata, `<title>`, `<link>`.
//!
//! Nothing is judged here: each fact is kept with where it came from, and the article stage weighs them against
//! what is seen in the page.

use std::collections::HashSet;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::page::{NodeId, Page, Tag, Tree};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Headline.
    Title,
    /// Description or standfirst.
    Deck,
    /// One author; several facts for several authors.
    Author,
    /// Time of publication.
    Published,
    /// Time of the last change.
    Modified,
    /// Name of the site or publisher.
    Site,
    /// Canonical address.
    Canonical,
    /// Main picture.
    Image,
    /// One topic.
    Tag,
    /// Licence name or address.
    Licence,
    /// Language tag.
    Language,
    /// Kind of page or thing, in the words of the vocabulary (`article`, `NewsArticle`, `QAPage`).
    Type,
    /// How many comments there are.
    CommentCount,
}

/// Where a page states a fact; earlier values are trusted more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// `<script type="application/ld+json">`, on an article-like thing.
    JsonLd,
    /// `<meta property="og:…">`, `article:…`.
    OpenGraph,
    /// `itemprop` and microformats classes.
    Microdata,
    /// Other `<meta name=…>` and `<link rel=…>`.
    Meta,
    /// JSON-LD on other things (a web page, a site, a breadcrumb).
    JsonLdOther,
    /// `<title>`, `<html lang>`.
    Document,
}

impl Source {
    /// In words, for `tamis explain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonLd => "JSON-LD",
            Self::OpenGraph => "OpenGraph",
            Self::Microdata => "microdata",
            Self::Meta => "meta",
            Self::JsonLdOther => "JSON-LD (site)",
            Self::Document => "document",
        }
    }
}

/// One thing that a page says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// About what.
    pub field: Field,
    /// Where.
    pub source: Source,
    /// The value, trimmed, entities decoded, never empty.
    pub value: String,
}

/// All that a page says of itself.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The facts, the most trusted source first, within a source in page order.
    pub facts: Vec<Fact>,
    /// The whole of every JSON-LD script that could be read.
    pub json_ld: Vec<Value>,
}

/// Most values looked at inside one page's JSON-LD.
const JSON_VALUES: usize = 20_000;
/// Most facts of one field that are kept; whoever weighs them compares them with one another.
const FACTS: usize = 1000;
/// Most elements with `itemprop` that are looked at: each look goes up the tree and over the text around.
const ITEMPROPS: usize = 2000;

impl Declared {
    /// Reads the declarations of an HTML page; a dump has none.
    pub fn of(page: &Page<'_>) -> Self {
        Gatherer::default().gather(page)
    }

    /// The most trusted value.
    pub fn best(&self, field: Field) -> Option<&Fact> {
        self.all(field).next()
    }

    /// All values, the most trusted first.
    pub fn all(&self, field: Field) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| fact.field == field)
    }
}

/// Gathers the facts of a page.
#[derive(Default)]
struct Gatherer {
    declared: Declared,
    /// Hashes of the facts that are there.
    known: HashSet<(Field, Source, u64)>,
    /// How many there are of each field.
    counts: [usize; Field::CommentCount as usize + 1],
}

impl Gatherer {
    fn gather(mut self, page: &Page<'_>) -> Declared {
        let mut itemprops = 0;
        let tree = &page.tree;
        for id in (1..tree.nodes.len() as u32).map(NodeId) {
            match tree.tag(id) {
                Tag::Meta => self.meta(tree, id),
                Tag::Link => self.link(tree, id),
                Tag::Script => self.script(tree, id),
                Tag::Title if !tree.ancestors(id).any(|a| tree.tag(a) == Tag::Svg) => {
                    self.push(
                        Field::Title,
                        Source::Document,
                        &crate::page::html::decode_entities(tree.node(id).raw_text),
                    );
                }
                Tag::Html => {
                    if let Some(lang) = tree.attr(id, "lang").or_else(|| tree.attr(id, "xml:lang")) {
                        self.push(Field::Language, Source::Document, &lang);
                    }
                }
                _ => {}
            }
            if !tree.node(id).attrs.is_empty()
                && let Some(prop) = tree.raw_attr(id, "itemprop")
                && itemprops < ITEMPROPS
            {
                itemprops += 1;
                self.microdata(page, id, prop);
            }
        }
        self.declared.facts.sort_by_key(|fact| fact.source);
        self.declared
    }

    fn push(&mut self, field: Field, source: Source, value: &str) {
        let count = &mut self.counts[field as usize];
        if *count == FACTS {
            return;
        }
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() && self.known.insert((field, source, xxh3_64(value.as_bytes()))) {
            *count += 1;
            self.declared.facts.push(Fact { field, source, value });
        }
    }

    fn meta(&mut self, tree: &Tree<'_>, id: NodeId) {
        use Field::{
            Author, Canonical, CommentCount, Deck, Image, Language, Licence, Modified, Published, Site, Title, Type,
        };
        let Some(content) = tree.attr(id, "content") else { return };
        let name = tree
            .raw_attr(id, "property")
            .or_else(|| tree.raw_attr(id, "name"))
            .or_else(|| tree.raw_attr(id, "http-equiv"));
        let Some(name) = name.map(str::to_ascii_lowercase) else { return };
        let (field, source) = match name.as_str() {
            "og:title" => (Title, Source::OpenGraph),
            "og:description" => (Deck, Source::OpenGraph),
            "og:site_name" => (Site, Source::OpenGraph),
            "og:url" => (Canonical, Source::OpenGraph),
            "og:image" | "og:image:url" | "og:image:secure_url" => (Image, Source::OpenGraph),
            "og:locale" => (Language, Source::OpenGraph),
            "og:type" => (Type, Source::OpenGraph),
            "article:author" | "og:article:author" if !content.starts_with("http") => (Author, Source::OpenGraph),
            "article:published_time" | "og:article:published_time" => (Published, Source::OpenGraph),
            "article:modified_time" | "og:article:modified_time" | "og:updated_time" => (Modified, Source::OpenGraph),
            "article:tag" | "og:article:tag" => (Field::Tag, Source::OpenGraph),
            "twitter:title" | "dc.title" | "dcterms.title" | "citation_title" | "parsely-title" | "sailthru.title"
            | "headline" => (Title, Source::Meta),
            "description"
            | "twitter:description"
            | "dc.description"
            | "dcterms.description"
            | "sailthru.description" => (Deck, Source::Meta),
            "author" | "dc.creator" | "dcterms.creator" | "dc.contributor" | "citation_author" | "parsely-author"
            | "sailthru.author" | "byl" | "byline" | "article.author" | "creator" => (Author, Source::Meta),
            "date"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.date"
            | "dcterms.issued"
            | "dcterms.created"
            | "citation_date"
            | "citation_publication_date"
            | "pubdate"
            | "publishdate"
            | "publish_date"
            | "publish-date"
            | "publication_date"
            | "parsely-pub-date"
            | "sailthru.date"
            | "article.published"
            | "datepublished"
            | "created"
            | "originalpublicationdate" => (Published, Source::Meta),
            "last-modified" | "lastmod" | "revised" | "dcterms.modified" | "dc.date.modified" | "article.updated"
            | "datemodified" => (Modified, Source::Meta),
            "application-name" | "dc.publisher" | "dcterms.publisher" | "copyright" | "al:android:app_name"
                if name != "copyright" =>
            {
                (Site, Source::Meta)
            }
            "twitter:image" | "twitter:image:src" | "thumbnail" => (Image, Source::Meta),
            "language" | "dc.language" | "dcterms.language" | "content-language" => (Language, Source::Meta),
            "dcterms.license" | "dc.rights" | "dcterms.rights" | "license" | "rights" => (Licence, Source::Meta),
            "keywords" | "news_keywords" | "parsely-tags" | "sailthru.tags" | "citation_keywords" => {
                for tag in content.split([',', ';', '、', '،']) {
                    self.push(Field::Tag, Source::Meta, tag);
                }
                return;
            }
            "comment_count" | "og:comment_count" => (CommentCount, Source::Meta),
            _ => return,
        };
        self.push(field, source, &content);
    }

    fn link(&mut self, tree: &Tree<'_>, id: NodeId) {
        let (Some(rel), Some(href)) = (tree.raw_attr(id, "rel"), tree.attr(id, "href")) else { return };
        for word in rel.split_ascii_whitespace() {
            if word.eq_ignore_ascii_case("canonical") {
                self.push(Field::Canonical, Source::Meta, &href);
            } else if word.eq_ignore_ascii_case("image_src") {
                self.push(Field::Image, Source::Meta, &href);
            } else if word.eq_ignore_ascii_case("license") {
                self.push(Field::Licence, Source::Meta, &href);
            }
        }
    }

    fn script(&mut self, tree: &Tree<'_>, id: NodeId) {
        if !tree
            .raw_attr(id, "type")
            .is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"))
        {
            return;
        }
        let raw = tree.node(id).raw_text.trim();
        let raw = raw.strip_prefix("<!--").unwrap_or(raw).trim_end_matches("-->").trim();
        let raw = raw.strip_prefix("//<![CDATA[").or_else(|| raw.strip_prefix("<![CDATA[")).unwrap_or(raw);
        let raw = raw.trim_end_matches("//]]>").trim_end_matches("]]>").trim().trim_end_matches(';');
        // Writers leave raw line breaks inside strings; JSON forbids them, so a second try blanks them out.
        let Some(value) = serde_json::from_str::<Value>(raw)
            .or_else(|_| serde_json::from_str(&raw.replace(|c: char| c.is_ascii_control(), " ")))
            .ok()
        else {
            return;
        };
        let mut todo = vec![&value];
        let mut seen = 0;
        while let Some(value) = todo.pop() {
            seen += 1;
            if seen > JSON_VALUES {
                break;
            }
            match value {
                Value::Array(values) => todo.extend(values.iter().rev()),
                Value::Object(thing) => {
                    self.thing(thing);
                    for key in ["mainEntity", "mainEntityOfPage", "@graph", "hasPart", "liveBlogUpdate"] {
                        todo.extend(thing.get(key));
                    }
                }
                _ => {}
            }
        }
        self.declared.json_ld.push(value);
    }

    fn thing(&mut self, thing: &serde_json::Map<String, Value>) {
        let types: Vec<&str> = strings(thing.get("@type"));
        if types.is_empty() {
            return;
        }
        let main = types.iter().any(|kind| {
            let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind);
            kind.ends_with("Article")
                || kind.ends_with("Posting")
                || matches!(
                    kind,
                    "Report"
                        | "Question"
                        | "Recipe"
                        | "Product"
                        | "Review"
                        | "ScholarlyArticle"
                        | "HowTo"
                        | "Event"
                        | "Book"
                        | "Movie"
                )
        });
        let source = if main { Source::JsonLd } else { Source::JsonLdOther };
        for kind in types {
            self.push(Field::Type, source, kind.rsplit(['/', ':']).next().unwrap_or(kind));
        }
        let mut put = |field, key: &str| {
            for value in strings(thing.get(key)) {
                self.push(field, source, &crate::page::html::decode_entities(value));
            }
        };
        put(Field::Title, "headline");
        if thing.get("headline").is_none() {
            put(Field::Title, "name");
        }
        put(Field::Deck, "description");
        put(Field::Published, "datePublished");
        if thing.get("datePublished").is_none() {
            put(Field::Published, "dateCreated");
        }
        put(Field::Modified, "dateModified");
        put(Field::Language, "inLanguage");
        put(Field::Licence, "license");
        put(Field::CommentCount, "commentCount");
        if main {
            put(Field::Author, "author");
            put(Field::Author, "creator");
            put(Field::Image, "image");
        }
        put(Field::Site, "publisher");
        for value in strings(thing.get("keywords")) {
            for tag in value.split(',') {
                self.push(Field::Tag, source, tag);
            }
        }
    }

    fn microdata(&mut self, page: &Page<'_>, id: NodeId, prop: &str) {
        let tree = &page.tree;
        // A property of a comment or of a teaser says nothing of the page.
        let scope = tree.ancestors(id).skip(1).find(|&a| tree.raw_attr(a, "itemscope").is_some());
        let kind = scope.and_then(|scope| tree.raw_attr(scope, "itemtype")).unwrap_or_default();
        if kind.ends_with("Comment")
            || kind.ends_with("UserComments")
            || kind.ends_with("Answer")
            || kind.ends_with("ListItem")
        {
            return;
        }
        let person = kind.ends_with("Person") || kind.ends_with("Organization");
        for prop in prop.split_ascii_whitespace() {
            let field = match prop {
                "headline" => Field::Title,
                "datePublished" if !person => Field::Published,
                "dateModified" if !person => Field::Modified,
                "author" if !person && tree.raw_attr(id, "itemscope").is_none() => Field::Author,
                "name" if kind.ends_with("Person") => {
                    let inside = tree
                        .ancestors(id)
                        .find(|&a| tree.raw_attr(a, "itemprop").is_some_and(|p| p.contains("author")));
                    let of_comment = tree.ancestors(id).any(|a| {
                        tree.raw_attr(a, "itemtype").is_some_and(|t| {
                            t.ends_with("Comment") || t.ends_with("UserComments") || t.ends_with("Answer")
                        })
                    });
                    if inside.is_none() || of_comment {
                        continue;
                    }
                    Field::Author
                }
                "keywords" => Field::Tag,
                "license" => Field::Licence,
                _ => continue,
            };
            let shown = || text_inside(page, id);
            let value = tree
                .attr(id, "content")
                .or_else(|| tree.attr(id, "datetime"))
                .map_or_else(shown, std::borrow::Cow::into_owned);
            if value.len() < 400 {
                self.push(field, Source::Microdata, &value);
            }
        }
    }
}

/// The visible text of an element's own blocks, joined by blanks; used for short properties only.
fn text_inside(page: &Page<'_>, id: NodeId) -> String {
    let blocks = page.tree.node(id).blocks.range();
    let mut out = String::new();
    for block in &page.blocks[blocks.start..blocks.end.min(blocks.start + 4)] {
        for run in page.runs_of(block).iter().filter(|run| page.tree.contains(id, run.node)) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(page.run_text(run));
        }
    }
    out
}

/// All strings that a JSON-LD value stands for: itself, its items, the `name` or `url` of things.
fn strings(value: Option<&Value>) -> Vec<&str> {
    let mut out = Vec::new();
    let mut todo: Vec<&Value> = value.into_iter().collect();
    while let Some(value) = todo.pop() {
        match value {
            Value::String(text) => out.push(text.as_str()),
            Value::Array(values) => todo.extend(values.iter().rev()),
            Value::Object(thing) => {
                todo.extend(
                    ["name", "url", "@id", "alternateName"]
                        .iter()
                        .find_map(|key| thing.get(*key))
                        .filter(|v| v.is_string()),
                );
            }
            _ => {}
        }
    }
    out
}
