//! The tokenizer: start tags, end tags and stretches of text, as spans of the source.
//!
//! It follows the WHATWG states on bytes of valid UTF-8; every byte it decides on is ASCII, so every span ends
//! on a character boundary. Comments, doctypes and processing instructions are passed over. What follows a
//! `<script>` or `<title>` is for the tree builder to say, which reads it with [`Tokens::raw_until`].

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use crate::limits;
use crate::page::block::Range32;
use crate::page::tree::{Attr, Tag};
use crate::record::Span;

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// Text with its character references as they stand.
    Text(Span),
    /// Text of a `<![CDATA[` section in SVG or MathML, taken literally.
    Literal(Span),
    /// `<name …>`; its attributes lie in the arena given to [`Tokens::next`].
    Start { tag: Tag, name: &'s str, attrs: Range32, closed: bool },
    /// `</name …>`.
    End { tag: Tag, name: &'s str },
}

/// Bits of [`CLASS`]: white space; what ends a tag or attribute name; what ends an unquoted value; upper case.
const BLANK: u8 = 1;
const NAME_END: u8 = 2;
const VALUE_END: u8 = 4;
const UPPER: u8 = 8;

static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => BLANK | NAME_END | VALUE_END,
            b'/' => NAME_END,
            b'>' => NAME_END | VALUE_END,
            b'A'..=b'Z' => UPPER,
            _ => 0,
        };
        byte += 1;
    }
    class
};

const fn is(byte: u8, class: u8) -> bool {
    CLASS[byte as usize] & class != 0
}

/// Reads a source from front to back.
#[derive(Debug)]
pub(super) struct Tokens<'s> {
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
    /// Whether `<![CDATA[` opens a section here (in SVG and MathML) rather than a comment.
    pub(super) cdata: bool,
    /// Whether some tag had more than [`limits::ATTRIBUTES`] attributes.
    pub(super) attributes_cut: bool,
}

