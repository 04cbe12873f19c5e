//! What a comment speaks of: the lexicon's concepts, found in the plain words of any language.
//!
//! A word that names money in Finnish and one that names it in Thai set the same feature, so that what the heads
//! learn in one language carries over to the others.

use std::sync::OnceLock;

use super::letters::{Class, fold};
use super::reading::{Kind, Reading};

/// A set of concepts, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Concepts(u64);

impl Concepts {
    /// Adds all of `other`.
    pub(super) const fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether there is none.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `concept` is among them.
    pub(super) const fn has(self, concept: Concept) -> bool {
        self.0 & 1 << concept as u8 != 0
    }

    /// Each of them in order.
    pub(super) fn iter(self) -> impl Iterator<Item = Concept> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            Concept::ALL.get(bit).copied()
        })
    }
}

macro_rules! concepts {
    ($($name:ident $file:literal $reason:literal),+ $(,)?) => {
        /// What a comment may speak of. The order is part of the model: new ones go to the end of their family.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub(super) enum Concept { $($name),+ }

        impl Concept {
            /// All of them.
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The heading in the lexicon file.
            const fn name(self) -> &'static str {
                match self { $(Self::$name => $file),+ }
            }

            /// In words, as a reason shows it.
            pub(super) const fn in_words(self) -> &'static str {
                match self { $(Self::$name => $reason),+ }
            }
        }
    };
}

concepts! {
    Subscribe "subscribe" "asks to subscribe",
    Channel "channel" "speaks of a channel of its own",
    Follow "follow" "asks to follow or join",
    Likes "likes" "asks for likes",
    CheckOut "checkout" "asks to look at something of its own",
    Click "click" "asks to click or to see a profile",
    Free "free" "something for nothing",
    Prize "prize" "prizes and bonuses",
    Earn "earn" "easy earnings",
    Invest "invest" "investments and trading",
    Crypto "crypto" "crypto money",
    Gamble "gamble" "gambling",
    Loan "loan" "loans",
    Pills "pills" "medicine or slimming",
    Sex "sex" "sex for sale",
    Job "job" "job offers",
    Contact "contact" "asks to get in touch elsewhere",
    Sale "sale" "something for sale",
    Register "register" "asks to register or install",
    Urgent "urgent" "presses for haste",
    Guarantee "guarantee" "vouches for itself",
    Account "account" "accounts, banks and transfers",
    Hack "hack" "hacking or bought followers",
    Seo "seo" "search-engine advertising or empty praise of the site",
    Magic "magic" "magic and healers",
    Testimony "testimony" "a testimonial",
    Stream "stream" "pirated films or downloads",
    Begging "begging" "begs for help or votes",
    Chain "chain" "a chain letter",
    Insult "insult" "insult",
    Profanity "profanity" "profanity",
    Whore "whore" "sexual insult",
    Slur "slur" "slur against a group",
    Threat "threat" "threat or wish of harm",
    Dehuman "dehuman" "calls people animals or dirt",
    ShutUp "shutup" "tells someone to be silent or go",
    You "you" "speaks to someone",
    Family "family" "insult by someone's family",
    Deceit "deceit" "calls someone a liar, traitor or criminal",
    Looks "looks" "insult by looks",
    People "people" "speaks of a group of people",
    Peace "peace" "kind words",
}

impl Concept {
    /// The first concept of the abuse family.
    const ABUSE: u8 = Self::Insult as u8;

    /// Whether it belongs to the family of insults and what is confused with them.
    pub(super) const fn is_abuse(self) -> bool {
        self as u8 >= Self::ABUSE
    }
}

/// Where a concept was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// The first of its words.
    pub(super) word: u32,
    /// How many words it spans.
    pub(super) words: u32,
    /// What they name.
    pub(super) concepts: Concepts,
}

/// The lexicon: hashes of entries in an open-addressing table, with a small bitmap before it.
#[derive(Debug)]
pub(super) struct Lexicon {
    bitmap: Vec<u64>,
    slots: Vec<Slot>,
}

