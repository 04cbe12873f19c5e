//! How words are compared: without case, without accents, whatever the normal form.
//!
//! A reader takes `Decembre`, `décembre` and `DÉCEMBRE` for one word, and pages write all three. Folding drops
//! case, the combining accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs and tatweel, and
//! unites the Arabic and Persian forms of yeh and kaf. Signs that make another word in their script (vowel
//! signs of Indic scripts, Thai tones, the Japanese voiced-sound mark) stay.

use unicode_normalization::char::decompose_canonical;

use crate::language::Nature;

/// What U+00C0 to U+017F become; NUL where they become two letters.
#[rustfmt::skip]
const LATIN: [char; 192] = [
    'a', 'a', 'a', 'a', 'a', 'a', '\0', 'c', 'e', 'e', 'e', 'e', 'i', 'i', 'i', 'i',
    'ð', 'n', 'o', 'o', 'o', 'o', 'o', '×', 'o', 'u', 'u', 'u', 'u', 'y', 'þ', '\0',
    'a', 'a', 'a', 'a', 'a', 'a', '\0', 'c', 'e', 'e', 'e', 'e', 'i', 'i', 'i', 'i',
    'ð', 'n', 'o', 'o', 'o', 'o', 'o', '÷', 'o', 'u', 'u', 'u', 'u', 'y', 'þ', 'y',
    'a', 'a', 'a', 'a', 'a', 'a', 'c', 'c', 'c', 'c', 'c', 'c', 'c', 'c', 'd', 'd',
    'd', 'd', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'e', 'g', 'g', 'g', 'g',
    'g', 'g', 'g', 'g', 'h', 'h', 'ħ', 'ħ', 'i', 'i', 'i', 'i', 'i', 'i', 'i', 'i',
    'i', 'i', '\0', '\0', 'j', 'j', 'k', 'k', 'ĸ', 'l', 'l', 'l', 'l', 'l', 'l', 'l',
    'l', 'l', 'l', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'ŋ', 'ŋ', 'o', 'o', 'o', 'o',
    'o', 'o', '\0', '\0', 'r', 'r', 'r', 'r', 'r', 'r', 's', 's', 's', 's', 's', 's',
    's', 's', 't', 't', 't', 't', 'ŧ', 'ŧ', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
    'u', 'u', 'u', 'u', 'w', 'w', 'y', 'y', 'y', 'z', 'z', 'z', 'z', 'z', 'z', 'ſ',
];

/// Calls `emit` with each char that `c` becomes; with none where it is dropped.
pub fn fold_char(c: char, mut emit: impl FnMut(char)) {
    // The commonest ranges first: most text is decided by one of these.
    match c {
        '\0'..='\u{7f}' => return emit(c.to_ascii_lowercase()),
        'й' | 'Й' => return emit('и'),
        'ё' | 'Ё' => return emit('е'),
        'а'..='я' | 'α'..='ρ' | 'σ'..='ω' => return emit(c),
        'А'..='Я' => return emit(char::from_u32(c as u32 + 0x20).unwrap_or(c)),
        '\u{c0}'..='\u{17f}' => {
            let letter = LATIN[c as usize - 0xc0];
            if letter != '\0' {
                return emit(letter);
            }
        }
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{3041}'..='\u{30ff}' | '\u{e01}'..='\u{e7f}' => {
            return emit(c);
        }
        _ => {}
    }
    let pair = match c {
        'ß' => ['s', 's'],
        'æ' | 'Æ' => ['a', 'e'],
        'œ' | 'Œ' => ['o', 'e'],
        'ĳ' | 'Ĳ' => ['i', 'j'],
        _ => return fold_rare(c, emit),
    };
    pair.into_iter().for_each(emit);
}

