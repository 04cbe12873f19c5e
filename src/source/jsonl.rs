//! JSON objects, one a line or one after another: the page under one field, all others passed through byte for
//! byte.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{ErrorKind, Result};
use crate::record::Format;
use crate::source::stream::{Ending, Stream};
use crate::source::{Fields, Settings, charset};

/// What one line holds.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) id: Option<String>,
    pub(super) url: Option<String>,
    pub(super) captured_at: Option<String>,
    pub(super) text: String,
    /// Where the field's name says so.
    pub(super) format: Option<Format>,
    pub(super) fields: Fields,
}

/// Appends the next object of a stream of objects to `out`: brackets and commas between objects are passed over,
/// anything else up to the next line end is taken as it is (and will be found wrong).
pub(super) fn read_object(stream: &mut Stream, out: &mut Vec<u8>, limit: usize) -> Result<Ending> {
    loop {
        let between = match stream.peek(3)? {
            [byte, ..] if byte.is_ascii_whitespace() || b",[]".contains(byte) => 1,
            b"\xef\xbb\xbf" => 3,
            [b'{', ..] => break,
            _ => return stream.read_line(out, limit),
        };
        stream.skip(between)?;
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    stream.take_until(out, limit, |chunk| {
        for (at, &byte) in chunk.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' if !quoted => depth += 1,
                b'}' if !quoted => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    })
}

/// The members of a JSON object in their order, values as they stand.
struct Members<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A member's name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'j>(#[serde(borrow)] Cow<'j, str>);

/// The string that a value is, lone surrogates replaced; `None` if it is no string.
pub(super) fn string(value: &RawValue) -> Option<String> {
    let json = value.get();
    if !json.starts_with('"') {
        return None;
    }
    serde_json::from_str::<String>(json).ok().or_else(|| {
        // Programs that cut strings in UTF-16 leave half a surrogate pair; JSON's bytes still hold it.
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
                Ok(String::from_utf8_lossy(bytes).into_owned())
            }

            fn visit_borrowed_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<String, E> {
                self.visit_bytes(bytes)
            }
        }
        serde_json::Deserializer::from_str(json).deserialize_bytes(Bytes).ok()
    })
}

/// Parses one line. Errors carry the input's own id where it has one.
pub(super) fn parse(bytes: Vec<u8>, settings: &Settings) -> Result<Line> {
    let json = match String::from_utf8(bytes) {
        Ok(json) => json,
        Err(error) => charset::decode(error.into_bytes(), None, None).text,
    };
    let Members(members) = serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(|error| {
        ErrorKind::Record(format!("this is no JSON object ({error}); give one object a line, as `jq -c .` prints them"))
    })?;
    let find = |name: &str| members.iter().rposition(|(member, _)| member == name);
    let id = find("id").and_then(|at| {
        let value = members[at].1;
        string(value).or_else(|| (value.get() != "null").then(|| value.get().to_owned()))
    });
    let (page, text) = page(&members, settings).map_err(|error| match &id {
        Some(id) => error.with_id(id.clone()),
        None => error,
    })?;
    let format = match &*members[page].0 {
        "html" => Some(Format::Html),
        "text" => Some(Format::Text),
        _ => None,
    };
    let fact = |name: &str| find(name).and_then(|at| string(members[at].1)).filter(|value| !value.is_empty());
    let (url, captured_at) = (fact("url"), fact("captured_at"));
    let id_at = find("id").filter(|_| id.is_some());
    let fields = members
        .into_iter()
        .enumerate()
        .filter(|(at, _)| *at != page && Some(*at) != id_at)
        .map(|(_, (name, value))| (name.into_owned(), on_one_line(value)))
        .collect();
    Ok(Line { id, url, captured_at, text, format, fields })
}

/// A value as it stands, but without line breaks: it must fit in one line of output.
fn on_one_line(value: &RawValue) -> Box<RawValue> {
    let json = value.get();
    if !json.contains(['\n', '\r']) {
        return value.to_owned();
    }
    let (mut quoted, mut escaped) = (false, false);
    let line = json
        .chars()
        .filter(|&c| {
            let kept = quoted || !c.is_ascii_whitespace();
            quoted ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            kept
        })
        .collect();
    RawValue::from_string(line).unwrap_or_else(|_| value.to_owned())
}

