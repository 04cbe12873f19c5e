//! From a comment to the row of buckets that a head weighs.

use super::concepts::{Lexicon, Scanner};
use super::features::{Feature, Sink, extract};
use super::known::Known;
use super::reading::{Reader, Reading};
use crate::bayes::bucket;

/// Words and letters go to 2^19 buckets: with 2^18 the many languages of one model get in each other's way, 2^20 gain
/// little.
const LEXICAL_BITS: u32 = 19;
/// Signs that all languages share go to 2^14 buckets of their own.
const SHARED_BITS: u32 = 14;
/// Buckets below this hold the words and letters, the others the shared signs.
pub(super) const LEXICAL: usize = 1 << LEXICAL_BITS;
/// Number of all buckets.
pub(super) const BUCKETS: usize = LEXICAL + (1 << SHARED_BITS);

/// The bucket of a run of letters with this hash.
#[inline]
pub(super) const fn lexical(hash: u64) -> u32 {
    bucket(hash, LEXICAL_BITS)
}

/// The bucket of a feature.
#[inline]
pub(super) fn place(feature: &Feature<'_>) -> u32 {
    if feature.is_lexical() { lexical(feature.hash()) } else { LEXICAL as u32 + bucket(feature.hash(), SHARED_BITS) }
}

/// Whether a bucket holds shared signs.
pub(super) const fn is_shared(bucket: u32) -> bool {
    bucket as usize >= LEXICAL
}

/// What reading a comment and drawing features needs; the buffers live on from comment to comment. It serves one model.
#[derive(Debug, Default)]
pub(super) struct Vectoriser {
    pub(super) reader: Reader,
    pub(super) scanner: Scanner,
    pub(super) seen: Seen,
    pub(super) kept: KeptWords,
}

/// What words weighed that came of late. A few hundred words make up most of any text; their cells lie far apart in a
/// model's table, which is larger than what a processor keeps at hand, and side by side here.
#[derive(Debug)]
pub(super) struct KeptWords {
    /// The hash of the word in each place (0: none) and the number of its cells.
    words: Vec<(u64, usize)>,
    /// [`OWN`] a place: a bucket, and above it what it adds to each head.
    cells: Vec<u64>,
    /// Cells of the word that is being drawn.
    drawn: Vec<u64>,
}

/// Words that are kept.
const WORDS: usize = 1 << 12;
/// Cells that are kept of a word: those of up to eleven letters have no more.
const OWN: usize = 32;

impl Default for KeptWords {
    fn default() -> Self {
        Self { words: vec![(0, 0); WORDS], cells: vec![0; WORDS * OWN], drawn: Vec::new() }
    }
}

impl KeptWords {
    /// The cells of a word, if they are kept; otherwise they are expected one by one.
    #[inline]
    pub(super) fn get(&mut self, hash: u64) -> Option<impl Iterator<Item = (u32, [i16; 2])>> {
        let place = hash as usize % WORDS;
        let (kept, count) = self.words[place];
        if kept != hash || hash == 0 {
            self.drawn.clear();
            return None;
        }
        let cells = &self.cells[place * OWN..place * OWN + count];
        Some(cells.iter().map(|cell| (*cell as u32, [(*cell >> 32) as i16, (*cell >> 48) as i16])))
    }

    /// Takes a cell of the word that is being drawn.
    #[inline]
    pub(super) fn push(&mut self, bucket: u32, adds: [i16; 2]) {
        let [first, second] = adds.map(|adds| u64::from(adds.cast_unsigned()));
        self.drawn.push(u64::from(bucket) | first << 32 | second << 48);
    }

    /// Keeps the word that was drawn, if it is not too long.
    pub(super) fn keep(&mut self, hash: u64) {
        let (place, count) = (hash as usize % WORDS, self.drawn.len());
        if count <= OWN {
            self.words[place] = (hash, count);
            self.cells[place * OWN..place * OWN + count].copy_from_slice(&self.drawn);
        }
    }
}

/// Which buckets a comment has set already: features count once, however often they occur.
#[derive(Debug)]
pub(super) struct Seen {
    bits: Vec<u64>,
    touched: Vec<u32>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { bits: vec![0; BUCKETS.div_ceil(64)], touched: Vec::new() }
    }
}

impl Seen {
    /// Whether `bucket` is new; it no longer is afterwards. Without a branch: which features come twice cannot be foreseen.
    #[inline]
    pub(super) fn first(&mut self, bucket: u32) -> bool {
        let (place, bit) = (bucket / 64, 1u64 << (bucket % 64));
        let word = &mut self.bits[place as usize];
        let first = *word & bit == 0;
        *word |= bit;
        self.touched.push(place);
        first
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        for place in self.touched.drain(..) {
            self.bits[place as usize] = 0;
        }
    }
}

struct Collect<'b> {
    seen: &'b mut Seen,
    row: &'b mut Vec<u32>,
}

impl<'t> Sink<'t> for Collect<'_> {
    #[inline]
    fn put(&mut self, bucket: u32, _: impl FnOnce() -> Feature<'t>) {
        if self.seen.first(bucket) {
            self.row.push(bucket);
        }
    }
}

impl Vectoriser {
    /// The distinct buckets of a comment, in order of first occurrence. `row` is replaced.
    pub(super) fn row(&mut self, comment: &str, known: Option<&Known>, row: &mut Vec<u32>) -> &Reading {
        row.clear();
        let reading = self.reader.read(comment, known);
        extract(reading, Lexicon::shipped(), &mut self.scanner, &mut Collect { seen: &mut self.seen, row });
        self.seen.clear();
        reading
    }
}
