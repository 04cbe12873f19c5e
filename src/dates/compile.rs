//! Makes the table of date words from `data/` when the crate is built: reading the files when the program starts would
//! take longer than cleaning a small page.
//!
//! A file holds lines `key: words`, alternatives parted by blanks, groups (months, days of the week, units) by `|`;
//! `_` stands for a blank or any short punctuation inside a wording. The words are the month and day names,
//! units and adverbs that any grammar, calendar or locale table of the language lists.

use std::collections::{BTreeMap, HashMap};

use crate::dates::role::{LAST, OPENS, Role, SENSE, SLOT, TAKEN, adverb, hash_of};
use crate::language::{Lang, each_word, fold_char, join};

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

/// The end of a list of senses.
const NONE: u32 = u32::MAX;

struct Word {
    hash: u64,
    /// The first of its senses.
    senses: u32,
    /// Longer wordings start with this one.
    opens: bool,
}

/// The words so far.
struct Words {
    ids: HashMap<u64, u32>,
    entries: Vec<Word>,
    /// Role and languages (a bit each, by their number) of each sense, with the place of the next of the same word.
    senses: Vec<(Role, u128, u32)>,
    /// The order of numbers in each language's short dates: 0, or 1 and its place among day-month-year,
    /// month-day-year, year-month-day.
    orders: [u8; Lang::COUNT],
    /// Bits by the hash of a word, or of two that open a wording together.
    adverbs: BTreeMap<u64, u8>,
}

/// The table's bytes.
pub(crate) fn table() -> Vec<u8> {
    let words = Words::load();
    let mut out = words.orders.to_vec();
    let mut senses: Vec<u8> = Vec::new();
    let mut slots = Vec::with_capacity(words.entries.len());
    for entry in &words.entries {
        let first = if entry.senses == NONE { 0 } else { (senses.len() / SENSE) as u32 + 1 };
        let mut at = entry.senses;
        while at != NONE {
            let (role, langs, next) = words.senses[at as usize];
            let (number, argument) = code(role);
            senses.extend([number, if next == NONE { LAST } else { 0 }]);
            senses.extend(argument.to_le_bytes());
            senses.extend(langs.to_le_bytes());
            at = next;
        }
        slots.push((entry.hash, TAKEN | if entry.opens { OPENS } else { 0 } | first));
    }
    put_slots(&mut out, &slots);
    put_slots(&mut out, &words.adverbs.iter().map(|(&hash, &bits)| (hash, bits.into())).collect::<Vec<_>>());
    out.extend(senses);
    out
}

/// A role's number and argument in the table; [`Role::of`] reads them.
pub(crate) fn code(role: Role) -> (u8, i16) {
    match role {
        Role::Month(number) => (0, number.into()),
        Role::Weekday(number) => (1, number.into()),
        Role::Unit(number) => (2, number.into()),
        Role::Two(number) => (3, number.into()),
        Role::UnitAgo(number) => (4, number.into()),
        Role::Pre => (5, 0),
        Role::Lead => (6, 0),
        Role::Post => (7, 0),
        Role::One => (8, 0),
        Role::About => (9, 0),
        Role::Now => (10, 0),
        Role::DaysBack(number) => (11, number.into()),
        Role::Am => (12, 0),
        Role::Pm => (13, 0),
        Role::At => (14, 0),
        Role::Of => (15, 0),
        Role::Hour => (16, 0),
        Role::Minute => (17, 0),
        Role::Nth => (18, 0),
        Role::MonthPre => (19, 0),
        Role::Ymd(number) => (20, number.into()),
        Role::Hms(number) => (21, number.into()),
        Role::Era(offset) => (22, offset),
        Role::Zone(Some(offset)) => (23, offset),
        Role::Zone(None) => (24, 0),
    }
}

/// Slots of which at most half are taken; a key stands in the first free one from its own on.
fn put_slots(out: &mut Vec<u8>, entries: &[(u64, u32)]) {
    let log = (entries.len() * 2).next_power_of_two().ilog2();
    let mut slots = vec![(0_u64, 0_u32); 1 << log];
    for &(hash, value) in entries {
        let mut slot = hash as usize & (slots.len() - 1);
        while slots[slot].1 != 0 {
            slot = (slot + 1) & (slots.len() - 1);
        }
        slots[slot] = (hash, value);
    }
    out.extend(log.to_le_bytes());
    for (hash, value) in slots {
        out.extend(hash.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    debug_assert_eq!(SLOT, 12);
}

impl Words {
    fn load() -> Self {
        let mut table = Self {
            ids: HashMap::new(),
            entries: Vec::new(),
            senses: Vec::new(),
            orders: [0; Lang::COUNT],
            adverbs: BTreeMap::new(),
        };
        for (lang, file) in FILES {
            for line in file.lines() {
                let Some((key, value)) = line.split_once(':') else { continue };
                if key == "order" {
                    table.orders[lang.index()] = match value.trim() {
                        "MDY" => 2,
                        "YMD" => 3,
                        _ => 1,
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
            self.entries[id as usize].opens = true;
        }
        // Going back from a number, each word of a wording must be known by itself.
        for part in key.split(' ') {
            self.id_of(part);
        }
        self.insert_adverb(key, role);
        let id = self.id_of(key);
        let langs = lang.map_or(0, |lang| 1 << lang.index());
        let mut at = self.entries[id as usize].senses;
        while let Some((known, theirs, next)) = self.senses.get_mut(at as usize) {
            if *known == role {
                *theirs |= langs;
                return;
            }
            at = *next;
        }
        // The first sense stays first: languages come in the order of their weight.
        let place = self.senses.len() as u32;
        self.senses.push((role, langs, NONE));
        let mut at = self.entries[id as usize].senses;
        if at == NONE {
            self.entries[id as usize].senses = place;
            return;
        }
        while self.senses[at as usize].2 != NONE {
            at = self.senses[at as usize].2;
        }
        self.senses[at as usize].2 = place;
    }

    fn id_of(&mut self, key: &str) -> u32 {
        let (hash, next) = (hash_of(key), self.entries.len() as u32);
        let id = *self.ids.entry(hash).or_insert(next);
        if id == next {
            self.entries.push(Word { hash, senses: NONE, opens: false });
        }
        id
    }

    /// Notes what the wording does without a digit; see `Adverbs`.
    fn insert_adverb(&mut self, wording: &str, role: Role) {
        let bit = match role {
            Role::Now | Role::DaysBack(_) | Role::UnitAgo(_) => adverb::ALONE,
            Role::Pre => adverb::PRE,
            Role::One => adverb::ONE,
            Role::Unit(_) | Role::Two(_) => adverb::UNIT,
            Role::Post => adverb::POST,
            Role::About => adverb::ABOUT,
            _ => return,
        };
        let mut first = None;
        let (mut key, mut lead) = (None, None);
        each_word(wording, |word| {
            key = Some(first.map_or(word.hash, |first| join(first, word.hash)));
            lead = first;
            let done = first.is_some();
            first = Some(word.hash);
            !done
        });
        if let Some(key) = key {
            *self.adverbs.entry(key).or_default() |= bit;
        }
        if let Some(lead) = lead {
            *self.adverbs.entry(lead).or_default() |= adverb::LEADS;
        }
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
