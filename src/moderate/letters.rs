//! One character at a time: what it counts as, and the plain letter behind it. Compatibility forms (full-width,
//! mathematical, circled …), diacritics, letters of other scripts that pass for Latin or Cyrillic ones.
//!
//! Sources: Unicode's compatibility decompositions (through `unicode-normalization`), and for look-alikes the
//! pairs of Unicode TR 39 `confusables.txt` that people use to disguise words, reduced to lower case.

use std::sync::OnceLock;

use unicode_normalization::char::decompose_compatible;

/// What a character counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// A letter of a script that parts words by spaces.
    Letter,
    /// A character of a script that does not (Han, kana, Thai …), or a Hangul syllable.
    Dense,
    /// A decimal digit, as ASCII.
    Digit,
    /// A mark or apostrophe that is left out without parting the word.
    Dropped,
    /// Seen by no one: zero-width characters, direction marks, tags.
    Invisible,
    /// A pictograph.
    Emoji,
    /// White space.
    Space,
    /// Anything else: parts words.
    Other,
}

impl Class {
    const ALL: [Self; 8] =
        [Self::Letter, Self::Dense, Self::Digit, Self::Dropped, Self::Invisible, Self::Emoji, Self::Space, Self::Other];
}

/// A character as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// The plain lower-case character.
    pub(super) plain: char,
    /// What it counts as.
    pub(super) class: Class,
    /// Whether the letter was dressed up: full-width, mathematical, circled, small capitals and the like.
    pub(super) styled: bool,
}

/// Below this the table answers.
const TABLE: usize = 0x2000;
/// Marks a character that folds to several.
const SEVERAL: u32 = 1 << 30;
const STYLED: u32 = 1 << 29;

/// Calls `each` with every plain character that `c` stands for (most often one).
#[inline]
pub(super) fn fold(c: char, mut each: impl FnMut(Folded)) {
    let code = c as usize;
    if code < TABLE {
        let entry = table()[code];
        if entry & SEVERAL == 0 {
            each(unpack(entry));
            return;
        }
    }
    fold_slowly(c, &mut each);
}

fn unpack(entry: u32) -> Folded {
    Folded {
        plain: char::from_u32(entry & 0x1F_FFFF).unwrap_or(char::REPLACEMENT_CHARACTER),
        class: Class::ALL[(entry >> 24 & 7) as usize],
        styled: entry & STYLED != 0,
    }
}

fn table() -> &'static [u32; TABLE] {
    static TABLES: OnceLock<Box<[u32; TABLE]>> = OnceLock::new();
    TABLES.get_or_init(|| {
        #[expect(clippy::large_stack_arrays, reason = "once a run")]
        let mut entries = Box::new([0u32; TABLE]);
        for (code, entry) in entries.iter_mut().enumerate() {
            let (mut folded, mut several) = (None, false);
            fold_slowly(char::from_u32(code as u32).unwrap_or(' '), &mut |f: Folded| {
                several |= folded.is_some();
                folded.get_or_insert(f);
            });
            *entry = match folded {
                Some(f) if !several => f.plain as u32 | (f.class as u32) << 24 | if f.styled { STYLED } else { 0 },
                _ => SEVERAL,
            };
        }
        entries
    })
}

fn fold_slowly(c: char, each: &mut impl FnMut(Folded)) {
    let plain = |plain, class| Folded { plain, class, styled: false };
    if let Some(base) = dressed(c) {
        each(Folded { plain: base, class: Class::Letter, styled: true });
        return;
    }
    match c {
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | 'ʹ' => each(plain(c, Class::Dropped)),
        _ if is_mark(c) => each(plain(c, Class::Dropped)),
        // Joiners are part of Persian and Indic spelling, variation selectors of emoji: no disguise.
        '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' => {
            each(plain(c, Class::Invisible));
        }
        _ if is_invisible(c) => each(plain(c, Class::Invisible)),
        _ if c.is_whitespace() => each(plain(' ', Class::Space)),
        _ if c.is_ascii_digit() => each(plain(c, Class::Digit)),
        _ if is_dense(c) => each(plain(c, Class::Dense)),
        _ if is_emoji(c) => each(plain(c, Class::Emoji)),
        _ => {
            let styled = is_styled(c);
            for lower in c.to_lowercase() {
                decompose_compatible(lower, |part| {
                    if let Some(folded) = fold_part(part, styled) {
                        each(folded);
                    }
                });
            }
        }
    }
}

