//! How the table of phrases is laid out: what `compile.rs` writes and `table.rs` reads.
//!
//! First the binary logarithm of the number of slots as a `u32`; then the slots, each the hash of a phrase or of the
//! beginning of one as a `u64` and a value as a `u32`; then the uses, each a class and an [`Anchor`] as a byte. All
//! little-endian. A slot's value is 0 where it is free, else [`TAKEN`], with [`OPENS`] where longer phrases begin with
//! this one, plus the number of its first use, counted from 1, or 0. The last use of a phrase has [`LAST`] in its anchor.

/// The slot is taken.
pub(crate) const TAKEN: u32 = 1 << 30;
/// Longer phrases begin with this one.
pub(crate) const OPENS: u32 = 1 << 31;
/// The last use of a phrase.
pub(crate) const LAST: u8 = 1 << 7;
/// Bytes of a slot.
pub(crate) const SLOT: usize = 12;

/// Where a phrase must stand to count; all that is set must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Anchor(pub(crate) u8);

impl Anchor {
    /// At the beginning of the text, numbers aside.
    pub(crate) const START: Self = Self(1);
    /// At its end, numbers aside.
    pub(crate) const END: Self = Self(2);
    /// Before a colon.
    pub(crate) const COLON: Self = Self(4);
    /// Only in short texts: one or two words, which prose uses as well.
    pub(crate) const SLIGHT: Self = Self(8);

    /// Whether all of `other` is asked for.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
