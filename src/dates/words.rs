//! The words of dates in all languages, read once from `data/`.
//!
//! A file holds lines `key: words`, alternatives parted by blanks, groups (months, days of the week, units) by `|`;
//! `_` stands for a blank or any short punctuation inside a wording. The words are the month and day names,
//! units and adverbs that any grammar, calendar or locale table of the language lists.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::dates::Order;
use crate::language::{Lang, LangSet, fold_char};

/// What a word does in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Month 1 to 12.
    Month(u8),
    /// Day of the week, 0 is Monday.
    Weekday(u8),
    /// A unit of time: [`Unit`] by number.
    Unit(u8),
    /// Two of a unit in one word ("ساعتين").
    Two(u8),
    /// A unit whose ending says "ago" ("órája").
    UnitAgo(u8),
    /// "vor", "il y a": makes what follows a time in the past.
    Pre,
    /// "for … siden": may open a wording that an "ago" word closes.
    Lead,
    /// "ago".
    Post,
    /// "an" in "an hour ago".
    One,
    /// "about".
    About,
    /// "just now".
    Now,
    /// "today" 0, "yesterday" 1, the day before 2.
    DaysBack(u8),
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// Stands between a date and its clock, or opens either.
    At,
    /// Stands inside a date ("de", "года").
    Of,
    /// Follows the number of an hour ("Uhr", "h").
    Hour,
    /// Follows the number of a minute.
    Minute,
    /// Glued to a day ("th").
    Nth,
    /// "tháng": the number of a month follows.
    MonthPre,
    /// 年, 月, 日 as 0, 1, 2.
    Ymd(u8),
    /// 時, 分, 秒 as 0, 1, 2.
    Hms(u8),
    /// A calendar era: to be added to the number of the year.
    Era(i16),
    /// Time zone: minutes from UTC, where that is certain.
    Zone(Option<i16>),
}

/// A role with the languages in which the word has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sense {
    pub(super) role: Role,
    pub(super) langs: LangSet,
}

/// A word's place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WordId(u32);

#[derive(Default)]
struct Word {
    senses: Vec<Sense>,
    /// Longer wordings start with this one.
    opens: bool,
}

/// FNV-1a: the keys are short and the table is fixed, so nothing better is needed.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The table.
pub(super) struct Words {
    ids: HashMap<Box<str>, WordId, BuildHasherDefault<Fnv>>,
    entries: Vec<Word>,
    /// The order of numbers in each language's short dates, by [`Lang::index`].
    orders: [Option<Order>; Lang::COUNT],
    /// Bits of the first two folded chars of each word that can open a relative wording without a digit.
    adverbs: Vec<u64>,
}

macro_rules! files {
    ($($code:literal),+ $(,)?) => { [$((Lang::of($code), include_str!(concat!("data/", $code, ".txt")))),+] };
}

const FILES: [(Lang, &str); 63] = files![
    "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "is", "pl", "cs", "sk", "uk", "ru", "be", "bg",
    "sr", "hr", "mk", "sl", "hu", "ro", "el", "tr", "az", "ar", "fa", "ur", "he", "hi", "mr", "bn", "ta", "th", "km",
    "vi", "id", "ms", "tl", "ko", "ja", "zh", "lt", "lv", "et", "ca", "eu", "gl", "ka", "hy", "kk", "ky", "uz", "mn",
    "sq", "af", "sw", "eo", "cy", "ga",
];

const ZONES: &str = include_str!("data/zones.txt");

/// Bits of the filter over the first chars of adverbs.
const ADVERB_BITS: u32 = 1 << 14;

static WORDS: LazyLock<Words> = LazyLock::new(Words::load);

