//! WARC 1.1 (ISO 28500:2017): the text of each page as a `conversion` record, as WET files hold it.

use std::fmt::Write;

use xxhash_rust::xxh3::xxh3_128;

use crate::record::PageRecord;
use crate::sink::text;

/// The record that a file begins with.
pub(super) fn info() -> Vec<u8> {
    let block = format!("software: tamis/{}\r\nformat: WARC File Format 1.1\r\n", env!("CARGO_PKG_VERSION"));
    record("warcinfo", "application/warc-fields", EPOCH, "", block.as_bytes())
}

/// A date for pages whose time of capture is unknown: the header is mandatory, and a clock would make every run differ.
const EPOCH: &str = "1970-01-01T00:00:00Z";

/// One page: title, byline, body and thread as plain text.
pub(super) fn page(record: &PageRecord) -> Vec<u8> {
    let mut headers = String::new();
    let mut header = |name: &str, value: &str| {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        let _ = write!(headers, "{name}: {value}\r\n");
    };
    let url = record.source.url.as_ref().or(record.canonical.as_ref());
    header("WARC-Target-URI", url.map_or_else(|| format!("urn:tamis:{}", escape(&record.id)), String::clone).trim());
    if let Some(id) = record.source.warc.as_ref().and_then(|warc| warc.id.as_ref()) {
        header("WARC-Refers-To", &format!("<{id}>"));
    }
    if let Some(language) = &record.language {
        header("WARC-Identified-Content-Language", language);
    }
    let when = record.source.captured_at.as_deref().filter(|when| is_full_time(when)).unwrap_or(EPOCH);
    self::record("conversion", "text/plain; charset=utf-8", when, &headers, text::page(record).as_bytes())
}

fn record(kind: &str, content_type: &str, when: &str, headers: &str, block: &[u8]) -> Vec<u8> {
    let digest = xxh3_128(&[kind.as_bytes(), headers.as_bytes(), block].concat()).to_be_bytes();
    let mut out = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: {when}\r\n",
        uuid(digest)
    );
    out.push_str(headers);
    let _ = write!(out, "Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", block.len());
    let mut out = out.into_bytes();
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

/// A UUID of version 8 (RFC 9562, made by a rule of one's own): the same page has the same one in every run.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut out = String::with_capacity(36);
    for (n, byte) in bytes.iter().enumerate() {
        if matches!(n, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// `2021-05-06T07:08:09Z`, with any number of decimals.
fn is_full_time(when: &str) -> bool {
    when.len() >= 20
        && when.ends_with('Z')
        && when.bytes().zip(b"0000-00-00T00:00:00".iter()).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte == *other,
        })
}

/// An id as part of a URN: what is no letter, digit or plain sign is percent-encoded.
fn escape(id: &str) -> String {
    let mut out = String::new();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
