//! Whatever a WARC file holds, reading it ends, and every record of it opens or fails with an error of its own.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use tamis::source::{Kind, Reader, Settings};

fuzz_target!(|bytes: &[u8]| {
    let settings = Settings { from: Some(Kind::Warc), page_bytes: 1 << 20, ..Settings::default() };
    let mut records = 0;
    for record in Reader::over(Box::new(Cursor::new(bytes.to_vec())), "x", settings.clone()) {
        let _ = record.and_then(|record| record.open(&settings));
        records += 1;
        // Packed streams may hold more records than bytes, though not many times more.
        assert!(records <= bytes.len() * 1100 + 1, "reading does not end");
    }
});
