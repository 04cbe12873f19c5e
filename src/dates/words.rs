//! The words of dates in all languages, as `compile.rs` laid them out.

use crate::dates::Order;
use crate::dates::role::{LAST, OPENS, SENSE, SLOT, TAKEN, hash_of};
use crate::language::{Lang, LangSet, join};

pub(super) use crate::dates::role::{Role, adverb};

/// A role with the languages in which the word has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sense {
    pub(super) role: Role,
    pub(super) langs: LangSet,
}

/// A word's value in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WordId(u32);

impl WordId {
    /// Whether it is a wording of its own, not only the beginning or a part of one.
    pub(super) const fn means(self) -> bool {
        self.0 & (TAKEN - 1) != 0
    }

    /// Whether longer wordings start with this one.
    pub(super) const fn opens(self) -> bool {
        self.0 & OPENS != 0
    }
}

/// The table.
#[derive(Clone, Copy)]
pub(super) struct Words {
    orders: &'static [u8],
    slots: &'static [u8],
    senses: &'static [u8],
    /// Which words can open a relative wording without a digit.
    adverbs: Adverbs,
}

impl Words {
    /// The embedded table.
    pub(super) fn embedded() -> Self {
        let table: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/date-words.bin"));
        let (orders, rest) = table.split_at(Lang::COUNT);
        let (slots, rest) = slots(rest);
        let (bits, senses) = self::slots(rest);
        Self { orders, slots, senses, adverbs: Adverbs { slots: bits } }
    }

    /// The entry of a folded wording.
    pub(super) fn get(&self, folded: &str) -> Option<WordId> {
        value(self.slots, hash_of(folded)).map(WordId)
    }

    /// What a word can mean.
    pub(super) fn senses(&self, id: WordId) -> impl Iterator<Item = Sense> + use<> {
        let first = (id.0 & (TAKEN - 1)) as usize;
        let mut rest = first.checked_sub(1).map_or(&[][..], |first| &self.senses[first * SENSE..]);
        std::iter::from_fn(move || {
            let (&[code, last, low, high], langs) = rest.split_first_chunk()?;
            let (langs, next) = langs.split_first_chunk()?;
            rest = if last == LAST { &[] } else { next };
            let role = Role::of(code, i16::from_le_bytes([low, high]))?;
            Some(Sense { role, langs: LangSet::from_bits(u128::from_le_bytes(*langs)) })
        })
    }

    /// The order of numbers in the language's short dates.
    pub(super) fn order(&self, lang: Lang) -> Option<Order> {
        [Order::Dmy, Order::Mdy, Order::Ymd].get(usize::from(self.orders[lang.index()]).checked_sub(1)?).copied()
    }

    /// Which words can open a relative wording without a digit.
    pub(super) const fn adverbs(&self) -> Adverbs {
        self.adverbs
    }
}

/// Parts slots, their number before them, from what follows.
fn slots(bytes: &'static [u8]) -> (&'static [u8], &'static [u8]) {
    let (log, rest) = bytes.split_at(4);
    rest.split_at(SLOT << u32::from_le_bytes([log[0], log[1], log[2], log[3]]))
}

/// The value of a key.
fn value(slots: &[u8], key: u64) -> Option<u32> {
    let mask = slots.len() / SLOT - 1;
    let mut slot = key as usize & mask;
    loop {
        let bytes: &[u8; SLOT] = slots[slot * SLOT..].first_chunk()?;
        let (hash, value) = bytes.split_first_chunk::<8>()?;
        let value = u32::from_le_bytes(*value.first_chunk()?);
        if value == 0 {
            return None;
        }
        if u64::from_le_bytes(*hash) == key {
            return Some(value);
        }
        slot = (slot + 1) & mask;
    }
}

/// What words do in wordings without a digit, so that a text is searched for these by one look at each word.
#[derive(Clone, Copy)]
pub(super) struct Adverbs {
    /// Bits by the hash of a word, or of two that open a wording together.
    slots: &'static [u8],
}

impl Adverbs {
    /// The bits of a word.
    pub(super) fn of(&self, word: u64) -> u8 {
        value(self.slots, word).unwrap_or(0) as u8
    }

    /// The bits of two words, the first of which [leads](adverb::LEADS).
    pub(super) fn of_two(&self, first: u64, second: u64) -> u8 {
        self.of(join(first, second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::compile;

    #[test]
    fn the_table_says_what_was_put_into_it() {
        let table: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/date-words.bin"));
        assert!(table == compile::table(), "the build is of these files");
        let words = Words::embedded();
        let senses =
            |word: &str| words.get(word).map(|id| words.senses(id).map(|sense| sense.role).collect::<Vec<_>>());
        assert_eq!(senses("december"), Some(vec![Role::Month(12)]));
        assert!(senses("may").is_some_and(|senses| senses.contains(&Role::Month(5))));
        assert_eq!(senses("nonesuch"), None);
        assert!(words.order(Lang::of("en")).is_some());
        let roles = (0..=u8::MAX).filter_map(|code| Role::of(code, 1));
        assert!(
            roles.clone().count() == 25 && roles.clone().all(|role| Role::of(compile::code(role).0, 1) == Some(role))
        );
    }
}