/// One character of a decomposition.
fn fold_part(part: char, styled: bool) -> Option<Folded> {
    let folded = |plain, class| Some(Folded { plain, class, styled });
    if let Some(digit) = digit(part) {
        return folded(digit, Class::Digit);
    }
    match part {
        '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{591}'..='\u{5C7}' => None,
        'ı' => folded('i', Class::Letter),
        'ł' => folded('l', Class::Letter),
        'ø' => folded('o', Class::Letter),
        'đ' | 'ð' => folded('d', Class::Letter),
        'ħ' => folded('h', Class::Letter),
        'ς' => folded('σ', Class::Letter),
        'أ' | 'إ' | 'آ' | 'ٱ' => folded('ا', Class::Letter),
        'ى' | 'ی' => folded('ي', Class::Letter),
        'ک' => folded('ك', Class::Letter),
        'ة' => folded('ه', Class::Letter),
        // Signs of the Indic scripts belong to their words; the dandas part them.
        '\u{964}' | '\u{965}' => folded(part, Class::Other),
        '\u{900}'..='\u{DFF}' => folded(part, Class::Letter),
        _ if part.is_alphabetic() => folded(part.to_lowercase().next().unwrap_or(part), Class::Letter),
        _ if part.is_whitespace() => folded(' ', Class::Space),
        _ => folded(part, Class::Other),
    }
}

/// The ASCII digit behind a decimal digit of any common script.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 14] =
        [0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0x1040];
    ZEROS.iter().find_map(|zero| char::from_digit((c as u32).wrapping_sub(*zero), 10).filter(|_| c as u32 >= *zero))
}

/// Whether it is written above, below or through the letter before it, or draws it out.
const fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}'
        | '\u{591}'..='\u{5C7}'
        | '\u{610}'..='\u{61A}'
        | '\u{640}'
        | '\u{64B}'..='\u{65F}'
        | '\u{670}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{20D0}'..='\u{20FF}')
}

/// Characters that leave no trace on the screen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c.is_control() && !c.is_whitespace())
}

/// Scripts that do not part words by spaces, and Hangul, whose syllables carry what a short Latin word does.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E80}'..='\u{ECF}' | '\u{1000}'..='\u{103F}' | '\u{1100}'..='\u{11FF}'
        | '\u{1780}'..='\u{17D3}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{3131}'..='\u{318E}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{20000}'..='\u{3134F}')
}

/// Pictographs, dingbats and arrows as people use them for emphasis.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c, '\u{203C}' | '\u{2049}' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1F0FF}' | '\u{1F18E}'..='\u{1F19A}' | '\u{1F200}'..='\u{1FAFF}')
}

/// Blocks whose letters are ordinary ones in another dress.
fn is_styled(c: char) -> bool {
    matches!(c, '\u{2100}'..='\u{214F}' | '\u{2460}'..='\u{24FF}' | '\u{FF10}'..='\u{FF5A}' | '\u{1D400}'..='\u{1D7FF}' | '\u{1F100}'..='\u{1F12F}')
        && !matches!(c, '℃' | '℉' | '№' | '℗' | '℠' | '™' | '℡' | 'Ω' | '℮')
}

/// Letters in a dress that Unicode does not decompose: small capitals, phonetic letters, squared and circled
/// letters, regional indicators, Cherokee and Lisu capitals.
fn dressed(c: char) -> Option<char> {
    const LOOKS: &[(&str, &str)] = &[
        ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
        ("ɑɡɩʋɯɾʂɓɗɖɦƙɱɳɲɵƥʠɽʈʉⱱʐƒ", "agivwrsbddhkmnnopqrtuvzf"),
        ("ᎠᎡᎢᎪᎫᎬᎳᎷᎻᎽᏀᏃᏒᏔᏕᏙᏚᏞᏟᏢᏦᏴ", "drtajewmhygzrwsvslcpkb"),
        ("ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "bpddtgkjczfmnlsrvhwxyaeiou"),
        ("ᗩᗷᑕᗞᗴᖴᘜᕼᒍᒪᗰᑎᑭᖇᔕᑌᐯᗯ᙭", "abcdefghjlmnprsuvwx"),
    ];
    let code = c as u32;
    for start in [0x1F130, 0x1F150, 0x1F170, 0x1F1E6] {
        if (start..start + 26).contains(&code) {
            return char::from_u32('a' as u32 + code - start);
        }
    }
    // Most of what people write lies where nothing is listed below: before the Cherokee letters, between general punctuation
    // and the Lisu letters, behind the last small capitals.
    if code < 0x180
        || (0x2B0..0x13A0).contains(&code)
        || (0x2000..0xA4D0).contains(&code)
        || code > 0xA7FF
        || (0x250..0x2B0).contains(&code) && !is_worn(c)
    {
        return None;
    }
    LOOKS.iter().find_map(|(looks, plain)| looks.chars().position(|l| l == c).and_then(|at| plain.chars().nth(at)))
}

const fn is_worn(c: char) -> bool {
    !matches!(c, 'ə' | 'ɛ' | 'ɔ' | 'ŋ')
}

/// The Latin letter that a Cyrillic, Greek or Armenian one (lower case) passes for.
pub(super) const fn latin_look(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'ь' | 'β' => 'b',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'є' | 'э' => 'e',
        'ց' => 'g',
        'н' | 'һ' | 'հ' => 'h',
        'і' | 'ι' | 'ї' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'η' | 'ո' => 'n',
        'о' | 'ο' | 'օ' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' | 'զ' => 'q',
        'г' | 'я' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' | 'μ' | 'и' | 'ц' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ω' | 'ш' | 'ѡ' | 'ա' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' | 'ү' => 'y',
        'ζ' => 'z',
        _ => return None,
    })
}

