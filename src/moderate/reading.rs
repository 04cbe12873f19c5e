//! From a comment as typed to the words a reader sees: links set apart, disguises undone, every word plain and lower
//! case. What was undone is remembered, both as evidence and for `tamis explain`.
//!
//! A [`Reader`] owns the buffers, so that scoring a stream allocates nothing a comment.

use std::ops::Range;

use super::known::Known;
use super::letters::{Class, Script, cyrillic_look, fold, latin_look, leet, leet_cyrillic, script};
use super::link::{self, Form, HostKind};
use crate::bayes::hash;
use crate::limits::COMMENT_BYTES;

/// Longest run without white space that is looked at as a whole.
const CHUNK: usize = 2048;
/// Longest word in bytes; a longer run of letters is cut.
const WORD: usize = 96;
/// The namespace of [`Word::hash`].
pub(super) const WORD_HASH: u64 = 3;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters only.
    Letters,
    /// Letters with digits or signs in between.
    Mixed,
    /// Digits only.
    Number,
    /// A run of a script without spaces.
    Dense,
    /// One pictograph.
    Emoji,
}

/// One word of a [`Reading`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Where it stands in [`Reading::text`], between a `<` and a `>`.
    pub(super) start: u32,
    /// One past its end there.
    pub(super) end: u32,
    /// Where it stands in the source of the reading.
    pub(super) raw: (u32, u32),
    /// The hash of its plain form, under [`WORD_HASH`].
    pub(super) hash: u64,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether training saw it.
    pub(super) known: bool,
    scripts: u8,
}

/// A link of a [`Reading`]; ranges of its source.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundLink {
    /// All of it.
    pub(super) span: (u32, u32),
    /// Its host.
    pub(super) host: (u32, u32),
    /// How it is written.
    pub(super) form: Form,
    /// What its host is for.
    pub(super) kind: HostKind,
}

/// A way to hide words from filters, seen in a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Disguise {
    /// Letters of another script that look alike.
    LookAlike,
    /// Zero-width characters or direction marks inside words.
    Invisible,
    /// Digits or signs for letters.
    Leet,
    /// Letters set apart by blanks, points or emoji.
    Spaced,
    /// Full-width, mathematical, circled or otherwise dressed letters.
    Styled,
    /// Letters doubled.
    Doubled,
    /// Marks stacked on letters.
    Stacked,
    /// A link masked or torn.
    BrokenLink,
}

impl Disguise {
    /// Every disguise.
    pub const ALL: [Self; 8] = [
        Self::LookAlike,
        Self::Invisible,
        Self::Leet,
        Self::Spaced,
        Self::Styled,
        Self::Doubled,
        Self::Stacked,
        Self::BrokenLink,
    ];

    /// In words, as a reason shows it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::LookAlike => "letters disguised as others",
            Self::Invisible => "invisible characters inside words",
            Self::Leet => "digits or signs in place of letters",
            Self::Spaced => "letters set apart",
            Self::Styled => "letters in fancy styles",
            Self::Doubled => "letters doubled",
            Self::Stacked => "marks stacked on letters",
            Self::BrokenLink => "a link torn apart or masked",
        }
    }
}

/// What was counted on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) letters: u32,
    pub(super) capitals: u32,
    pub(super) digits: u32,
    pub(super) exclamations: u32,
    pub(super) questions: u32,
    pub(super) emoji: u32,
    pub(super) lines: u32,
    pub(super) invisible: u32,
    pub(super) styled: u32,
    pub(super) stacked: u32,
    pub(super) elongated: u32,
    pub(super) shouted: u32,
    pub(super) mentions: u32,
    pub(super) hashtags: u32,
    pub(super) mails: u32,
    pub(super) anchors: u32,
    pub(super) currency: u32,
    pub(super) percents: u32,
    pub(super) wallets: u32,
    pub(super) phones: u32,
    pub(super) unquoted_marks: u32,
}

/// A comment as read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The comment with markup taken out and entities decoded; what `raw` ranges point into.
    pub(super) source: String,
    /// The plain words, each between `<` and `>`.
    pub(super) text: String,
    /// The words in order.
    pub(super) words: Vec<Word>,
    /// The links in order.
    pub(super) links: Vec<FoundLink>,
    /// What was counted.
    pub(super) counts: Counts,
    /// Disguises found, each once, with the first place.
    pub(super) disguises: Vec<(Disguise, (u32, u32))>,
    /// Letters a script: Latin, Cyrillic, Greek, Armenian, other, dense.
    pub(super) scripts: [u32; 6],
    /// Whether the comment was longer than is read.
    pub(super) cut: bool,
    /// Place of the next word for each link: how many words precede it.
    pub(super) link_at: Vec<u32>,
}

impl Reading {
    /// The plain form of a word.
    pub(super) fn plain(&self, word: &Word) -> &str {
        &self.text[word.start as usize..word.end as usize]
    }

    /// The word as it stands in the source.
    pub(super) fn raw(&self, span: (u32, u32)) -> &str {
        &self.source[span.0 as usize..span.1 as usize]
    }

    fn note(&mut self, disguise: Disguise, place: (u32, u32)) {
        if !self.disguises.iter().any(|(seen, _)| *seen == disguise) {
            self.disguises.push((disguise, place));
        }
    }

