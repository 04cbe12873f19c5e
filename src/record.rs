//! The records that tamis writes and the vocabulary they use: labels, page kinds, body kinds, comments.
//!
//! Every stage speaks in these words; nothing here knows how they are found. The JSON shape is the contract
//! with users (`tamis schema` prints it).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A range of UTF-8 bytes of the decoded source, `start..end`. In JSON `[start, end]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The part of `source` that it covers.
    pub fn of(self, source: &str) -> &str {
        &source[self.start as usize..self.end as usize]
    }
}

impl From<(u32, u32)> for Span {
    fn from((start, end): (u32, u32)) -> Self {
        Self { start, end }
    }
}

impl From<Span> for (u32, u32) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

/// Defines a fieldless enum with a stable name for each value, used in JSON, on the command line and in models.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $value),+ }

        impl $name {
            /// Every value, in the order of definition; a value's place here is its number (`as usize`).
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The name used in JSON, on the command line and in models.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|value| value.name() == text).ok_or_else(|| UnknownName {
                    what: stringify!($name),
                    name: text.to_owned(),
                })
            }
        }
    };
}

/// A word that names no label, kind or other value of a closed vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The vocabulary.
    pub what: &'static str,
    /// The word.
    pub name: String,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a known {}", self.name, self.what)
    }
}

impl std::error::Error for UnknownName {}

named! {
    /// What a block of a page is.
    Label {
        /// The headline.
        Title = "title",
        /// The standfirst below the headline.
        Deck = "deck",
        /// Who wrote it.
        Byline = "byline",
        /// When (and where) it was published.
        Dateline = "dateline",
        /// The article's own text: paragraphs, headings, lists, tables, quotes, code.
        Body = "body",
        /// What a picture or table shows.
        Caption = "caption",
        /// Author, time, badges of a comment.
        CommentMeta = "comment-meta",
        /// A comment's own words.
        CommentText = "comment-text",
        /// The notice that stands in place of a deleted comment.
        Tombstone = "tombstone",
        /// Share buttons and "follow us".
        Share = "share",
        /// Cards and lists of other pages.
        Related = "related",
        /// Menus, breadcrumbs, skip links.
        Navigation = "navigation",
        /// Page numbers, previous and next.
        Pagination = "pagination",
        /// Topics, categories, keywords.
        Tags = "tags",
        /// "Sign in to comment", log-in boxes.
        Login = "login",
        /// "Subscribe to read on".
        Paywall = "paywall",
        /// Fields and buttons to fill in.
        Form = "form",
        /// Reply, report, vote, sort, counts around comments.
        CommentUi = "comment-ui",
        /// Cookie and age notices.
        Consent = "consent",
        /// Newsletters and notifications.
        Subscribe = "subscribe",
        /// Advertising.
        Advert = "advert",
        /// About the author.
        AuthorBio = "author-bio",
        /// A poster's signature.
        Signature = "signature",
        /// The page's foot.
        Footer = "footer",
        /// Copyright, terms, imprint.
        Legal = "legal",
        /// Who took the picture, which agency sent it.
        MediaCredit = "media-credit",
        /// A repeat of kept text.
        Duplicate = "duplicate",
        /// Anything else that is not kept.
        Other = "other",
    }
}

impl Label {
    /// How many labels there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Whether text so labelled stays in the article or the thread.
    pub const fn is_kept(self) -> bool {
        (self as u8) <= (Self::Tombstone as u8)
    }

    /// Whether it is part of a comment record.
    pub const fn is_comment(self) -> bool {
        matches!(self, Self::CommentMeta | Self::CommentText | Self::Tombstone)
    }
}

named! {
    /// What kind of page it is.
    PageKind {
        /// One main text.
        Article = "article",
        /// A forum thread or discussion: posts only.
        Thread = "thread",
        /// A question with answers.
        Qa = "qa",
        /// A list of entries that lead elsewhere.
        Listing = "listing",
        /// A gallery or set of items.
        Collection = "collection",
        /// One thing for sale.
        Product = "product",
        /// Reference text.
        Documentation = "documentation",
        /// What a business or body offers.
        Service = "service",
        /// A wall that asks to sign in.
        Login = "login",
        /// Not found, forbidden, broken.
        Error = "error",
        /// Only a cookie or age question.
        Consent = "consent",
        /// Nothing to read.
        Empty = "empty",
    }
}

