//! From features to buckets: one persisted hash (xxh3, 64 bits) with a namespace as its seed, folded to a number
//! of bits. Also the deterministic shuffle that training needs.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Hashes `text` under a namespace: the same text under two namespaces gives unrelated hashes, so that a word and
/// a link never meet by construction. Stable for ever: models depend on it.
#[inline]
pub fn hash(namespace: u64, text: &[u8]) -> u64 {
    xxh3_64_with_seed(text, namespace)
}

/// [`hash`] of `N` bytes, 1 to 8, for runs of letters, of which a comment has hundreds: the two shortest cases of xxh3
/// alone, which the compiler can lay out in a row.
#[inline]
pub(crate) fn hash_short<const N: usize>(namespace: u64, bytes: [u8; N]) -> u64 {
    const { assert!(N >= 1 && N <= 8) };
    if N < 4 {
        let [first, middle, last] = [bytes[0], bytes[N / 2], bytes[N - 1]].map(u64::from);
        let joined = first << 16 | middle << 24 | last | (N as u64) << 8;
        let mut x = joined ^ 0x8727_5A9B_u64.wrapping_add(namespace);
        x = (x ^ x >> 33).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        x = (x ^ x >> 29).wrapping_mul(0x1656_67B1_9E37_79F9);
        return x ^ x >> 32;
    }
    let four = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let seed = namespace ^ u64::from((namespace as u32).swap_bytes()) << 32;
    let joined = u64::from(four(N - 4)) | u64::from(four(0)) << 32;
    let mut x = joined ^ 0xC73A_B174_C5EC_D5A2_u64.wrapping_sub(seed);
    x = (x ^ x.rotate_left(49) ^ x.rotate_left(24)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
    x = (x ^ (x >> 35).wrapping_add(N as u64)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
    x ^ x >> 28
}

/// Combines two hashes in order, for pairs such as bigrams or "this token, in the next block".
pub const fn hash_pair(first: u64, second: u64) -> u64 {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014) over an ordered mix of the two.
    let mut x = first.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ second;
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The bucket of a hash among `2^bits` (`bits` 1 to 32): its uppermost bits.
pub const fn bucket(hash: u64, bits: u32) -> u32 {
    (hash >> (64 - bits)) as u32
}

/// A deterministic stream of orderings (`SplitMix64` under a Fisher-Yates shuffle): the same seed gives the same
/// orders on every machine.
#[derive(Clone, Debug)]
pub struct Shuffle(u64);

impl Shuffle {
    /// Starts the stream.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        hash_pair(self.0, 0)
    }

    /// A number below `bound` (which must not be 0).
    pub const fn below(&mut self, bound: usize) -> usize {
        ((self.next_u64() as u128 * bound as u128) >> 64) as usize
    }

    /// Puts `items` into the next order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_persisted_hash_never_changes() {
        assert_eq!(hash(1, b"word"), xxh3_64_with_seed(b"word", 1));
        assert_ne!(hash(1, b"word"), hash(2, b"word"));
        assert_ne!(hash_pair(1, 2), hash_pair(2, 1));
        assert!(bucket(u64::MAX, 18) == (1 << 18) - 1 && bucket(0, 18) == 0);
    }

    #[test]
    fn short_texts_hash_as_any_others() {
        for namespace in [0, 4, u64::MAX, 0x0123_4567_89AB_CDEF] {
            for text in [b"<ab>cdef", b"\0\xFF\x7F\x80xyz!"] {
                assert_eq!(hash_short(namespace, [text[0]]), hash(namespace, &text[..1]));
                assert_eq!(hash_short(namespace, [text[0], text[1], text[2]]), hash(namespace, &text[..3]));
                assert_eq!(hash_short(namespace, [text[0], text[1], text[2], text[3]]), hash(namespace, &text[..4]));
                assert_eq!(hash_short::<5>(namespace, text[..5].try_into().unwrap()), hash(namespace, &text[..5]));
                assert_eq!(hash_short(namespace, *text), hash(namespace, text));
            }
        }
    }

    #[test]
    fn a_seed_gives_one_order() {
        let order = |seed| {
            let mut items: Vec<u32> = (0..50).collect();
            Shuffle::new(seed).shuffle(&mut items);
            items
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
        let mut sorted = order(7);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }
}
