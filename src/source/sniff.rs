//! What a stream of bytes is, told by its content; its name decides only what content leaves open.

use std::path::Path;

use crate::page::Tag;
use crate::record::Format;
use crate::source::Kind;

/// Beginnings of files that are no pages, with their name for a person.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS-Adobe", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"BZh91AY", "a bzip2 stream"),
    (b"\xfd7zXZ\0", "an xz stream"),
    (b"\x04\x22\x4d\x18", "an LZ4 stream"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"ID3\x03", "MP3 sound"),
    (b"ID3\x04", "MP3 sound"),
    (b"OggS\0", "Ogg media"),
    (b"fLaC\0", "FLAC sound"),
    (b"\x1a\x45\xdf\xa3", "Matroska media"),
    (b"\0asm", "WebAssembly"),
    (b"wOFF\0", "a font"),
    (b"wOF2\0", "a font"),
    (b"\0\x01\0\0\0", "a font"),
    (b"OTTO\0", "a font"),
    (b"ARROW1", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
];

/// What the bytes are, if they are surely no page.
pub(super) fn not_a_page(head: &[u8]) -> Option<&'static str> {
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(name);
    }
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("a WebP image"),
        [b'R', b'I', b'F', b'F', _, _, _, _, ..] => Some("RIFF media"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("MPEG-4 media"),
        _ if head.get(257..262) == Some(b"ustar") => Some("a tar archive"),
        _ => None,
    }
}

/// Which container the bytes are. `field` is the name that `--field` gives.
pub(super) fn kind(head: &[u8], path: Option<&Path>, field: Option<&str>) -> Kind {
    if head.starts_with(b"PAR1") {
        return Kind::Parquet;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"WARC/") {
        return Kind::Warc;
    }
    if let Some(rest) = text.strip_prefix(b"[")
        && opens_json_object(rest.trim_ascii_start())
    {
        return Kind::Json;
    }
    if opens_json_object(text) {
        // Where the object goes on below its brace, lines are no records.
        let opened = text.split(|&byte| byte == b'\n').next().is_some_and(|line| line.trim_ascii() == b"{");
        return if opened { Kind::Json } else { Kind::Jsonl };
    }
    if is_csv_header(text, field) {
        return Kind::Csv;
    }
    match extension(path).as_deref() {
        Some("jsonl" | "ndjson") if !looks_like_html(text) => Kind::Jsonl,
        _ => Kind::Page,
    }
}

/// Whether the text opens like a JSON object: `{`, then a key and a colon, or `}`.
fn opens_json_object(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"{") else { return false };
    let rest = rest.trim_ascii_start();
    match rest.first() {
        Some(b'}') => true,
        Some(b'"') => {
            let mut escaped = false;
            let end = rest[1..].iter().position(|&byte| {
                let closes = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                closes
            });
            end.is_some_and(|end| rest[end + 2..].trim_ascii_start().first() == Some(&b':'))
        }
        _ => false,
    }
}

/// Whether the first line is a list of plain column names, one of which holds the page.
fn is_csv_header(text: &[u8], field: Option<&str>) -> bool {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let Some(delimiter) = [b',', b'\t', b';'].into_iter().find(|delimiter| line.contains(delimiter)) else {
        return false;
    };
    let mut holds_page = false;
    line.len() < 4096
        && line.split(|&byte| byte == delimiter).all(|name| {
            let name = name.trim_ascii();
            let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
            holds_page |= match field {
                Some(field) => name == field.as_bytes(),
                None => name == b"html" || name == b"text",
            };
            !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte))
        })
        && holds_page
}

/// The last extension of the name, those of packings left out, in lower case.
fn extension(path: Option<&Path>) -> Option<String> {
    let name = path?.file_name()?.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    name.rsplit_once('.').map(|(_, extension)| extension.to_owned())
}

