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

/// A phrase of a data line as far as it is read.
#[derive(Default)]
struct Phrase {
    hash: u64,
    entry: Option<usize>,
    anchor: Anchor,
    closing: Anchor,
    words: usize,
    bytes: usize,
    /// It has chars of a script without blanks.
    single: bool,
}

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
pub(super) const FILES: &[(&str, &str)] =
    files!["xx", "en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "uk", "zh", "ja", "ko"];

impl Table {
    pub(super) fn load() -> Self {
        let mut table =
            Self { slots: vec![0; SLOTS], entries: Vec::with_capacity(SLOTS / 3), uses: Vec::with_capacity(SLOTS / 4) };
        for (_, file) in FILES {
            for line in file.lines().filter(|line| !line.starts_with('#')) {
                let Some((class, phrases)) = line.split_once(':') else { continue };
                if let Ok(class) = class.parse() {
                    table.add_line(class, phrases);
                }
            }
        }
        table
    }

    /// Adds phrases parted by `|`, in one pass: this is most of what it takes to start.
    fn add_line(&mut self, class: Class, line: &str) {
        let mut phrase = Phrase::default();
        let mut end = 0;
        each_word(line, |word| {
            self.add_signs(class, &mut phrase, &line[end..word.start as usize]);
            self.add_word(&mut phrase, word.hash, word.len());
            phrase.single |= word.kind == WordKind::Single;
            end = word.end as usize;
            true
        });
        self.add_signs(class, &mut phrase, &line[end..]);
        self.add_phrase(class, &mut phrase);
    }

    /// What stands between two words.
    fn add_signs(&mut self, class: Class, phrase: &mut Phrase, signs: &str) {
        for sign in signs.bytes() {
            match sign {
                b'|' => self.add_phrase(class, phrase),
                b'#' => self.add_word(phrase, NUMBER, 1),
                b'=' => phrase.anchor = Anchor::START.with(Anchor::END),
                b'^' => phrase.anchor = Anchor::START,
                b'$' => phrase.closing = phrase.closing.with(Anchor::END),
                b':' => phrase.closing = phrase.closing.with(Anchor::COLON),
                _ => {}
            }
        }
    }

    fn add_word(&mut self, phrase: &mut Phrase, hash: u64, bytes: usize) {
        if let Some(last) = phrase.entry {
            self.entries[last].opens = true;
        }
        phrase.hash = join(phrase.hash, hash);
        phrase.entry = Some(self.entry(phrase.hash));
        phrase.words += 1;
        phrase.bytes += bytes;
        // A colon inside a phrase asks for nothing.
        phrase.closing = Anchor::default();
    }

    fn add_phrase(&mut self, class: Class, phrase: &mut Phrase) {
        let Phrase { entry, anchor, closing, words, bytes, single, .. } = std::mem::take(phrase);
        let Some(entry) = entry else { return };
        let slight = (single && bytes <= 12) || (!single && words <= 2);
        let anchor = anchor.with(closing).with(if slight { Anchor::SLIGHT } else { Anchor::default() });
        let next = self.entries[entry].uses;
        self.entries[entry].uses = self.uses.len() as u32;
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
