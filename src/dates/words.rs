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
            self.adverbs.insert(key);
        }
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

/// A filter of words by their first three folded chars: says no to nearly all words of a text.
pub(super) struct Adverbs {
    /// One bit for each three of blank and `a` to `z`.
    ascii: [u64; 27 * 27 * 27 / 64 + 1],
    /// Hashes of all others.
    other: [u64; 256],
}

impl Default for Adverbs {
    fn default() -> Self {
        Self { ascii: [0; 27 * 27 * 27 / 64 + 1], other: [0; 256] }
    }
}

impl Adverbs {
    fn insert(&mut self, key: &str) {
        let mut first = ['\0'; 3];
        let count = key.chars().take(3).zip(&mut first).map(|(c, place)| *place = c).count();
        if first[..count].iter().all(|c| c.is_ascii()) {
            let [a, b, c] = first.map(|c| ascii_place(c as u8));
            // A shorter word stands before a blank, which anything may follow.
            let thirds = if count < 2 { 0..27 } else { c..c + 1 };
            for c in thirds {
                let bit = (a * 27 + b) * 27 + c;
                self.ascii[bit / 64] |= 1 << (bit % 64);
            }
        }
        let bit = hash_bit(&first[..count]);
        self.other[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether a word that begins with these three bytes of ASCII may be one.
    pub(super) fn may_begin(&self, bytes: [u8; 3]) -> bool {
        let [a, b, c] = bytes.map(ascii_place);
        let bit = (a * 27 + b) * 27 + c;
        self.ascii[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Whether a word that begins with these folded chars may be one. `whole`: how many of them are sure to be its own.
    pub(super) fn may_begin_with(&self, chars: &[char], whole: usize) -> bool {
        (whole.max(1)..=chars.len()).any(|count| {
            let bit = hash_bit(&chars[..count]);
            self.other[bit / 64] >> (bit % 64) & 1 == 1
        })
    }
}

/// 1 to 26 for a letter, else 0.
const fn ascii_place(byte: u8) -> usize {
    let lower = byte | 0x20;
    if lower.is_ascii_lowercase() { (lower - b'a') as usize + 1 } else { 0 }
}

fn hash_bit(chars: &[char]) -> usize {
    let hash = chars.iter().fold(7u32, |hash, &c| (hash ^ c as u32).wrapping_mul(0x9e37_79b1).rotate_left(13));
    hash as usize % (256 * 64)
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
