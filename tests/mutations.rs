//! Containers with random damage: reading ends, nothing panics, and what a file holds is bounded by its size.

use tamis::source::{Files, Kind, Opened, Reader, Settings};

use crate::support::{Folder, gzip, zstd};

/// xorshift64* (Vigna 2016): the same damage in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }
}

/// Bytes that mean something to one reader or another.
const TOKENS: &[&[u8]] = &[
    b"\r\n\r\n",
    b"\n",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999999999\r\n",
    b"Content-Length: 3\r\n",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\"html\":",
    b"null",
    b"\\ud800",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\xff\xfe",
    b"\0\0",
    b"\xef\xbb\xbf",
    b"<p>",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: br\r\n",
    b"ffffffff\r\n",
    b"0\r\n",
    b"\x1b$B",
    b"\xd0\x9f",
];

fn damage(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len().max(1));
        match dice.roll(5) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
            2 => {
                let token = TOKENS[dice.roll(TOKENS.len())];
                bytes.splice(at.min(bytes.len())..at.min(bytes.len()), token.iter().copied());
            }
            3 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            _ => {
                let end = (at + dice.roll(200)).min(bytes.len());
                let copy = bytes[at.min(end)..end].to_vec();
                bytes.extend(copy);
            }
        }
    }
    bytes
}

#[test]
fn damaged_containers_are_read_to_their_end() {
    let response =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<p>Words.\r\n0\r\n\r\n";
    let warc = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{response}\r\n\r\n",
        response.len()
    )
    .repeat(3);
    let json = "{\"id\":\"a\",\"html\":\"<p>W\\u00f6rds \\\"quoted\\\"\",\"more\":{\"a\":[1,2.50]}}\n".repeat(4);
    let csv = "id,html,text\n1,\"<p>a, \"\"b\"\"\nc\",x\n2,,y\n".repeat(2);
    let page = "<html><head><meta charset=windows-1251></head><p>\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}</p></html>";
    let seeds =
        [warc.into_bytes(), json.clone().into_bytes(), format!("[{json}]").into_bytes(), csv.into_bytes(), page.into()];
    let seeds: Vec<Vec<u8>> = seeds.iter().flat_map(|seed| [seed.clone(), gzip(seed), zstd(seed)]).collect();
    let kinds = [None, Some(Kind::Warc), Some(Kind::Jsonl), Some(Kind::Json), Some(Kind::Csv), Some(Kind::Lines)];
    let folder = Folder::new();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut pages, mut errors) = (0, 0);
    for round in 0..if cfg!(debug_assertions) { 2_000 } else { 20_000 } {
        let bytes = damage(&seeds[round % seeds.len()], &mut dice);
        let path = folder.write("damaged", &bytes);
        let from = if dice.roll(3) == 0 { kinds[dice.roll(kinds.len())] } else { None };
        let settings = Settings { from, page_bytes: 1 << 20, ..Settings::default() };
        let mut records = 0;
        for record in Reader::new(Files::new([path]), settings.clone()) {
            records += 1;
            match record.and_then(|record| record.open(&settings)) {
                Ok(Opened::Page(page)) => {
                    pages += 1;
                    assert!(page.text.len() <= 1 << 20);
                }
                Ok(Opened::Passed(_)) => {}
                Err(error) => {
                    errors += 1;
                    assert!(error.file().is_some_and(|file| file.ends_with("damaged")), "{error}");
                }
            }
        }
        // Packed seeds unpack to more; none repeats beyond that.
        assert!(records <= bytes.len() + 1000, "{records} records of {} bytes", bytes.len());
    }
    assert!(pages > 500 && errors > 200, "{pages} pages, {errors} errors: the damage is neither too mild nor too hard");
}