/// The member that holds the page, and its string.
fn page(members: &[(Cow<'_, str>, &RawValue)], settings: &Settings) -> Result<(usize, String)> {
    let names: &[&str] = match &settings.field {
        Some(field) => &[field],
        None => &["html", "text"],
    };
    let mut seen = None;
    for name in names {
        let Some(at) = members.iter().rposition(|(member, _)| member == name) else { continue };
        if let Some(text) = string(members[at].1) {
            return Ok((at, text));
        }
        seen.get_or_insert((*name, members[at].1.get()));
    }
    let message = match seen {
        Some((name, "null")) => format!("`{name}` is null; leave the record out or give it a page"),
        Some((name, _)) => format!("`{name}` is not a string; it must hold the page"),
        None => format!(
            "there is no field {}; name the field that holds the page with --field",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
        ),
    };
    Err(ErrorKind::Record(message).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str, field: Option<&str>) -> Result<Line> {
        parse(json.as_bytes().to_vec(), &Settings { field: field.map(str::to_owned), ..Settings::default() })
    }

    #[test]
    fn html_wins_and_all_else_passes_through() {
        let line =
            line(r#"{"id": 7, "text":"dump", "n":1.50, "html":"<p>\u00e9\n", "o":{"a" : [1, 2]},"url":"u"}"#, None)
                .expect("a line");
        assert_eq!((line.id.as_deref(), line.url.as_deref(), &*line.text), (Some("7"), Some("u"), "<p>é\n"));
        assert_eq!(line.format, Some(Format::Html));
        let fields: Vec<_> = line.fields.iter().map(|(name, value)| (&**name, value.get())).collect();
        assert_eq!(fields, [("text", "\"dump\""), ("n", "1.50"), ("o", "{\"a\" : [1, 2]}"), ("url", "\"u\"")]);
    }

    #[test]
    fn what_passes_through_fits_on_one_line() {
        let line = line("{\"html\":\"\",\"o\":{\n  \"a \\\" b\": [1.50,\r\n 2]\n}}", None).expect("an object");
        assert_eq!(line.fields[0].1.get(), "{\"a \\\" b\":[1.50,2]}");
    }

    #[test]
    fn a_null_page_gives_way_to_the_other() {
        let line = line(r#"{"html":null,"text":"dump"}"#, None).expect("a line");
        assert_eq!((&*line.text, line.format), ("dump", Some(Format::Text)));
    }

    #[test]
    fn objects_are_cut_out_of_arrays_and_over_lines() {
        let json = "\u{feff}[\n {\"a\": \"}\\\"{\",\n \"b\": {}},{}\n]\n{\"c\":\n1} oops\n{\"d\":";
        let mut stream =
            Stream::open(Box::new(std::io::Cursor::new(json)), &std::sync::Arc::default()).expect("opened");
        let mut objects = Vec::new();
        loop {
            let mut object = Vec::new();
            let ending = read_object(&mut stream, &mut object, 1000).expect("read");
            if object.is_empty() {
                break;
            }
            objects.push((String::from_utf8(object).expect("UTF-8"), ending));
        }
        let expected = [
            ("{\"a\": \"}\\\"{\",\n \"b\": {}}", Ending::Whole),
            ("{}", Ending::Whole),
            ("{\"c\":\n1}", Ending::Whole),
            ("oops\n", Ending::Whole),
            ("{\"d\":", Ending::Eof),
        ];
        assert_eq!(objects, expected.map(|(object, ending)| (object.to_owned(), ending)));
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        assert!(line(r#"{"text":"a\ud83d b"}"#, None).expect("a line").text.ends_with(" b"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, field, said) in [
            ("oops", None, "this is no JSON object"),
            ("[1]", None, "this is no JSON object"),
            (r#"{"id":"x"}"#, None, "no field `html` or `text`"),
            (r#"{"id":"x","html":null}"#, None, "`html` is null"),
            (r#"{"id":"x","html":5}"#, None, "`html` is not a string"),
            (r#"{"id":"x","html":"<p>"}"#, Some("body"), "no field `body`"),
        ] {
            let error = line(json, field).expect_err(json);
            assert!(error.to_string().contains(said), "{error}");
            assert_eq!(error.id(), json.contains("\"id\"").then_some("x"));
        }
    }
}
