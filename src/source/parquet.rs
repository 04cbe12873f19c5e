//! Parquet files: every row is a record, row groups are read one at a time. Only with the feature `parquet`.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::source::{Payload, Place, Record, charset};

/// Reads rows.
pub(super) struct Reader {
    /// `None` after damage.
    rows: Option<RowIter<'static>>,
    path: Arc<str>,
    below: Arc<Path>,
    next: u64,
}

impl Reader {
    /// Opens `file` and reads its footer.
    pub(super) fn open(file: File, path: Arc<str>, below: Arc<Path>) -> Result<Self> {
        let reader = guarded(|| SerializedFileReader::new(file))?;
        let rows = guarded(|| Ok(RowIter::from_file_into(Box::new(reader))))?;
        Ok(Self { rows: Some(rows), path, below, next: 0 })
    }

    /// The next row, as the JSON object that its columns make.
    pub(super) fn next(&mut self) -> Option<Result<Record>> {
        let (path, below) = (Arc::clone(&self.path), Arc::clone(&self.below));
        let place = Place { path, below, record: Some(self.next), offset: 0 };
        self.next += 1;
        let rows = self.rows.as_mut()?;
        match guarded(|| rows.next().transpose()) {
            Ok(None) => None,
            Ok(Some(row)) => Some(Ok(Record { place, payload: Payload::Json(object(&row)) })),
            Err(error) => {
                self.rows = None;
                Some(Err(place.mark(error)))
            }
        }
    }
}

/// Runs a step of the reader, which takes damage in some places for a fault of the program and panics.
fn guarded<T>(step: impl FnOnce() -> Result<T, ParquetError>) -> Result<T> {
    let damaged = |how: String| -> Error {
        let detail = format!("{how}; fetch the file again");
        ErrorKind::Compression { format: "Parquet", detail }.into()
    };
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(damaged(error.to_string())),
        Err(_) => Err(damaged("its pages do not fit its footer".to_owned())),
    }
}

fn object(row: &Row) -> Vec<u8> {
    let cell = |field: &Field| match field {
        Field::Str(text) => Value::String(text.clone()),
        // Pages are often stored as mere bytes.
        Field::Bytes(bytes) => Value::String(charset::decode(bytes.data().to_vec(), None, None).text),
        other => other.to_json_value(),
    };
    let row: Map<String, Value> = row.get_column_iter().map(|(name, field)| (name.clone(), cell(field))).collect();
    serde_json::to_vec(&row).unwrap_or_default()
}
