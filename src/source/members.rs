//! A packed stream, one gzip member or zstd frame after another, so that damage to one does not hide those behind it.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use crate::source::stream::{Packing, Source, Stream};

/// Packed bytes that are looked through again after damage. A member that ends too early is read on into those behind
/// it; deflate notices after some hundred bytes that what it reads makes no sense.
const KEPT: usize = 64 << 10;

/// Packed bytes that may be read again beyond as many as the stream has, so that bytes that only look like members mean
/// work in proportion to the stream.
const AGAIN: u64 = 1 << 20;
/// What trying for a member costs beside reading it, in packed bytes.
const ATTEMPT: u64 = 256;

/// Unpacks member after member.
pub(super) struct Members {
    packing: Packing,
    /// What zstd frames refer to; mostly empty.
    dictionary: Vec<u8>,
    state: State,
    /// Packed bytes that were read again.
    again: u64,
    /// How many members were damaged.
    lost: u64,
}

enum State {
    Between(Tail),
    Within(Decoder),
    /// Amid a member that is damaged or given up.
    Lost(Tail),
    Ended,
}

enum Decoder {
    Gzip(Box<GzDecoder<Tail>>),
    Zstd(ZstdDecoder<'static, Tail>),
}

impl Decoder {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buf),
            Self::Zstd(decoder) => decoder.read(buf),
        }
    }

    fn into_inner(self) -> Tail {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

impl Members {
    /// Unpacks what `stream` holds; `dictionary` may be empty.
    pub(super) fn new(packing: Packing, stream: Stream, dictionary: Vec<u8>) -> Self {
        Self { packing, dictionary, state: State::Between(Tail { stream, kept: Vec::new() }), again: 0, lost: 0 }
    }

    fn decoder(&self, tail: Tail) -> io::Result<Decoder> {
        Ok(match self.packing {
            Packing::Gzip => Decoder::Gzip(Box::new(GzDecoder::new(tail))),
            Packing::Zstd => Decoder::Zstd(ZstdDecoder::with_dictionary(tail, &self.dictionary)?.single_frame()),
        })
    }

    /// After damage: the place where a next member may begin.
    fn seek(&mut self, mut tail: Tail) -> io::Result<State> {
        self.lost += 1;
        // Its first byte is passed over: never the same member again.
        let from = 1.max(tail.kept.len().saturating_sub(KEPT));
        let again = tail.kept.get(from..).unwrap_or_default();
        let bound = tail.stream.offset() - again.len() as u64 + AGAIN;
        if self.lost * ATTEMPT > bound {
            return Ok(State::Ended);
        }
        if tail.kept.is_empty() {
            tail.stream.fill_buf()?;
            tail.stream.consume(1);
        } else if self.again + again.len() as u64 <= bound {
            self.again += again.len() as u64;
            tail.stream.put_back(again);
        }
        tail.kept.clear();
        loop {
            let ahead = tail.stream.fill_buf()?;
            if ahead.is_empty() {
                return Ok(State::Ended);
            }
            let begins = self.packing.magic()[0];
            let passed = memchr::memchr(begins, ahead).unwrap_or(ahead.len());
            let found = passed < ahead.len();
            tail.stream.consume(passed);
            if found {
                let head = tail.stream.look(4)?;
                if head.starts_with(self.packing.magic()) {
                    return Ok(State::Between(tail));
                }
                tail.stream.consume(1);
            }
        }
    }
}

impl Read for Members {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(mut tail) => {
                    tail.kept.clear();
                    if tail.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    self.state = State::Within(self.decoder(tail)?);
                }
                State::Within(mut decoder) => match decoder.read(buf) {
                    Ok(0) => self.state = State::Between(decoder.into_inner()),
                    Ok(read) => {
                        self.state = State::Within(decoder);
                        return Ok(read);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                        self.state = State::Within(decoder);
                        return Err(error);
                    }
                    Err(error) => {
                        self.state = State::Lost(decoder.into_inner());
                        return Err(error);
                    }
                },
                State::Lost(tail) => self.state = self.seek(tail)?,
            }
        }
    }
}

impl Source for Members {
    fn give_up(&mut self) -> bool {
        self.state = match std::mem::replace(&mut self.state, State::Ended) {
            State::Within(decoder) => State::Lost(decoder.into_inner()),
            other => other,
        };
        !matches!(self.state, State::Ended)
    }
}

/// A stream that keeps the bytes last taken from it: those of the member at hand, as far as they are among the last
/// [`KEPT`].
struct Tail {
    stream: Stream,
    kept: Vec<u8>,
}

impl Read for Tail {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let ahead = self.fill_buf()?;
        let read = ahead.len().min(buf.len());
        buf[..read].copy_from_slice(&ahead[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Tail {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.stream.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.kept.extend_from_slice(&self.stream.rest()[..n]);
        self.stream.consume(n);
        if self.kept.len() > 4 * KEPT {
            // More than `KEPT` stay, which says that the member's first byte is not among them.
            self.kept.drain(..self.kept.len() - KEPT - 1);
        }
    }
}