impl PageKind {
    /// Whether every post, the opening one included, stands in `comments`.
    pub const fn is_posts(self) -> bool {
        matches!(self, Self::Thread | Self::Qa)
    }

    /// Whether the page has no text of its own to keep.
    pub const fn is_bare(self) -> bool {
        matches!(self, Self::Login | Self::Error | Self::Consent | Self::Empty)
    }
}

named! {
    /// What a piece of the body is.
    BodyKind {
        /// Running text.
        Paragraph = "paragraph",
        /// A heading, with its level.
        Heading = "heading",
        /// An item of a list, with its depth as level.
        ListItem = "list-item",
        /// A block quotation.
        Quote = "quote",
        /// A table in Markdown (GitHub's pipe form).
        Table = "table",
        /// Preformatted text.
        Code = "code",
        /// What a picture or table shows.
        Caption = "caption",
    }
}

named! {
    /// What a comment is.
    CommentKind {
        /// A comment or reply.
        Comment = "comment",
        /// The opening post of a thread or the question.
        Op = "op",
        /// An answer to a question.
        Answer = "answer",
        /// A notice that another site links here.
        Pingback = "pingback",
    }
}

named! {
    /// How the source is written.
    Format {
        /// Markup.
        Html = "html",
        /// A text dump of a page.
        Text = "text",
    }
}

/// `tamis/page/1`: all that was found on one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Always `tamis/page/1`.
    pub schema: String,
    /// The input's own id, else the path as given, `-` for stdin.
    pub id: String,
    /// Where it came from.
    pub source: SourceRecord,
    /// What kind of page it is.
    pub kind: PageKind,
    /// How sure the labels are, 0 to 1.
    pub confidence: f32,
    /// Why `text` is empty, where it is.
    pub reason: Option<String>,
    /// Names of the limits that cut something off (see [`crate::limits`]).
    pub truncated: Vec<String>,
    /// Headline.
    pub title: Option<String>,
    /// Standfirst.
    pub deck: Option<String>,
    /// First author.
    pub author: Option<String>,
    /// All authors.
    pub authors: Vec<String>,
    /// ISO 8601, to the precision given.
    pub published: Option<String>,
    /// ISO 8601, to the precision given.
    pub modified: Option<String>,
    /// BCP 47 primary language.
    pub language: Option<String>,
    /// Name of the site.
    pub site: Option<String>,
    /// Canonical address.
    pub canonical: Option<String>,
    /// Address of the main picture.
    pub image: Option<String>,
    /// Topics.
    pub tags: Vec<String>,
    /// Licence, a name or an address.
    pub licence: Option<String>,
    /// The body as plain text, paragraphs parted by a blank line.
    pub text: String,
    /// The body's pieces in page order.
    pub body: Vec<BodyRecord>,
    /// Title, deck, byline and dateline as they stand in the page.
    pub head: Vec<PartRecord>,
    /// One entry a thread.
    pub threads: Vec<ThreadRecord>,
    /// All comments in page order.
    pub comments: Vec<CommentRecord>,
    /// All that was taken out, with the reason.
    pub removed: Vec<PartRecord>,
    /// The links of kept text, where they are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkRecord>,
    /// The earlier page that it repeats, where that is asked for; then what both would say is left out here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<DuplicateRecord>,
}

impl PageRecord {
    /// The value of `schema`.
    pub const SCHEMA: &'static str = "tamis/page/1";

    /// The record's own names: a field of the input that bears one of them moves to `extra`.
    pub const FIELDS: &'static [&'static str] = &[
        "schema",
        "id",
        "source",
        "kind",
        "confidence",
        "reason",
        "truncated",
        "title",
        "deck",
        "author",
        "authors",
        "published",
        "modified",
        "language",
        "site",
        "canonical",
        "image",
        "tags",
        "licence",
        "text",
        "body",
        "head",
        "threads",
        "comments",
        "removed",
        "links",
        "duplicate_of",
        "extra",
    ];
}

/// Where a page came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Path as given.
    pub path: Option<String>,
    /// Number of the record inside a container, from 0.
    pub record: Option<u64>,
    /// Address.
    pub url: Option<String>,
    /// How it is written.
    pub format: Format,
    /// The charset it was decoded from.
    pub charset: Option<String>,
    /// When it was fetched, ISO 8601, where the input says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<String>,
    /// What the WARC record says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warc: Option<WarcRecord>,
}