/// An entry: `key` 0 is free.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u64,
    /// Concepts of the entry as a whole word.
    exact: u64,
    /// Concepts of words that begin so.
    prefix: u64,
    /// Whether longer phrases begin with this.
    phrase: bool,
}

/// Longest entry of a dense script, in characters.
const DENSE: usize = 12;
/// Longest prefix looked up, in characters.
const LONGEST: usize = 24;
/// Longest phrase, in words.
const PHRASE: usize = 4;
const BITMAP: u32 = 18;
const SLOTS: u32 = 15;
const START: u64 = 0x5EED_0F7A_1515;

const fn step(hash: u64, c: char) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x9FB2_1C65_1E98_DF25).rotate_left(29)
}

const fn mix(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1
}

impl Lexicon {
    /// The lexicon that is part of this crate.
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Lexicon> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::parse(&[include_str!("lexicon/spam.txt"), include_str!("lexicon/abuse.txt")]))
    }

    fn parse(files: &[&str]) -> Self {
        let mut lexicon = Self { bitmap: vec![0; 1 << (BITMAP - 6)], slots: vec![Slot::default(); 1 << SLOTS] };
        for file in files {
            let mut concept = None;
            for line in file.lines() {
                if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                    concept = Concept::ALL.iter().copied().find(|concept| concept.name() == name);
                } else if let Some((_, entries)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
                    for entry in entries.split_whitespace() {
                        lexicon.insert(entry, concept);
                    }
                }
            }
        }
        lexicon
    }

    fn insert(&mut self, entry: &str, concept: Option<Concept>) {
        let Some(concept) = concept else { return };
        let (entry, prefix) = entry.strip_suffix('*').map_or((entry, false), |stem| (stem, true));
        let (mut hash, mut any, mut pause, mut dense) = (START, false, false, false);
        for c in entry.chars() {
            let mut plain = Vec::new();
            fold(c, |f| match f.class {
                Class::Letter | Class::Digit | Class::Dense => plain.push(f),
                Class::Space | Class::Other => pause = any,
                _ => {}
            });
            for f in plain {
                if std::mem::take(&mut pause) {
                    self.slot(mix(hash)).phrase = true;
                    hash = step(hash, ' ');
                }
                hash = step(hash, f.plain);
                dense |= f.class == Class::Dense;
                any = true;
            }
        }
        if any {
            let slot = self.slot(mix(hash));
            *(if prefix || dense { &mut slot.prefix } else { &mut slot.exact }) |= 1 << concept as u8;
        }
    }

    fn slot(&mut self, key: u64) -> &mut Slot {
        let bit = (key >> (64 - BITMAP)) as usize;
        self.bitmap[bit / 64] |= 1 << (bit % 64);
        let mask = self.slots.len() - 1;
        let mut at = (key >> 8) as usize & mask;
        while self.slots[at].key != 0 && self.slots[at].key != key {
            at = (at + 1) & mask;
        }
        self.slots[at].key = key;
        &mut self.slots[at]
    }

    #[inline]
    fn find(&self, hash: u64) -> Option<&Slot> {
        let key = mix(hash);
        let bit = (key >> (64 - BITMAP)) as usize;
        if self.bitmap[bit / 64] & 1 << (bit % 64) == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = (key >> 8) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.key == key {
                return Some(slot);
            }
            if slot.key == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Finds every concept of `reading`, in order of words. `hits` is replaced.
    pub(super) fn scan(&self, reading: &Reading, hits: &mut Vec<Hit>) {
        hits.clear();
        for (i, word) in reading.words.iter().enumerate() {
            let plain = reading.plain(word);
            let concepts = match word.kind {
                Kind::Emoji | Kind::Number => Concepts::default(),
                Kind::Dense => self.scan_dense(plain),
                Kind::Letters | Kind::Mixed => self.scan_word(plain),
            };
            if !concepts.is_empty() {
                hits.push(Hit { word: i as u32, words: 1, concepts });
            }
            if matches!(word.kind, Kind::Letters | Kind::Mixed) {
                self.scan_phrase(reading, i, hits);
            }
        }
    }

    fn scan_word(&self, plain: &str) -> Concepts {
        let mut found = 0;
        let mut hash = START;
        let mut chars = plain.chars().peekable();
        let mut length = 0;
        while let Some(c) = chars.next() {
            hash = step(hash, c);
            length += 1;
            if length > LONGEST {
                break;
            }
            if let Some(slot) = self.find(hash) {
                found |= slot.prefix;
                if chars.peek().is_none() {
                    found |= slot.exact;
                }
            }
        }
        Concepts(found)
    }

    fn scan_dense(&self, plain: &str) -> Concepts {
        let mut found = 0;
        for (start, _) in plain.char_indices() {
            let mut hash = START;
            for c in plain[start..].chars().take(DENSE) {
                hash = step(hash, c);
                if let Some(slot) = self.find(hash) {
                    found |= slot.prefix;
                }
            }
        }
        Concepts(found)
    }

    /// Phrases of two words and more that begin at word `i`.
    fn scan_phrase(&self, reading: &Reading, i: usize, hits: &mut Vec<Hit>) {
        let mut hash = START;
        for (count, word) in reading.words[i..].iter().take(PHRASE).enumerate() {
            if count > 0 {
                if !self.find(hash).is_some_and(|slot| slot.phrase) {
                    return;
                }
                hash = step(hash, ' ');
            }
            for c in reading.plain(word).chars().take(LONGEST) {
                hash = step(hash, c);
                if let Some(slot) = self.find(hash).filter(|slot| count > 0 && slot.prefix != 0) {
                    hits.push(Hit { word: i as u32, words: count as u32 + 1, concepts: Concepts(slot.prefix) });
                }
            }
            if let Some(slot) = self.find(hash).filter(|slot| count > 0 && slot.exact != 0) {
                hits.push(Hit { word: i as u32, words: count as u32 + 1, concepts: Concepts(slot.exact) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderate::reading::Reader;

    fn found(comment: &str) -> Vec<Concept> {
        let mut reader = Reader::default();
        let reading = reader.read(comment, None);
        let mut hits = Vec::new();
        Lexicon::shipped().scan(reading, &mut hits);
        let mut all = Concepts::default();
        hits.iter().for_each(|hit| all.join(hit.concepts));
        all.iter().collect()
    }

    #[test]
    fn words_stems_and_phrases_are_found_in_any_language() {
        for (comment, concept) in [
            ("please SUBSCRIBED!", Concept::Subscribe),
            ("Подпишитесь", Concept::Subscribe),
            ("kanalıma abone ol", Concept::Channel),
            ("オンラインカジノで", Concept::Gamble),
            ("เครดิตฟรีทันที", Concept::Gamble),
            ("make money now", Concept::Earn),
            ("va te faire voir", Concept::ShutUp),
            ("скидка", Concept::Sale),
            ("you", Concept::You),
        ] {
            assert!(found(comment).contains(&concept), "{comment}: {:?}", found(comment));
        }
        assert!(found("the weather in Andressa's town").is_empty());
    }

    #[test]
    fn every_heading_names_a_concept_and_every_concept_has_entries() {
        let files = [include_str!("lexicon/spam.txt"), include_str!("lexicon/abuse.txt")];
        let headings: Vec<&str> =
            files.iter().flat_map(|f| f.lines()).filter_map(|l| l.strip_prefix('[')?.strip_suffix(']')).collect();
        let names: Vec<&str> = Concept::ALL.iter().map(|concept| concept.name()).collect();
        assert_eq!(headings, names);
        assert!(names.len() <= 64);
        let used = Lexicon::shipped().slots.iter().filter(|slot| slot.key != 0).count();
        assert!(used > 5000 && used * 2 < 1 << SLOTS, "{used}");
    }
}