    fn clear(&mut self) {
        self.source.clear();
        self.text.clear();
        self.words.clear();
        self.links.clear();
        self.link_at.clear();
        self.counts = Counts::default();
        self.disguises.clear();
        self.scripts = [0; 6];
        self.cut = false;
    }
}

/// Reads comments, one after the other.
#[derive(Debug)]
pub(super) struct Reader {
    reading: Reading,
    spare: Vec<Word>,
    candidate: String,
    word: Open,
    /// Words found in the filter of late, by their hash and the filter's digest: the few commonest make up most of any
    /// text, and the filter is larger than what a processor keeps at hand.
    found: Vec<u64>,
}

/// Words remembered as found.
const FOUND: usize = 1 << 12;

impl Default for Reader {
    fn default() -> Self {
        Self {
            reading: Reading::default(),
            spare: Vec::new(),
            candidate: String::new(),
            word: Open::default(),
            found: vec![0; FOUND],
        }
    }
}

/// The word being read.
#[derive(Debug, Default)]
struct Open {
    start: usize,
    raw_start: usize,
    letters: bool,
    digits: bool,
    dense: bool,
    scripts: u8,
    capitals: u32,
    chars: u32,
    last: [char; 2],
    invisible: bool,
}

impl Open {
    /// Whether nothing of the word is known yet.
    const fn is_fresh(&self) -> bool {
        self.chars == 0 && !self.letters && !self.digits && !self.dense && !self.invisible
    }
}

impl Reader {
    /// Reads one comment. `known` says which words training saw; without it no disguise is undone that needs it.
    pub(super) fn read(&mut self, comment: &str, known: Option<&Known>) -> &Reading {
        let mut reading = std::mem::take(&mut self.reading);
        reading.clear();
        let cut = floor_char_boundary(comment, COMMENT_BYTES);
        reading.cut = cut < comment.len();
        let mut source = std::mem::take(&mut reading.source);
        unmark(&comment[..cut], &mut source, &mut reading.counts);
        reading.counts.lines = memchr::memchr_iter(b'\n', source.as_bytes()).count() as u32;
        let (mut torn, mut from) = (false, 0);
        while let Some((long, signs)) = next_run(&source, from) {
            let mut at = long.start;
            while at < long.end {
                let end = at + floor_char_boundary(&source[at..long.end], CHUNK).max(1);
                let chunk = &source[at..end];
                if torn && link::is_torn_end(chunk) {
                    let span = (at as u32, end as u32);
                    push_link(&mut reading, FoundLink { span, host: span, form: Form::Broken, kind: HostKind::Plain });
                } else {
                    self.chunk(&mut reading, chunk, at, signs);
                }
                torn = chunk.ends_with('.');
                at = end;
            }
            from = long.end;
        }
        reading.source = source;
        phones(&mut reading);
        if reading.counts.styled >= 2 {
            let whole = (0, reading.source.len() as u32);
            reading.note(Disguise::Styled, whole);
        }
        if reading.counts.stacked >= 4 {
            let whole = (0, reading.source.len() as u32);
            reading.note(Disguise::Stacked, whole);
        }
        self.join_spaced(&mut reading, known);
        let latin = reading.scripts[0] > 0;
        if latin && reading.scripts[1] + reading.scripts[2] + reading.scripts[3] > 0 {
            undo_look_alikes(&mut reading, known);
        }
        if let Some(known) = known {
            self.undo_by_words(&mut reading, known);
        }
        let Reading { text, words, .. } = &mut reading;
        for word in words.iter_mut().filter(|word| word.hash == 0) {
            word.hash = hash_word(text, word);
        }
        self.reading = reading;
        &self.reading
    }

    /// Reads a run without white space that begins at byte `at` of the source and may hold the `signs`.
    fn chunk(&mut self, reading: &mut Reading, chunk: &str, at: usize, signs: u8) {
        let mut from = 0;
        if signs & LINKING != 0 {
            while let Some(link) = link::find(&chunk[from..]) {
                self.words(reading, &chunk[from..from + link.start], at + from);
                let shift = |p: usize| (at + from + p) as u32;
                let kind = link::host_kind(&chunk[from + link.host.0..from + link.host.1]);
                let found = FoundLink {
                    span: (shift(link.start), shift(link.end)),
                    host: (shift(link.host.0), shift(link.host.1)),
                    form: link.form,
                    kind,
                };
                push_link(reading, found);
                from += link.end;
                if link.end == link.start || from >= chunk.len() {
                    break;
                }
            }
        }
        let rest = &chunk[from.min(chunk.len())..];
        if let Some(mark) = if signs & AT == 0 { None } else { memchr::memchr(b'@', rest.as_bytes()) } {
            let before = rest[..mark].trim_start_matches(|c: char| !c.is_alphanumeric());
            let after = &rest[mark + 1..];
            let name = after.len()
                - after.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')).len();
            let handle = name >= 3 || after[..name].eq_ignore_ascii_case("x");
            if !before.is_empty() && after[..name].contains('.') {
                reading.counts.mails += 1;
                self.words(reading, &after[name..], at + from + mark + 1 + name);
                return;
            }
            if before.is_empty() && handle {
                reading.counts.mentions += 1;
                self.words(reading, &after[name..], at + from + mark + 1 + name);
                return;
            }
        }
        if is_wallet(rest) {
            reading.counts.wallets += 1;
            return;
        }
        self.words(reading, rest, at + from);
    }

