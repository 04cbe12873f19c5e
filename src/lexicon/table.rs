//! The hash table of phrases, filled from the data files.
//!
//! A phrase is the hash of its words; each beginning of a phrase has an entry too, so that a text is matched by
//! going on word by word while the table knows how. Only 64-bit hashes are kept: among some ten thousand
//! phrases a chance collision with a text's words is out of the question in practice.
//!
//! A data line is `class: phrase | phrase`. In a phrase `#` is a number, `^` at the front binds it to the text's
//! beginning, `$` at the end to the text's end, `=` at the front to both (numbers aside), and `:` at the end asks for
//! a colon.

use crate::lexicon::class::Class;
use crate::lexicon::each_word;

/// Hash of an empty word.
pub(super) const SEED: u64 = 0xcbf2_9ce4_8422_2325;
/// Hash of any number.
pub(super) const NUMBER: u64 = 0x23;
/// Numbers in data lines.
const NUMBER_SIGN: char = '#';
/// Slots of the table: a power of two, at least twice the entries.
const SLOTS: usize = 1 << 16;

/// Takes a folded char into a word's hash (FNV-1a over chars).
pub(super) const fn step(hash: u64, c: char) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x0100_0000_01b3)
}

/// Takes a word into a phrase's hash.
pub(super) const fn join(phrase: u64, word: u64) -> u64 {
    let mixed = (phrase.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// Where a phrase must stand to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Anchor(u8);

impl Anchor {
    /// At the beginning of the text.
    pub(super) const START: Self = Self(1);
    /// At its end.
    pub(super) const END: Self = Self(2);
    /// Before a colon.
    pub(super) const COLON: Self = Self(4);
    /// Only in short texts: one or two words, which prose uses as well.
    pub(super) const SLIGHT: Self = Self(8);

    /// Whether all of `other` is asked for.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A phrase or the beginning of one.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    hash: u64,
    /// The first of its uses, [`NONE`] where it is only a beginning.
    uses: u32,
    opens: bool,
}

impl Entry {
    /// Whether longer phrases begin with it.
    pub(super) const fn opens(&self) -> bool {
        self.opens
    }
}

const NONE: u32 = u32::MAX;

/// What a phrase is used for; a linked list.
struct Use {
    class: Class,
    anchor: Anchor,
    next: u32,
}

pub(super) struct Table {
    /// Index into `entries`, plus one; 0 is free.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    uses: Vec<Use>,
}

macro_rules! files {
    ($($code:literal),+ $(,)?) => { &[$(($code, include_str!(concat!("data/", $code, ".txt")))),+] };
}

/// The data files with their language codes; `xx` holds what is the same in all languages.
pub(super) const FILES: &[(&str, &str)] = files!["xx", "en"];

impl Table {
    pub(super) fn load() -> Self {
        let mut table =
            Self { slots: vec![0; SLOTS], entries: Vec::with_capacity(SLOTS / 3), uses: Vec::with_capacity(SLOTS / 4) };
        for (_, file) in FILES {
            for line in file.lines().filter(|line| !line.starts_with('#')) {
                let Some((class, phrases)) = line.split_once(':') else { continue };
                let Ok(class) = class.parse() else { continue };
                for phrase in phrases.split('|') {
                    table.add(class, phrase.trim());
                }
            }
        }
        table
    }

    fn add(&mut self, class: Class, phrase: &str) {
        let mut anchor = Anchor::default();
        let mut phrase = phrase;
        if let Some(rest) = phrase.strip_prefix('=') {
            (anchor, phrase) = (anchor.with(Anchor::START).with(Anchor::END), rest);
        }
        if let Some(rest) = phrase.strip_prefix('^') {
            (anchor, phrase) = (anchor.with(Anchor::START), rest);
        }
        if let Some(rest) = phrase.strip_suffix('$') {
            (anchor, phrase) = (anchor.with(Anchor::END), rest);
        }
        if let Some(rest) = phrase.strip_suffix(':') {
            (anchor, phrase) = (anchor.with(Anchor::COLON), rest);
        }
        let mut last: Option<usize> = None;
        let (mut hash, mut words, mut letters) = (0, 0, 0);
        for part in phrase.split_inclusive(NUMBER_SIGN) {
            let (part, number) = part.strip_suffix(NUMBER_SIGN).map_or((part, false), |part| (part, true));
            let mut next = |word_hash: u64, bytes: usize| {
                if let Some(last) = last {
                    self.entries[last].opens = true;
                }
                hash = join(hash, word_hash);
                last = Some(self.entry(hash));
                words += 1;
                letters += bytes;
            };
            each_word(part, |word| {
                next(word.hash, word.end - word.start);
                true
            });
            if number {
                next(NUMBER, 1);
            }
        }
        let Some(last) = last else { return };
        let single = phrase.chars().any(super::is_single);
        if (single && letters <= 12) || (!single && words <= 2) {
            anchor = anchor.with(Anchor::SLIGHT);
        }
        let next = self.entries[last].uses;
        self.entries[last].uses = self.uses.len() as u32;
        self.uses.push(Use { class, anchor, next });
    }

    /// The place of the hash's entry, made where there is none.
    fn entry(&mut self, hash: u64) -> usize {
        let mut slot = hash as usize % SLOTS;
        loop {
            match self.slots[slot] {
                0 => {
                    self.entries.push(Entry { hash, uses: NONE, opens: false });
                    self.slots[slot] = self.entries.len() as u32;
                    return self.entries.len() - 1;
                }
                index if self.entries[index as usize - 1].hash == hash => return index as usize - 1,
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }

    /// The entry of a phrase or beginning.
    pub(super) fn get(&self, hash: u64) -> Option<Entry> {
        let mut slot = hash as usize % SLOTS;
        loop {
            let entry = *self.entries.get((self.slots[slot] as usize).checked_sub(1)?)?;
            if entry.hash == hash {
                return Some(entry);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// What a phrase is used for, and where it must stand.
    pub(super) fn uses(&self, entry: Entry) -> impl Iterator<Item = (Class, Anchor)> {
        let first = self.uses.get(entry.uses as usize);
        std::iter::successors(first, |used| self.uses.get(used.next as usize)).map(|used| (used.class, used.anchor))
    }

    /// How many entries there are.
    #[cfg(test)]
    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }
}
