//! Which language a text is in.

use std::ops::ControlFlow;

use crate::language::Lang;
use crate::language::chars::lower;
use crate::language::script::{Counts, Script};
use crate::language::stopwords::Stopwords;

/// Bytes of a text that are looked at.
const SAMPLE: usize = 8192;
/// Bytes given to `whatlang`.
const TRIGRAMS: usize = 2048;

/// The language of a text with a confidence from 0 to 1, `None` where nothing speaks for any.
///
/// The script decides where only one language uses it. Else function words and the letters that only some
/// languages have are counted, with `whatlang`'s trigrams as one more voice. Short texts get a low
/// confidence unless their letters are unmistakable. Looks at the first 8 KiB.
pub fn detect(text: &str) -> Option<(Lang, f32)> {
    look(text, |_| ControlFlow::Continue(()))
}

/// The language of a text that another may be declared of: what [`detect`] finds, where nothing is declared or its
/// confidence is above `sure`; without the dear part of it where that could not change the answer.
pub fn detect_or(text: &str, declared: Option<Lang>, sure: f32) -> Option<Lang> {
    let found = look(text, |votes| votes.settled(declared, sure));
    match (found, declared) {
        (Some((found, confidence)), Some(declared)) => Some(if confidence > sure { found } else { declared }),
        (found, declared) => found.map(|(found, _)| found).or(declared),
    }
}

/// Whether [`detect`] finds another language than `lang` with a confidence above `sure`, without the dear part of it
/// where that could not make the answer yes.
pub fn is_in_another(text: &str, lang: Lang, sure: f32) -> bool {
    let worthwhile = |votes: &Votes<'_>| {
        if votes.most_of_another(lang) > sure { ControlFlow::Continue(()) } else { ControlFlow::Break(None) }
    };
    look(text, worthwhile).is_some_and(|(own, found)| own != lang && found > sure)
}

/// What words and letters say of a text, before its trigrams are asked.
struct Votes<'v> {
    scores: &'v [f32; Lang::COUNT],
    /// Share of the letters that are of the text's main script.
    share: f32,
    /// The most that trigrams add to one language.
    voice: f32,
}

impl Votes<'_> {
    /// The answer to [`detect_or`], where trigrams cannot change it: the leader keeps its place though they spoke for the
    /// second as loud as they can, and what they do to its confidence matters to nobody.
    fn settled(&self, declared: Option<Lang>, sure: f32) -> ControlFlow<Option<(Lang, f32)>> {
        let (Some(lang), best, margin) = leader(self.scores) else { return ControlFlow::Continue(()) };
        let second = best * (1.0 - margin);
        // A little more, against rounding.
        let voice = self.voice * 1.01;
        if best - second <= voice {
            return ControlFlow::Continue(());
        }
        let between = |best: f32, second: f32| confidence(self.share, (Some(lang), best, (best - second) / best));
        let least = between(best, second + voice);
        let most = between(best + voice, second);
        if declared.is_none_or(|declared| declared == lang) || least > sure || most < sure {
            ControlFlow::Break(Some((lang, least)))
        } else {
            ControlFlow::Continue(())
        }
    }

    /// The most confidence that another language than this one can get: trigrams speak as loud as they can for the
    /// one that leads the others. (For any other, the leader only loses its margin.)
    fn most_of_another(&self, lang: Lang) -> f32 {
        let others = Lang::all().filter(|other| *other != lang).map(Lang::index);
        let Some(best) = others.reduce(|a, b| if self.scores[b] > self.scores[a] { b } else { a }) else { return 0.0 };
        let mut scores = *self.scores;
        // A little more, against rounding.
        scores[best] += self.voice * 1.001;
        confidence(self.share, leader(&scores))
    }
}

/// How sure a language is that leads with this score and margin.
fn confidence(share: f32, (_, best, margin): (Option<Lang>, f32, f32)) -> f32 {
    let amount = best / (best + 1.2);
    (share * amount * (0.35 + 0.9 * margin)).min(1.0)
}

