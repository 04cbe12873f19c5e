//! Looks phrases up in the table that `build.rs` made (see `layout.rs`).
//!
//! A phrase is the hash of its words; each beginning of a phrase has an entry too, so that a text is matched by
//! going on word by word while the table knows how.

use crate::lexicon::class::Class;
use crate::lexicon::layout::{Anchor, LAST, OPENS, SIGHTS, SLOT, TAKEN, sight};

/// A table of phrases.
pub(super) struct Table {
    sights: &'static [u8],
    slots: &'static [u8],
    uses: &'static [u8],
}

/// A phrase or the beginning of one.
#[derive(Clone, Copy)]
pub(super) struct Entry(u32);

impl Entry {
    /// Whether longer phrases begin with it.
    pub(super) const fn opens(self) -> bool {
        self.0 & OPENS != 0
    }
}

impl Table {
    /// The phrases that come with tamis.
    pub(super) fn embedded() -> Self {
        Self::of(include_bytes!(concat!(env!("OUT_DIR"), "/phrases.bin")))
    }

    fn of(bytes: &'static [u8]) -> Self {
        let (head, rest) = bytes.split_at(4);
        let count = 1usize << u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        let (sights, rest) = rest.split_at(count * SIGHTS / 8);
        let (slots, uses) = rest.split_at(count * SLOT);
        Self { sights, slots, uses }
    }

    /// The entry of a phrase or beginning.
    pub(super) fn get(&self, hash: u64) -> Option<Entry> {
        let count = self.slots.len() / SLOT;
        let (byte, bit) = sight(hash, count);
        if self.sights[byte] & bit == 0 {
            return None;
        }
        let mask = count - 1;
        let mut slot = hash as usize & mask;
        loop {
            let bytes: &[u8; SLOT] = self.slots[slot * SLOT..].first_chunk()?;
            let (key, value) = bytes.split_first_chunk::<8>()?;
            let value = u32::from_le_bytes(*value.first_chunk()?);
            if value == 0 {
                return None;
            }
            if u64::from_le_bytes(*key) == hash {
                return Some(Entry(value));
            }
            slot = (slot + 1) & mask;
        }
    }

    /// What a phrase is used for, and where it must stand.
    pub(super) fn uses(&self, entry: Entry) -> impl Iterator<Item = (Class, Anchor)> {
        let first = (entry.0 & (TAKEN - 1)) as usize;
        let mut rest = first.checked_sub(1).map_or(&[][..], |first| &self.uses[first * 2..]);
        std::iter::from_fn(move || {
            let &[class, anchor] = rest.first_chunk()?;
            rest = if anchor & LAST == 0 { &rest[2..] } else { &[] };
            Some((*Class::ALL.get(class as usize)?, Anchor(anchor & !LAST)))
        })
    }
}
