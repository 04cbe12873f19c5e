//! The words of dates in all languages, read once from `data/`.
//!
//! A file holds lines `key: words`, alternatives parted by blanks, groups (months, days of the week, units) by `|`;
//! `_` stands for a blank or any short punctuation inside a wording. The words are the month and day names,
//! units and adverbs that any grammar, calendar or locale table of the language lists.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::dates::Order;
use crate::language::{Lang, LangSet, each_word, fold_char, join};

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

/// The end of a list of senses.
const NONE: u32 = u32::MAX;

struct Word {
    /// The first of its senses.
    senses: u32,
    /// Longer wordings start with this one.
    opens: bool,
}

/// Hash of a folded wording (FNV-1a). Texts are compared by it alone: among some five thousand wordings a chance collision of 64
/// bits with a word beside a number is out of the question in practice.
fn hash_of(folded: &str) -> u64 {
    folded.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Keys are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// The table.
pub(super) struct Words {
    ids: HashMap<u64, WordId, BuildHasherDefault<Identity>>,
    entries: Vec<Word>,
    /// Senses with the place of the next of the same word.
    senses: Vec<(Sense, u32)>,
    /// The order of numbers in each language's short dates, by [`Lang::index`].
    orders: [Option<Order>; Lang::COUNT],
    /// Which words can open a relative wording without a digit, by their first chars.
    adverbs: Adverbs,
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

static WORDS: LazyLock<Words> = LazyLock::new(Words::load);

impl Words {
    /// The embedded table.
    pub(super) fn embedded() -> &'static Self {
        &WORDS
    }

    fn load() -> Self {
        let mut table = Self {
            ids: HashMap::with_capacity_and_hasher(6000, BuildHasherDefault::default()),
            entries: Vec::with_capacity(6000),
            senses: Vec::with_capacity(8000),
            orders: [None; Lang::COUNT],
            adverbs: Adverbs::default(),
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
        self.adverbs.insert(key, role);
        let id = self.id_of(key);
        let langs = lang.into_iter().collect();
        let mut at = self.entries[id.0 as usize].senses;
        while let Some((known, next)) = self.senses.get_mut(at as usize) {
            if known.role == role {
                known.langs = known.langs.or(langs);
                return;
            }
            at = *next;
        }
        // The first sense stays first: languages come in the order of their weight.
        let place = self.senses.len() as u32;
        self.senses.push((Sense { role, langs }, NONE));
        let mut at = self.entries[id.0 as usize].senses;
        if at == NONE {
            self.entries[id.0 as usize].senses = place;
            return;
        }
        while self.senses[at as usize].1 != NONE {
            at = self.senses[at as usize].1;
        }
        self.senses[at as usize].1 = place;
    }

    fn id_of(&mut self, key: &str) -> WordId {
        let next = WordId(self.entries.len() as u32);
        let id = *self.ids.entry(hash_of(key)).or_insert(next);
        if id == next {
            self.entries.push(Word { senses: NONE, opens: false });
        }
        id
    }

    /// The entry of a folded wording.
    pub(super) fn get(&self, folded: &str) -> Option<WordId> {
        self.ids.get(&hash_of(folded)).copied()
    }

    /// What a word can mean.
    pub(super) fn senses(&self, id: WordId) -> impl Iterator<Item = Sense> + '_ {
        let first = self.senses.get(self.entries[id.0 as usize].senses as usize);
        std::iter::successors(first, |(_, next)| self.senses.get(*next as usize)).map(|(sense, _)| *sense)
    }

    /// Whether it is a wording of its own, not only the beginning or a part of one.
    pub(super) fn means(&self, id: WordId) -> bool {
        self.entries[id.0 as usize].senses != NONE
    }

    /// Whether longer wordings start with this one.
    pub(super) fn opens(&self, id: WordId) -> bool {
        self.entries[id.0 as usize].opens
    }

    /// The order of numbers in the language's short dates.
    pub(super) fn order(&self, lang: Lang) -> Option<Order> {
        self.orders[lang.index()]
    }

    /// Which words can open a relative wording without a digit.
    pub(super) const fn adverbs(&self) -> &Adverbs {
        &self.adverbs
    }
}

/// What words do in wordings without a digit, so that a text is searched for these by one look at each word.
#[derive(Default)]
pub(super) struct Adverbs {
    /// Bits by the hash of a word, or of two that open a wording together.
    bits: HashMap<u64, u8, BuildHasherDefault<Identity>>,
}

impl Adverbs {
    /// "yesterday".
    pub(super) const ALONE: u8 = 1;
    /// "vor": a wording if one of [`Self::AMOUNT`] follows.
    pub(super) const PRE: u8 = 2;
    /// "an".
    pub(super) const ONE: u8 = 4;
    /// "hour".
    pub(super) const UNIT: u8 = 8;
    /// "ago".
    pub(super) const POST: u8 = 16;
    /// "about".
    pub(super) const ABOUT: u8 = 32;
    /// What an amount begins with.
    pub(super) const AMOUNT: u8 = Self::ONE | Self::UNIT | Self::ABOUT;

    fn insert(&mut self, wording: &str, role: Role) {
        let bit = match role {
            Role::Now | Role::DaysBack(_) | Role::UnitAgo(_) => Self::ALONE,
            Role::Pre => Self::PRE,
            Role::One => Self::ONE,
            Role::Unit(_) | Role::Two(_) => Self::UNIT,
            Role::Post => Self::POST,
            Role::About => Self::ABOUT,
            _ => return,
        };
        let mut first = None;
        let mut key = None;
        each_word(wording, |word| {
            key = Some(first.map_or(word.hash, |first| join(first, word.hash)));
            let done = first.is_some();
            first = Some(word.hash);
            !done
        });
        if let Some(key) = key {
            *self.bits.entry(key).or_default() |= bit;
        }
    }

    /// The bits of a word, and of the two words that it is the second of.
    pub(super) fn bits(&self, before: u64, word: u64) -> (u8, u8) {
        let bits = |key| self.bits.get(&key).copied().unwrap_or(0);
        (bits(word), bits(join(before, word)))
    }
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
