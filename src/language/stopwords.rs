//! Function words: nearly half of running text, nearly nothing of menus and lists.

use std::sync::LazyLock;

use crate::hashed::HashedMap;
use crate::language::{Lang, LangSet, Word, WordKind, each_word, join};

pub(super) struct Stopwords {
    langs: HashedMap<LangSet>,
}

static STOPWORDS: LazyLock<Stopwords> = LazyLock::new(Stopwords::load);

/// The longest function word of an unspaced script, in chars.
const UNSPACED: usize = 4;

impl Stopwords {
    pub(super) fn embedded() -> &'static Self {
        &STOPWORDS
    }

    fn load() -> Self {
        let mut langs = HashedMap::<LangSet>::with_capacity_and_hasher(4096, foldhash::fast::RandomState::default());
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
    pub(super) fn each(&self, text: &str, each: impl FnMut(LangSet, f32)) {
        let mut reading = self.reading(each);
        each_word(text, |word| {
            reading.word(&word);
            true
        });
        reading.finish();
    }

    const fn reading<F: FnMut(LangSet, f32)>(&self, each: F) -> Reading<'_, F> {
        Reading { stopwords: self, open: [0; UNSPACED], count: 0, each }
    }
}

/// Words on their way through the list.
struct Reading<'l, F> {
    stopwords: &'l Stopwords,
    /// The chars of a script without blanks that are not told yet, oldest first.
    open: [u64; UNSPACED],
    count: usize,
    each: F,
}

impl<F: FnMut(LangSet, f32)> Reading<'_, F> {
    fn word(&mut self, word: &Word) {
        if word.kind == WordKind::Single {
            if self.count == UNSPACED {
                self.unspaced();
            }
            self.open[self.count] = word.hash;
            self.count += 1;
        } else {
            while self.count > 0 {
                self.unspaced();
            }
            let langs = self.stopwords.langs.get(&join(0, word.hash)).copied().unwrap_or_default();
            (self.each)(langs, 1.0);
        }
    }

    fn finish(mut self) {
        while self.count > 0 {
            self.unspaced();
        }
    }

    /// Tells the longest function word that the open chars begin with, else their first char.
    fn unspaced(&mut self) {
        let mut hash = 0;
        let mut best = (LangSet::default(), 1);
        for (place, &char_hash) in self.open[..self.count].iter().enumerate() {
            hash = join(hash, char_hash);
            if let Some(&langs) = self.stopwords.langs.get(&hash) {
                best = (langs, place + 1);
            }
        }
        (self.each)(best.0, best.1 as f32 / 2.0);
        self.open.copy_within(best.1..self.count, 0);
        self.count -= best.1;
    }
}

/// Function words of a language among the words of a text.
#[derive(Clone, Copy, Default)]
struct Share {
    hits: f32,
    words: f32,
}

impl Share {
    fn take(&mut self, lang: Lang, langs: LangSet, weight: f32) {
        self.words += weight;
        if langs.contains(lang) {
            self.hits += weight;
        }
    }

    fn get(self) -> f32 {
        if self.words > 0.0 { self.hits / self.words } else { 0.0 }
    }
}

/// Share of the text's words that are function words of the language, 0 to 1: some 0.4 in running text, less where
/// the language says by endings what others say by words (Finnish, Korean: 0.1 to 0.2); 0 for languages without a list.
pub fn stopword_share(text: &str, lang: Lang) -> f32 {
    let mut share = Share::default();
    Stopwords::embedded().each(text, |langs, weight| share.take(lang, langs, weight));
    share.get()
}

/// What [`stopword_share`] gives for the text of which these are all words.
pub fn stopword_share_of(words: &[Word], lang: Lang) -> f32 {
    let mut share = Share::default();
    let mut reading = Stopwords::embedded().reading(|langs, weight| share.take(lang, langs, weight));
    for word in words {
        reading.word(word);
    }
    reading.finish();
    share.get()
}