/// The Cyrillic letter that a Latin or Greek one (lower case) passes for.
pub(super) const fn cyrillic_look(c: char) -> Option<char> {
    Some(match c {
        'a' | 'α' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' | 'ε' => 'е',
        'h' => 'н',
        'i' | 'ι' => 'і',
        'j' => 'ј',
        'k' | 'κ' => 'к',
        'm' => 'м',
        'n' => 'п',
        'o' | 'ο' => 'о',
        'p' | 'ρ' => 'р',
        'r' => 'г',
        's' => 'ѕ',
        't' | 'τ' => 'т',
        'u' => 'и',
        'x' | 'χ' => 'х',
        'y' | 'γ' => 'у',
        _ => return None,
    })
}

/// The letter that a digit or sign stands for in leet writing.
pub(super) const fn leet(c: char) -> Option<char> {
    Some(match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '6' | '9' => 'g',
        '7' | '+' => 't',
        '8' => 'b',
        '2' => 'z',
        _ => return None,
    })
}

/// The same in Cyrillic writing, where some digits stand for either of two letters.
pub(super) const fn leet_cyrillic(c: char, first: bool) -> Option<char> {
    Some(match c {
        '0' => 'о',
        '1' | '!' | '|' => 'и',
        '3' | '€' => {
            if first {
                'е'
            } else {
                'з'
            }
        }
        '4' => {
            if first {
                'а'
            } else {
                'ч'
            }
        }
        '@' => 'а',
        '5' | '$' => 'с',
        '6' => 'б',
        '7' => 'т',
        '8' => 'в',
        '9' => 'д',
        _ => return None,
    })
}

/// Families of letters, as far as disguises mix them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Armenian.
    Armenian,
    /// Any other.
    Other,
}

/// The script of a plain letter.
pub(super) const fn script(c: char) -> Script {
    match c as u32 {
        0..=0x24F | 0x1E00..=0x1EFF => Script::Latin,
        0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x52F => Script::Cyrillic,
        0x530..=0x58F => Script::Armenian,
        _ => Script::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            fold(c, |f| {
                if matches!(f.class, Class::Letter | Class::Dense | Class::Digit | Class::Other | Class::Space) {
                    out.push(f.plain);
                }
            });
        }
        out
    }

    #[test]
    fn every_dress_comes_off() {
        for (shown, read) in [
            ("Ｆｒｅｅ", "free"),
            ("𝓕𝓻𝓮𝓮 𝟏𝟎", "free 10"),
            ("ⓕⓡⓔⓔ", "free"),
            ("🅵🆁🅴🅴", "free"),
            ("🇫🇷🇪🇪", "free"),
            ("ꜰʀᴇᴇ", "free"),
            ("f\u{336}r\u{336}e\u{336}e", "free"),
            ("Ünïcödé İstanbul ışık", "unicode istanbul isik"),
            ("ﬁne", "fine"),
            ("Ёлка Йод", "елка иод"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("إلىٰ", "الي"),
            ("٣٤ ९", "34 9"),
            ("無料で", "無料で"),
            ("한국", "한국"),
        ] {
            assert_eq!(plain(shown), read, "{shown}");
        }
    }

    #[test]
    fn styled_letters_are_told_from_plain_ones() {
        let styled = |c: char| {
            let mut any = false;
            fold(c, |f| any |= f.styled);
            any
        };
        assert!(styled('𝐅') && styled('Ｆ') && styled('🅵') && styled('ᴀ'));
        assert!(!styled('é') && !styled('ß') && !styled('ə') && !styled('™') && !styled('ı'));
    }
}
