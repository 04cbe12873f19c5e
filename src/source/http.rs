//! An HTTP answer as a WARC keeps it: status, headers, body; chunks joined and content encodings undone.
//! Archives often hold bodies already decoded under headers that deny it, so a header that the bytes
//! contradict is passed over.

use std::io::{self, Cursor, Read};

use crate::error::{ErrorKind, Result};
use crate::limits::{EXPANSION_FREE, EXPANSION_RATIO, HEADER_BYTES};

/// A parsed answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    headers: Headers,
    body: Vec<u8>,
}

/// Header lines, names in lower case.
#[derive(Debug, Default)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Parses lines of `Name: value`; folded lines are joined. Lines without a colon are passed over.
    pub(super) fn parse(block: &[u8]) -> Self {
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in block.split(|&byte| byte == b'\n') {
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
            match (line.starts_with([' ', '\t']), headers.last_mut(), line.split_once(':')) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (_, _, Some((name, value))) => {
                    headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
                _ => {}
            }
        }
        Self(headers)
    }

    /// The first value of that name (in lower case).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A body undone.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// Whether the body was cut short in capture.
    pub(super) partial: bool,
    /// Whether more came out than the bound allows.
    pub(super) cut: bool,
}

impl Answer {
    /// Parses a record block of type `application/http`.
    pub(super) fn parse(mut block: Vec<u8>) -> Result<Self> {
        let head = &block[..block.len().min(HEADER_BYTES)];
        let (end, start) = match (memchr::memmem::find(head, b"\r\n\r\n"), memchr::memmem::find(head, b"\n\n")) {
            (Some(crlf), Some(lf)) if lf < crlf => (lf, lf + 2),
            (Some(crlf), _) => (crlf, crlf + 4),
            (None, Some(lf)) => (lf, lf + 2),
            (None, None) if block.len() <= HEADER_BYTES => (block.len(), block.len()),
            (None, None) => {
                let message = format!("the HTTP headers do not end within {HEADER_BYTES} bytes; fetch the page again");
                return Err(ErrorKind::Record(message).into());
            }
        };
        let first = memchr::memchr(b'\n', &block[..end]).unwrap_or(end);
        let mut words = block[..first].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let status = match (words.next(), words.next()) {
            (Some(protocol), Some(code)) if protocol.starts_with(b"HTTP") => {
                std::str::from_utf8(code).ok().and_then(|code| code.parse().ok())
            }
            _ => None,
        };
        let headers = Headers::parse(&block[first..end]);
        block.drain(..start);
        Ok(Self { status, headers, body: block })
    }

    /// `Content-Type` as given.
    pub(super) fn content_type(&self) -> Option<&str> {
        self.headers.get("content-type")
    }

    /// The body, chunks joined and encodings undone, of at most `limit` bytes.
    pub(super) fn into_body(self, limit: usize) -> Result<Body> {
        let Self { headers, mut body, .. } = self;
        let mut partial = false;
        let coded = |name: &str| headers.get(name).unwrap_or_default().to_ascii_lowercase();
        if coded("transfer-encoding").contains("chunked")
            && let Some((joined, whole)) = join_chunks(&body)
        {
            body = joined;
            partial |= !whole;
        }
        let mut cut = false;
        for coding in coded("content-encoding").split(',').rev().map(str::trim) {
            let packed = body.len() as u64;
            let source = Cursor::new(&body);
            let decoder: Box<dyn Read + '_> = match coding {
                "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => {
                    Box::new(flate2::bufread::MultiGzDecoder::new(source))
                }
                // RFC 9110 means zlib; some servers send bare deflate.
                "deflate" if is_zlib(&body) => Box::new(flate2::bufread::ZlibDecoder::new(source)),
                "deflate" => Box::new(flate2::bufread::DeflateDecoder::new(source)),
                "br" => Box::new(brotli_decompressor::Decompressor::new(source, 16 << 10)),
                "zstd" if body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
                    Box::new(zstd::stream::read::Decoder::with_buffer(source)?)
                }
                _ => continue,
            };
            let unpacked = unpack(decoder, packed, limit, coding)?;
            if unpacked.bytes.is_empty() && unpacked.partial {
                continue;
            }
            partial |= unpacked.partial;
            cut |= unpacked.cut;
            body = unpacked.bytes;
        }
        Ok(Body { bytes: body, partial, cut })
    }
}