impl<'s> Tokens<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self { source, bytes: source.as_bytes(), at: 0, cdata: false, attributes_cut: false }
    }

    fn span(start: usize, end: usize) -> Span {
        Span::new(start as u32, end as u32)
    }

    /// The next token; a start tag's attributes are appended to `attrs`.
    pub(super) fn next(&mut self, attrs: &mut Vec<Attr<'s>>) -> Option<Token<'s>> {
        loop {
            let start = self.at;
            let mut at = start;
            // To the next `<` that opens something; any other is text.
            loop {
                if self.bytes.get(at) != Some(&b'<') {
                    let Some(found) = memchr(b'<', &self.bytes[at..]) else {
                        at = self.bytes.len();
                        break;
                    };
                    at += found;
                }
                match self.bytes.get(at + 1) {
                    Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'?') => break,
                    Some(b'/') if at + 2 < self.bytes.len() => break,
                    _ => at += 1,
                }
            }
            if at > start {
                self.at = at;
                return Some(Token::Text(Self::span(start, at)));
            }
            let token = match self.bytes.get(at + 1)? {
                b'!' => self.declaration(),
                b'?' => self.bogus_comment(),
                b'/' => match self.bytes[at + 2] {
                    byte if byte.is_ascii_alphabetic() => {
                        let (tag, name) = self.name(at + 2);
                        self.attributes(None).map(|_| Token::End { tag, name })
                    }
                    _ => self.bogus_comment(),
                },
                _ => {
                    let (tag, name) = self.name(at + 1);
                    let first = attrs.len();
                    self.attributes(Some(attrs)).map(|closed| {
                        let attrs = Range32::new(first as u32, attrs.len() as u32);
                        Token::Start { tag, name, attrs, closed }
                    })
                }
            };
            if token.is_some() {
                return token;
            }
        }
    }

    /// Reads a tag's name from `start` and leaves the reader behind it.
    fn name(&mut self, start: usize) -> (Tag, &'s str) {
        let mut end = start + 1;
        while end < self.bytes.len() && !is(self.bytes[end], NAME_END) {
            end += 1;
        }
        self.at = end;
        let name = &self.source[start..end];
        (Tag::of(name), name)
    }

    /// Reads attributes up to and including `>`, keeping the first [`limits::ATTRIBUTES`] of them. Whether the
    /// tag closes itself (`/>`); `None` where the source ends inside the tag, which then is none.
    fn attributes(&mut self, mut kept: Option<&mut Vec<Attr<'s>>>) -> Option<bool> {
        let bytes = self.bytes;
        let first = kept.as_ref().map_or(0, |kept| kept.len());
        let mut at = self.at;
        loop {
            let gap = at;
            while at < bytes.len() && (is(bytes[at], BLANK) || bytes[at] == b'/') {
                at += 1;
            }
            if at >= bytes.len() {
                self.at = bytes.len();
                return None;
            }
            if bytes[at] == b'>' {
                self.at = at + 1;
                return Some(at > gap && bytes[at - 1] == b'/');
            }
            // A name may open with `=`, whatever follows.
            let name = at;
            let mut seen = CLASS[bytes[at] as usize];
            at += 1;
            while at < bytes.len() && bytes[at] != b'=' && !is(bytes[at], NAME_END) {
                seen |= CLASS[bytes[at] as usize];
                at += 1;
            }
            let name = &self.source[name..at];
            while at < bytes.len() && is(bytes[at], BLANK) {
                at += 1;
            }
            let mut raw = "";
            if bytes.get(at) == Some(&b'=') {
                at += 1;
                while at < bytes.len() && is(bytes[at], BLANK) {
                    at += 1;
                }
                match bytes.get(at) {
                    Some(&quote @ (b'"' | b'\'')) => {
                        at += 1;
                        let Some(length) = memchr(quote, &bytes[at..]) else {
                            self.at = bytes.len();
                            return None;
                        };
                        raw = &self.source[at..at + length];
                        at += length + 1;
                    }
                    Some(_) => {
                        let start = at;
                        while at < bytes.len() && !is(bytes[at], VALUE_END) {
                            at += 1;
                        }
                        raw = &self.source[start..at];
                    }
                    None => {}
                }
            }
            if let Some(kept) = &mut kept {
                if kept.len() - first < limits::ATTRIBUTES {
                    let name = if seen & UPPER == 0 { Cow::Borrowed(name) } else { lower_case(name) };
                    kept.push(Attr { name, raw });
                } else {
                    self.attributes_cut = true;
                }
            }
        }
    }

    /// `<!…`: a comment, a doctype, a CDATA section.
    fn declaration(&mut self) -> Option<Token<'s>> {
        let start = self.at;
        let rest = &self.bytes[start + 2..];
        if rest.starts_with(b"--") {
            self.comment();
            return None;
        }
        if self.cdata && rest.starts_with(b"[CDATA[") {
            let start = start + 9;
            let length = memmem::find(&self.bytes[start..], b"]]>");
            let end = length.map_or(self.bytes.len(), |length| start + length);
            self.at = length.map_or(end, |_| end + 3);
            return Some(Token::Literal(Self::span(start, end)));
        }
        self.bogus_comment()
    }

    /// A comment ends with `-->` or `--!>`; `<!-->` and `<!--->` are whole comments.
    fn comment(&mut self) {
        // The dashes that open it count for `<!-->`.
        let open = self.at + 2;
        let mut at = open + 2;
        while let Some(found) = memchr(b'>', &self.bytes[at..]) {
            at += found + 1;
            let inside = &self.bytes[open..at - 1];
            if inside.ends_with(b"--") || inside.len() >= 5 && inside.ends_with(b"--!") {
                self.at = at;
                return;
            }
        }
        self.at = self.bytes.len();
    }

    /// Doctypes, processing instructions and markup errors end with the next `>`.
    fn bogus_comment(&mut self) -> Option<Token<'s>> {
        self.at = memchr(b'>', &self.bytes[self.at..]).map_or(self.bytes.len(), |found| self.at + found + 1);
        None
    }

    /// All that is left, for `<plaintext>`.
    pub(super) fn rest(&mut self) -> Span {
        let start = self.at;
        self.at = self.bytes.len();
        Self::span(start, self.at)
    }

    /// What is left up to the next `<`.
    pub(super) fn until_markup(&mut self) -> Span {
        let start = self.at;
        self.at = memchr(b'<', &self.bytes[start..]).map_or(self.bytes.len(), |found| start + found);
        Self::span(start, self.at)
    }

    /// The raw text before the end tag `</name`, which is the next token then. `None`, with nothing read, where
    /// there is no such tag.
    pub(super) fn raw_until(&mut self, name: &str) -> Option<Span> {
        let start = self.at;
        let mut at = start;
        while let Some(found) = memchr(b'<', &self.bytes[at..]) {
            at += found;
            if self.closes(at, name) {
                self.at = at;
                return Some(Self::span(start, at));
            }
            at += 1;
        }
        None
    }

    /// The raw text of a `<script>`: as [`Tokens::raw_until`], but `<!-- <script> … </script> -->` is passed over
    /// as one. Without an end tag it takes all that is left.
    pub(super) fn script(&mut self) -> Span {
        /// How deep in `<!-- <script>` the reader is.
        #[derive(PartialEq)]
        enum State {
            Plain,
            Comment,
            Nested,
        }
        let bytes = self.bytes;
        let start = self.at;
        let mut at = start;
        let mut state = State::Plain;
        loop {
            let found = match state {
                State::Plain => memchr(b'<', &bytes[at..]),
                State::Comment | State::Nested => memchr2(b'<', b'>', &bytes[at..]),
            };
            let Some(found) = found else { return self.rest() };
            at += found;
            if bytes[at] == b'>' {
                if bytes[start..at].ends_with(b"--") {
                    state = State::Plain;
                }
            } else if self.closes(at, "script") {
                if state == State::Nested {
                    state = State::Comment;
                } else {
                    self.at = at;
                    return Self::span(start, at);
                }
            } else if state == State::Plain && bytes[at..].starts_with(b"<!--") {
                state = State::Comment;
                at += 1;
            } else if state == State::Comment && self.names(at + 1, "script") {
                state = State::Nested;
            }
            at += 1;
        }
    }

    /// Whether the end tag `</name` stands at `at`.
    fn closes(&self, at: usize, name: &str) -> bool {
        self.bytes.get(at + 1) == Some(&b'/') && self.names(at + 2, name)
    }

    /// Whether a tag's name stands at `at`, whole.
    fn names(&self, at: usize, name: &str) -> bool {
        let end = at + name.len();
        self.bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && self.bytes.get(end).is_some_and(|&byte| is(byte, NAME_END))
    }
}

