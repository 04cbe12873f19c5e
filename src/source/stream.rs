//! A file or standard input as plain bytes: unpacks gzip and zstd however deep, by content, and bounds how far
//! one record may grow.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::{EXPANSION_FREE, EXPANSION_RATIO, PACKINGS, SNIFF_BYTES};
use crate::source::members::Members;

/// Bytes asked of the system at a time.
const CHUNK: usize = 64 << 10;

/// Most bytes of a zstd dictionary; real ones have about 100 KB.
const DICTIONARY_BYTES: usize = 16 << 20;

/// The first bytes of a zstd skippable frame that holds a dictionary, as `.warc.zst` files begin.
/// Source: IIPC, *Zstandard Compression for WARC Files 1.0*.
const ZSTD_DICTIONARY: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];

/// A way of packing a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
}

impl Packing {
    /// What the first bytes say.
    pub(super) fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What every member begins with; zstd also has skippable frames, in which nothing is lost.
    pub(super) const fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1f, 0x8b, 8],
            Self::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// A decoder's complaint, carried through [`io::Error`].
#[derive(Debug)]
struct Damage {
    format: &'static str,
    detail: String,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.format, self.detail)
    }
}

impl std::error::Error for Damage {}

/// The stream grew out of proportion; carried through [`io::Error`].
#[derive(Debug)]
struct Bomb(&'static str);

impl std::fmt::Display for Bomb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Bomb {}

/// Tells a decoder's complaint from the system's.
fn explain(error: io::Error) -> Error {
    match error.downcast::<Damage>() {
        Ok(damage) => ErrorKind::Compression { format: damage.format, detail: damage.detail }.into(),
        Err(error) => match error.downcast::<Bomb>() {
            Ok(Bomb(format)) => ErrorKind::Expansion { format, ratio: EXPANSION_RATIO }.into(),
            Err(error) => error.into(),
        },
    }
}

/// Where the bytes of a stream come from.
pub(super) trait Source: Read {
    /// Gives up the packed member at hand, after damage or because it grows out of proportion; reading goes on with the
    /// next. `false` if there are no members, or no more of them.
    fn give_up(&mut self) -> bool {
        false
    }
}

/// A decoder whose complaints are [`Damage`].
struct Unpacked {
    packing: Packing,
    decoder: Members,
}

impl Source for Unpacked {
    fn give_up(&mut self) -> bool {
        self.decoder.give_up()
    }
}

impl Read for Unpacked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buf).map_err(|error| {
            let ours = error.get_ref().is_some_and(|inner| inner.is::<Damage>() || inner.is::<Bomb>());
            if ours || error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let detail = match error.kind() {
                io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
                _ => error.to_string(),
            };
            io::Error::new(io::ErrorKind::InvalidData, Damage { format: self.packing.name(), detail })
        })
    }
}

/// Counts what leaves the outermost reader.
struct Metered {
    inner: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Source for Metered {}

/// How a bounded read ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// At what was looked for, or with all bytes asked for.
    Whole,
    /// At the end of the stream.
    Eof,
    /// At the bound; more follows.
    Cut,
}

/// Plain bytes with a place. Reading is buffered; what was read can be put back.
pub(super) struct Stream {
    inner: Box<dyn Source + Send>,
    buffer: Vec<u8>,
    /// The first byte of `buffer` that is not used up.
    at: usize,
    ended: bool,
    /// An error met while looking ahead, kept until the bytes before it are used up.
    failed: Option<io::Error>,
    offset: u64,
    packed: Arc<AtomicU64>,
    packing: Option<Packing>,
    /// Packed and plain bytes when the present record began.
    mark: (u64, u64),
}

impl Stream {
    fn plain(inner: Box<dyn Source + Send>, packed: Arc<AtomicU64>, packing: Option<Packing>) -> Self {
        let mark = (packed.load(Ordering::Relaxed), 0);
        Self { inner, buffer: Vec::new(), at: 0, ended: false, failed: None, offset: 0, packed, packing, mark }
    }

