//! Function words: nearly half of running text, nearly nothing of menus and lists.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::language::{Lang, LangSet, fold_char, is_unspaced, is_word_char};

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

pub(super) struct Stopwords {
    langs: HashMap<u64, LangSet, BuildHasherDefault<Identity>>,
}

static STOPWORDS: LazyLock<Stopwords> = LazyLock::new(Stopwords::load);

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
/// The longest function word of an unspaced script, in chars.
const UNSPACED: usize = 4;

const fn step(hash: u64, c: char) -> u64 {
    let mixed = (hash ^ c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 31)
}

impl Stopwords {
    pub(super) fn embedded() -> &'static Self {
        &STOPWORDS
    }

    fn load() -> Self {
        let mut langs: HashMap<u64, LangSet, _> =
            HashMap::with_capacity_and_hasher(4096, BuildHasherDefault::default());
        for line in include_str!("data/stopwords.txt").lines().filter(|line| !line.starts_with('#')) {
            let Some((code, words)) = line.split_once(':') else { continue };
            let Some(lang) = Lang::from_tag(code) else { continue };
            for word in words.split_ascii_whitespace() {
                let mut hash = SEED;
                for c in word.chars() {
                    fold_char(c, |c| hash = step(hash, c));
                }
                langs.entry(hash).or_default().insert(lang);
            }
        }
        Self { langs }
    }

    /// Calls `each` with the languages of each word of the text (none for most), and with how many words it stands for: a word
    /// one, a char of a script without blanks a half.
    pub(super) fn each(&self, text: &str, mut each: impl FnMut(LangSet, f32)) {
        let mut rest = text;
        while let Some(start) = rest.find(is_word_char) {
            rest = &rest[start..];
            let Some(first) = rest.chars().next() else { return };
            if is_unspaced(first) {
                let (mut hash, mut end, mut best) = (SEED, 0, None);
                for (count, c) in rest.chars().take(UNSPACED).take_while(|&c| is_unspaced(c)).enumerate() {
                    fold_char(c, |c| hash = step(hash, c));
                    end += c.len_utf8();
                    if let Some(&langs) = self.langs.get(&hash) {
                        best = Some((langs, end, count + 1));
                    }
                }
                let (langs, end, chars) = best.unwrap_or((LangSet::default(), first.len_utf8(), 1));
                each(langs, chars as f32 / 2.0);
                rest = &rest[end..];
                continue;
            }
            let mut hash = SEED;
            let mut end = 0;
            for c in rest.chars().take_while(|&c| is_word_char(c) && !is_unspaced(c)) {
                fold_char(c, |c| hash = step(hash, c));
                end += c.len_utf8();
            }
            each(self.langs.get(&hash).copied().unwrap_or_default(), 1.0);
            rest = &rest[end..];
        }
    }
}

/// Share of the text's words that are function words of the language, 0 to 1: some 0.4 in running text, less where
/// the language says by endings what others say by words (Finnish, Korean: 0.1 to 0.2); 0 for languages without a list.
pub fn stopword_share(text: &str, lang: Lang) -> f32 {
    let (mut hits, mut words) = (0.0f32, 0.0f32);
    Stopwords::embedded().each(text, |langs, weight| {
        words += weight;
        if langs.contains(lang) {
            hits += weight;
        }
    });
    if words > 0.0 { hits / words } else { 0.0 }
}
