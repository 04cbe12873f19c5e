//! Languages by their ISO 639-1 codes.

use std::fmt;
use std::str::FromStr;

/// All languages known here. A language's place is its number ([`Lang::index`]); append, never reorder.
const CODES: [&str; 76] = [
    "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "is", "pl", "cs", "sk", "uk", "ru", "be", "bg",
    "sr", "hr", "mk", "sl", "hu", "ro", "el", "tr", "az", "ar", "fa", "ur", "he", "hi", "mr", "bn", "gu", "ta", "te",
    "kn", "ml", "pa", "ne", "si", "th", "lo", "km", "my", "vi", "id", "ms", "tl", "ko", "ja", "zh", "lt", "lv", "et",
    "ca", "eu", "gl", "ka", "hy", "kk", "mn", "ky", "uz", "sq", "af", "sw", "eo", "ga", "cy", "la", "am", "yi", "ps",
];

/// A language, as an ISO 639-1 code. Norwegian of either kind is `no`, Bosnian counts as `hr`, Filipino is `tl`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(u8);

impl Lang {
    /// English.
    pub const EN: Self = Self(0);
    /// How many languages are known.
    pub const COUNT: usize = CODES.len();

    /// Every language.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT as u8).map(Self)
    }

    /// The ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        CODES[self.0 as usize]
    }

    /// Its number, below [`Lang::COUNT`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The language of a BCP 47 tag, whatever follows the first subtag: `en`, `en-US`, `pt_BR`, `zh-Hans`, `nb`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        if !(2..=3).contains(&primary.len()) {
            return None;
        }
        let primary = primary.to_ascii_lowercase();
        let code = match primary.as_str() {
            "nb" | "nn" | "nor" => "no",
            "bs" | "hrv" => "hr",
            "sh" | "srp" => "sr",
            "iw" | "heb" => "he",
            "in" | "ind" => "id",
            "fil" => "tl",
            "eng" => "en",
            "deu" | "ger" => "de",
            "fra" | "fre" => "fr",
            "spa" => "es",
            "rus" => "ru",
            "yue" => "zh",
            code => code,
        };
        CODES.iter().position(|&known| known == code).map(|at| Self(at as u8))
    }

    /// The language of a code known at compile time.
    ///
    /// # Panics
    /// Where the code is not in the table; only for constants.
    pub const fn of(code: &str) -> Self {
        let code = code.as_bytes();
        let mut at = 0;
        while at < CODES.len() {
            let known = CODES[at].as_bytes();
            if code.len() == 2 && known[0] == code[0] && known[1] == code[1] {
                return Self(at as u8);
            }
            at += 1;
        }
        panic!("unknown language code")
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Lang {
    type Err = crate::record::UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_tag(text).ok_or_else(|| crate::record::UnknownName { what: "language", name: text.to_owned() })
    }
}

/// A set of languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LangSet(u128);

impl LangSet {
    /// The set of these bits, a language's being that of its number.
    pub(crate) const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Adds a language.
    pub const fn insert(&mut self, lang: Lang) {
        self.0 |= 1 << lang.0;
    }

    /// Whether it is in the set.
    pub const fn contains(self, lang: Lang) -> bool {
        self.0 >> lang.0 & 1 == 1
    }

    /// The languages that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The languages that are in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The languages it holds, in order.
    pub fn iter(self) -> impl Iterator<Item = Lang> {
        std::iter::successors(Some(self.0), |bits| Some(bits & bits.wrapping_sub(1)))
            .take_while(|&bits| bits != 0)
            .map(|bits| Lang(bits.trailing_zeros() as u8))
    }

    /// How many it holds.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Lang> for LangSet {
    fn from_iter<I: IntoIterator<Item = Lang>>(langs: I) -> Self {
        let mut set = Self::default();
        langs.into_iter().for_each(|lang| set.insert(lang));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_every_shape_name_their_language() {
        for (tag, code) in
            [("en-US", "en"), ("pt_BR", "pt"), ("zh-Hans-CN", "zh"), ("nb", "no"), ("NN-no", "no"), ("fil", "tl")]
        {
            assert_eq!(Lang::from_tag(tag).map(Lang::code), Some(code), "{tag}");
        }
        for tag in ["", "x", "english", "qq", "-"] {
            assert_eq!(Lang::from_tag(tag), None, "{tag}");
        }
        assert!(Lang::all().all(|lang| Lang::from_tag(lang.code()) == Some(lang)));
    }
}