    /// Reads running text without white space.
    fn words(&mut self, reading: &mut Reading, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        // Where `chars` began.
        let mut from = 0;
        let mut chars = text.char_indices().peekable();
        self.open(reading, at);
        while let Some((i, c)) = chars.next() {
            let raw = at + from + i;
            if self.word.is_fresh() && c.is_ascii_alphabetic() {
                let run = self.plain_run(reading, &text[from + i..], raw);
                if run > 0 {
                    from += i + run;
                    chars = text[from..].char_indices().peekable();
                    continue;
                }
            }
            let upper = if c.is_ascii() { c.is_ascii_uppercase() } else { c.is_uppercase() };
            fold(c, |f| match f.class {
                Class::Letter => {
                    if self.word.dense {
                        self.close(reading, raw);
                    }
                    if self.word.chars > 0 && self.word.letters && self.word.last == [f.plain; 2] {
                        reading.counts.elongated += 1;
                    } else {
                        self.append(reading, f.plain, raw);
                    }
                    let script = script(f.plain) as usize;
                    reading.scripts[script] += 1;
                    self.word.scripts |= 1 << script;
                    self.word.letters = true;
                    self.word.capitals += u32::from(upper);
                    reading.counts.letters += 1;
                    reading.counts.capitals += u32::from(upper);
                    reading.counts.styled += u32::from(f.styled);
                }
                Class::Dense => {
                    if self.word.letters || self.word.digits {
                        self.close(reading, raw);
                    }
                    if self.word.last != [f.plain; 2] {
                        self.append(reading, f.plain, raw);
                    }
                    self.word.dense = true;
                    reading.counts.letters += 1;
                    reading.scripts[5] += 1;
                }
                Class::Digit => {
                    if self.word.dense {
                        self.close(reading, raw);
                    }
                    self.append(reading, f.plain, raw);
                    self.word.digits = true;
                    reading.counts.digits += 1;
                    reading.counts.styled += u32::from(f.styled);
                }
                Class::Dropped => {
                    reading.counts.stacked += u32::from(('\u{300}'..='\u{36F}').contains(&c));
                }
                Class::Invisible => {
                    reading.counts.invisible += 1;
                    self.word.invisible |= self.word.letters
                        && self.word.scripts & 0b111 != 0
                        && !matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{AD}');
                }
                Class::Emoji => {
                    self.close(reading, raw);
                    reading.counts.emoji += 1;
                    self.append(reading, f.plain, raw);
                    self.finish(reading, raw + c.len_utf8(), Kind::Emoji);
                }
                Class::Space | Class::Other => {
                    let next = chars.peek().map(|(_, next)| *next);
                    let inside = self.word.letters && !self.word.dense && next.is_some_and(char::is_alphanumeric);
                    if inside && matches!(c, '@' | '$' | '!' | '|' | '€') {
                        self.append(reading, c, raw);
                        self.word.digits = true;
                        return;
                    }
                    match c {
                        '!' | '！' => reading.counts.exclamations += 1,
                        '?' | '？' | '؟' => reading.counts.questions += 1,
                        '%' => reading.counts.percents += 1,
                        '#' if next.is_some_and(char::is_alphabetic) => reading.counts.hashtags += 1,
                        '$' | '€' | '£' | '¥' | '₽' | '₹' | '₺' | '₩' | '₫' | '₴' | '₦' | '₱' | '₿' | '฿' | '₸' =>
                        {
                            reading.counts.currency += 1;
                        }
                        '"' | '«' | '“' | '„' => reading.counts.unquoted_marks += 1,
                        _ => {}
                    }
                    self.close(reading, raw);
                }
            });
        }
        self.close(reading, at + text.len());
    }

    /// Begins a word with the ASCII letters that `text` begins with, all at once, and says how many they are; 0 where they
    /// must be looked at one by one: letters drawn out, and words too long.
    fn plain_run(&mut self, reading: &mut Reading, text: &str, raw: usize) -> usize {
        let bytes = text.as_bytes();
        let run = bytes.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(bytes.len());
        if run > WORD || bytes[..run].windows(3).any(|row| row[0] | 32 == row[1] | 32 && row[1] | 32 == row[2] | 32) {
            return 0;
        }
        reading.text.push('<');
        let start = reading.text.len();
        reading.text.push_str(&text[..run]);
        reading.text[start..].make_ascii_lowercase();
        let capitals = bytes[..run].iter().filter(|b| b.is_ascii_uppercase()).count() as u32;
        reading.scripts[0] += run as u32;
        reading.counts.letters += run as u32;
        reading.counts.capitals += capitals;
        let letter = |back: usize| run.checked_sub(back).map_or('\0', |at| char::from(bytes[at] | 32));
        self.word = Open {
            start,
            raw_start: raw,
            letters: true,
            scripts: 1 << Script::Latin as u8,
            capitals,
            chars: run as u32,
            last: [letter(2), letter(1)],
            ..Open::default()
        };
        run
    }