    /// Opens `inner`, unpacking what its first bytes say is packed.
    ///
    /// `packed` counts the bytes taken from it.
    pub(super) fn open(inner: Box<dyn Read + Send>, packed: &Arc<AtomicU64>) -> Result<Self> {
        let metered = Metered { inner, count: Arc::clone(packed) };
        let mut stream = Self::plain(Box::new(metered), Arc::clone(packed), None);
        let mut layers = 0;
        while let Some(packing) = Packing::sniff(stream.peek(4)?) {
            if layers == PACKINGS {
                let found = format!("{} packed over and over", packing.name());
                return Err(ErrorKind::NotAPage { found }.into());
            }
            layers += 1;
            let dictionary = if packing == Packing::Zstd { stream.take_dictionary()? } else { Vec::new() };
            let decoder = Box::new(Unpacked { packing, decoder: Members::new(packing, stream, dictionary) });
            stream = Self::plain(decoder, Arc::clone(packed), Some(packing));
        }
        Ok(stream)
    }

    /// Takes the dictionary frame that a `.warc.zst` begins with; empty where there is none.
    fn take_dictionary(&mut self) -> Result<Vec<u8>> {
        if self.peek(4)? != ZSTD_DICTIONARY {
            return Ok(Vec::new());
        }
        let mut head = Vec::new();
        self.read_exactly(8, &mut head)?;
        let size = head.get(4..8).map_or(0, |size| u32::from_le_bytes([size[0], size[1], size[2], size[3]]));
        if size as usize > DICTIONARY_BYTES {
            let detail = format!("its dictionary claims {size} bytes");
            return Err(ErrorKind::Compression { format: "zstd", detail }.into());
        }
        let mut dictionary = Vec::new();
        self.read_exactly(size as usize, &mut dictionary)?;
        if Packing::sniff(&dictionary) == Some(Packing::Zstd) {
            let mut plain = Vec::new();
            zstd::stream::read::Decoder::new(dictionary.as_slice())?
                .take(DICTIONARY_BYTES as u64)
                .read_to_end(&mut plain)
                .map_err(|error| ErrorKind::Compression { format: "zstd", detail: error.to_string() })?;
            dictionary = plain;
        }
        Ok(dictionary)
    }

    /// The place of the next byte, counted after unpacking.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Packed bytes taken so far.
    fn packed(&self) -> u64 {
        self.packed.load(Ordering::Relaxed)
    }

    /// Says that a record begins here: growth is judged from here on.
    pub(super) fn mark(&mut self) {
        self.mark = (self.packed(), self.offset);
    }

    /// After damage or a record that grew out of proportion: goes on with the next packed member, dropping what was read
    /// ahead. `false` if nothing can follow.
    pub(super) fn recover(&mut self) -> bool {
        self.offset += self.rest().len() as u64;
        self.at = self.buffer.len();
        self.failed = None;
        self.ended = !self.inner.give_up();
        self.mark();
        !self.ended
    }

