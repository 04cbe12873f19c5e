//! Rows of a table with quoted cells (RFC 4180), read one at a time.

use std::io::{self, BufRead};

/// The rows of a reader. Cells are parted by commas; a quoted cell may hold commas, line breaks and doubled quotes.
pub(super) struct Rows<'r> {
    reader: &'r mut dyn BufRead,
    line: Vec<u8>,
}

impl<'r> Rows<'r> {
    pub(super) fn new(reader: &'r mut dyn BufRead) -> Self {
        Self { reader, line: Vec::new() }
    }
}

impl Iterator for Rows<'_> {
    type Item = io::Result<Vec<String>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.line.clear();
        loop {
            match self.reader.read_until(b'\n', &mut self.line) {
                Ok(0) if self.line.is_empty() => return None,
                // An unclosed quote ends with the input.
                Ok(0) => break,
                Ok(_) if memchr::memchr_iter(b'"', &self.line).count().is_multiple_of(2) => break,
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(cells(&String::from_utf8_lossy(&self.line))))
    }
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim_start_matches('\u{FEFF}').trim_end_matches(['\n', '\r']);
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_line_breaks() {
        let mut table = "id,text\n1,\"a, \"\"b\"\"\nc\"\r\n2,d\n".as_bytes();
        let rows: Vec<_> = Rows::new(&mut table).map(Result::unwrap).collect();
        assert_eq!(rows, [vec!["id", "text"], vec!["1", "a, \"b\"\nc"], vec!["2", "d"]]);
        let mut open = "a,\"b\n".as_bytes();
        assert_eq!(Rows::new(&mut open).count(), 1);
    }
}