/// Whether the two bytes are a zlib header (RFC 1950).
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [cmf, flg, ..] if cmf & 0x0f == 8 && u16::from_be_bytes([*cmf, *flg]).is_multiple_of(31))
}

/// Joins chunks, and says whether the last one was there; `None` if the body is not chunked at all.
fn join_chunks(body: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut first = true;
    loop {
        let size = memchr::memchr(b'\n', &rest[..rest.len().min(4096)]).and_then(|end| {
            let line = rest[..end].split(|&byte| byte == b';').next()?.trim_ascii();
            let size = usize::from_str_radix(std::str::from_utf8(line).ok()?, 16).ok()?;
            Some((size, end + 1))
        });
        let Some((size, start)) = size else { return (!first).then_some((joined, false)) };
        first = false;
        rest = &rest[start..];
        if size == 0 {
            return Some((joined, true));
        }
        let taken = size.min(rest.len());
        joined.extend_from_slice(&rest[..taken]);
        if taken < size {
            return Some((joined, false));
        }
        rest = &rest[taken..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// Runs a decoder to its end, to the bound, or to the damage.
fn unpack(mut decoder: Box<dyn Read + '_>, packed: u64, limit: usize, coding: &str) -> Result<Body> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let n = match decoder.read(&mut buffer) {
            Ok(0) => return Ok(Body { bytes, partial: false, cut: false }),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Ok(Body { bytes, partial: true, cut: false }),
        };
        bytes.extend_from_slice(&buffer[..n]);
        let grown = bytes.len() as u64;
        if grown > EXPANSION_FREE && grown / EXPANSION_RATIO > packed {
            let format = match coding {
                "br" => "brotli",
                "zstd" => "zstd",
                "deflate" => "deflate",
                _ => "gzip",
            };
            return Err(ErrorKind::Expansion { format, ratio: EXPANSION_RATIO }.into());
        }
        if bytes.len() > limit {
            bytes.truncate(limit);
            return Ok(Body { bytes, partial: false, cut: true });
        }
    }
}

/// The charset named in a `Content-Type`.
pub(super) fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

/// The bare media type of a `Content-Type`, in lower case.
pub(super) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const PAGE: &[u8] = b"<p>One and two and three and one and two and three.</p>";

    fn answer(headers: &str, body: &[u8]) -> Body {
        let block = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), body].concat();
        let answer = Answer::parse(block).expect("an answer");
        assert_eq!(answer.status, Some(200));
        answer.into_body(1 << 20).expect("a body")
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("in memory")
    }

    #[test]
    fn encodings_are_undone_and_false_headers_passed_over() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(PAGE).expect("in memory");
        let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        bare.write_all(PAGE).expect("in memory");
        for (coding, body) in [
            ("gzip", gzip(PAGE)),
            ("gzip, gzip", gzip(&gzip(PAGE))),
            ("deflate", zlib.finish().expect("in memory")),
            ("deflate", bare.finish().expect("in memory")),
            ("zstd", zstd::encode_all(PAGE, 1).expect("in memory")),
            ("identity", PAGE.to_vec()),
            ("gzip", PAGE.to_vec()),
            ("br", PAGE.to_vec()),
            ("zstd", PAGE.to_vec()),
        ] {
            let body = answer(&format!("Content-Encoding: {coding}\r\n"), &body);
            assert_eq!(body.bytes, PAGE, "{coding}");
            assert!(!body.partial);
        }
        let chunked = answer("Transfer-Encoding: chunked\r\n", b"3;x=y\r\n<p>\r\n5\r\nwords\r\n0\r\n\r\n");
        assert_eq!(chunked.bytes, b"<p>words");
        let short = answer("Transfer-Encoding: chunked\r\n", b"3\r\n<p>\r\n50\r\nwords");
        assert!(short.partial && short.bytes == b"<p>words");
        assert_eq!(answer("Transfer-Encoding: chunked\r\n", PAGE).bytes, PAGE);
        let half = &gzip(&PAGE.repeat(100))[..40];
        assert!(answer("Content-Encoding: gzip\r\n", half).partial);
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = zstd::encode_all(io::repeat(b' ').take(100 << 20), 1).expect("in memory");
        let block = [b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n", bomb.as_slice()].concat();
        let error = Answer::parse(block).expect("an answer").into_body(512 << 20).err().expect("refused");
        assert!(matches!(error.kind(), ErrorKind::Expansion { .. }));
    }
}
