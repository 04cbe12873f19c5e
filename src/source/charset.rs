//! Bytes of a page to text: byte order mark, then valid UTF-8, then what the page or its server declares, then
//! detection; a declaration that the bytes contradict is not believed.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};

/// Bytes at the front of a page in which a declaration is looked for. The HTML standard asks for 1024; pages put
/// scripts before it.
const DECLARATION_BYTES: usize = 16 << 10;
/// Bytes that are enough to tell a charset.
const DETECTION_BYTES: usize = 1 << 20;

/// A decoded page.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The text, without byte order mark.
    pub(super) text: String,
    /// The charset's name in the Encoding Standard.
    pub(super) charset: &'static str,
}

/// Decodes a page. `declared` is what the server says, `url` a hint for detection.
pub(super) fn decode(bytes: Vec<u8>, declared: Option<&str>, url: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        let text = if encoding == UTF_8 { utf8(bytes, mark) } else { decode_as(encoding, &bytes[mark..]) };
        return Decoded { text, charset: encoding.name() };
    }
    if let Some(encoding) = utf16_by_nuls(&bytes) {
        return Decoded { text: decode_as(encoding, &bytes), charset: encoding.name() };
    }
    let server = declared.and_then(label);
    // ISO-2022-JP is seven-bit, so it passes for UTF-8; its escapes tell.
    if bytes.is_ascii()
        && [&b"\x1b$B"[..], b"\x1b$@"].iter().any(|escape| memchr::memmem::find(&bytes, escape).is_some())
    {
        let (text, malformed) = ISO_2022_JP.decode_without_bom_handling(&bytes);
        if !malformed || server.or_else(|| in_page(&bytes)) == Some(ISO_2022_JP) {
            return Decoded { text: text.into_owned(), charset: ISO_2022_JP.name() };
        }
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, charset: UTF_8.name() },
        Err(error) => error.into_bytes(),
    };
    let encoding = choose(&bytes, server.or_else(|| in_page(&bytes)), url);
    let text = if encoding == UTF_8 { utf8(bytes, 0) } else { decode_as(encoding, &bytes) };
    Decoded { text, charset: encoding.name() }
}

fn utf8(mut bytes: Vec<u8>, mark: usize) -> String {
    bytes.drain(..mark);
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding of a declared label, if it can be one of a page.
fn label(name: &str) -> Option<&'static Encoding> {
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let encoding = Encoding::for_label(name.as_bytes())?;
    (encoding != REPLACEMENT && encoding != X_USER_DEFINED).then_some(encoding)
}

/// UTF-16 without mark: text has many ASCII characters, and their high bytes are NUL, all on one side.
fn utf16_by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    let mut nuls = [0_usize; 2];
    for pair in head.chunks_exact(2) {
        nuls[0] += usize::from(pair[0] == 0);
        nuls[1] += usize::from(pair[1] == 0);
    }
    let units = head.len() / 2;
    let (encoding, count) = match nuls {
        // A low byte may be NUL as well (U+4E00, the commonest Chinese character).
        [even, odd] if even * 8 <= odd => (UTF_16LE, odd),
        [even, odd] if odd * 8 <= even => (UTF_16BE, even),
        _ => return None,
    };
    if count * 10 >= units * 3 && count > 0 {
        return Some(encoding);
    }
    // CJK text has few such characters, but line breaks, digits and, in HTML, tags. A stray NUL in a text of
    // another charset leaves that text readable, and this one would not be.
    if count * 50 < units || count < 2 {
        return None;
    }
    // Cyrillic, Greek and their neighbours pass for ASCII full of control characters: their high bytes.
    let controls = head.iter().filter(|&&byte| byte < 0x20 && byte != 0 && !byte.is_ascii_whitespace()).count();
    if std::str::from_utf8(head).is_ok() && controls * 4 < units {
        return None;
    }
    let (text, malformed) = encoding.decode_without_bom_handling(head);
    let text = text.trim_end_matches('\u{fffd}'); // The cut at 4096 may part a surrogate pair.
    let broken = malformed && text.contains('\u{fffd}');
    let words = text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || c.is_ascii_punctuation()).count();
    (!broken && words * 10 >= text.chars().count() * 8).then_some(encoding)
}

/// What the page declares of itself, after the HTML standard's prescan: `<meta charset>`, `<meta http-equiv>`,
/// or the XML declaration.
fn in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION_BYTES)].to_ascii_lowercase();
    let mut at = 0;
    if head.trim_ascii_start().starts_with(b"<?xml") {
        let end = memchr::memmem::find(&head, b"?>").unwrap_or(0);
        if let Some(encoding) = value_after(&head[..end], b"encoding").and_then(declared_in_markup) {
            return Some(encoding);
        }
    }
    while let Some(found) = memchr::memchr(b'<', &head[at..]) {
        at += found + 1;
        let rest = &head[at..];
        if rest.starts_with(b"!--") {
            at += 3 + memchr::memmem::find(&rest[3..], b"-->")?;
        } else if rest.starts_with(b"meta") {
            let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
            if let Some(encoding) = value_after(&rest[..end], b"charset").and_then(declared_in_markup) {
                return Some(encoding);
            }
            at += end;
        }
    }
    None
}

