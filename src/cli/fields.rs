//! The fields of a comment's record, in order, borrowed from the line that they were read from.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use tamis::moderate::{Moderation, Scores};

/// Fields that are looked for one by one; a record with more is read through a map.
const FEW: usize = 32;

/// The value of a field.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub(super) enum Field<'l> {
    /// A string.
    Text(Cow<'l, str>),
    /// A string that stands between quotation marks as it is.
    Plain(&'l str),
    /// Anything else that was read.
    Other(Value),
    /// Both probabilities.
    Scores(Scores),
    /// What was made of the comment.
    Moderation(&'l Moderation),
}

/// A record's fields. No name comes twice.
#[derive(Debug, Default)]
pub(super) struct Fields<'l>(Vec<(Cow<'l, str>, Field<'l>)>);

impl<'l> Fields<'l> {
    /// Reads a line. Of a name that comes twice, the last value counts. What is no object of JSON is told in the words of
    /// `serde_json`.
    pub(super) fn parse(line: &'l str) -> serde_json::Result<Self> {
        serde_json::from_str(line).or_else(|_| Ok(Self::from(serde_json::from_str::<Map<String, Value>>(line)?)))
    }

    /// The string of this name.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Field::Text(text) => Some(text),
            Field::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// The field of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Field<'l>> {
        self.0.iter().find(|field| field.0 == name).map(|field| &field.1)
    }

    /// Puts a field in the place of the one of this name, or behind the others.
    pub(super) fn insert(&mut self, name: impl Into<Cow<'l, str>>, field: Field<'l>) -> Option<Field<'l>> {
        let name = name.into();
        if let Some((_, old)) = self.0.iter_mut().find(|field| field.0 == name) {
            return Some(std::mem::replace(old, field));
        }
        self.0.push((name, field));
        None
    }

    /// Appends the record to `out` as JSON.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        out.push(b'{');
        for (i, (name, field)) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, name)?;
            out.push(b':');
            match field {
                Field::Plain(text) => {
                    out.push(b'"');
                    out.extend_from_slice(text.as_bytes());
                    out.push(b'"');
                }
                other => serde_json::to_writer(&mut *out, other)?,
            }
        }
        out.push(b'}');
        Ok(())
    }

    /// Inserts a field of the program's own. What it displaces moves to `extra`.
    pub(super) fn claim(&mut self, name: &'static str, field: Field<'l>) {
        let Some(displaced) = self.insert(name, field) else { return };
        if self.get("extra").is_none() {
            self.insert("extra", Field::Other(json!({})));
        }
        if let Some((_, Field::Other(Value::Object(extra)))) = self.0.iter_mut().find(|field| field.0 == "extra") {
            extra.insert(name.to_owned(), json!(displaced));
        }
    }
}

impl From<Map<String, Value>> for Fields<'_> {
    fn from(map: Map<String, Value>) -> Self {
        Self(map.into_iter().map(|(name, value)| (Cow::Owned(name), Field::from(value))).collect())
    }
}

impl From<Value> for Field<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(Cow::Owned(text)),
            other => Self::Other(other),
        }
    }
}

impl<'de: 'l, 'l> Deserialize<'de> for Fields<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Fields(Vec::with_capacity(12));
                while let Some(Text(name)) = map.next_key()? {
                    fields.insert(name, map.next_value()?);
                    if fields.0.len() > FEW {
                        return Err(A::Error::custom("many fields"));
                    }
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A string, borrowed where it holds no escapes.
struct Text<'l>(Cow<'l, str>);

impl<'de: 'l, 'l> Deserialize<'de> for Text<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Field::deserialize(deserializer)? {
            Field::Text(text) => Ok(Self(text)),
            Field::Plain(text) => Ok(Self(Cow::Borrowed(text))),
            _ => Err(D::Error::custom("a name is a string")),
        }
    }
}

impl<'de: 'l, 'l> Deserialize<'de> for Field<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Field<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Field<'de>, E> {
                // Borrowed from JSON: there was no escape in it, so none is needed.
                Ok(Field::Plain(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Field<'de>, E> {
                Ok(Field::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Field<'de>, E> {
                Ok(Field::Other(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Field<'de>, E> {
                Ok(Field::Other(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Field<'de>, E> {
                Ok(Field::Other(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Field<'de>, E> {
                Ok(Field::Other(value.into()))
            }

            fn visit_unit<E>(self) -> Result<Field<'de>, E> {
                Ok(Field::Other(Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Field<'de>, A::Error> {
                Value::deserialize(SeqAccessDeserializer::new(seq)).map(Field::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field<'de>, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(map)).map(Field::Other)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fields: &Fields<'_>) -> String {
        let mut out = Vec::new();
        fields.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn records_come_out_as_a_map_would_have_them() {
        let many = format!("{{{}}}", (0..100).map(|i| format!("\"f{}\":{i}", i % 70)).collect::<Vec<_>>().join(","));
        for line in [
            r#"{"b": 1, "a": "x", "b": "y\u00e9\n"}"#,
            r#" {"a":[1,{"c":null}],"n":-0.50,"big":12345678901234567890,"e":1e5,"t":true,"ключ\t":"зн"} "#,
            "{}",
            "{\"a\u{7f}\":\"\u{7f}\u{2028}/é\"}",
            &many,
        ] {
            let map: Map<String, Value> = serde_json::from_str(line).unwrap();
            let fields = Fields::parse(line).unwrap();
            assert_eq!(written(&fields), serde_json::to_string(&map).unwrap());
        }
        for wrong in ["", "[1]", "{\"a\":1", "{\"a\" 1}", "{\"a\":tru}", "{} x"] {
            let error = serde_json::from_str::<Map<String, Value>>(wrong).unwrap_err().to_string();
            assert_eq!(Fields::parse(wrong).unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn displaced_fields_move_to_extra() {
        let mut fields = Fields::parse(r#"{"scores":1,"text":"a","extra":{"b":2},"moderation":"m"}"#).unwrap();
        fields.claim("scores", Field::Scores(Scores { spam: 0.5, abuse: 0.25 }));
        fields.claim("moderation", Field::Other(Value::Null));
        assert_eq!(
            written(&fields),
            r#"{"scores":{"spam":0.5,"abuse":0.25},"text":"a","extra":{"b":2,"scores":1,"moderation":"m"},"moderation":null}"#
        );
    }
}
