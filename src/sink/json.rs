//! JSON: a record's own fields, then those of the input as they stood. A field of the input that bears one of
//! the record's names stands under `extra`.

use serde::Serialize;

use crate::record::PageRecord;
use crate::source::Fields;

/// One line.
pub(super) fn line<R: Serialize>(record: &R, fields: &Fields) -> Vec<u8> {
    let mut json = serde_json::to_vec(record).unwrap_or_default();
    splice(&mut json, fields, "", "");
    json.push(b'\n');
    json
}

/// Many lines.
pub(super) fn pretty<R: Serialize>(record: &R, fields: &Fields) -> Vec<u8> {
    let mut json = serde_json::to_vec_pretty(record).unwrap_or_default();
    splice(&mut json, fields, "\n  ", " ");
    json.push(b'\n');
    json
}

/// Puts the passed-through fields before the closing brace of the object in `json`.
fn splice(json: &mut Vec<u8>, fields: &Fields, indent: &str, blank: &str) {
    if fields.is_empty() {
        return;
    }
    let brace = json.iter().rposition(|&byte| byte == b'}').unwrap_or(0);
    let end = json[..brace].trim_ascii_end().len();
    let tail = json.split_off(end);
    let member = |json: &mut Vec<u8>, first: bool, indent: &str, name: &str, value: &str| {
        if !first {
            json.push(b',');
        }
        json.extend_from_slice(indent.as_bytes());
        json.extend_from_slice(&serde_json::to_vec(name).unwrap_or_default());
        json.push(b':');
        json.extend_from_slice(blank.as_bytes());
        json.extend_from_slice(value.as_bytes());
    };
    let displaced = |name: &str| PageRecord::FIELDS.contains(&name);
    for (name, value) in fields.iter().filter(|(name, _)| !displaced(name)) {
        member(json, false, indent, name, value.get());
    }
    let mut displaced = fields.iter().filter(|(name, _)| displaced(name)).peekable();
    if displaced.peek().is_some() {
        let mut extra = vec![b'{'];
        for (n, (name, value)) in displaced.enumerate() {
            member(&mut extra, n == 0, "", name, value.get());
        }
        extra.push(b'}');
        member(json, false, indent, "extra", &String::from_utf8_lossy(&extra));
    }
    json.extend_from_slice(&tail);
}