/// The language of a text with a confidence; where words and letters leave a doubt, `settled` says whether trigrams
/// are to be asked, or what the answer is without them.
fn look(text: &str, settled: impl Fn(&Votes<'_>) -> ControlFlow<Option<(Lang, f32)>>) -> Option<(Lang, f32)> {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let counts = Counts::of(text);
    let script = counts.main()?;
    let letters = counts.letters();
    let own = match script {
        Script::Kana => counts.get(Script::Kana) + counts.get(Script::Han),
        script => counts.get(script),
    };
    let share = own as f32 / letters as f32;
    let only = match script {
        Script::Greek => "el",
        Script::Hebrew => "he",
        Script::Bengali => "bn",
        Script::Gurmukhi => "pa",
        Script::Gujarati => "gu",
        Script::Tamil => "ta",
        Script::Telugu => "te",
        Script::Kannada => "kn",
        Script::Malayalam => "ml",
        Script::Sinhala => "si",
        Script::Thai => "th",
        Script::Lao => "lo",
        Script::Burmese => "my",
        Script::Khmer => "km",
        Script::Georgian => "ka",
        Script::Armenian => "hy",
        Script::Ethiopic => "am",
        Script::Hangul => "ko",
        Script::Kana => "ja",
        Script::Han => "zh",
        Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari => "",
    };
    if !only.is_empty() {
        let sure = share * (own as f32 / (own as f32 + 2.0));
        return Some((Lang::from_tag(only)?, sure));
    }
    let mut scores = [0.0f32; Lang::COUNT];
    let mut words = 0.0f32;
    Stopwords::embedded().each(text, |langs, weight| {
        words += weight;
        if !langs.is_empty() {
            // A word of many languages says little of each.
            let voice = weight / (1.0 + 0.5 * langs.len() as f32);
            langs.iter().for_each(|lang| scores[lang.index()] += voice);
        }
    });
    letters_of(text, script, &mut scores);
    let mut lead = leader(&scores);
    // Trigrams are dear, and needed only where words and letters leave a doubt.
    if text.len() >= 24 && (lead.2 < 0.6 || lead.1 < 3.0) {
        let voice = 0.3 + 0.06 * words.min(200.0);
        if let ControlFlow::Break(answer) = settled(&Votes { scores: &scores, share, voice }) {
            return answer;
        }
        let mut end = text.len().min(TRIGRAMS);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        if let Some(info) = whatlang::detect(&text[..end])
            && let Some(lang) = three_letters(info.lang().code())
        {
            scores[lang.index()] += info.confidence() as f32 * voice;
        }
        lead = leader(&scores);
    }
    Some((lead.0?, confidence(share, lead)))
}

/// The language of the highest score, its score, and by what share of it the next stays behind.
fn leader(scores: &[f32; Lang::COUNT]) -> (Option<Lang>, f32, f32) {
    let (mut best, mut second) = ((0.0f32, None), 0.0f32);
    for lang in Lang::all() {
        let score = scores[lang.index()];
        if score > best.0 {
            second = best.0;
            best = (score, Some(lang));
        } else if score > second {
            second = score;
        }
    }
    (best.1, best.0, if best.0 > 0.0 { (best.0 - second) / best.0 } else { 0.0 })
}

/// Letters with the languages that have them.
type Letters = &'static [(&'static str, &'static [Lang])];

/// `langs!["en", "de"]`
macro_rules! langs {
    ($($code:literal),+) => { &[$(Lang::of($code)),+] };
}

const CYRILLIC: Letters = &[
    ("ыэё", langs!["ru", "be", "kk", "ky", "mn"]),
    ("їєґ", langs!["uk"]),
    ("і", langs!["uk", "be", "kk"]),
    ("ў", langs!["be", "uz"]),
    ("ъщ", langs!["bg", "ru"]),
    ("ђћ", langs!["sr"]),
    ("јљњџ", langs!["sr", "mk"]),
    ("ѓќѕ", langs!["mk"]),
    ("әғқұһ", langs!["kk"]),
    ("ңөү", langs!["ky", "kk", "mn"]),
];

const ARABIC: Letters = &[
    ("پچژگ", langs!["fa", "ur", "ps"]),
    ("ٹڈڑںےہھ", langs!["ur"]),
    ("ةىأإ", langs!["ar"]),
    ("ۀیک", langs!["fa", "ur"]),
    ("ړښځڅ", langs!["ps"]),
];

const LATIN: Letters = &[
    ("ß", langs!["de"]),
    ("äö", langs!["de", "sv", "fi", "et", "sk", "hu", "tr"]),
    ("ü", langs!["de", "tr", "hu", "et", "es"]),
    ("å", langs!["sv", "da", "no"]),
    ("øæ", langs!["da", "no"]),
    ("ðþ", langs!["is"]),
    ("ñ", langs!["es", "gl", "tl"]),
    ("¿¡", langs!["es"]),
    ("ãõ", langs!["pt"]),
    ("ç", langs!["fr", "pt", "tr", "ca", "sq"]),
    ("èêëùûœ", langs!["fr"]),
    ("ąęłńśźż", langs!["pl"]),
    ("ěřů", langs!["cs"]),
    ("čšž", langs!["cs", "sk", "hr", "sl", "sr", "lt", "lv"]),
    ("ýáíé", langs!["cs", "sk", "is", "hu", "es"]),
    ("ľĺŕô", langs!["sk"]),
    ("đć", langs!["hr", "sr"]),
    ("őű", langs!["hu"]),
    ("ăâșțşţ", langs!["ro"]),
    ("ığ", langs!["tr", "az"]),
    ("ə", langs!["az"]),
    ("ėųįū", langs!["lt"]),
    ("āēīļņģķ", langs!["lv"]),
    ("ơưạảấầẩậắằặếềểệọộờợụừựỹđ", langs!["vi"]),
    ("ŝĝĉĥĵŭ", langs!["eo"]),
    ("ŵŷ", langs!["cy"]),
];

/// Chars up to here are counted: all these letters stand before it.
const COUNTED: usize = 0x2000;

/// Letters that few languages have, each with a voice for them.
fn letters_of(text: &str, script: Script, scores: &mut [f32; Lang::COUNT]) {
    let table = match script {
        Script::Cyrillic => CYRILLIC,
        Script::Arabic => ARABIC,
        Script::Latin => LATIN,
        _ => return,
    };
    if text.is_ascii() {
        return;
    }
    // How often each char comes.
    let mut counts = [0u16; COUNTED];
    for c in text.chars().filter(|c| !c.is_ascii()) {
        let mut first = None;
        lower(c, |c| first = first.or(Some(c)));
        if let Some(count) = counts.get_mut(first.unwrap_or(c) as usize) {
            *count += 1;
        }
    }
    for (letters, codes) in table {
        let count: u16 = letters.chars().map(|letter| counts[letter as usize]).sum();
        let voice = f32::from(count.min(40)) * 0.3 / codes.len() as f32;
        for lang in *codes {
            scores[lang.index()] += voice;
        }
    }
}

/// `whatlang`'s ISO 639-3 codes.
fn three_letters(code: &str) -> Option<Lang> {
    let two = match code {
        "eng" => "en",
        "rus" => "ru",
        "cmn" => "zh",
        "spa" => "es",
        "por" => "pt",
        "ita" => "it",
        "ben" => "bn",
        "fra" => "fr",
        "deu" => "de",
        "ukr" => "uk",
        "kat" => "ka",
        "ara" => "ar",
        "hin" => "hi",
        "jpn" => "ja",
        "heb" => "he",
        "yid" => "yi",
        "pol" => "pl",
        "amh" => "am",
        "kor" => "ko",
        "nob" => "no",
        "dan" => "da",
        "swe" => "sv",
        "fin" => "fi",
        "tur" => "tr",
        "nld" => "nl",
        "hun" => "hu",
        "ces" => "cs",
        "ell" => "el",
        "bul" => "bg",
        "bel" => "be",
        "mar" => "mr",
        "kan" => "kn",
        "ron" => "ro",
        "slv" => "sl",
        "hrv" => "hr",
        "srp" => "sr",
        "mkd" => "mk",
        "lit" => "lt",
        "lav" => "lv",
        "est" => "et",
        "tam" => "ta",
        "vie" => "vi",
        "urd" => "ur",
        "tha" => "th",
        "guj" => "gu",
        "uzb" => "uz",
        "pan" => "pa",
        "aze" => "az",
        "ind" => "id",
        "tel" => "te",
        "pes" => "fa",
        "mal" => "ml",
        "mya" => "my",
        "nep" => "ne",
        "sin" => "si",
        "khm" => "km",
        "afr" => "af",
        "lat" => "la",
        "slk" => "sk",
        "cat" => "ca",
        "tgl" => "tl",
        "hye" => "hy",
        "epo" => "eo",
        "cym" => "cy",
        _ => return None,
    };
    Lang::from_tag(two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_stands_once_in_its_group_and_can_be_counted() {
        for (letters, _) in [CYRILLIC, ARABIC, LATIN].concat() {
            let mut each: Vec<char> = letters.chars().collect();
            each.sort_unstable();
            each.dedup();
            assert_eq!(each.len(), letters.chars().count(), "{letters}");
            assert!(each.iter().all(|&letter| (letter as usize) < COUNTED && !letter.is_ascii()), "{letters}");
        }
    }

    #[test]
    fn a_declared_language_gives_way_to_a_clear_other_one_and_trigrams_are_asked_only_where_it_matters() {
        let texts = [
            "The harbour master says that the gate of the lock has been open since the spring, and that it will stay so.",
            "Der Hafenmeister sagt, dass das Tor der Schleuse seit dem Frühjahr offen ist und dass es so bleiben wird.",
            "Начальник порта говорит, что ворота шлюза открыты с весны и что так и останется.",
            "Contact Home Login",
            "Kontakt Impressum",
            "港口的船今天回來了",
            "",
        ];
        let mixed = (1..4).map(|times| texts[0].repeat(times) + texts[1]);
        for text in &texts.iter().map(|text| (*text).to_owned()).chain(mixed).collect::<Vec<_>>() {
            let found = detect(text);
            for declared in [None, Some(Lang::EN), Some(Lang::of("de"))] {
                for sure in [0.0, 0.3, 0.6, 0.95] {
                    let want = match (found, declared) {
                        (Some((_, confidence)), Some(declared)) if confidence <= sure => Some(declared),
                        (found, declared) => found.map(|(found, _)| found).or(declared),
                    };
                    assert_eq!(detect_or(text, declared, sure), want, "{text} {declared:?} {sure}");
                }
            }
        }
    }
}
