//! The texts of a stream that came last: how often the same text, or nearly the same, was among them.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use super::reading::Reading;
use crate::bayes::hash_pair;

/// Bits in which the fingerprints of nearly equal texts differ at most (of 64; Charikar 2002, Manku et al. 2007).
const NEAR: u32 = 5;
/// Prints that differ in [`NEAR`] bits are equal in at least one of so many bands of bits.
const BANDS: usize = NEAR as usize + 1;
/// Bits of a band.
const BAND: u32 = 64 / BANDS as u32;

/// A fingerprint that nearly equal texts nearly share (Charikar 2002): a bit is set where more than half of the words'
/// and pairs' hashes have it.
pub(super) fn fingerprint(reading: &Reading) -> u64 {
    // How often each bit was set, as 64 counters side by side: `planes[i]` holds bit `i` of each.
    let mut planes = [0u64; 32];
    let mut used = 0;
    let mut before = 0;
    for word in &reading.words {
        for print in [word.hash, hash_pair(before, word.hash)] {
            let mut carry = print;
            for plane in &mut planes[..used] {
                (*plane, carry) = (*plane ^ carry, *plane & carry);
            }
            if carry != 0 && used < planes.len() {
                planes[used] = carry;
                used += 1;
            }
        }
        before = word.hash;
    }
    // Compared with the half from the highest bit down.
    let half = reading.words.len() as u64;
    let (mut more, mut equal) = (0, u64::MAX);
    for (i, plane) in planes[..used.max(64 - half.leading_zeros() as usize).min(planes.len())].iter().enumerate().rev()
    {
        if half >> i & 1 == 0 {
            more |= equal & plane;
            equal &= !plane;
        } else {
            equal &= plane;
        }
    }
    more
}

/// The last fingerprints of a stream.
#[derive(Debug)]
pub(super) struct Recent {
    window: usize,
    /// The prints in order, and for each band how many prints ago the one before with the same bits came; 0 for never.
    prints: VecDeque<(u64, [u32; BANDS])>,
    /// How often each print is among them.
    counts: HashMap<u64, u32, BuildHasherDefault<Same>>,
    /// Number of prints that came before the first of `prints`.
    gone: u64,
    /// For each band and value of its bits, the number of the last such print, plus 1.
    last: Vec<[u64; BANDS]>,
}

/// A fingerprint is as good as its hash.
#[derive(Debug, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, print: u64) {
        self.0 = print;
    }
}

const fn band(print: u64, band: usize) -> usize {
    (print >> (band as u32 * BAND)) as usize & ((1 << BAND) - 1)
}

impl Recent {
    /// Remembers up to `window` texts.
    pub(super) fn new(window: usize) -> Self {
        Self { window, prints: VecDeque::new(), counts: HashMap::default(), gone: 0, last: vec![[0; BANDS]; 1 << BAND] }
    }

    /// How often exactly this print is among them.
    pub(super) fn same(&self, print: u64) -> usize {
        self.counts.get(&print).map_or(0, |count| *count as usize)
    }

    /// How often it or a print near to it is among them. Only those are looked at that share a band with it.
    pub(super) fn near(&self, print: u64) -> usize {
        let mut found = 0;
        for i in 0..BANDS {
            let mut at = self.last[band(print, i)][i];
            while at > self.gone {
                let (earlier, back) = self.prints[(at - self.gone) as usize - 1];
                // Counted in the first band that both share.
                let counted = (0..i).any(|lower| band(earlier, lower) == band(print, lower));
                found += usize::from(!counted && (earlier ^ print).count_ones() <= NEAR);
                if back[i] == 0 {
                    break;
                }
                at = at.saturating_sub(u64::from(back[i]));
            }
        }
        found
    }

    /// Remembers a print, and forgets the oldest where there are too many.
    pub(super) fn push(&mut self, print: u64) {
        let number = self.gone + self.prints.len() as u64 + 1;
        let mut back = [0; BANDS];
        for (i, back) in back.iter_mut().enumerate() {
            let last = &mut self.last[band(print, i)][i];
            // One that lies too far back for the number is forgotten by then.
            *back = if *last == 0 { 0 } else { u32::try_from(number - *last).unwrap_or(0) };
            *last = number;
        }
        self.prints.push_back((print, back));
        *self.counts.entry(print).or_default() += 1;
        if self.prints.len() > self.window
            && let Some((old, _)) = self.prints.pop_front()
        {
            self.gone += 1;
            if let Some(count) = self.counts.get_mut(&old) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&old);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bayes::Shuffle;
    use crate::moderate::reading::Reader;

    #[test]
    fn a_bit_is_set_where_most_hashes_have_it() {
        let mut reader = Reader::default();
        for words in [1, 2, 3, 4, 7, 8, 31, 32, 33, 200] {
            let text = (0..words).map(|i| format!("word{i}")).collect::<Vec<_>>().join(" ");
            let reading = reader.read(&text, None);
            let (mut votes, mut before) = ([0i32; 64], 0);
            for word in &reading.words {
                for print in [word.hash, hash_pair(before, word.hash)] {
                    for (bit, vote) in votes.iter_mut().enumerate() {
                        *vote += if print >> bit & 1 == 1 { 1 } else { -1 };
                    }
                }
                before = word.hash;
            }
            let expected = (0..64).fold(0, |print, bit| print | u64::from(votes[bit] > 0) << bit);
            assert_eq!(fingerprint(reading), expected, "{words} words");
        }
    }

    #[test]
    fn bands_find_every_print_that_is_near() {
        let mut shuffle = Shuffle::new(5);
        let mut recent = Recent::new(50);
        let mut all: Vec<u64> = Vec::new();
        for i in 0..2000 {
            let mut print = if i % 3 == 0 || all.is_empty() {
                shuffle.next_u64()
            } else {
                all[all.len() - 1 - shuffle.below(all.len().min(60))]
            };
            for _ in 0..shuffle.below(8) {
                print ^= 1 << shuffle.below(64);
            }
            let window = &all[all.len().saturating_sub(50)..];
            assert_eq!(recent.same(print), window.iter().filter(|earlier| **earlier == print).count());
            let near = window.iter().filter(|earlier| (**earlier ^ print).count_ones() <= NEAR).count();
            assert_eq!(recent.near(print), near);
            recent.push(print);
            all.push(print);
        }
    }
}
