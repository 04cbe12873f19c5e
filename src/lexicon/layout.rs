//! How the table of phrases is laid out: what `compile.rs` writes and `table.rs` reads.
//!
//! First the binary logarithm of the number of slots as a `u32`; then [`SIGHTS`] bits a slot, of which those at the
//! [`sight`] of a hash in the table are set: most words stand in no phrase, and are told so by a look at what the
//! processor keeps close. Then the slots, each the hash of a phrase or of the beginning of one as a `u64` and a value as
//! a `u32`; then the uses, each a class and an [`Anchor`] as a byte. All little-endian. A slot's value is 0 where it is
//! free, else [`TAKEN`], with [`OPENS`] where longer phrases begin with this one, plus the number of its first use, counted from 1, or 0. The last use of a phrase has [`LAST`] in its anchor.

/// The slot is taken.
pub(crate) const TAKEN: u32 = 1 << 30;
/// Longer phrases begin with this one.
pub(crate) const OPENS: u32 = 1 << 31;
/// The last use of a phrase.
pub(crate) const LAST: u8 = 1 << 7;
/// Bytes of a slot.
pub(crate) const SLOT: usize = 12;
/// Bits a slot that tell which hashes are in the table; a power of 2, at least 8.
pub(crate) const SIGHTS: usize = 8;

/// The place of a hash's bit among those of so many slots, and the bit in its byte. Slots are found by the lowest bits of
/// a hash, this by its uppermost.
pub(crate) const fn sight(hash: u64, slots: usize) -> (usize, u8) {
    let bit = hash >> (u64::BITS - (slots * SIGHTS).trailing_zeros());
    (bit as usize / 8, 1 << (bit % 8))
}

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
