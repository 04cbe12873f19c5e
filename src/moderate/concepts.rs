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
    Praise "praise" "stock praise",
    Order "order" "copies, papers or documents to order",
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
    Contempt "contempt" "contempt or disgust",
    Expel "expel" "wants people thrown out",
    Mind "mind" "doubts someone's mind",
    Politics "politics" "speaks of politics",
    Quoting "quoting" "tells of words said",
    Common "common" "common words",
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

/// The lexicon: hashes of entries in an open-addressing table, with two small bitmaps before it, bit by bit in turn:
/// whether an entry may begin so, and whether one may be so.
#[derive(Debug)]
pub(super) struct Lexicon {
    bitmaps: Vec<u64>,
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    languages: Vec<String>,
}

/// Finds concepts in comments, one after the other.
#[derive(Debug)]
pub(super) struct Scanner {
    finds: Vec<Find>,
    hits: Vec<Hit>,
    votes: Vec<f32>,
    /// What the commonest words name, so that their letters need not be looked up again. Of one lexicon, as a scanner is.
    kept: Vec<Kept>,
}

/// What one word names by itself.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    /// The word's hash; 0 is free.
    key: u64,
    /// The lexicon's hash of its letters, where phrases begin with it; 0 otherwise.
    onward: u64,
    languages: [u64; KEPT],
    concepts: [u8; KEPT],
    finds: u8,
}

/// Entries that are kept of a word: those with more are looked up.
const KEPT: usize = 3;
/// Words kept.
const WORDS: usize = 1 << 11;

impl Default for Scanner {
    fn default() -> Self {
        Self { finds: Vec::new(), hits: Vec::new(), votes: Vec::new(), kept: vec![Kept::default(); WORDS] }
    }
}

/// A stretch of letters that entries are or begin with: `key` 0 is free.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u64,
    /// The first of its entries, plus 1; the others hang on it.
    first: u32,
    /// Whether longer phrases begin with this.
    phrase: bool,
}

/// An entry of the lexicon.
#[derive(Clone, Copy, Debug)]
struct Entry {
    concept: Concept,
    /// Its languages, one bit each.
    languages: u64,
    /// Whether words may go on after it.
    prefix: bool,
    /// The next entry of the same letters, plus 1.
    next: u32,
}

/// An entry met in a comment, before the comment's language is known.
#[derive(Clone, Copy, Debug)]
struct Find {
    word: u32,
    words: u32,
    concept: Concept,
    languages: u64,
}

/// Longest entry of a dense script, in characters.
const DENSE: usize = 12;
/// Longest prefix looked up, in characters.
const LONGEST: usize = 24;
/// Longest phrase, in words.
const PHRASE: usize = 4;
/// The first language of the files.
const ENGLISH: u64 = 1;
const FILES: [&str; 3] =
    [include_str!("lexicon/spam.txt"), include_str!("lexicon/abuse.txt"), include_str!("lexicon/common.txt")];
const BITMAP: u32 = 19;
const SLOTS: u32 = 16;
const START: u64 = 0x5EED_0F7A_1515;

const fn step(hash: u64, c: char) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x9FB2_1C65_1E98_DF25).rotate_left(29)
}

const fn mix(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1
}

/// The word of the bitmaps that a key falls on, and the first of its two bits there.
#[inline]
const fn marks(key: u64) -> (usize, u64) {
    let place = (key >> (64 - BITMAP)) as usize;
    (place / 32, 1 << (place % 32 * 2))
}