/// Whether a decoded page is markup or a dump.
pub(super) fn format(text: &str, path: Option<&Path>) -> Format {
    let mut end = text.len().min(crate::limits::SNIFF_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].trim_start();
    if looks_like_html(head.as_bytes()) {
        return Format::Html;
    }
    match extension(path).as_deref() {
        Some("html" | "htm" | "xhtml" | "shtml") => Format::Html,
        _ => Format::Text,
    }
}

/// Whether bytes of a text in an ASCII-compatible charset are markup: they open with it, or are full of it.
fn looks_like_html(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let opens = |name: &[u8]| head.len() >= name.len() && head[..name.len()].eq_ignore_ascii_case(name);
    if opens(b"<!doctype") || opens(b"<?xml") || opens(b"<!--") || opens_tag(head) {
        return true;
    }
    let (mut tags, mut bytes) = (0, 0);
    for at in memchr::memchr_iter(b'<', head) {
        if let Some(length) = known_tag(&head[at..]) {
            tags += 1;
            bytes += length;
        }
    }
    // A dump may speak of tags; a page without an opening one (a fragment after a stray line) consists of them.
    tags >= 4 && bytes * 20 >= head.len()
}

/// Whether the bytes open with `<` and the name of an element.
fn opens_tag(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"<") else { return false };
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    let name = &rest[..rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count()];
    let closes = rest.get(name.len()).is_some_and(|&after| matches!(after, b'>' | b'/') || after.is_ascii_whitespace());
    closes && Tag::NAMES.iter().any(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))
}

/// The length of the whole tag of a known element that the bytes open with.
fn known_tag(bytes: &[u8]) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(1024)];
    if opens_tag(bytes) { memchr::memchr(b'>', bytes).map(|end| end + 1) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_first_bytes() {
        for (head, kind_of) in [
            (&b"{\"id\": 1, \"html\": \"<p>\"}\n"[..], Kind::Jsonl),
            (b"\xef\xbb\xbf  {\"a\\\"b\" : 1}", Kind::Jsonl),
            (b"{}", Kind::Jsonl),
            (b"[{\"html\": \"\"}]", Kind::Json),
            (b"[\n  {\n    \"html\": \"\"", Kind::Json),
            (b"{\r\n  \"html\": \"\"", Kind::Json),
            (b"[1] A footnote", Kind::Page),
            (b"{ braces in a dump }", Kind::Page),
            (b"WARC/1.0\r\nWARC-Type: warcinfo", Kind::Warc),
            (b"PAR1\x15\x04", Kind::Parquet),
            (b"id,url,html\n1,,<p>", Kind::Csv),
            (b"Home, html, and text are words\n", Kind::Page),
            (b"", Kind::Page),
        ] {
            assert_eq!(kind(head, None, None), kind_of, "{}", head.escape_ascii());
        }
        assert_eq!(kind(b"id;page\n1;x", None, Some("page")), Kind::Csv);
    }

    #[test]
    fn the_name_decides_only_what_content_leaves_open() {
        assert_eq!(kind(b"oops\n{\"html\":\"\"}", Some(Path::new("a.jsonl.gz")), None), Kind::Jsonl);
        assert_eq!(kind(b"<!doctype html><p>", Some(Path::new("a.jsonl")), None), Kind::Page);
        assert_eq!(format("<!DOCTYPE html><p>", Some(Path::new("a.txt"))), Format::Html);
        assert_eq!(format("Words only", Some(Path::new("a.html"))), Format::Html);
    }

    #[test]
    fn markup_is_told_from_a_dump_that_speaks_of_it() {
        for (text, format_of) in [
            ("<div>a", Format::Html),
            ("\n  <P class=x>a", Format::Html),
            ("stray line\n<p>a</p><p>b</p><ul><li>c</ul>", Format::Html),
            ("Use the <body> tag, then <p>, as this long sentence about markup says at length.", Format::Text),
            ("<3 this", Format::Text),
            ("a < b", Format::Text),
            ("<username> joined the channel", Format::Text),
            ("", Format::Text),
        ] {
            assert_eq!(format(text, None), format_of, "{text:?}");
        }
    }
}
