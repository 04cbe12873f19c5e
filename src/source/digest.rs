//! What a file holds in one number, however it is packed.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3Default;

use super::stream::{Ending, Stream};
use crate::error::{Error, Result};

/// Bytes taken at a time.
const PIECE: usize = 1 << 20;

/// The xxh3-128 of a file's bytes after unpacking, as 32 hexadecimal digits.
pub fn digest(path: &Path) -> Result<String> {
    let named = |error: Error| error.in_file(path.display().to_string());
    let file = File::open(path).map_err(|error| named(error.into()))?;
    let mut stream = Stream::open(Box::new(file), &Arc::default()).map_err(named)?;
    let mut state = Xxh3Default::new();
    let mut piece = Vec::new();
    loop {
        piece.clear();
        stream.mark();
        let ending = stream.read_rest(&mut piece, PIECE).map_err(named)?;
        state.update(&piece);
        if ending == Ending::Eof {
            return Ok(format!("{:032x}", state.digest128()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_changes_no_digest() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = b"one line\nand another\n".repeat(200_000);
        let (plain, packed) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&plain, &bytes).expect("written");
        std::fs::write(&packed, zstd::encode_all(&*bytes, 1).expect("in memory")).expect("written");
        let expected = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
        assert_eq!(digest(&plain).expect("read"), expected);
        assert_eq!(digest(&packed).expect("read"), expected);
    }
}
