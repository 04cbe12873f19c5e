//! Scripts of text.

use crate::language::Nature;

/// A script, or a group of scripts that one language mixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Arabic.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Devanagari.
    Devanagari,
    /// Bengali.
    Bengali,
    /// Gurmukhi.
    Gurmukhi,
    /// Gujarati.
    Gujarati,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Kannada.
    Kannada,
    /// Malayalam.
    Malayalam,
    /// Sinhala.
    Sinhala,
    /// Thai.
    Thai,
    /// Lao.
    Lao,
    /// Burmese.
    Burmese,
    /// Khmer.
    Khmer,
    /// Georgian.
    Georgian,
    /// Armenian.
    Armenian,
    /// Ethiopic.
    Ethiopic,
    /// Hangul.
    Hangul,
    /// Hiragana and Katakana.
    Kana,
    /// Han.
    Han,
}

impl Script {
    const COUNT: usize = Self::Han as usize + 1;

    const ALL: [Self; Self::COUNT] = [
        Self::Latin,
        Self::Cyrillic,
        Self::Greek,
        Self::Arabic,
        Self::Hebrew,
        Self::Devanagari,
        Self::Bengali,
        Self::Gurmukhi,
        Self::Gujarati,
        Self::Tamil,
        Self::Telugu,
        Self::Kannada,
        Self::Malayalam,
        Self::Sinhala,
        Self::Thai,
        Self::Lao,
        Self::Burmese,
        Self::Khmer,
        Self::Georgian,
        Self::Armenian,
        Self::Ethiopic,
        Self::Hangul,
        Self::Kana,
        Self::Han,
    ];

    /// The script of a letter; `None` for digits, punctuation and scripts not told apart here.
    pub const fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z'
            | 'A'..='Z'
            | 'ª'
            | 'º'
            | '\u{c0}'..='\u{d6}'
            | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2af}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{ff21}'..='\u{ff3a}'
            | '\u{ff41}'..='\u{ff5a}' => Self::Latin,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' => Self::Cyrillic,
            '\u{531}'..='\u{58a}' => Self::Armenian,
            '\u{5d0}'..='\u{5f2}' | '\u{fb1d}'..='\u{fb4f}' => Self::Hebrew,
            '\u{620}'..='\u{65f}'
            | '\u{66e}'..='\u{6d3}'
            | '\u{6d5}'..='\u{6ef}'
            | '\u{6fa}'..='\u{77f}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}' => Self::Arabic,
            '\u{900}'..='\u{965}' | '\u{970}'..='\u{97f}' => Self::Devanagari,
            '\u{980}'..='\u{9e5}' => Self::Bengali,
            '\u{a01}'..='\u{a65}' => Self::Gurmukhi,
            '\u{a81}'..='\u{ae5}' => Self::Gujarati,
            '\u{b82}'..='\u{be5}' => Self::Tamil,
            '\u{c00}'..='\u{c65}' => Self::Telugu,
            '\u{c80}'..='\u{ce5}' => Self::Kannada,
            '\u{d00}'..='\u{d65}' => Self::Malayalam,
            '\u{d81}'..='\u{de5}' => Self::Sinhala,
            '\u{e01}'..='\u{e4e}' => Self::Thai,
            '\u{e81}'..='\u{ecd}' => Self::Lao,
            '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{109f}' => Self::Burmese,
            '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' => Self::Georgian,
            '\u{1200}'..='\u{137f}' => Self::Ethiopic,
            '\u{1780}'..='\u{17d3}' => Self::Khmer,
            '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' => Self::Hangul,
            '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{ff66}'..='\u{ff9d}' => Self::Kana,
            '\u{3005}'..='\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}' => Self::Han,
            _ => return None,
        })
    }

    /// Whether it is written without blanks between words.
    pub const fn is_unspaced(self) -> bool {
        matches!(self, Self::Thai | Self::Lao | Self::Burmese | Self::Khmer | Self::Kana | Self::Han)
    }
}

/// How many letters of each script a text has.
pub(super) struct Counts([u32; Script::COUNT]);

impl Counts {
    pub(super) fn of(text: &str) -> Self {
        // A page's text has fewer than 2³² letters.
        let mut counts = [0u32; Script::COUNT];
        counts[Script::Latin as usize] = text.bytes().map(|byte| u32::from(byte.is_ascii_alphabetic())).sum();
        if !text.is_ascii() {
            for script in text.chars().filter(|c| !c.is_ascii()).filter_map(|c| Nature::of(c).script()) {
                counts[script as usize] += 1;
            }
        }
        Self(counts)
    }

    pub(super) const fn get(&self, script: Script) -> u32 {
        self.0[script as usize]
    }

    pub(super) fn letters(&self) -> u32 {
        self.0.iter().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// The script of most letters. A sign of an unspaced script says as much as some two letters of the others; a text
    /// with any share of Kana worth the name is Japanese, whatever its Han.
    pub(super) fn main(&self) -> Option<Script> {
        let latin = self.get(Script::Latin);
        if latin > 0 && latin == self.letters() {
            return Some(Script::Latin);
        }
        let weight = |script: Script| {
            self.get(script).saturating_mul(if script.is_unspaced() || script == Script::Hangul { 2 } else { 1 })
        };
        let best = Script::ALL
            .into_iter()
            .rev()
            .max_by_key(|&script| weight(script))
            .filter(|&script| self.get(script) > 0)?;
        let kana = self.get(Script::Kana);
        if best == Script::Han && kana * 20 >= self.get(Script::Han) && kana > 0 {
            return Some(Script::Kana);
        }
        Some(best)
    }
}

/// The main script of a text; `None` without letters of a known script. Japanese is [`Script::Kana`].
pub fn script(text: &str) -> Option<Script> {
    Counts::of(text).main()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_script_is_that_of_most_letters() {
        for (text, want) in [
            ("Hello Мир", Some(Script::Latin)),
            ("Привет, world мир", Some(Script::Cyrillic)),
            ("日本語の文章", Some(Script::Kana)),
            ("中文網頁 HTML", Some(Script::Han)),
            ("한국어 문장", Some(Script::Hangul)),
            ("١٢٣ مرحبا", Some(Script::Arabic)),
            ("12:30 — !", None),
            ("", None),
        ] {
            assert_eq!(script(text), want, "{text}");
        }
    }
}
