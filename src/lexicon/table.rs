//! The hash table of phrases, filled from the data files.
//!
//! A phrase is the hash of its words; each beginning of a phrase has an entry too, so that a text is matched by
//! going on word by word while the table knows how. Only 64-bit hashes are kept: among some ten thousand
//! phrases a chance collision with a text's words is out of the question in practice.
//!
//! A data line is `class: phrase | phrase`. In a phrase `#` is a number, `^` at the front binds it to the text's
//! beginning, `$` at the end to the text's end, `=` at the front to both (numbers aside), and `:` at the end asks for
//! a colon.

use crate::language::{NUMBER, WordKind, each_word, join};
use crate::lexicon::class::Class;

/// Numbers in data lines.
const NUMBER_SIGN: char = '#';
/// Slots of the table: a power of two, at least twice the entries.
const SLOTS: usize = 1 << 16;

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
pub(super) const FILES: &[(&str, &str)] = files!["xx", "en", "de", "fr", "es", "pt", "it", "ru"];

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
        let (mut hash, mut words, mut letters, mut single) = (0, 0, 0, false);
        for (place, part) in phrase.split(NUMBER_SIGN).enumerate() {
            let mut next = |word: u64, bytes: usize| {
                if let Some(last) = last {
                    self.entries[last].opens = true;
                }
                hash = join(hash, word);
                last = Some(self.entry(hash));
                words += 1;
                letters += bytes;
            };
            if place > 0 {
                next(NUMBER, 1);
            }
            each_word(part, |word| {
                single |= word.kind == WordKind::Single;
                next(word.hash, word.len());
                true
            });
        }
        let Some(last) = last else { return };
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