    fn open(&mut self, reading: &Reading, raw: usize) {
        self.word = Open { start: reading.text.len(), raw_start: raw, ..Open::default() };
    }

    fn append(&mut self, reading: &mut Reading, plain: char, raw: usize) {
        if self.word.chars > 0 && reading.text.len() - self.word.start > WORD {
            self.close(reading, raw);
        }
        if self.word.chars == 0 {
            reading.text.push('<');
            self.word.start = reading.text.len();
            self.word.raw_start = raw;
        }
        reading.text.push(plain);
        self.word.chars += 1;
        self.word.last = [self.word.last[1], plain];
    }

    /// Ends the word being read at byte `raw` of the source, if one is open.
    fn close(&mut self, reading: &mut Reading, raw: usize) {
        let kind = match (self.word.letters, self.word.digits, self.word.dense) {
            (_, _, true) => Kind::Dense,
            (true, true, _) => Kind::Mixed,
            (true, false, _) => Kind::Letters,
            _ => Kind::Number,
        };
        self.finish(reading, raw, kind);
    }

    fn finish(&mut self, reading: &mut Reading, raw: usize, kind: Kind) {
        if self.word.chars > 0 {
            let place = (self.word.raw_start as u32, raw as u32);
            let (start, end) = (self.word.start as u32, reading.text.len() as u32);
            reading.text.push('>');
            reading.counts.shouted += u32::from(self.word.chars >= 3 && self.word.capitals == self.word.chars);
            if self.word.invisible {
                reading.note(Disguise::Invisible, place);
            }
            let scripts = self.word.scripts;
            reading.words.push(Word { start, end, raw: place, hash: 0, kind, known: false, scripts });
        }
        self.open(reading, raw);
    }

    /// Joins letters that were set apart: `f r e e`, `f.r.e.e`, `f🔥r🔥e🔥e`.
    fn join_spaced(&mut self, reading: &mut Reading, known: Option<&Known>) {
        let single = |word: &Word, text: &str| {
            matches!(word.kind, Kind::Letters | Kind::Number)
                && text[word.start as usize..word.end as usize].chars().nth(1).is_none()
        };
        let singles = reading.words.iter().filter(|word| single(word, &reading.text)).count();
        if singles < 3 {
            return;
        }
        // Once one run is long enough to be no chance, shorter ones are taken for what they are.
        let (mut i, mut any) = (0, false);
        while i < reading.words.len() && !any {
            let (end, enough) = spaced_run(reading, i, 4, &single);
            (i, any) = (end, enough);
        }
        if !any {
            return;
        }
        self.spare.clear();
        let mut i = 0;
        while i < reading.words.len() {
            let (end, enough) = spaced_run(reading, i, 2, &single);
            let run = i..end;
            if !enough {
                self.spare.extend_from_slice(&reading.words[run]);
                i = end;
                continue;
            }
            self.candidate.clear();
            for word in reading.words[run.clone()].iter().filter(|word| word.kind != Kind::Emoji) {
                self.candidate.push_str(&reading.text[word.start as usize..word.end as usize]);
            }
            let raw = (reading.words[run.start].raw.0, reading.words[run.end - 1].raw.1);
            let scripts = reading.words[run.clone()].iter().fold(0, |bits, word| bits | word.scripts);
            let mixed = self.candidate.bytes().any(|b| b.is_ascii_digit());
            for part in segments(&self.candidate, known) {
                let word = put(
                    &mut reading.text,
                    &self.candidate[part],
                    raw,
                    if mixed { Kind::Mixed } else { Kind::Letters },
                    scripts,
                );
                self.spare.push(word);
            }
            for word in reading.words[run.clone()].iter().filter(|word| word.kind == Kind::Emoji) {
                self.spare.push(*word);
            }
            reading.note(Disguise::Spaced, raw);
            i = run.end;
        }
        std::mem::swap(&mut reading.words, &mut self.spare);
    }

    /// Undoes leet writing and doubled letters where that yields a word that training saw.
    fn undo_by_words(&mut self, reading: &mut Reading, known: &Known) {
        for i in 0..reading.words.len() {
            let word = reading.words[i];
            let plain = &reading.text[word.start as usize..word.end as usize];
            if matches!(word.kind, Kind::Emoji | Kind::Dense | Kind::Number) {
                continue;
            }
            let hash = hash_word(&reading.text, &word);
            reading.words[i].hash = hash;
            let key = hash ^ known.digest();
            let kept = &mut self.found[key as usize % FOUND];
            if *kept == key || known.contains(plain) {
                *kept = key;
                reading.words[i].known = true;
                continue;
            }
            let found = match word.kind {
                Kind::Mixed => unleet(plain, known, &mut self.candidate).then_some(Disguise::Leet),
                _ => undouble(plain, known, &mut self.candidate).then_some(Disguise::Doubled),
            };
            if let Some(disguise) = found {
                let mut repaired = put(&mut reading.text, &self.candidate, word.raw, Kind::Letters, word.scripts);
                repaired.known = true;
                reading.words[i] = repaired;
                // One letter drawn out is emphasis; the evidence is in `elongated`.
                if disguise == Disguise::Leet || plain_doubles(reading.raw(word.raw)) >= 2 {
                    reading.note(disguise, word.raw);
                }
            }
        }
    }
}

