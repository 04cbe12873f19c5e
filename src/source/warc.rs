//! WARC and WET files (ISO 28500): records one after another, plain or packed, and what can be saved of
//! damaged ones.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::{HEADER_BYTES, Limit};
use crate::record::{Format, WarcRecord};
use crate::source::http::{self, Answer, Headers};
use crate::source::stream::{Ending, Stream};
use crate::source::{Payload, Place, Record, sniff};

/// A record as it stands in the file.
#[derive(Debug)]
pub struct RawWarc {
    headers: Headers,
    block: Vec<u8>,
    /// Whether the block is longer than the bound.
    cut: bool,
}

/// Reads records.
pub(super) struct Reader {
    stream: Stream,
    path: Arc<str>,
    below: Arc<Path>,
    next: u64,
    limit: usize,
    /// Set by the first wrong length: from then on a record ends where the next one begins.
    distrust: bool,
    done: bool,
}

impl Reader {
    /// Reads `stream`, of every block at most `limit` bytes.
    pub(super) fn new(stream: Stream, path: Arc<str>, below: Arc<Path>, limit: usize) -> Self {
        Self { stream, path, below, next: 0, limit, distrust: false, done: false }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Result<Record>> {
        if self.done {
            return None;
        }
        let record = self.next;
        let outcome = self.read().map_err(|error| {
            self.done |= !matches!(error.kind(), ErrorKind::Record(_)) && !self.recover();
            error.in_file(&*self.path).in_record(record)
        });
        self.done |= matches!(outcome, Ok(None));
        outcome.transpose()
    }

    fn read(&mut self) -> Result<Option<Record>> {
        while matches!(self.stream.peek(1)?, b"\r" | b"\n") {
            self.stream.skip(1)?;
        }
        self.stream.mark();
        let offset = self.stream.offset();
        if self.stream.at_end()? {
            return Ok(None);
        }
        let (path, below) = (Arc::clone(&self.path), Arc::clone(&self.below));
        let place = Place { path, below, record: Some(self.next), offset };
        self.next += 1;
        let headers = match self.headers() {
            Ok(headers) => headers,
            Err(error) if matches!(error.kind(), ErrorKind::Record(_)) => {
                self.resync()?;
                return Err(error.at(offset));
            }
            Err(error) => return Err(error),
        };
        let Some(length) = headers.get("content-length").and_then(|length| length.parse::<u64>().ok()) else {
            self.resync()?;
            return Err(damaged("it has no Content-Length").at(offset));
        };
        let wanted = matches!(headers.get("warc-type"), Some("response" | "resource" | "conversion"));
        let mut block = Vec::new();
        let keep = length.min(self.limit as u64) as usize;
        let ending = if self.distrust {
            self.read_warily(keep, &mut block)?
        } else {
            self.stream.read_exactly(keep, &mut block)?
        };
        let ending = match ending {
            Ending::Whole => self.stream.skip(length - keep as u64)?,
            other => other,
        };
        if ending == Ending::Eof && (block.len() as u64) < length && !self.distrust {
            // Either the file is cut, or the length is wrong and swallowed what follows.
            self.give_back(&block)?;
            return Err(damaged(&format!("the file ends before its {length} bytes do")).at(offset));
        }
        if ending != Ending::Whole || !self.at_boundary()? {
            self.give_back(&block)?;
            return Err(damaged(&format!("it is not {length} bytes long, as its Content-Length says")).at(offset));
        }
        let cut = block.len() as u64 != length;
        let payload = if wanted {
            Payload::Warc(RawWarc { headers, block, cut })
        } else {
            Payload::Passed(format!("WARC {}", headers.get("warc-type").unwrap_or("record without type")))
        };
        Ok(Some(Record { place, payload }))
    }

    /// Whether a record may end here: before two line ends, or before the end of the file or another record with
    /// fewer or more of them.
    fn at_boundary(&mut self) -> Result<bool> {
        let next = self.stream.peek(16)?;
        let whole = next.starts_with(b"\r\n\r\n");
        let next = next.trim_ascii_start();
        Ok(whole || next.is_empty() || next.starts_with(b"WARC/"))
    }

    /// The version line and the headers.
    fn headers(&mut self) -> Result<Headers> {
        let mut block = Vec::new();
        let mut first = None;
        loop {
            let line = block.len();
            if line > HEADER_BYTES {
                return Err(damaged(&format!("its headers do not end within {HEADER_BYTES} bytes")));
            }
            let ending = self.stream.read_line(&mut block, HEADER_BYTES)?;
            let start = *first.get_or_insert(block.len());
            if !block.starts_with(b"WARC/") {
                return Err(damaged("it does not begin with WARC/"));
            }
            if ending == Ending::Eof {
                return Err(damaged("the file ends within its headers"));
            }
            if block[line..].trim_ascii().is_empty() {
                return Ok(Headers::parse(&block[start..]));
            }
        }
    }

    /// Reads up to `keep` bytes, but not beyond the line with which a next record begins.
    fn read_warily(&mut self, keep: usize, block: &mut Vec<u8>) -> Result<Ending> {
        let mut at_line = false;
        loop {
            if at_line && is_version(self.stream.peek(VERSION)?) {
                return Ok(Ending::Cut);
            }
            let room = keep - block.len();
            if room == 0 {
                return Ok(Ending::Whole);
            }
            match self.stream.read_line(block, room)? {
                Ending::Eof => return Ok(Ending::Eof),
                ending => at_line = ending == Ending::Whole,
            }
        }
    }

    /// After damage to the packing: finds the next record in the members behind it. `false` if there is none.
    fn recover(&mut self) -> bool {
        while self.stream.recover() {
            if self.resync().is_ok() {
                return true;
            }
        }
        false
    }

    /// After a wrong length: finds the next record, in what was swallowed or in what follows.
    fn give_back(&mut self, block: &[u8]) -> Result<()> {
        self.distrust = true;
        let whole = memchr::memmem::find_iter(block, b"\nWARC/").find(|&at| is_version(&block[at + 1..]));
        // The last bytes may begin the line that the next record begins with.
        let begun = || memchr::memrchr(b'\n', block).filter(|at| block.len() - at <= VERSION);
        if let Some(at) = whole.or_else(begun) {
            self.stream.put_back(&block[at + 1..]);
        }
        self.resync()
    }

    /// Passes over all lines before the next record's first.
    fn resync(&mut self) -> Result<()> {
        let mut line = Vec::new();
        loop {
            if is_version(self.stream.peek(VERSION)?) || self.stream.at_end()? {
                return Ok(());
            }
            while self.stream.read_line(&mut line, HEADER_BYTES)? == Ending::Cut {
                line.clear();
            }
            line.clear();
        }
    }
}

/// Bytes that tell a version line.
const VERSION: usize = 7;

/// Whether a line opens like a WARC version: `WARC/0.` or `WARC/1.`.
fn is_version(line: &[u8]) -> bool {
    line.starts_with(b"WARC/1.") || line.starts_with(b"WARC/0.")
}

fn damaged(how: &str) -> Error {
    Error::new(ErrorKind::Record(format!("this WARC record is damaged: {how}; fetch the file again")))
}

/// What a record holds.
pub(super) enum Held {
    Page(Box<WarcPage>),
    /// No page; what it is instead.
    Passed(String),
}

/// A page out of a record.
pub(super) struct WarcPage {
    pub(super) warc: WarcRecord,
    pub(super) url: Option<String>,
    pub(super) captured_at: Option<String>,
    pub(super) charset: Option<String>,
    pub(super) format: Option<Format>,
    pub(super) bytes: Vec<u8>,
    pub(super) cuts: Vec<Limit>,
}

impl RawWarc {
    /// The page inside, its body undone to at most `limit` bytes.
    pub(super) fn open(self, limit: usize) -> Result<Held> {
        let Self { headers, block, cut } = self;
        let header = |name: &str| headers.get(name).filter(|value| !value.is_empty());
        let bare = |value: &str| value.trim_start_matches('<').trim_end_matches('>').to_owned();
        let mut warc = WarcRecord {
            id: header("warc-record-id").map(bare),
            ip: header("warc-ip-address").map(str::to_owned),
            digest: header("warc-payload-digest").or(header("warc-block-digest")).map(str::to_owned),
            status: None,
        };
        let mut cuts = Vec::new();
        if cut {
            cuts.push(Limit::PageBytes);
        }
        let mut partial = header("warc-truncated").is_some();
        let block_type = header("content-type").unwrap_or_default();
        let (content_type, bytes) = if http::media_type(block_type) == "application/http" {
            let answer = Answer::parse(block)?;
            warc.status = answer.status;
            let content_type = answer.content_type().unwrap_or_default().to_owned();
            if let Some(passed) = not_text(&content_type) {
                return Ok(Held::Passed(passed));
            }
            let body = answer.into_body(limit)?;
            partial |= body.partial && !cut;
            if body.cut && !cut {
                cuts.push(Limit::PageBytes);
            }
            (content_type, body.bytes)
        } else {
            if let Some(passed) = not_text(block_type) {
                return Ok(Held::Passed(passed));
            }
            (block_type.to_owned(), block)
        };
        if partial {
            cuts.push(Limit::Payload);
        }
        if let Some(found) = sniff::not_a_page(&bytes) {
            return Ok(Held::Passed(found.to_owned()));
        }
        let format = match http::media_type(&content_type).as_str() {
            "text/html" | "application/xhtml+xml" => Some(Format::Html),
            "text/plain" if headers.get("warc-type") == Some("conversion") => Some(Format::Text),
            _ => None,
        };
        Ok(Held::Page(Box::new(WarcPage {
            url: header("warc-target-uri").map(bare),
            captured_at: header("warc-date").map(str::to_owned),
            charset: http::charset(&content_type).map(str::to_owned),
            warc,
            format,
            bytes,
            cuts,
        })))
    }
}

/// The media type, if it is none of a page.
fn not_text(content_type: &str) -> Option<String> {
    let media = http::media_type(content_type);
    let page = matches!(
        media.as_str(),
        "" | "text/html"
            | "application/xhtml+xml"
            | "text/plain"
            | "application/xml"
            | "text/xml"
            | "text/markdown"
            | "application/octet-stream"
            | "unk"
            | "text/vnd.wap.wml"
            | "application/vnd.wap.xhtml+xml"
    );
    (!page).then_some(media)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    fn record(kind: &str, content_type: &str, extra: &str, block: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {content_type}\r\n{extra}Content-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    fn response(body: &str) -> Vec<u8> {
        let block = format!("HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=windows-1251\r\n\r\n{body}");
        let extra = "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: <http://a.example/>\r\n\
             WARC-Date: 2020-01-02T03:04:05Z\r\nWARC-IP-Address: 192.0.2.1\r\nWARC-Payload-Digest: sha1:X\r\n";
        record("response", "application/http; msgtype=response", extra, block.as_bytes())
    }

    /// What comes out: a page's text, what was passed over in brackets, or an error after `!`.
    fn read(bytes: Vec<u8>) -> Vec<String> {
        let stream = Stream::open(Box::new(Cursor::new(bytes)), &Arc::default()).expect("opened");
        let mut reader = Reader::new(stream, "x.warc".into(), Path::new("x.warc").into(), 1 << 20);
        std::iter::from_fn(|| reader.next())
            .map(|record| match record.map(|record| record.payload) {
                Err(error) => format!("!{} at {:?}", error.record().unwrap_or(99), error.offset()),
                Ok(Payload::Warc(raw)) => match raw.open(1 << 20).expect("opened") {
                    Held::Page(page) => String::from_utf8(page.bytes).expect("ASCII"),
                    Held::Passed(what) => format!("[{what}]"),
                },
                Ok(Payload::Passed(what)) => format!("[{what}]"),
                Ok(_) => unreachable!("a WARC holds WARC records"),
            })
            .collect()
    }

    #[test]
    fn pages_come_out_and_other_records_are_passed_over() {
        let file = [
            record("warcinfo", "application/warc-fields", "", b"software: x\r\n"),
            record("request", "application/http; msgtype=request", "", b"GET / HTTP/1.1\r\n\r\n"),
            response("<p>one"),
            record("metadata", "application/warc-fields", "", b"fetchTimeMs: 3"),
            record("revisit", "application/http; msgtype=response", "", b""),
            record("response", "text/dns", "", b"20200101 a.example"),
            record("resource", "image/png", "", b"\x89PNG"),
            record("resource", "text/html", "", b"\x89PNG\r\n\x1a\n...."),
            record("conversion", "text/plain", "", b"two"),
        ];
        let expected = [
            "[WARC warcinfo]",
            "[WARC request]",
            "<p>one",
            "[WARC metadata]",
            "[WARC revisit]",
            "[text/dns]",
            "[image/png]",
            "[a PNG image]",
            "two",
        ];
        assert_eq!(read(file.concat()), expected);
        let lf = b"WARC/1.1\nWARC-Type: conversion\nContent-Length: 5\n\na\r\nb\n\n\n".repeat(2);
        assert_eq!(read(lf), ["a\r\nb\n", "a\r\nb\n"], "bare line feeds in headers");
        let zstd: Vec<u8> =
            file.iter().flat_map(|record| zstd::encode_all(record.as_slice(), 1).expect("packed")).collect();
        assert_eq!(read(zstd), expected);
    }

    #[test]
    fn headers_are_carried_along() {
        let stream = Stream::open(Box::new(Cursor::new(response("x"))), &Arc::default()).expect("opened");
        let record =
            Reader::new(stream, "x".into(), Path::new("x").into(), 1 << 20).next().expect("a record").expect("sound");
        let Payload::Warc(raw) = record.payload else { panic!("a WARC record") };
        let Held::Page(page) = raw.open(100).expect("opened") else { panic!("a page") };
        assert_eq!(page.url.as_deref(), Some("http://a.example/"));
        assert_eq!(page.captured_at.as_deref(), Some("2020-01-02T03:04:05Z"));
        assert_eq!((page.charset.as_deref(), page.format), (Some("windows-1251"), Some(Format::Html)));
        let warc = WarcRecord {
            id: Some("urn:uuid:1".into()),
            ip: Some("192.0.2.1".into()),
            digest: Some("sha1:X".into()),
            status: Some(404),
        };
        assert_eq!(page.warc, warc);
    }

    #[test]
    fn a_damaged_record_does_not_take_its_neighbours_along() {
        let good = response("<p>good");
        let bad = String::from_utf8(response("<p>bad")).expect("ASCII");
        let length = bad.lines().find(|line| line.starts_with("Content-Length")).expect("a length").to_owned();
        let swap = |from: &str, to: &str| {
            assert!(bad.contains(from));
            bad.replace(from, to).into_bytes()
        };
        for (name, bad) in [
            ("too long", swap(&length, "Content-Length: 100")),
            ("far too long", swap(&length, "Content-Length: 100000")),
            ("absurd", swap(&length, "Content-Length: 99999999999999999")),
            ("too long by half a line", swap("404 Not Found", "404")),
            ("too short", swap(&length, "Content-Length: 70")),
            ("none", swap(&length, "X: y")),
            ("no number", swap(&length, "Content-Length: -5")),
            ("no version", swap("WARC/1.0", "CRAW/1.0")),
            ("noise", b"\x00\xff noise\n\n more \r\n\r\n".to_vec()),
            ("headers without end", [b"WARC/1.0\r\nX: ".as_slice(), &b"y".repeat(2 << 20), b"\r\n\r\n"].concat()),
        ] {
            let file = [good.as_slice(), &bad, &good, &bad, &good].concat();
            let out = read(file);
            let pages = out.iter().filter(|page| *page == "<p>good").count();
            assert_eq!(pages, 3, "{name}: {out:?}");
            assert!(out.contains(&format!("!1 at Some({})", good.len())), "{name}: {out:?}");
            assert!(!out.iter().any(|page| page.contains("WARC/1.0")), "{name}: {out:?}");
        }
        let joined = [good.strip_suffix(b"\r\n\r\n").expect("closed"), &good].concat();
        assert_eq!(read(joined), ["<p>good", "<p>good"], "missing line ends do no harm");
        let cut = [good.as_slice(), &good[..good.len() - 6]].concat();
        assert_eq!(read(cut), ["<p>good".to_owned(), format!("!1 at Some({})", good.len())]);
    }

    /// Bytes that no packing makes small.
    fn noise(length: usize) -> String {
        let word = |n: u32| format!("{:08x}", n.wrapping_mul(0x9e37_79b9).rotate_left(n % 32));
        (0..length as u32 / 8).map(word).collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_damaged_member_does_not_take_those_behind_it_along() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("in memory")
        };
        let zstd = |bytes: &[u8]| {
            let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("in memory");
            encoder.include_checksum(true).expect("in memory");
            encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("in memory")
        };
        let bomb = record("conversion", "text/plain", "", &vec![b' '; 200 << 20]);
        let pack: [(&str, &dyn Fn(&[u8]) -> Vec<u8>); 2] = [("gzip", &gzip), ("zstd", &zstd)];
        for (packing, pack) in pack {
            let good = pack(&response("<p>good"));
            for size in [100, 300_000] {
                let bad = pack(&response(&format!("<p>{}", noise(size))));
                let half = bad.len() / 2;
                let flipped = |at: usize| [&bad[..at], &[bad[at] ^ 0x55], &bad[at + 1..]].concat();
                for (name, bad) in [
                    ("its end is missing", bad[..bad.len() - 3].to_vec()),
                    ("half of it is missing", bad[..half].to_vec()),
                    ("its middle is missing", [&bad[..half - 20], &bad[half + 20..]].concat()),
                    ("a byte is wrong", flipped(half)),
                    ("its first bytes are wrong", flipped(1)),
                    ("noise stands before it", [b"noise".as_slice(), &bad].concat()),
                ] {
                    let out = read([good.as_slice(), &bad, &good, &good, &bad, &good].concat());
                    let pages = out.iter().filter(|page| *page == "<p>good").count();
                    assert_eq!(pages, 4, "{packing}, {size} bytes, {name}: {out:.100?}");
                    let errors = out.iter().filter(|page| page.starts_with('!')).count();
                    assert!((1..=4).contains(&errors), "{packing}, {size} bytes, {name}: {out:.100?}");
                }
            }
            let out = read([good.as_slice(), &pack(&bomb), &good].concat());
            assert_eq!(out.iter().filter(|page| *page == "<p>good").count(), 2, "{packing}: a bomb: {out:.100?}");
        }
    }

    #[test]
    fn bytes_that_look_like_members_are_passed_over_in_linear_time() {
        for magic in [[0x1f, 0x8b, 8, 0].as_slice(), &[0x28, 0xb5, 0x2f, 0xfd]] {
            let good = response("<p>good");
            let packed = zstd::encode_all(good.as_slice(), 1).expect("in memory");
            let out = read([packed, magic.repeat(200_000)].concat());
            assert_eq!(out.iter().filter(|page| *page == "<p>good").count(), 1);
        }
    }
}