/// The rest of [`fold_char`].
fn fold_rare(c: char, mut emit: impl FnMut(char)) {
    match c {
        'ς' => emit('σ'),
        // Accents, points and vowel signs that do not make another word; then what has no width.
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{200b}'..='\u{200f}'
        | '\u{ad}'
        | '\u{feff}' => {}
        'ي' | 'ى' | 'ئ' => emit('ی'),
        'ك' => emit('ک'),
        'ة' => emit('ه'),
        '\u{627}'..='\u{649}' => emit(c),
        '\u{2019}' | '\u{2bc}' | '\u{2018}' | '\u{b4}' => emit('\''),
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{3000}' => emit(' '),
        '\u{ff01}'..='\u{ff5e}' => {
            // Full-width forms of ASCII.
            emit(((c as u32 - 0xff01 + 0x21) as u8 as char).to_ascii_lowercase());
        }
        '\u{180}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{622}'..='\u{6d3}' | '\u{1e00}'..='\u{1fff}' => {
            decompose_canonical(c, |part| {
                if !matches!(part, '\u{300}'..='\u{36f}' | '\u{653}'..='\u{655}') {
                    for lower in part.to_lowercase().filter(|lower| !matches!(lower, '\u{300}'..='\u{36f}')) {
                        emit(if lower == 'ς' { 'σ' } else { lower });
                    }
                }
            });
        }
        _ if c.is_uppercase() => c.to_lowercase().for_each(emit),
        _ => emit(c),
    }
}

/// `text` as it is compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, |part| folded.push(part));
    }
    folded
}

/// Whether the char belongs to a word: letters, digits, and the marks that are written on them.
pub fn is_word_char(c: char) -> bool {
    // The commonest ranges first.
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{2af}' => !matches!(c, '×' | '÷'),
        '\u{388}'..='\u{3ce}'
        | '\u{400}'..='\u{481}'
        | '\u{48a}'..='\u{52f}'
        | '\u{5d0}'..='\u{5ea}'
        | '\u{620}'..='\u{669}'
        | '\u{671}'..='\u{6d3}'
        | '\u{e01}'..='\u{e3a}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{200c}'
        | '\u{200d}' => true,
        '\u{2010}'..='\u{206f}' | '\u{3001}'..='\u{3004}' => false,
        _ => Nature::of(c).is_alphanumeric() || is_mark(c),
    }
}

/// The marks that are written on letters, and the joiners between them.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{900}'..='\u{963}' | '\u{980}'..='\u{9e3}' | '\u{a01}'..='\u{dff}'
        | '\u{e47}'..='\u{e4e}' | '\u{eb1}'..='\u{ecd}' | '\u{102b}'..='\u{103e}' | '\u{17b4}'..='\u{17d3}')
}

/// Whether the char belongs to a script that is written without blanks between words: Han, Kana, Thai, Lao, Khmer, Burmese.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{e01}'
        && matches!(c,
        '\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{1000}'..='\u{103f}' | '\u{1780}'..='\u{17d3}' | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// The value of a decimal digit of any script in common use.
pub fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 16] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0,
        0xff10,
    ];
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let code = c as u32;
    if code < 0x660 || (0x17ea..0xff10).contains(&code) {
        return None;
    }
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_fold_alike() {
        for (one, other) in [
            ("Décembre", "DECEMBRE"),
            ("De\u{301}cembre", "décembre"),
            ("Ιουνίου", "ΙΟΥΝΙΟΥ"),
            ("Μάρτιος", "ΜΆΡΤΙΟΣ"),
            ("ЁЛКА", "елка"),
            ("İSTANBUL", "istanbul"),
            ("ｊｕｎｅ", "June"),
            ("بهمن", "بَهمَن"),
            ("ژانویه", "ژانويه"),
            ("l’instant", "l'instant"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("か"), fold("が"));
        assert_ne!(fold("दिन"), fold("दन"));
    }

    #[test]
    fn digits_of_every_script_have_their_value() {
        for (text, want) in
            [("٢٠", [2, 0]), ("۱۴", [1, 4]), ("१९", [1, 9]), ("২০", [2, 0]), ("๒๕", [2, 5]), ("１４", [1, 4])]
        {
            assert!(text.chars().map(digit).eq(want.map(Some)), "{text}");
        }
        assert_eq!(digit('a'), None);
        assert_eq!(digit('六'), None);
    }
}