/// Words that mix scripts, or lie in the wrong one, become words of one script.
fn undo_look_alikes(reading: &mut Reading, known: Option<&Known>) {
    let is_known = |text: &str| known.is_some_and(|known| known.contains(text));
    let (mut latin, mut cyrillic) = (0u32, 0u32);
    for word in &reading.words {
        for c in reading.plain(word).chars() {
            match script(c) {
                Script::Latin if c.is_alphabetic() && cyrillic_look(c).is_none() => latin += 1,
                Script::Cyrillic
                    if latin_look(c).is_none() || matches!(c, 'и' | 'я' | 'г' | 'п' | 'ш' | 'ц' | 'э' | 'ь') =>
                {
                    cyrillic += 1;
                }
                _ => {}
            }
        }
    }
    for i in 0..reading.words.len() {
        let word = reading.words[i];
        let foreign = word.scripts & 0b1110;
        if foreign == 0 && !(word.scripts == 1 && cyrillic > latin) {
            continue;
        }
        let mixed = foreign != 0 && word.scripts & 1 != 0;
        let plain = reading.plain(&word).to_owned();
        let as_latin = convert(&plain, |c| if script(c) == Script::Latin { Some(c) } else { latin_look(c) });
        let as_cyrillic = convert(&plain, |c| if script(c) == Script::Cyrillic { Some(c) } else { cyrillic_look(c) });
        let better = |as_one: Option<String>| as_one.filter(|text| *text != plain);
        let chosen = if mixed {
            match (as_latin, as_cyrillic) {
                (Some(a), Some(b)) => Some(match (is_known(&a), is_known(&b)) {
                    (true, false) => a,
                    (false, true) => b,
                    _ if cyrillic > latin => b,
                    _ => a,
                }),
                (a, b) => a.or(b),
            }
        } else if foreign != 0 && latin > cyrillic {
            better(as_latin)
                .filter(|text| text.len() > 1 || latin > 3 * cyrillic)
                .filter(|text| is_known(text) || latin > 3 * cyrillic)
        } else if word.scripts == 1 && cyrillic > latin {
            better(as_cyrillic).filter(|text| text.chars().nth(1).is_some() && is_known(text) && !is_known(&plain))
        } else {
            None
        };
        if let Some(text) = chosen.filter(|text| *text != plain) {
            let scripts = if text.chars().any(|c| script(c) == Script::Cyrillic) { 2 } else { 1 };
            reading.words[i] = put(&mut reading.text, &text, word.raw, word.kind, scripts);
            reading.note(Disguise::LookAlike, word.raw);
        }
    }
}

fn hash_word(text: &str, word: &Word) -> u64 {
    hash(WORD_HASH, &text.as_bytes()[word.start as usize..word.end as usize])
}

/// Signs that a run without white space may hold: those that links need, and `@`.
const LINKING: u8 = 1;
const AT: u8 = 2;
/// White space, and the bytes that may begin a wider character.
const SPACE: u8 = 4;
const WIDE: u8 = 8;

/// What each byte is.
const SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        signs[byte] = match byte as u8 {
            b'.' | b':' => LINKING,
            b'@' => AT,
            b'\t'..=b'\r' | b' ' => SPACE,
            0xC0.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    signs
};

/// The next run without white space at or after byte `from`, and the signs that it holds.
fn next_run(source: &str, from: usize) -> Option<(Range<usize>, u8)> {
    let bytes = source.as_bytes();
    // The length of the white space at `at`, 0 where none is.
    let space = |at: usize| match SIGNS[bytes[at] as usize] {
        SPACE => 1,
        WIDE => source[at..].chars().next().filter(|c| c.is_whitespace()).map_or(0, char::len_utf8),
        _ => 0,
    };
    let mut start = from;
    while start < bytes.len() {
        match space(start) {
            0 => break,
            length => start += length,
        }
    }
    let (mut end, mut signs) = (start, 0);
    while end < bytes.len() {
        let sign = SIGNS[bytes[end] as usize];
        if sign >= SPACE && space(end) > 0 {
            break;
        }
        signs |= sign;
        end += 1;
    }
    (start < end).then_some((start..end, signs))
}

fn push_link(reading: &mut Reading, link: FoundLink) {
    if link.form == Form::Broken {
        reading.note(Disguise::BrokenLink, link.span);
    }
    reading.links.push(link);
    reading.link_at.push(reading.words.len() as u32);
}

fn put(text: &mut String, plain: &str, raw: (u32, u32), kind: Kind, scripts: u8) -> Word {
    text.push('<');
    let start = text.len() as u32;
    text.push_str(plain);
    let end = text.len() as u32;
    text.push('>');
    Word { start, end, raw, hash: 0, kind, known: false, scripts }
}

fn convert(plain: &str, mut look: impl FnMut(char) -> Option<char>) -> Option<String> {
    plain.chars().map(|c| if c.is_alphabetic() { look(c) } else { Some(c) }).collect()
}

