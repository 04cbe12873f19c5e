//! From a comment to the row of buckets that a head weighs.

use super::concepts::{Lexicon, Scanner};
use super::features::{Feature, Sink, extract};
use super::known::Known;
use super::reading::{Reader, Reading};
use crate::bayes::bucket;

/// Buckets are numbers of this many bits: 2^18. Fewer lose accuracy, more gain none.
pub(super) const BITS: u32 = 18;
/// Number of buckets.
pub(super) const BUCKETS: usize = 1 << BITS;

/// What reading a comment and drawing features needs; the buffers live on from comment to comment.
#[derive(Debug, Default)]
pub(super) struct Vectoriser {
    pub(super) reader: Reader,
    pub(super) scanner: Scanner,
    pub(super) seen: Seen,
}

/// Which buckets a comment has set already: features count once, however often they occur.
#[derive(Debug)]
pub(super) struct Seen {
    bits: Vec<u64>,
    touched: Vec<u32>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { bits: vec![0; BUCKETS / 64], touched: Vec::new() }
    }
}

impl Seen {
    /// Whether `bucket` is new; it no longer is afterwards.
    #[inline]
    pub(super) fn first(&mut self, bucket: u32) -> bool {
        let (word, bit) = (bucket as usize / 64, 1u64 << (bucket % 64));
        let first = self.bits[word] & bit == 0;
        if first {
            self.bits[word] |= bit;
            self.touched.push(bucket);
        }
        first
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        for bucket in self.touched.drain(..) {
            self.bits[bucket as usize / 64] = 0;
        }
    }
}

/// How much a feature counts: signs that all languages share count more than the words of one, so that a head leans on
/// what carries over.
pub(super) const fn worth(feature: &Feature<'_>) -> u8 {
    if feature.is_lexical() { 1 } else { 3 }
}

struct Collect<'b> {
    seen: &'b mut Seen,
    row: &'b mut Vec<(u32, u8)>,
}

impl<'t> Sink<'t> for Collect<'_> {
    #[inline]
    fn add(&mut self, feature: Feature<'t>) {
        let bucket = bucket(feature.hash(), BITS);
        if self.seen.first(bucket) {
            self.row.push((bucket, worth(&feature)));
        }
    }
}

impl Vectoriser {
    /// The distinct buckets of a comment with the worth of each, in order of first occurrence. `row` is replaced.
    pub(super) fn row(&mut self, comment: &str, known: Option<&Known>, row: &mut Vec<(u32, u8)>) -> &Reading {
        row.clear();
        let reading = self.reader.read(comment, known);
        extract(reading, Lexicon::shipped(), &mut self.scanner, &mut Collect { seen: &mut self.seen, row });
        self.seen.clear();
        reading
    }
}
