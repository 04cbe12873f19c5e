//! What must hold for every stream that is read, whatever the container.

use std::io::Cursor;

use tamis::source::{Kind, Reader, Settings};

/// Reads a stream to its end: every record opens or fails with an error of its own.
pub fn check(bytes: &[u8], kind: Kind) {
    let settings = Settings { from: Some(kind), page_bytes: 1 << 20, ..Settings::default() };
    let mut records = 0;
    for record in Reader::over(Box::new(Cursor::new(bytes.to_vec())), "x", settings.clone()) {
        let _ = record.and_then(|record| record.open(&settings));
        records += 1;
        // Packed streams may hold more records than bytes, though not many times more.
        assert!(records <= bytes.len() * 1100 + 1, "reading does not end");
    }
}