/// Where the run of single letters that begins at word `i` ends, and whether it has at least `least` (three suffice
/// where no blank parts them) and so is a disguise. A run holds at least one word.
fn spaced_run(reading: &Reading, i: usize, least: usize, single: &impl Fn(&Word, &str) -> bool) -> (usize, bool) {
    let words = &reading.words;
    let letter = |word: &Word| single(word, &reading.text);
    if !letter(&words[i]) {
        return (i + 1, false);
    }
    let gap = |j: usize| &reading.source[words[j].raw.1.min(words[j + 1].raw.0) as usize..words[j + 1].raw.0 as usize];
    let (mut end, mut letters, mut close) = (i + 1, 1, true);
    while end < words.len() {
        let space = gap(end - 1);
        if space.chars().filter(|c| c.is_whitespace()).count() > 1 || space.len() > 6 {
            break;
        }
        // An emoji belongs to the run where a letter follows it.
        let emoji = words[end].kind == Kind::Emoji;
        if emoji && words.get(end + 1).is_some_and(|next| letter(next) || next.kind == Kind::Emoji)
            || letter(&words[end])
        {
            close &= !space.contains(char::is_whitespace);
            letters += usize::from(!emoji);
            end += 1;
        } else {
            break;
        }
    }
    while words[end - 1].kind == Kind::Emoji {
        end -= 1;
    }
    let alphabetic = words[i..end].iter().filter(|word| word.kind == Kind::Letters).count();
    let enough = if close { least.min(3) } else { least };
    (end, letters >= enough && alphabetic * 2 > letters)
}

/// Cuts letters that were joined into words that training saw: as few unknown letters as possible, then as few
/// words. Without a filter, one word.
fn segments(text: &str, known: Option<&Known>) -> Vec<Range<usize>> {
    /// Longest word tried, in characters.
    const LONGEST: usize = 14;
    let ends: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let n = ends.len() - 1;
    let known = match known {
        Some(known) if n <= 400 && !known.contains(text) => known,
        _ => return std::iter::once(0..text.len()).collect(),
    };
    // best[j]: (unknown letters, words, start of the last word) of the best cut of the first j letters.
    let mut best = vec![(0usize, 0usize, 0usize)];
    for j in 1..=n {
        let (unknown, words, _) = best[j - 1];
        let mut choice = (unknown + 1, words + 1, j - 1);
        for i in j.saturating_sub(LONGEST)..j {
            if j - i >= 2 && known.contains(&text[ends[i]..ends[j]]) {
                let (unknown, words, _) = best[i];
                choice = choice.min((unknown, words + 1, i));
            }
        }
        best.push(choice);
    }
    if best[n].0 * 3 > n {
        return std::iter::once(0..text.len()).collect();
    }
    let (mut cuts, mut j) = (Vec::new(), n);
    while j > 0 {
        let mut i = best[j].2;
        // Neighbouring unknown letters stay together.
        while j - i == 1 && i > 0 && i - best[i].2 == 1 {
            i = best[i].2;
            if i == 0 || i - best[i].2 > 1 {
                break;
            }
        }
        cuts.push(ends[i]..ends[j]);
        j = i;
    }
    cuts.reverse();
    cuts
}

/// Writes the word behind leet writing to `out`, if training saw it.
fn unleet(plain: &str, known: &Known, out: &mut String) -> bool {
    if plain.len() < 2 {
        return false;
    }
    let cyrillic = plain.chars().any(|c| script(c) == Script::Cyrillic);
    for first in [true, false] {
        out.clear();
        out.extend(plain.chars().map(|c| match c {
            _ if cyrillic => leet_cyrillic(c, first).unwrap_or(c),
            '1' | '|' | '!' => {
                if first {
                    'i'
                } else {
                    'l'
                }
            }
            _ => leet(c).filter(|_| !c.is_alphabetic()).unwrap_or(c),
        }));
        if known.contains(out) {
            return true;
        }
    }
    // Doubled letters in leet: "fr33" reads "free" above, "fr333" only here.
    let read = out.clone();
    undouble(&read, known, out)
}

/// Writes the word behind doubled letters to `out`, if training saw it.
fn undouble(plain: &str, known: &Known, out: &mut String) -> bool {
    /// Most runs that are tried in pairs.
    const RUNS: usize = 10;
    if plain.len() < 3 || plain.len() > 60 {
        return false;
    }
    if plain.is_ascii() && !plain.as_bytes().windows(2).any(|pair| pair[0] == pair[1]) {
        return false;
    }
    let mut runs: Vec<(char, bool)> = Vec::with_capacity(plain.len());
    for c in plain.chars() {
        match runs.last_mut() {
            Some(last) if last.0 == c => last.1 = true,
            _ => runs.push((c, false)),
        }
    }
    let doubled: Vec<usize> = (0..runs.len()).filter(|i| runs[*i].1).collect();
    if doubled.is_empty() {
        return false;
    }
    let mut attempt = |keep: [usize; 2]| {
        out.clear();
        for (i, (c, _)) in runs.iter().enumerate() {
            out.push(*c);
            if keep.contains(&i) {
                out.push(*c);
            }
        }
        out.len() >= 2 && *out != *plain && known.contains(out)
    };
    let none = usize::MAX;
    attempt([none; 2])
        || doubled.iter().any(|i| attempt([*i, none]))
        || doubled.len() <= RUNS && doubled.iter().any(|i| doubled.iter().any(|j| i < j && attempt([*i, *j])))
}

