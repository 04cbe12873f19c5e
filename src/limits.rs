//! Every bound by name. Bounds are counted in work, never in seconds; a bound that cut something off is
//! reported in the record's `truncated`.

/// Most bytes of one decoded page that are read; the rest is cut (spans are 32-bit).
pub const PAGE_BYTES: usize = 512 << 20;
/// Deepest nesting of elements; deeper ones are attached to the deepest allowed ancestor, as browsers do.
pub const TREE_DEPTH: usize = 512;
/// Most elements of one page.
pub const NODES: usize = 4_000_000;
/// Most attributes kept of one tag.
pub const ATTRIBUTES: usize = 256;
/// Most blocks of one page.
pub const BLOCKS: usize = 2_000_000;
/// Most comments of one page.
pub const COMMENTS: usize = 1_000_000;

/// Most work on one page: a unit for every `<` of markup and for every word. Tokens, elements and blocks are bounded
/// by the former, what is looked at of a block by both. What lies beyond is cut. Pages have some thousands, the longest
/// forum threads some hundred thousands; a thread of 100 000 comments fits, and 20 MB of running text.
pub const WORK: u64 = 3_200_000;

/// Most bytes that are looked at to tell what a stream holds.
pub const SNIFF_BYTES: usize = 64 << 10;
/// How many times a packed file may be packed again (a `.zst` inside a `.gz`).
pub const PACKINGS: usize = 4;
/// How far one record may grow when unpacked, as a ratio, once it is larger than [`EXPANSION_FREE`].
/// Deflate cannot exceed 1032; pages repeat themselves, but rarely beyond 50.
pub const EXPANSION_RATIO: u64 = 200;
/// Bytes of one record that may come out of any packing whatever the ratio.
pub const EXPANSION_FREE: u64 = 64 << 20;
/// Most bytes of one WARC record's or HTTP answer's headers.
pub const HEADER_BYTES: usize = 1 << 20;
/// Most different blocks that are counted over the hosts of a run (`--site-aware`), at some 30 bytes each.
pub const SITE_BLOCKS: usize = 1 << 23;
/// Most bytes of one comment that are read for scoring; the rest says nothing new.
pub const COMMENT_BYTES: usize = 64 << 10;

/// A bound that was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// [`PAGE_BYTES`].
    PageBytes,
    /// [`TREE_DEPTH`].
    TreeDepth,
    /// [`NODES`].
    Nodes,
    /// [`ATTRIBUTES`].
    Attributes,
    /// [`BLOCKS`].
    Blocks,
    /// [`COMMENTS`].
    Comments,
    /// [`WORK`].
    Work,
    /// The answer was cut short when it was fetched, before it came here.
    Payload,
}

impl Limit {
    /// The name under `truncated`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PageBytes => "page-bytes",
            Self::TreeDepth => "tree-depth",
            Self::Nodes => "nodes",
            Self::Attributes => "attributes",
            Self::Blocks => "blocks",
            Self::Comments => "comments",
            Self::Work => "work",
            Self::Payload => "payload",
        }
    }
}