impl Words {
    /// The embedded table.
    pub(super) fn embedded() -> &'static Self {
        &WORDS
    }

    fn load() -> Self {
        let mut table = Self {
            ids: HashMap::with_capacity_and_hasher(8192, BuildHasherDefault::default()),
            entries: Vec::with_capacity(8192),
            orders: [None; Lang::COUNT],
            adverbs: vec![0; ADVERB_BITS as usize / 64],
        };
        for (lang, file) in FILES {
            for line in file.lines() {
                let Some((key, value)) = line.split_once(':') else { continue };
                if key == "order" {
                    table.orders[lang.index()] = match value.trim() {
                        "MDY" => Some(Order::Mdy),
                        "YMD" => Some(Order::Ymd),
                        _ => Some(Order::Dmy),
                    };
                    continue;
                }
                for (at, group) in value.split('|').enumerate() {
                    let number = at as u8;
                    for word in group.split_ascii_whitespace().filter(|&word| word != "-") {
                        let (word, role) = match key {
                            "months" => (word, Role::Month(number + 1)),
                            "days" => (word, Role::Weekday(number)),
                            "units" => (word, Role::Unit(number)),
                            "two" => (word, Role::Two(number)),
                            "unitago" => (word, Role::UnitAgo(number)),
                            "pre" => (word, Role::Pre),
                            "lead" => (word, Role::Lead),
                            "post" => (word, Role::Post),
                            "one" => (word, Role::One),
                            "about" => (word, Role::About),
                            "now" => (word, Role::Now),
                            "today" => (word, Role::DaysBack(0)),
                            "yesterday" => (word, Role::DaysBack(1)),
                            "before" => (word, Role::DaysBack(2)),
                            "am" => (word, Role::Am),
                            "pm" | "noon" => (word, Role::Pm),
                            "at" => (word, Role::At),
                            "of" => (word, Role::Of),
                            "hour" => (word, Role::Hour),
                            "minute" => (word, Role::Minute),
                            "nth" => (word, Role::Nth),
                            "monthpre" => (word, Role::MonthPre),
                            "ymd" => (word, Role::Ymd(number)),
                            "hms" => (word, Role::Hms(number)),
                            "era" => {
                                let (word, offset) = word.split_once('=').unwrap_or((word, "0"));
                                (word, Role::Era(offset.parse().unwrap_or(0)))
                            }
                            _ => continue,
                        };
                        table.add(word, role, Some(lang));
                        // Hebrew writes its "of" and "in" as a letter before the month.
                        if lang.code() == "he" && matches!(role, Role::Month(_)) {
                            table.add(&format!("ב{word}"), role, Some(lang));
                        }
                    }
                }
            }
        }
        for line in ZONES.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, offset)) = line.split_once(' ') {
                table.add(name, Role::Zone(offset.parse().ok()), None);
            }
        }
        table
    }

    fn add(&mut self, word: &str, role: Role, lang: Option<Lang>) {
        let mut key = String::with_capacity(word.len());
        for c in word.chars() {
            match c {
                '_' | '\'' => key.push(' '),
                '.' | ':' => {}
                _ => fold_char(c, |c| key.push(c)),
            }
        }
        let key = key.trim();
        for (at, _) in key.match_indices(' ') {
            let id = self.id_of(&key[..at]);
            self.entries[id.0 as usize].opens = true;
        }
        // Going back from a number, each word of a wording must be known by itself.
        for part in key.split(' ') {
            self.id_of(part);
        }
        if matches!(
            role,
            Role::Pre
                | Role::About
                | Role::Now
                | Role::DaysBack(_)
                | Role::One
                | Role::Unit(_)
                | Role::Two(_)
                | Role::UnitAgo(_)
        ) {
            let bit = adverb_bit(key.chars());
            self.adverbs[bit as usize / 64] |= 1 << (bit % 64);
        }
        let id = self.id_of(key);
        let senses = &mut self.entries[id.0 as usize].senses;
        let place = senses.iter().position(|sense| sense.role == role).unwrap_or_else(|| {
            senses.push(Sense { role, langs: LangSet::default() });
            senses.len() - 1
        });
        if let Some(lang) = lang {
            senses[place].langs.insert(lang);
        }
    }

    fn id_of(&mut self, key: &str) -> WordId {
        if let Some(&id) = self.ids.get(key) {
            return id;
        }
        let id = WordId(self.entries.len() as u32);
        self.entries.push(Word::default());
        self.ids.insert(key.into(), id);
        id
    }

    /// The entry of a folded wording.
    pub(super) fn get(&self, folded: &str) -> Option<WordId> {
        self.ids.get(folded).copied()
    }

    /// What a word can mean.
    pub(super) fn senses(&self, id: WordId) -> &[Sense] {
        &self.entries[id.0 as usize].senses
    }

    /// Whether longer wordings start with this one.
    pub(super) fn opens(&self, id: WordId) -> bool {
        self.entries[id.0 as usize].opens
    }

    /// The order of numbers in the language's short dates.
    pub(super) fn order(&self, lang: Lang) -> Option<Order> {
        self.orders[lang.index()]
    }

    /// Whether a word that starts with these folded chars may open a relative wording; no for nearly all words.
    pub(super) fn may_be_adverb(&self, folded: impl Iterator<Item = char>) -> bool {
        let bit = adverb_bit(folded);
        self.adverbs[bit as usize / 64] >> (bit % 64) & 1 == 1
    }
}

/// The filter's bit for a word: a hash of its first three chars.
fn adverb_bit(folded: impl Iterator<Item = char>) -> u32 {
    let hash = folded.take(3).fold(7u32, |hash, c| (hash ^ c as u32).wrapping_mul(0x9e37_79b1).rotate_left(13));
    hash % ADVERB_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_twelve_months() {
        for (lang, file) in FILES {
            for line in file.lines() {
                let Some((key, value)) = line.split_once(':') else { panic!("{lang}: {line}") };
                let groups = value.split('|').count();
                match key {
                    "months" => assert_eq!(groups, 12, "{lang}"),
                    "days" | "units" | "two" | "unitago" => assert_eq!(groups, 7, "{lang}: {key}"),
                    _ => {}
                }
            }
        }
    }
}