impl Lexicon {
    /// The lexicon that is part of this crate.
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Lexicon> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::parse(&FILES))
    }

    fn parse(files: &[&str]) -> Self {
        let mut lexicon = Self {
            bitmaps: vec![0; 2 << (BITMAP - 6)],
            slots: vec![Slot::default(); 1 << SLOTS],
            entries: Vec::new(),
            languages: Vec::new(),
        };
        for file in files {
            let mut concept = None;
            for line in file.lines() {
                if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                    concept = Concept::ALL.iter().copied().find(|concept| concept.name() == name);
                } else if let (Some((language, entries)), Some(concept)) = (line.split_once(": "), concept) {
                    let language = lexicon.language(language);
                    for entry in entries.split_whitespace() {
                        lexicon.insert(entry, concept, language);
                    }
                }
            }
        }
        lexicon
    }

    /// The number of a language.
    fn language(&mut self, code: &str) -> usize {
        let known = self.languages.iter().position(|known| known == code);
        known.unwrap_or_else(|| {
            self.languages.push(code.to_owned());
            self.languages.len() - 1
        })
    }

    fn insert(&mut self, entry: &str, concept: Concept, language: usize) {
        let (entry, open) = entry.strip_suffix('*').map_or((entry, false), |stem| (stem, true));
        let (mut hash, mut any, mut pause, mut dense) = (START, false, false, false);
        for c in entry.chars() {
            fold(c, |f| match f.class {
                Class::Letter | Class::Digit | Class::Dense => {
                    if std::mem::take(&mut pause) {
                        self.slot(mix(hash)).phrase = true;
                        hash = step(hash, ' ');
                    }
                    hash = step(hash, f.plain);
                    let (word, bit) = marks(mix(hash));
                    self.bitmaps[word] |= bit;
                    dense |= f.class == Class::Dense;
                    any = true;
                }
                Class::Space | Class::Other => pause = any,
                _ => {}
            });
        }
        if !any {
            return;
        }
        let (prefix, languages) = (open || dense, 1u64 << language);
        let first = self.slot(mix(hash)).first;
        let mut at = first;
        while let Some(i) = (at as usize).checked_sub(1) {
            let entry = &mut self.entries[i];
            if entry.concept == concept && entry.prefix == prefix {
                entry.languages |= languages;
                return;
            }
            at = entry.next;
        }
        self.entries.push(Entry { concept, languages, prefix, next: first });
        self.slot(mix(hash)).first = self.entries.len() as u32;
    }

    fn slot(&mut self, key: u64) -> &mut Slot {
        let (word, bit) = marks(key);
        self.bitmaps[word] |= bit << 1;
        let mask = self.slots.len() - 1;
        let mut at = (key >> 8) as usize & mask;
        while self.slots[at].key != 0 && self.slots[at].key != key {
            at = (at + 1) & mask;
        }
        self.slots[at].key = key;
        &mut self.slots[at]
    }

    /// Whether an entry may begin so; a few where none does.
    #[inline]
    fn begins(&self, hash: u64) -> bool {
        let (word, bit) = marks(mix(hash));
        self.bitmaps[word] & bit != 0
    }

    #[inline]
    fn find(&self, hash: u64) -> Option<&Slot> {
        let key = mix(hash);
        let (word, bit) = marks(key);
        if self.bitmaps[word] & bit << 1 == 0 {
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

    /// The entries that hang on a slot.
    fn entries(&self, slot: &Slot) -> impl Iterator<Item = &Entry> {
        let mut at = slot.first;
        std::iter::from_fn(move || {
            let entry = &self.entries[(at as usize).checked_sub(1)?];
            at = entry.next;
            Some(entry)
        })
    }
}

impl Scanner {
    /// Finds every concept of `reading`, in order of words. A word counts in the languages that the comment may be
    /// written in, as its commonest words tell; advertising borrows English words in all of them.
    pub(super) fn scan(&mut self, lexicon: &Lexicon, reading: &Reading) -> &[Hit] {
        self.finds.clear();
        for (i, word) in reading.words.iter().enumerate() {
            let plain = reading.plain(word);
            match word.kind {
                Kind::Emoji | Kind::Number => {}
                Kind::Dense => self.dense(lexicon, plain, i),
                Kind::Letters | Kind::Mixed => self.words(lexicon, reading, i),
            }
        }
        let languages = self.languages(lexicon);
        self.hits.clear();
        for find in &self.finds {
            let allowed = if find.concept.is_abuse() { languages } else { languages | ENGLISH };
            if find.concept != Concept::Common && find.languages & allowed != 0 {
                self.hits.push(Hit { word: find.word, words: find.words, concepts: Concepts(1 << find.concept as u8) });
            }
        }
        &self.hits
    }

    /// The languages that the comment may be written in: those with at least half the votes of the first. A common
    /// word is one vote, shared by the languages that have it.
    fn languages(&mut self, lexicon: &Lexicon) -> u64 {
        self.votes.clear();
        self.votes.resize(lexicon.languages.len(), 0.0);
        for find in self.finds.iter().filter(|find| find.concept == Concept::Common) {
            let vote = 1.0 / find.languages.count_ones() as f32;
            let mut left = find.languages;
            while left != 0 {
                self.votes[left.trailing_zeros() as usize] += vote;
                left &= left - 1;
            }
        }
        let most = self.votes.iter().copied().fold(0.0, f32::max);
        if most < 0.5 {
            return u64::MAX;
        }
        let likely = self.votes.iter().enumerate().filter(|(_, votes)| **votes >= most / 2.0);
        likely.fold(0, |all, (language, _)| all | 1 << language)
    }

    /// Entries of a run of a script without spaces, wherever they stand in it.
    fn dense(&mut self, lexicon: &Lexicon, plain: &str, word: usize) {
        for (start, _) in plain.char_indices() {
            let mut hash = START;
            for c in plain[start..].chars().take(DENSE) {
                hash = step(hash, c);
                if !lexicon.begins(hash) {
                    break;
                }
                if let Some(slot) = lexicon.find(hash) {
                    self.found(lexicon.entries(slot), word, 1);
                }
            }
        }
    }

    /// Entries of one word and more that begin at word `i`.
    fn words(&mut self, lexicon: &Lexicon, reading: &Reading, i: usize) {
        let key = reading.words[i].hash;
        let kept = &self.kept[key as usize % WORDS];
        let mut onward = if kept.key == key && key != 0 {
            for (languages, concept) in kept.languages.iter().zip(kept.concepts).take(kept.finds.into()) {
                let concept = Concept::ALL[concept as usize];
                self.finds.push(Find { word: i as u32, words: 1, concept, languages: *languages });
            }
            (kept.onward != 0).then_some(kept.onward)
        } else {
            let first = self.finds.len();
            let onward = self.word(lexicon, reading, i, 0, START);
            self.keep(key, first, onward);
            onward
        };
        for count in 1..PHRASE.min(reading.words.len() - i) {
            let Some(hash) = onward else { return };
            onward = self.word(lexicon, reading, i, count, step(hash, ' '));
        }
    }

    /// Entries that end within the word `count` words after word `i`, where `hash` is what stands before it; and the
    /// hash of all of it, where phrases begin so.
    fn word(&mut self, lexicon: &Lexicon, reading: &Reading, i: usize, count: usize, mut hash: u64) -> Option<u64> {
        let mut chars = reading.plain(&reading.words[i + count]).chars();
        let mut length = 0;
        let mut phrase = false;
        while let Some(c) = chars.next() {
            hash = step(hash, c);
            length += 1;
            if !lexicon.begins(hash) {
                return None;
            }
            phrase = false;
            if let Some(slot) = lexicon.find(hash) {
                let whole = chars.as_str().is_empty();
                self.found(lexicon.entries(slot).filter(|entry| whole || entry.prefix), i, count + 1);
                phrase = slot.phrase;
            }
            if length == LONGEST {
                return None;
            }
        }
        phrase.then_some(hash)
    }

    /// Keeps what the word with this hash named: the finds from `first` on.
    fn keep(&mut self, key: u64, first: usize, onward: Option<u64>) {
        let finds = &self.finds[first..];
        if finds.len() > KEPT {
            return;
        }
        let mut kept = Kept { key, onward: onward.unwrap_or(0), finds: finds.len() as u8, ..Kept::default() };
        for (place, find) in finds.iter().enumerate() {
            kept.languages[place] = find.languages;
            kept.concepts[place] = find.concept as u8;
        }
        self.kept[key as usize % WORDS] = kept;
    }

    fn found<'l>(&mut self, entries: impl Iterator<Item = &'l Entry>, word: usize, words: usize) {
        for entry in entries {
            let find =
                Find { word: word as u32, words: words as u32, concept: entry.concept, languages: entry.languages };
            self.finds.push(find);
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
        let mut scanner = Scanner::default();
        let hits = scanner.scan(Lexicon::shipped(), reading);
        let mut all = Concepts::default();
        for hit in hits {
            all.join(hit.concepts);
        }
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
            ("je t'ai dit va te faire voir, c'est pas vrai", Concept::ShutUp),
            ("скидка", Concept::Sale),
            ("you", Concept::You),
        ] {
            assert!(found(comment).contains(&concept), "{comment}: {:?}", found(comment));
        }
        assert!(found("the weather in Andressa's town").is_empty());
    }

    #[test]
    fn every_heading_names_a_concept_and_every_concept_has_entries() {
        let headings: Vec<&str> =
            FILES.iter().flat_map(|f| f.lines()).filter_map(|l| l.strip_prefix('[')?.strip_suffix(']')).collect();
        let names: Vec<&str> = Concept::ALL.iter().map(|concept| concept.name()).collect();
        assert_eq!(headings, names);
        assert!(names.len() <= 64);
        let used = Lexicon::shipped().slots.iter().filter(|slot| slot.key != 0).count();
        assert!(used > 5000 && used * 2 < 1 << SLOTS, "{used}");
    }
}