/// A declaration that stands in ASCII-compatible bytes cannot rightly say UTF-16.
fn declared_in_markup(name: &[u8]) -> Option<&'static Encoding> {
    let encoding = label(std::str::from_utf8(name).ok()?)?;
    Some(if encoding == UTF_16BE || encoding == UTF_16LE { UTF_8 } else { encoding })
}

/// The word after `key =`, quoted or not.
fn value_after<'b>(bytes: &'b [u8], key: &[u8]) -> Option<&'b [u8]> {
    let mut from = 0;
    loop {
        let at = from + memchr::memmem::find(&bytes[from..], key)? + key.len();
        from = at;
        let Some(value) = bytes[at..].trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value).trim_ascii_start();
        let end = value.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.+".contains(byte));
        return Some(&value[..end.unwrap_or(value.len())]);
    }
}

/// The likeliest encoding of bytes that are not UTF-8.
fn choose(bytes: &[u8], declared: Option<&'static Encoding>, url: Option<&str>) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(DETECTION_BYTES)];
    if mostly_utf8(bytes) {
        return UTF_8;
    }
    let guess = || detect(sample, url);
    let Some(declared) = declared else { return guess() };
    if declared == UTF_8 || declared == UTF_16LE || declared == UTF_16BE {
        return guess();
    }
    let (text, malformed) = declared.decode_without_bom_handling(sample);
    let doubtful = if malformed {
        // A handful of bad bytes is damage (or the cut of the sample); many are another charset.
        let bad = text.chars().filter(|&c| c == '\u{fffd}').count();
        bad * 50 > sample.iter().filter(|byte| !byte.is_ascii()).count()
    } else {
        false
    };
    if !doubtful && !is_mojibake(&text) {
        return declared;
    }
    let guess = guess();
    let other = guess.decode_without_bom_handling(sample).0;
    if is_mojibake(&other) && !doubtful { declared } else { guess }
}

/// Whether the bytes are UTF-8 but for a few places: damage, a cut, or a foreign insert.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 10 * bad
}

fn detect(sample: &[u8], url: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let tld = url.and_then(tld);
    let encoding = detector.guess(tld.as_deref().map(str::as_bytes), Utf8Detection::Deny);
    // GBK and GB18030 decode alike; the label says which is meant.
    if encoding == GBK { encoding_rs::GB18030 } else { encoding }
}

/// The top-level domain of an address, as the detector wants it: lower-case ASCII.
fn tld(url: &str) -> Option<String> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    let tld = host.rsplit('.').next()?.to_ascii_lowercase();
    (!tld.is_empty() && tld.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then_some(tld)
}

