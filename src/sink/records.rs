//! A file of pages one after another, whatever its form asks for between them.

use std::io::Write;
use std::path::Path;

use crate::error::{ErrorKind, Result};
use crate::sink::{Form, Whole};

/// A file being written. Dropped before [`Records::finish`], it leaves nothing behind.
pub struct Records {
    form: Form,
    body: Body,
}

enum Body {
    Bytes(Box<Whole>),
    #[cfg(feature = "parquet")]
    Table(Box<super::parquet::Table>),
}

impl Records {
    /// Begins the file at `path`, packed as its name says.
    pub fn create(path: &Path, form: Form) -> Result<Self> {
        let whole = Whole::create(path)?;
        #[cfg(feature = "parquet")]
        if form == Form::Parquet {
            return Ok(Self { form, body: Body::Table(Box::new(super::parquet::Table::new(whole)?)) });
        }
        if form == Form::Parquet {
            let message = "this build cannot write Parquet; build it with --features parquet";
            return Err(ErrorKind::Usage(message.to_owned()).into());
        }
        let mut records = Self { form, body: Body::Bytes(Box::new(whole)) };
        records.put(&form.head())?;
        Ok(records)
    }

    /// Writes what [`Form::page`] made of a page (or [`Form::error`] of a failure).
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        match &mut self.body {
            Body::Bytes(whole) => {
                whole.write_all(bytes).map_err(|error| whole.explain(error))?;
                // Every record of a packed WARC can be unpacked by itself.
                if self.form == Form::Warc { whole.end_member() } else { Ok(()) }
            }
            #[cfg(feature = "parquet")]
            Body::Table(table) => table.put(bytes),
        }
    }

    /// Writes what is left and gives the file its name.
    pub fn finish(self) -> Result<()> {
        match self.body {
            Body::Bytes(whole) => whole.finish(),
            #[cfg(feature = "parquet")]
            Body::Table(table) => table.finish()?.finish(),
        }
    }
}
