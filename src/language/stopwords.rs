//! Function words: nearly half of running text, nearly nothing of menus and lists.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::language::{Lang, LangSet, WordKind, each_word, join};

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

/// The longest function word of an unspaced script, in chars.
const UNSPACED: usize = 4;

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
            for entry in words.split_ascii_whitespace() {
                let mut hash = 0;
                each_word(entry, |word| {
                    hash = join(hash, word.hash);
                    true
                });
                langs.entry(hash).or_default().insert(lang);
            }
        }
        Self { langs }
    }

    /// Calls `each` with the languages of each word of the text (none for most), and with how many words it stands for: a word
    /// one, a char of a script without blanks a half.
    pub(super) fn each(&self, text: &str, mut each: impl FnMut(LangSet, f32)) {
        // The chars of a script without blanks that are not told yet, oldest first.
        let mut open = [0u64; UNSPACED];
        let mut count = 0;
        each_word(text, |word| {
            if word.kind == WordKind::Single {
                if count == UNSPACED {
                    self.unspaced(&mut open, &mut count, &mut each);
                }
                open[count] = word.hash;
                count += 1;
            } else {
                while count > 0 {
                    self.unspaced(&mut open, &mut count, &mut each);
                }
                let langs = self.langs.get(&join(0, word.hash)).copied().unwrap_or_default();
                each(langs, 1.0);
            }
            true
        });
        while count > 0 {
            self.unspaced(&mut open, &mut count, &mut each);
        }
    }

    /// Tells the longest function word that the open chars begin with, else their first char.
    fn unspaced(&self, open: &mut [u64; UNSPACED], count: &mut usize, each: &mut impl FnMut(LangSet, f32)) {
        let mut hash = 0;
        let mut best = (LangSet::default(), 1);
        for (place, &char_hash) in open[..*count].iter().enumerate() {
            hash = join(hash, char_hash);
            if let Some(&langs) = self.langs.get(&hash) {
                best = (langs, place + 1);
            }
        }
        each(best.0, best.1 as f32 / 2.0);
        open.copy_within(best.1..*count, 0);
        *count -= best.1;
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
