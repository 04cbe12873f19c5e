//! Tables in text (RFC 4180, also with tabs or semicolons): a header names the columns, every row is a record.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::{ErrorKind, Result};
use crate::limits::HEADER_BYTES;
use crate::source::stream::{Ending, Stream};
use crate::source::{Payload, Place, Record, charset};

/// Reads rows.
pub(super) struct Reader {
    stream: Stream,
    path: Arc<str>,
    below: Arc<Path>,
    delimiter: u8,
    names: Vec<String>,
    next: u64,
    limit: usize,
}

impl Reader {
    /// Reads the header of `stream`; rows may have at most `limit` bytes.
    pub(super) fn open(mut stream: Stream, path: Arc<str>, below: Arc<Path>, limit: usize) -> Result<Self> {
        let mut header = Vec::new();
        if read_row(&mut stream, &mut header, HEADER_BYTES)? == Ending::Cut {
            return Err(ErrorKind::Record(format!("the header is longer than {HEADER_BYTES} bytes")).into());
        }
        let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&header).to_vec();
        let count = |delimiter: u8| memchr::memchr_iter(delimiter, &header).count();
        // The first of these wins a tie: a single column has none of them.
        let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',');
        let names = cells(&header, delimiter).unwrap_or_default();
        Ok(Self { stream, path, below, delimiter, names, next: 0, limit })
    }

    /// The next row, as the JSON object that its cells make.
    pub(super) fn next(&mut self) -> Option<Result<Record>> {
        loop {
            self.stream.mark();
            let (path, below) = (Arc::clone(&self.path), Arc::clone(&self.below));
            let place = Place { path, below, record: Some(self.next), offset: self.stream.offset() };
            let mut row = Vec::new();
            match read_row(&mut self.stream, &mut row, self.limit) {
                Err(error) => return Some(Err(place.mark(error))),
                Ok(_) if row.trim_ascii().is_empty() => match self.stream.at_end() {
                    Ok(false) => {}
                    Ok(true) => return None,
                    Err(error) => return Some(Err(place.mark(error))),
                },
                Ok(ending) => {
                    self.next += 1;
                    let json = self.object(&row, ending == Ending::Cut);
                    if ending == Ending::Cut
                        && let Err(error) = self.stream.skip_line()
                    {
                        return Some(Err(place.mark(error)));
                    }
                    return Some(match json {
                        Ok(json) => Ok(Record { place, payload: Payload::Json(json) }),
                        Err(error) => Err(place.mark(error)),
                    });
                }
            }
        }
    }

    /// A row as JSON. Empty cells are absent values.
    fn object(&self, row: &[u8], cut: bool) -> Result<Vec<u8>> {
        let damaged = |how: String| ErrorKind::Record(format!("this row is damaged: {how}"));
        if cut {
            return Err(damaged(format!("it goes on for more than {} bytes; is a quote left open?", self.limit)).into());
        }
        let cells = cells(row, self.delimiter).ok_or_else(|| {
            damaged("a quote is left open or closed amid a cell; double the quotes inside".to_owned())
        })?;
        if cells.len() != self.names.len() {
            let how = format!("it has {} cells under {} names", cells.len(), self.names.len());
            return Err(damaged(how).into());
        }
        let value = |cell: String| if cell.is_empty() { Value::Null } else { Value::String(cell) };
        let row: Map<String, Value> = self.names.iter().cloned().zip(cells.into_iter().map(value)).collect();
        Ok(serde_json::to_vec(&row).unwrap_or_default())
    }
}

/// Appends a row, up to the line end that no quotes enclose.
fn read_row(stream: &mut Stream, out: &mut Vec<u8>, limit: usize) -> Result<Ending> {
    let mut quoted = false;
    stream.take_until(out, limit, |chunk| {
        for (at, &byte) in chunk.iter().enumerate() {
            quoted ^= byte == b'"';
            if byte == b'\n' && !quoted {
                return Some(at + 1);
            }
        }
        None
    })
}

/// The cells of a row; `None` if its quotes do not match.
fn cells(row: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    let mut rest = row.strip_suffix(b"\r").unwrap_or(row);
    let mut cells = Vec::new();
    let text = |bytes: Vec<u8>| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => charset::decode(error.into_bytes(), None, None).text,
    };
    loop {
        if let Some(mut quoted) = rest.strip_prefix(b"\"") {
            let mut cell = Vec::new();
            loop {
                let end = memchr::memchr(b'"', quoted)?;
                cell.extend_from_slice(&quoted[..end]);
                quoted = &quoted[end + 1..];
                match quoted.strip_prefix(b"\"") {
                    Some(more) => {
                        cell.push(b'"');
                        quoted = more;
                    }
                    None => break,
                }
            }
            cells.push(text(cell));
            match quoted.split_first() {
                None => return Some(cells),
                Some((&byte, more)) if byte == delimiter => rest = more,
                Some(_) => return None,
            }
        } else {
            let end = memchr::memchr(delimiter, rest);
            cells.push(text(rest[..end.unwrap_or(rest.len())].to_vec()));
            match end {
                Some(end) => rest = &rest[end + 1..],
                None => return Some(cells),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &str) -> Vec<String> {
        let stream = Stream::open(Box::new(std::io::Cursor::new(table.to_owned())), &Arc::default()).expect("opened");
        let mut reader = Reader::open(stream, "t".into(), Path::new("t").into(), 100).expect("a header");
        std::iter::from_fn(|| reader.next())
            .map(|row| match row.map(|row| row.payload) {
                Ok(Payload::Json(json)) => String::from_utf8(json).expect("UTF-8"),
                Ok(_) => unreachable!("rows are JSON"),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn rows_become_objects() {
        let expected = [r#"{"id":"1","html":"<p>a, \"b\"\nc"}"#, r#"{"id":"2","html":null}"#];
        assert_eq!(rows("id,html\r\n1,\"<p>a, \"\"b\"\"\nc\"\r\n\r\n2,"), expected);
        assert_eq!(rows("\u{feff}id;html\n1;\"<p>a, \"\"b\"\"\nc\"\n2;\n"), expected);
        assert_eq!(rows("\"id\"\t\"html\"\n1\t\"<p>a, \"\"b\"\"\nc\"\n2\t\n"), expected);
    }

    #[test]
    fn damaged_rows_leave_the_others_alone() {
        let rows = rows(&format!("id,html\n1\n2,a\"b\"c\n3,\"x\"y\n4,ok\n5,\"{}\n6,ok\n", "long ".repeat(50)));
        assert!(rows[0].contains("record 0: byte 8: this row is damaged: it has 1 cells under 2 names"), "{rows:?}");
        assert_eq!(rows[1], r#"{"id":"2","html":"a\"b\"c"}"#);
        assert!(rows[2].contains("a quote is left open"), "{rows:?}");
        assert_eq!(rows[3], r#"{"id":"4","html":"ok"}"#);
        assert!(rows[4].contains("for more than 100 bytes"), "{rows:?}");
        assert_eq!(rows[5], r#"{"id":"6","html":"ok"}"#);
    }
}
