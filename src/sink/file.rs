//! Files that are written whole or not at all: under a temporary name in the same folder, renamed at the end.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::error::{Error, Result};

/// How the names of unfinished files begin.
pub(super) const TEMPORARY: &str = ".tamis-part-";

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl Packing {
    /// What the name asks for.
    pub fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// A file being written. Dropped before [`Whole::finish`], it leaves nothing behind.
pub struct Whole {
    writer: Writer,
    /// The temporary name; `None` for a device or pipe, which is written to as it is.
    temporary: Option<TempPath>,
    path: PathBuf,
}

enum Writer {
    Plain(BufWriter<File>),
    Gzip(flate2::write::GzEncoder<BufWriter<File>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<File>>),
    /// Closed by an error.
    Between,
}

fn gzip(file: BufWriter<File>) -> Writer {
    Writer::Gzip(flate2::write::GzEncoder::new(file, flate2::Compression::default()))
}

fn zstd(file: BufWriter<File>) -> io::Result<Writer> {
    Ok(Writer::Zstd(zstd::stream::write::Encoder::new(file, 0)?))
}

impl Whole {
    /// Begins the file at `path`, packed as its name says. Folders above it are made.
    pub fn create(path: &Path) -> Result<Self> {
        Self::begin(path).map_err(|error| Error::from(error).in_file(path.display().to_string()))
    }

    fn begin(path: &Path) -> io::Result<Self> {
        let special = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
        let (file, temporary) = if special {
            (File::options().write(true).open(path)?, None)
        } else {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            let (file, temporary) = temporary(folder)?.into_parts();
            (file, Some(temporary))
        };
        let file = BufWriter::with_capacity(256 << 10, file);
        let writer = match Packing::of(path) {
            Packing::Plain => Writer::Plain(file),
            Packing::Gzip => gzip(file),
            Packing::Zstd => zstd(file)?,
        };
        Ok(Self { writer, temporary, path: path.to_owned() })
    }

    /// Ends a gzip member or zstd frame, so that what follows can be unpacked by itself (WARC).
    pub fn end_member(&mut self) -> Result<()> {
        let next = match std::mem::replace(&mut self.writer, Writer::Between) {
            Writer::Gzip(encoder) => encoder.finish().map(gzip),
            Writer::Zstd(encoder) => encoder.finish().and_then(zstd),
            other => Ok(other),
        };
        self.writer = next.map_err(|error| self.explain(error))?;
        Ok(())
    }

    /// Writes what is left and gives the file its name.
    pub fn finish(self) -> Result<()> {
        let Self { writer, temporary, path } = self;
        let end = || -> io::Result<()> {
            let file = match writer {
                Writer::Plain(file) => file,
                Writer::Gzip(encoder) => encoder.finish()?,
                Writer::Zstd(encoder) => encoder.finish()?,
                Writer::Between => return Err(io::Error::other("the file was closed by an earlier error")),
            };
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            if let Some(temporary) = temporary {
                file.sync_all()?;
                temporary.persist(&path).map_err(|error| error.error)?;
            }
            Ok(())
        };
        end().map_err(|error| Error::from(error).in_file(path.display().to_string()))
    }

    /// Names the file in an error of writing to it.
    pub fn explain(&self, error: io::Error) -> Error {
        Error::from(error).in_file(self.path.display().to_string())
    }
}

/// A file under a temporary name with the permissions of any other new file.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

impl Write for Whole {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Writer::Plain(writer) => writer.write(buf),
            Writer::Gzip(writer) => writer.write(buf),
            Writer::Zstd(writer) => writer.write(buf),
            Writer::Between => Err(io::Error::other("the file was closed by an earlier error")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.writer {
            Writer::Plain(writer) => writer.flush(),
            Writer::Gzip(writer) => writer.flush(),
            Writer::Zstd(writer) => writer.flush(),
            Writer::Between => Err(io::Error::other("the file was closed by an earlier error")),
        }
    }
}