/// Whether a text looks like one charset read as another: words of accented letters only, upper case after lower
/// case, signs and controls between letters. Real text has little of each in any language.
fn is_mojibake(text: &str) -> bool {
    let (mut foreign, mut odd) = (0_usize, 0_usize);
    let (mut words, mut odd_words) = (0_usize, 0_usize);
    let mut accented = 0_usize;
    let mut previous = ' ';
    for c in text.chars() {
        if c.is_ascii() {
            accented = 0;
        } else {
            foreign += 1;
            words += usize::from(!previous.is_alphabetic());
            odd_words += usize::from(previous.is_lowercase() && !previous.is_ascii() && c.is_uppercase());
            accented = if ('\u{c0}'..='\u{24f}').contains(&c) { accented + 1 } else { 0 };
            let sign = matches!(c, '\u{a1}'..='\u{bf}' | '×' | '÷') && previous.is_alphabetic() && !previous.is_ascii();
            let misplaced = matches!(
                c,
                '\u{80}'..='\u{9f}' | '\u{2500}'..='\u{25a0}' | '\u{e000}'..='\u{f8ff}' | '\u{ff61}'..='\u{ff9f}' | '\u{fffd}'
            );
            odd += usize::from(accented >= 3 || sign || misplaced);
        }
        previous = c;
    }
    odd * 4 > foreign || odd_words * 16 > words
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Правительство объявило о новых мерах поддержки. Жители города обсуждают решение, \
        а эксперты ждут подробностей. Комментарии читателей опубликованы ниже.";
    const GERMAN: &str = "Die Behörde prüft die Vorwürfe; für Anwohner ändert sich zunächst nichts. Größere \
        Straßen bleiben geöffnet, heißt es aus dem Büro.";
    const FRENCH: &str = "Le préfet a confirmé la décision après une réunion animée ; les élèves créés et agréés \
        sont déjà prévenus, où qu’ils soient.";
    const POLISH: &str = "Źródła podają, że mieszkańcy są zaskoczeni; późniejsze ogłoszenie wyjaśni wątpliwości.";
    const GREEK: &str = "Η κυβέρνηση ανακοίνωσε νέα μέτρα στήριξης και οι κάτοικοι συζητούν την απόφαση.";
    const JAPANESE: &str = "政府は新しい支援策を発表した。住民は決定について話し合い、専門家は詳細を待っている。";
    const CHINESE: &str = "政府宣布了新的支持措施。居民正在讨论这一决定，专家们等待更多细节。";
    const KOREAN: &str = "정부는 새로운 지원 대책을 발표했다. 주민들은 결정에 대해 이야기하고 있다.";
    const TURKISH: &str =
        "Yetkililer yeni önlemleri açıkladı; şehrin sakinleri kararı tartışıyor, uzmanlar ayrıntı bekliyor.";

    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn undeclared_charsets_are_detected() {
        use encoding_rs::{
            BIG5, EUC_JP, EUC_KR, GB18030, KOI8_R, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
            WINDOWS_1254,
        };
        for (text, encoding) in [
            (RUSSIAN, WINDOWS_1251),
            (RUSSIAN, KOI8_R),
            (RUSSIAN, encoding_rs::IBM866),
            (RUSSIAN, encoding_rs::ISO_8859_5),
            (GERMAN, WINDOWS_1252),
            (FRENCH, WINDOWS_1252),
            (POLISH, WINDOWS_1250),
            (GREEK, WINDOWS_1253),
            (TURKISH, WINDOWS_1254),
            (JAPANESE, SHIFT_JIS),
            (JAPANESE, EUC_JP),
            (CHINESE, GB18030),
            ("政府宣布了新的支持措施，居民正在討論這個決定，專家們等待更多細節。", BIG5),
            (KOREAN, EUC_KR),
        ] {
            let decoded = decode(encoded(text, encoding), None, None);
            assert_eq!(decoded.text, text, "{} read as {}", encoding.name(), decoded.charset);
        }
    }

    #[test]
    fn right_declarations_are_believed() {
        for (text, name) in [
            (GERMAN, "iso-8859-1"),
            (FRENCH, "windows-1252"),
            (POLISH, "iso-8859-2"),
            (RUSSIAN, "koi8-r"),
            (TURKISH, "iso-8859-9"),
            (GREEK, "iso-8859-7"),
            (JAPANESE, "shift_jis"),
            (CHINESE, "gb2312"),
            (JAPANESE, "iso-2022-jp"),
            ("Fünf", "windows-1252"),
        ] {
            let encoding = Encoding::for_label(name.as_bytes()).expect("a label");
            let page = format!("<meta http-equiv=Content-Type content='text/html; charset={name}'><p>{text}");
            assert_eq!(decode(encoded(&page, encoding), None, None).text, page, "{name} in the page");
            assert_eq!(decode(encoded(text, encoding), Some(name), None).text, text, "{name} from the server");
        }
    }

    #[test]
    fn wrong_declarations_are_not_believed() {
        for wrong in
            ["utf-8", "iso-8859-1", "windows-1252", "shift_jis", "koi8-r", "utf-16", "gb2312", "iso-8859-2", "nonsense"]
        {
            let page = format!("<html><head><meta charset=\"{wrong}\"></head><p>{RUSSIAN}");
            let decoded = decode(encoded(&page, encoding_rs::WINDOWS_1251), None, None);
            assert_eq!(decoded.text, page, "declared {wrong}, read as {}", decoded.charset);
        }
        let page = format!("<meta charset=windows-1251>{RUSSIAN}");
        assert_eq!(decode(page.clone().into_bytes(), Some("koi8-r"), None).text, page, "valid UTF-8 wins");
    }

    #[test]
    fn utf16_needs_no_mark() {
        for text in [RUSSIAN, GERMAN, &format!("<html><p>{CHINESE}</p>\r\n</html>")] {
            let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(decode(le.clone(), None, None).text, *text);
            assert_eq!(decode(be, Some("utf-8"), None).text, *text);
            let marked = [b"\xff\xfe", le.as_slice()].concat();
            assert_eq!(decode(marked, None, None).text, *text);
        }
    }

    #[test]
    fn damage_does_not_change_the_charset() {
        let mut bytes = RUSSIAN.as_bytes().to_vec();
        bytes.push(0xff);
        bytes.extend_from_slice(RUSSIAN.as_bytes());
        bytes.push(0xd0);
        let decoded = decode(bytes, Some("iso-8859-1"), None);
        assert_eq!((decoded.charset, decoded.text), ("UTF-8", format!("{RUSSIAN}\u{fffd}{RUSSIAN}\u{fffd}")));
        let nuls = decode(b"a\0b \0\0 words that go on\0".to_vec(), None, None);
        assert_eq!(nuls.charset, "UTF-8");
    }
}
