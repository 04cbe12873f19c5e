//! Makes the hash table of phrases from the data files; run by `build.rs`, so that the program starts without it.
//!
//! A data line is `class: phrase | phrase`. In a phrase `#` is a number, `^` at the front binds it to the text's
//! beginning, `$` at the end to the text's end, `=` at the front to both (numbers aside), and `:` at the end asks for a
//! colon. Lines that begin with `#` are remarks; the first names the sources.

use std::collections::BTreeMap;

use crate::language::{NUMBER, WordKind, each_word, join};
use crate::lexicon::class::Class;
use crate::lexicon::layout::{Anchor, LAST, OPENS, SIGHTS, TAKEN, sight};

/// Phrases by hash. A chance collision of 64-bit hashes among some fifty thousand phrases and beginnings, or of one with a
/// text's words, is out of the question in practice.
#[derive(Default)]
pub(crate) struct Phrases {
    entries: BTreeMap<u64, Entry>,
}

#[derive(Default)]
struct Entry {
    opens: bool,
    uses: Vec<(Class, Anchor)>,
}

/// A phrase as far as it is read.
#[derive(Default)]
struct Phrase {
    hash: u64,
    anchor: Anchor,
    closing: Anchor,
    words: usize,
    bytes: usize,
    numbers: usize,
    /// It has chars of a script without blanks.
    single: bool,
}

impl Phrases {
    /// Adds the lines of a data file; the error is the line that could not be read.
    pub(crate) fn add_file(&mut self, file: &str) -> Result<(), String> {
        for line in file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let (class, phrases) = line.split_once(':').ok_or_else(|| format!("no class: {line}"))?;
            let class = Class::from_name(class).ok_or_else(|| format!("an unknown class: {class}"))?;
            for phrase in phrases.split('|') {
                self.add(class, phrase.trim()).ok_or_else(|| {
                    format!("a phrase without words, or of numbers alone without `=` or `^`: {class}: {phrase}")
                })?;
            }
        }
        Ok(())
    }

    fn add(&mut self, class: Class, text: &str) -> Option<()> {
        let mut phrase = Phrase::default();
        let mut end = 0;
        each_word(text, |word| {
            self.signs(&mut phrase, &text[end..word.start as usize]);
            self.word(&mut phrase, word.hash, word.bytes());
            phrase.single |= word.kind == WordKind::Single;
            end = word.end as usize;
            true
        });
        self.signs(&mut phrase, &text[end..]);
        // Numbers alone are everywhere.
        if phrase.bytes == phrase.numbers && phrase.anchor == Anchor::default() {
            return None;
        }
        // One or two words say little where there are many around them.
        let slight = (phrase.single && phrase.bytes <= 12) || (!phrase.single && phrase.words <= 2);
        let anchor = Anchor(phrase.anchor.0 | phrase.closing.0 | if slight { Anchor::SLIGHT.0 } else { 0 });
        let uses = &mut self.entries.get_mut(&phrase.hash).filter(|_| phrase.words > 0)?.uses;
        if !uses.contains(&(class, anchor)) {
            uses.push((class, anchor));
        }
        Some(())
    }

    /// What stands between two words.
    fn signs(&mut self, phrase: &mut Phrase, signs: &str) {
        for sign in signs.bytes() {
            match sign {
                b'#' => {
                    self.word(phrase, NUMBER, 1);
                    phrase.numbers += 1;
                }
                b'=' => phrase.anchor = Anchor(Anchor::START.0 | Anchor::END.0),
                b'^' => phrase.anchor = Anchor::START,
                b'$' => phrase.closing.0 |= Anchor::END.0,
                b':' => phrase.closing.0 |= Anchor::COLON.0,
                _ => {}
            }
        }
    }

    fn word(&mut self, phrase: &mut Phrase, hash: u64, bytes: usize) {
        if phrase.words > 0 {
            self.entries.entry(phrase.hash).or_default().opens = true;
        }
        phrase.hash = join(phrase.hash, hash);
        self.entries.entry(phrase.hash).or_default();
        phrase.words += 1;
        phrase.bytes += bytes;
        // A colon inside a phrase asks for nothing.
        phrase.closing = Anchor::default();
    }

    /// The table.
    pub(crate) fn table(&self) -> Vec<u8> {
        let count = (self.entries.len() * 4 / 3).next_power_of_two();
        let mut slots = vec![(0u64, 0u32); count];
        let mut sights = vec![0u8; count * SIGHTS / 8];
        let mut uses = Vec::new();
        for (&hash, entry) in &self.entries {
            let mut value = TAKEN | if entry.opens { OPENS } else { 0 };
            if !entry.uses.is_empty() {
                value |= (uses.len() / 2 + 1) as u32;
            }
            for (place, &(class, anchor)) in entry.uses.iter().enumerate() {
                let last = if place + 1 == entry.uses.len() { LAST } else { 0 };
                uses.extend([class as u8, anchor.0 | last]);
            }
            let mut slot = hash as usize % count;
            while slots[slot].1 != 0 {
                slot = (slot + 1) % count;
            }
            slots[slot] = (hash, value);
            let (byte, bit) = sight(hash, count);
            sights[byte] |= bit;
        }
        let mut table = count.trailing_zeros().to_le_bytes().to_vec();
        table.extend(sights);
        for (hash, value) in slots {
            table.extend(hash.to_le_bytes());
            table.extend(value.to_le_bytes());
        }
        table.extend(uses);
        table
    }
}