/// How many runs of equal letters a word has.
fn plain_doubles(raw: &str) -> usize {
    let mut runs = 0;
    let mut chars = raw.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        let doubled = chars.peek().is_some_and(|next| next.to_lowercase().eq(c.to_lowercase()));
        runs += usize::from(doubled && !inside);
        inside = doubled;
    }
    runs
}

/// Counts telephone numbers: runs of digit groups that hold 9 to 15 digits, or 7 and more after a `+`.
fn phones(reading: &mut Reading) {
    let mut i = 0;
    while i < reading.words.len() {
        if reading.words[i].kind != Kind::Number {
            i += 1;
            continue;
        }
        let (first, mut digits, mut end) = (i, 0, i);
        while end < reading.words.len() && reading.words[end].kind == Kind::Number {
            if end > first {
                let gap = &reading.source[reading.words[end - 1].raw.1 as usize..reading.words[end].raw.0 as usize];
                if gap.len() > 3
                    || !gap.chars().all(|c| matches!(c, ' ' | '-' | '(' | ')' | '.' | '/' | '–' | '\u{A0}'))
                {
                    break;
                }
            }
            digits += reading.words[end].end - reading.words[end].start;
            end += 1;
        }
        let plus = reading.source[..reading.words[first].raw.0 as usize].ends_with(['+', '＋']);
        reading.counts.phones += u32::from((9..=15).contains(&digits) || plus && digits >= 7);
        i = end;
    }
}

/// Whether a chunk is an address of money on a block chain.
fn is_wallet(chunk: &str) -> bool {
    /// The shortest address.
    const SHORTEST: usize = 26;
    if chunk.len() < SHORTEST {
        return false;
    }
    let chunk = chunk.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let mixed = chunk.bytes().any(|b| b.is_ascii_digit()) && chunk.bytes().any(|b| b.is_ascii_alphabetic());
    let plain = chunk.bytes().all(|b| b.is_ascii_alphanumeric());
    plain
        && mixed
        && (chunk.len() == 42 && chunk.starts_with("0x")
            || (SHORTEST..=62).contains(&chunk.len()) && (chunk.starts_with("bc1") || chunk.starts_with("ltc1"))
            || (SHORTEST..=35).contains(&chunk.len())
                && chunk.starts_with(['1', '3', 'T', 'L', 'D', 'r'])
                && chunk.bytes().any(|b| b.is_ascii_uppercase()))
}

/// The greatest byte position of at most `at` that lies between characters.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// Copies `comment` to `out` without tags and with the common entities decoded. The address of an anchor stays.
fn unmark(comment: &str, out: &mut String, counts: &mut Counts) {
    let mut rest = comment;
    while let Some(at) = memchr::memchr3(b'<', b'&', b'[', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (mark, tail) = rest[at..].split_at(1);
        rest = tail;
        match mark {
            "&" => match entity(tail) {
                Some((c, len)) => {
                    out.push(c);
                    rest = &tail[len..];
                }
                None => out.push('&'),
            },
            "[" => {
                // BBCode, and dots masked as in `host[.]com`.
                let low = tail.get(..4).unwrap_or("").to_ascii_lowercase();
                counts.anchors += u32::from(low.starts_with("url") || low.starts_with("/url") && counts.anchors == 0);
                if let Some(tail) = tail.strip_prefix(".]") {
                    out.push('.');
                    rest = tail;
                } else {
                    out.push('[');
                }
            }
            _ => match tag(tail) {
                Some(len) => {
                    let body = &tail[..len];
                    rest = &tail[len..];
                    let href = body.to_ascii_lowercase().find("href=").filter(|_| body.starts_with(['a', 'A']));
                    if let Some(href) = href {
                        counts.anchors += 1;
                        let address = body[href + 5..].trim_start_matches(['"', '\'']);
                        let address = &address[..address.find(['"', '\'', '>', ' ']).unwrap_or(address.len())];
                        out.push(' ');
                        out.push_str(&address.replace("&amp;", "&"));
                    }
                    out.push(if body.starts_with("br") { '\n' } else { ' ' });
                }
                None => out.push('<'),
            },
        }
    }
    out.push_str(rest);
}

/// The length of a tag's inside, `>` included, if `text` (after a `<`) begins with one.
fn tag(text: &str) -> Option<usize> {
    /// Longest tag.
    const TAG: usize = 1024;
    /// What people and editors put into comments; `x<y and y>z` is no tag.
    const NAMES: &[&str] = &[
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "center",
        "cite",
        "code",
        "del",
        "div",
        "em",
        "embed",
        "font",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "li",
        "marquee",
        "object",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "script",
        "small",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "th",
        "tr",
        "tt",
        "u",
        "ul",
        "video",
    ];
    let name = text.strip_prefix('/').unwrap_or(text);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    if !NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return None;
    }
    let end = memchr::memchr2(b'>', b'<', &text.as_bytes()[..text.len().min(TAG)])?;
    (text.as_bytes()[end] == b'>').then_some(end + 1)
}

