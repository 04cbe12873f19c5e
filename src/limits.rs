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
        }
    }
}
