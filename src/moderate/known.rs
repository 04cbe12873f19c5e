//! A small membership filter of the words that training saw: whether a comment's language is one the models can
//! judge, and which reading of a disguised word is a word.
//!
//! A Bloom filter (Bloom 1970): a word seen is always found, an unseen one is taken for seen in about one case in
//! two hundred at the intended load of ten bits a word.

use std::borrow::Cow;

use crate::bayes::hash;

/// The namespace of the filter's hash.
const NAMESPACE: u64 = 0x6B6E_6F77;
/// Bits set a word.
const PROBES: u32 = 5;

/// The filter.
#[derive(Clone, Debug)]
pub(super) struct Known {
    bits: Cow<'static, [u8]>,
    /// Tells this filter from others.
    digest: u64,
}

impl Known {
    /// A filter of `words`, sized for them.
    pub(super) fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        let bits = (words.len() * 12).next_power_of_two().max(1 << 10);
        let mut filter = vec![0u8; bits / 8];
        for word in words {
            for bit in probes(word, bits) {
                filter[bit / 8] |= 1 << (bit % 8);
            }
        }
        Self::new(Cow::Owned(filter))
    }

    fn new(bits: Cow<'static, [u8]>) -> Self {
        Self { digest: hash(NAMESPACE, &bits), bits }
    }

    /// A stored filter; its length must be a power of two of at least 8 bytes.
    pub(super) fn from_bytes(bits: Cow<'static, [u8]>) -> Option<Self> {
        (bits.len() >= 8 && bits.len().is_power_of_two()).then(|| Self::new(bits))
    }

    /// The bytes to store.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bits
    }

    /// A number that tells filters apart.
    pub(super) const fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether training saw the word.
    pub(super) fn contains(&self, word: &str) -> bool {
        probes(word, self.bits.len() * 8).all(|bit| self.bits[bit / 8] & 1 << (bit % 8) != 0)
    }
}

fn probes(word: &str, bits: usize) -> impl Iterator<Item = usize> {
    let hash = hash(NAMESPACE, word.as_bytes());
    // Double hashing (Kirsch and Mitzenmacher 2006).
    let (first, step) = (hash as u32, (hash >> 32) as u32 | 1);
    (0..PROBES).map(move |i| first.wrapping_add(step.wrapping_mul(i)) as usize & (bits - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_is_found_and_little_else() {
        let words: Vec<String> = (0..20_000).map(|i| format!("word{i}")).collect();
        let known = Known::of(words.iter().map(String::as_str));
        assert!(words.iter().all(|word| known.contains(word)));
        let wrong = (0..20_000).filter(|i| known.contains(&format!("other{i}"))).count();
        assert!(wrong < 400, "{wrong}");
        assert!(Known::from_bytes(Cow::Owned(vec![0; 7])).is_none());
    }
}