/// The character of an entity and its length, if `text` (after a `&`) begins with one.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = memchr::memchr(b';', &text.as_bytes()[..text.len().min(10)])?;
    let name = &text[..end];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(comment: &str, known: &[&str]) -> String {
        let known = Known::of(known.iter().copied());
        let mut reader = Reader::default();
        let reading = reader.read(comment, Some(&known));
        reading.words.iter().map(|word| reading.plain(word)).collect::<Vec<_>>().join(" ")
    }

    const WORDS: &[&str] = &["subscribe", "to", "my", "channel", "free", "money", "follow", "казино", "success", "so"];

    #[test]
    fn disguises_are_undone() {
        for (shown, read) in [
            ("Subscribe to my channel", "subscribe to my channel"),
            ("Ѕubsсrіbe tо mу сhannel", "subscribe to my channel"),
            ("Sub\u{200B}scr\u{200D}ibe t\u{2060}o my channel", "subscribe to my channel"),
            ("5ub5cr1b3 t0 my ch4nn3l", "subscribe to my channel"),
            ("s u b s c r i b e  t o  m y  c h a n n e l", "subscribe to my channel"),
            ("s u b s c r i b e t o m y c h a n n e l", "subscribe to my channel"),
            ("s.u.b.s.c.r.i.b.e to my channel", "subscribe to my channel"),
            ("Ｓｕｂｓｃｒｉｂｅ ｔｏ ｍｙ ｃｈａｎｎｅｌ", "subscribe to my channel"),
            ("𝗦𝘂𝗯𝘀𝗰𝗿𝗶𝗯𝗲 𝘁𝗼 𝗺𝘆 𝗰𝗵𝗮𝗻𝗻𝗲𝗹", "subscribe to my channel"),
            ("\u{202E}Subscribe\u{202C} to my channel", "subscribe to my channel"),
            ("ssuubbssccrriibbee to mmyy channel", "subscribe to my channel"),
            ("ffoolloow ssuucceess", "follow success"),
            ("sUbScRiBe tO mY cHaNnEl", "subscribe to my channel"),
            ("fr33 m0n3y", "free money"),
            ("кaзинo и free", "казино и free"),
            ("sooooo free", "so free"),
        ] {
            assert_eq!(plain(shown, WORDS), read, "{shown}");
        }
        let emoji = plain("f🔥r🔥e🔥e money", WORDS);
        assert!(emoji.starts_with("free") && emoji.ends_with("money"), "{emoji}");
    }

    #[test]
    fn plain_writing_stays_as_it_is() {
        for (shown, read) in [
            ("I am a B student", "i am a b student"),
            ("don't", "dont"),
            ("iPhone14 mp3", "iphone14 mp3"),
            ("купил USB кабель", "купил usb кабель"),
            ("a &amp; b &lt;3", "a b 3"),
            ("x<y and y>z", "x y and y z"),
            ("hello<br />world", "hello world"),
        ] {
            assert_eq!(plain(shown, WORDS), read, "{shown}");
        }
    }

    #[test]
    fn links_mail_phones_and_names_are_set_apart() {
        let mut reader = Reader::default();
        let reading = reader.read("see <a href=\"http://a.example/?x=1&amp;y\">this</a>, me@example.org @somebody +1 (555) 010-9999 youtube. com/watch?v=1", None);
        assert_eq!(reading.links.len(), 2);
        assert_eq!(reading.raw(reading.links[0].host), "a.example");
        let counts = reading.counts;
        assert_eq!((counts.anchors, counts.mails, counts.mentions, counts.phones), (1, 1, 1, 1));
        assert!(reading.disguises.iter().any(|(d, _)| *d == Disguise::BrokenLink));
    }

    #[test]
    fn runs_are_what_white_space_parts() {
        for text in
            ["", " ", "a", " a  b.c\t\u{b}d@e\u{1c}f ", "é\u{a0}\u{85}x:\u{2003}今日\u{3000}は\u{200b}z\u{2028}", "ö "]
        {
            let (mut from, mut runs) = (0, Vec::new());
            while let Some((run, signs)) = next_run(text, from) {
                let run_text = &text[run.clone()];
                assert_eq!(
                    (signs & LINKING != 0, signs & AT != 0),
                    (run_text.contains(['.', ':']), run_text.contains('@'))
                );
                runs.push(run_text);
                from = run.end;
            }
            assert_eq!(runs, text.split_whitespace().collect::<Vec<_>>());
        }
    }

    #[test]
    fn any_input_is_read() {
        let mut reader = Reader::default();
        for odd in ["", "\u{200B}\u{200B}", "<", "&", "&#x110000;", "[url", "<a href=", "@", "….…", "\0\u{1}", "😀"]
        {
            reader.read(odd, None);
        }
        assert!(reader.read(&"a".repeat(COMMENT_BYTES + 10), None).cut);
        reader.read(&"é.".repeat(5000), None);
        reader.read(&"http://a.b,".repeat(3000), None);
        reader.read(&"a b ".repeat(5000), Some(&Known::of(["ab"])));
    }
}