    /// What was read ahead.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// Reads one chunk more into the buffer. `Ok(false)` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if let Some(error) = self.failed.take() {
            self.ended = true;
            return Err(error);
        }
        if self.ended {
            return Ok(false);
        }
        if self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
        }
        let old = self.buffer.len();
        self.buffer.resize(old + CHUNK, 0);
        let read = loop {
            match self.inner.read(&mut self.buffer[old..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = read.inspect_err(|_| {
            self.buffer.truncate(old);
            self.ended = true;
        })?;
        self.buffer.truncate(old + read);
        self.ended = read == 0;
        if let Some(packing) = self.packing {
            let grown = self.offset + self.rest().len() as u64 - self.mark.1;
            let taken = self.packed() - self.mark.0;
            if grown > EXPANSION_FREE && grown / EXPANSION_RATIO > taken {
                self.ended = true;
                return Err(io::Error::new(io::ErrorKind::InvalidData, Bomb(packing.name())));
            }
        }
        Ok(read > 0)
    }

    /// The next `n` bytes without using them up, fewer at the end of the stream or before damage.
    pub(super) fn peek(&mut self, n: usize) -> Result<&[u8]> {
        let offset = self.offset;
        self.look(n).map_err(|error| explain(error).at(offset))
    }

    /// As [`Stream::peek`], with the system's own errors.
    pub(super) fn look(&mut self, n: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.at < n {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if self.at == self.buffer.len() => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        let rest = self.rest();
        Ok(&rest[..rest.len().min(n)])
    }

    /// Whether nothing follows.
    pub(super) fn at_end(&mut self) -> Result<bool> {
        Ok(self.peek(1)?.is_empty())
    }

    /// Moves bytes from the buffer to `out` until `stop` says how many of the chunk at hand are wanted.
    pub(super) fn take_until(
        &mut self,
        out: &mut Vec<u8>,
        limit: usize,
        mut stop: impl FnMut(&[u8]) -> Option<usize>,
    ) -> Result<Ending> {
        let start = out.len();
        loop {
            if self.at == self.buffer.len() && !self.fill().map_err(|error| explain(error).at(self.offset))? {
                return Ok(Ending::Eof);
            }
            let room = limit - (out.len() - start);
            let rest = &self.buffer[self.at..];
            let found = stop(rest);
            let wanted = found.unwrap_or(rest.len());
            let taken = wanted.min(room);
            out.extend_from_slice(&rest[..taken]);
            self.consume(taken);
            if taken < wanted {
                return Ok(Ending::Cut);
            }
            if found.is_some() {
                return Ok(Ending::Whole);
            }
        }
    }

    /// Appends one line with its `\n` to `out`, of at most `limit` bytes.
    pub(super) fn read_line(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<Ending> {
        self.take_until(out, limit, |rest| memchr::memchr(b'\n', rest).map(|at| at + 1))
    }

    /// Passes over the rest of a line.
    pub(super) fn skip_line(&mut self) -> Result<()> {
        let mut dropped = Vec::new();
        while self.read_line(&mut dropped, CHUNK)? == Ending::Cut {
            dropped.clear();
        }
        Ok(())
    }

    /// Appends all that follows to `out`, at most `limit` bytes.
    pub(super) fn read_rest(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<Ending> {
        self.take_until(out, limit, |_| None)
    }

    /// Appends the next `n` bytes to `out`; [`Ending::Eof`] if there are fewer.
    pub(super) fn read_exactly(&mut self, n: usize, out: &mut Vec<u8>) -> Result<Ending> {
        let mut left = n;
        self.take_until(out, n, |rest| {
            let done = left <= rest.len();
            let taken = left.min(rest.len());
            left -= taken;
            done.then_some(taken)
        })
    }

    /// Passes over `n` bytes; [`Ending::Eof`] if there are fewer.
    pub(super) fn skip(&mut self, n: u64) -> Result<Ending> {
        let mut left = n;
        while left > 0 {
            if self.at == self.buffer.len() && !self.fill().map_err(|error| explain(error).at(self.offset))? {
                return Ok(Ending::Eof);
            }
            let taken = left.min((self.buffer.len() - self.at) as u64);
            self.consume(taken as usize);
            left -= taken;
        }
        Ok(Ending::Whole)
    }

    /// Puts bytes back in front of what follows.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        // Mostly they are still there.
        if let Some(at) = self.at.checked_sub(bytes.len()) {
            self.buffer[at..self.at].copy_from_slice(bytes);
            self.at = at;
        } else {
            self.buffer.splice(..self.at, bytes.iter().copied());
            self.at = 0;
        }
        self.offset -= bytes.len() as u64;
    }

    /// What the stream begins with, for sniffing.
    pub(super) fn head(&mut self) -> Result<&[u8]> {
        self.peek(SNIFF_BYTES)
    }
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let rest = self.fill_buf()?;
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.fill()?;
        }
        Ok(self.rest())
    }

    fn consume(&mut self, n: usize) {
        self.at += n;
        self.offset += n as u64;
    }
}