/// What a WARC record's headers say of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WarcRecord {
    /// `WARC-Record-ID`, without the angle brackets.
    pub id: Option<String>,
    /// `WARC-IP-Address`.
    pub ip: Option<String>,
    /// `WARC-Payload-Digest`, else `WARC-Block-Digest`.
    pub digest: Option<String>,
    /// The status of the HTTP answer.
    pub status: Option<u16>,
}

/// A piece of the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyRecord {
    /// What it is.
    pub kind: BodyKind,
    /// Heading level 1 to 6, or list depth from 1.
    pub level: Option<u8>,
    /// Its text.
    pub text: String,
    /// Where it stands in the source.
    pub spans: Vec<Span>,
}

/// A labelled stretch of the page outside body and comments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartRecord {
    /// What it is.
    pub label: Label,
    /// Its text.
    pub text: String,
    /// Where it stands in the source.
    pub spans: Vec<Span>,
}

/// The page that another repeats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DuplicateRecord {
    /// Its id.
    pub id: String,
    /// How much both resemble each other, 0 to 1: 1 for the very words, else an estimate.
    pub resemblance: f32,
}

/// A link inside kept text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkRecord {
    /// Its words.
    pub text: String,
    /// Where it leads, as the page has it: often relative to the page's own address.
    pub url: String,
    /// Where its words stand in the source.
    pub span: Span,
}

/// What is known of one thread as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRecord {
    /// Whether the source shows who answers whom.
    pub depth_known: bool,
    /// The number of comments the page declares.
    pub declared: Option<u32>,
    /// Number of this page of the thread.
    pub page: Option<u32>,
    /// Number of pages of the thread.
    pub pages: Option<u32>,
}

/// One comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommentRecord {
    /// Its own id in the page, else its number from 1.
    pub id: String,
    /// Which of the page's threads.
    pub thread: u32,
    /// What it is.
    pub kind: CommentKind,
    /// Id of the comment it answers; `None` at the top or where nesting is unknown.
    pub parent: Option<String>,
    /// 0 at the top; `None` where nesting is unknown.
    pub depth: Option<u32>,
    /// The name as shown.
    pub author: Option<String>,
    /// A second, longer name, where one is shown.
    pub author_name: Option<String>,
    /// ISO 8601 in the page's own time.
    pub published: Option<String>,
    /// The time as shown.
    pub published_shown: Option<String>,
    /// The comment's own words; with [`Quotes::Inline`](crate::thread::Quotes::Inline) those that it quotes, too.
    pub text: String,
    /// Words of others that it quotes, one entry a quotation.
    pub quotes: Vec<String>,
    /// Score shown.
    pub votes: Option<i64>,
    /// Whether it was deleted or hidden.
    pub deleted: bool,
    /// The wording that stands in its place.
    pub notice: Option<String>,
    /// Address of the comment.
    pub permalink: Option<String>,
    /// When it was last edited, as shown.
    pub edited: Option<String>,
    /// Author and time lines, numbers, badges.
    pub meta: Vec<MetaRecord>,
    /// Where its text, quotes and notice stand in the source.
    pub spans: Vec<Span>,
    /// What `tamis score` made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<serde_json::Value>,
}

/// `tamis/error/1`: what stands in the place of a page that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorRecord {
    /// Always `tamis/error/1`.
    pub schema: String,
    /// The id under which the page would have come out.
    pub id: Option<String>,
    /// What went wrong and where.
    pub error: ErrorDetail,
}

impl ErrorRecord {
    /// The value of `schema`.
    pub const SCHEMA: &'static str = "tamis/error/1";
}

/// What went wrong and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A stable name: `io`, `not-a-page`, `compression`, `expansion`, `record`, `model`, `usage`, `verify`.
    pub kind: String,
    /// One sentence for a person.
    pub message: String,
    /// In which file.
    pub file: Option<String>,
    /// In which record of it, from 0.
    pub record: Option<u64>,
    /// At which byte of the file, after unpacking.
    pub offset: Option<u64>,
}

/// A piece of a comment's own chrome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetaRecord {
    /// Its text.
    pub text: String,
    /// Where it stands in the source.
    pub spans: Vec<Span>,
}