/// Names written in upper case on old pages, so that lower-casing them costs no allocation.
const COMMON_NAMES: [&str; 28] = [
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "color",
    "colspan",
    "content",
    "face",
    "height",
    "href",
    "http-equiv",
    "id",
    "lang",
    "language",
    "name",
    "nowrap",
    "rel",
    "rowspan",
    "size",
    "src",
    "style",
    "target",
    "type",
    "valign",
    "width",
];

fn lower_case<'s>(name: &str) -> Cow<'s, str> {
    match COMMON_NAMES.iter().find(|common| common.eq_ignore_ascii_case(name)) {
        Some(common) => Cow::Borrowed(common),
        None => Cow::Owned(name.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use html5gum::emitters::default::DefaultEmitter;
    use html5gum::{HtmlString, Tokenizer};
    use proptest::prelude::*;

    use super::*;
    use crate::page::html::decode_entities;
    use crate::page::html::entities::{Place, Reference, reference};

    /// A token in a form that both tokenizers can be brought to.
    #[derive(Debug, PartialEq)]
    enum Plain {
        Text(String),
        Start(String, BTreeMap<String, String>, bool),
        End(String),
    }

    fn push_text(tokens: &mut Vec<Plain>, text: &str) {
        match tokens.last_mut() {
            _ if text.is_empty() => {}
            Some(Plain::Text(before)) => before.push_str(text),
            _ => tokens.push(Plain::Text(text.to_owned())),
        }
    }

    fn decoded(raw: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        while let Some(char) = raw[at..].chars().next() {
            let found = (char == '&').then(|| reference(&raw.as_bytes()[at..], Place::Text)).flatten();
            let (reference, length) = found.unwrap_or((Reference::Char(char), char.len_utf8()));
            reference.push_to(&mut out);
            at += length;
        }
        out
    }

    fn ours(source: &str) -> Vec<Plain> {
        let mut tokens = Tokens::new(source);
        let mut attrs = Vec::new();
        let mut plain = Vec::new();
        while let Some(token) = tokens.next(&mut attrs) {
            match token {
                Token::Text(span) => push_text(&mut plain, &decoded(span.of(source))),
                Token::Literal(span) => push_text(&mut plain, span.of(source)),
                Token::Start { tag, name, attrs: range, closed } => {
                    let mut map = BTreeMap::new();
                    for attr in &attrs[range.range()] {
                        map.entry(attr.name.to_string()).or_insert_with(|| decode_entities(attr.raw).into_owned());
                    }
                    plain.push(Plain::Start(name.to_ascii_lowercase(), map, closed));
                    let raw = match tag {
                        Tag::Script => tokens.script(),
                        Tag::Plaintext => tokens.rest(),
                        Tag::Style | Tag::Xmp | Tag::Iframe | Tag::Noembed | Tag::Noframes => {
                            tokens.raw_until(tag.name()).unwrap_or_else(|| tokens.rest())
                        }
                        Tag::Title | Tag::Textarea => {
                            let raw = tokens.raw_until(tag.name()).unwrap_or_else(|| tokens.rest());
                            push_text(&mut plain, &decoded(raw.of(source)));
                            continue;
                        }
                        _ => continue,
                    };
                    push_text(&mut plain, raw.of(source));
                }
                Token::End { name, .. } => plain.push(Plain::End(name.to_ascii_lowercase())),
            }
        }
        plain
    }

    fn theirs(source: &str) -> Vec<Plain> {
        let string = |bytes: &HtmlString| String::from_utf8(bytes.0.clone()).unwrap();
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut plain = Vec::new();
        for token in Tokenizer::new_with_emitter(source, emitter) {
            match token.unwrap() {
                html5gum::Token::String(text) => push_text(&mut plain, &string(&text.value)),
                html5gum::Token::StartTag(tag) => {
                    let attrs = tag.attributes.iter().map(|(name, value)| (string(name), string(&value.value)));
                    plain.push(Plain::Start(string(&tag.name), attrs.collect(), tag.self_closing));
                }
                html5gum::Token::EndTag(tag) => plain.push(Plain::End(string(&tag.name))),
                _ => {}
            }
        }
        plain
    }

    #[test]
    fn markup_errors_are_read_as_the_standard_says() {
        for source in [
            "a<b>c</b >d",
            "<a href=x/>y<br/>",
            "<p a b=c d='e\">' f=\"g'\" =h i==j / k>",
            "<p a=1 A=2 a>",
            "<p a=\"unclosed>x",
            "<p a",
            "a < b <3 <",
            "a</",
            "</>x</ y>z</3>",
            "<!---->a<!-->b<!--->c<!-- --!>d<!--!>e--><!--",
            "<!--a--b--!c-->d",
            "<!doctype html>x<!DOCTYPE \"a>b\">",
            "<?xml version='1.0'?>x<![CDATA[y]]>z",
            "<title>a&amp;<b></titlex></TITLE >c",
            "<script>a<!--<script></script>--></script>b",
            "<script>a<!--<script></script></script>b",
            "<script><!--></script>b",
            "<script><!-- </script>b",
            "<script>a<!--b--></scrip></script/>c",
            "<style></style",
            "<plaintext></plaintext>",
            "<xmp><b>&amp;</xmp>&amp;",
            "<textarea><p>&lt</textarea>",
        ] {
            assert_eq!(ours(source), theirs(source), "{source}");
        }
    }

    proptest! {
        #[test]
        fn tag_soup_is_read_as_another_tokenizer_reads_it(
            parts in proptest::collection::vec(
                prop_oneof![
                    3 => "[<>/!=\"'& a-]{1,4}",
                    1 => "&(amp|lt;|copy|#x[0-9a-f]{1,5};?|#[0-9]{1,4};?|not|notin;|[a-z]{1,6};?)",
                    3 => "</?(p|b|script|title|textarea|style|xmp|x-y|TD)( [a-cA-C]{1,2}(=(\"[^\"\0\r]{0,3}\"|'[^'\0\r]{0,3}'|[a-z&;]{1,4}))?){0,2} ?/?>",
                    1 => prop_oneof![
                        Just("<!--"), Just("-->"), Just("--!>"), Just("<![CDATA["), Just("<!doctype"), Just("<?x"),
                        Just("</script"), Just("<script"), Just("</title>"), Just("</textarea>"), Just("</style>"),
                    ]
                    .prop_map(str::to_owned),
                    1 => "[a-zà-üあ 中\n]{1,5}",
                ],
                0..24,
            )
        ) {
            let source = parts.concat();
            prop_assert_eq!(ours(&source), theirs(&source));
        }
    }
}
