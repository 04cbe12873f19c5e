//! Parquet: a row a page, the commonest facts as columns, the whole record as JSON in the last one.

#[cfg(feature = "parquet")]
pub(super) use table::Table;

use crate::record::PageRecord;
use crate::sink::json;
use crate::source::Fields;

/// The columns that hold text, in order; `comments`, their number, and `record` follow.
#[cfg(feature = "parquet")]
const TEXTS: [&str; 8] = ["id", "url", "kind", "title", "author", "published", "language", "text"];

/// A row as it goes from the worker to the writer: a JSON array of its cells.
pub(super) fn row(record: &PageRecord, fields: &Fields) -> Vec<u8> {
    let line = json::line(record, fields);
    let cells = (
        &record.id,
        &record.source.url,
        record.kind,
        &record.title,
        &record.author,
        &record.published,
        &record.language,
        &record.text,
        record.comments.len(),
        String::from_utf8_lossy(line.trim_ascii_end()),
    );
    serde_json::to_vec(&cells).unwrap_or_default()
}

#[cfg(feature = "parquet")]
mod table {
    use std::sync::Arc;

    use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical, ZstdLevel};
    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::errors::ParquetError;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;

    use super::TEXTS;
    use crate::error::{Error, ErrorKind, Result};
    use crate::sink::Whole;

    /// Bytes of cells that are held before they are written as a row group.
    const GROUP_BYTES: usize = 64 << 20;

    /// The cells of one row.
    type Row = (
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        i64,
        Option<String>,
    );

    /// A file being written.
    pub(in crate::sink) struct Table {
        writer: SerializedFileWriter<Whole>,
        texts: [Vec<Option<String>>; TEXTS.len()],
        comments: Vec<i64>,
        records: Vec<Option<String>>,
        bytes: usize,
    }

    impl Table {
        pub(in crate::sink) fn new(whole: Whole) -> Result<Self> {
            let text = |name: &str| {
                Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                    .with_repetition(Repetition::OPTIONAL)
                    .with_logical_type(Some(LogicalType::String))
                    .with_converted_type(ConvertedType::UTF8)
                    .build()
                    .map(Arc::new)
            };
            let count = Type::primitive_type_builder("comments", Physical::INT64)
                .with_repetition(Repetition::REQUIRED)
                .build()
                .map(Arc::new);
            let mut columns = TEXTS.into_iter().map(text).collect::<Result<Vec<_>, _>>().map_err(explain)?;
            columns.push(count.map_err(explain)?);
            columns.push(text("record").map_err(explain)?);
            let schema = Type::group_type_builder("page").with_fields(columns).build().map_err(explain)?;
            let level = ZstdLevel::try_new(3).map_err(explain)?;
            let properties = WriterProperties::builder()
                .set_created_by(concat!("tamis ", env!("CARGO_PKG_VERSION")).to_owned())
                .set_compression(Compression::ZSTD(level))
                .build();
            let writer = SerializedFileWriter::new(whole, Arc::new(schema), Arc::new(properties)).map_err(explain)?;
            let (texts, comments, records) = Default::default();
            Ok(Self { writer, texts, comments, records, bytes: 0 })
        }

        /// Adds a row as [`super::row`] makes it.
        pub(in crate::sink) fn put(&mut self, cells: &[u8]) -> Result<()> {
            let row: Row = serde_json::from_slice(cells).map_err(|error| ErrorKind::Record(error.to_string()))?;
            let (id, url, kind, title, author, published, language, text, comments, record) = row;
            for (column, cell) in self.texts.iter_mut().zip([id, url, kind, title, author, published, language, text]) {
                column.push(cell);
            }
            self.comments.push(comments);
            self.records.push(record);
            self.bytes += cells.len();
            if self.bytes >= GROUP_BYTES { self.flush() } else { Ok(()) }
        }

        /// Writes the rows held as a row group.
        fn flush(&mut self) -> Result<()> {
            if self.comments.is_empty() {
                return Ok(());
            }
            self.bytes = 0;
            let texts = self.texts.iter_mut().map(std::mem::take).collect::<Vec<_>>();
            let comments = std::mem::take(&mut self.comments);
            let records = std::mem::take(&mut self.records);
            let writer = &mut self.writer;
            let write = || -> Result<(), ParquetError> {
                let mut group = writer.next_row_group()?;
                let strings = |cells: Vec<Option<String>>| {
                    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
                    let values: Vec<ByteArray> =
                        cells.into_iter().flatten().map(|cell| ByteArray::from(cell.into_bytes())).collect();
                    (values, levels)
                };
                let mut texts = texts.into_iter();
                let mut records = Some(records);
                let mut number = 0;
                while let Some(mut column) = group.next_column()? {
                    if number == TEXTS.len() {
                        column.typed::<Int64Type>().write_batch(&comments, None, None)?;
                    } else {
                        let cells = texts.next().or_else(|| records.take()).unwrap_or_default();
                        let (values, levels) = strings(cells);
                        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                    }
                    column.close()?;
                    number += 1;
                }
                group.close()?;
                Ok(())
            };
            write().map_err(explain)
        }

        /// Writes the last rows and the footer.
        pub(in crate::sink) fn finish(mut self) -> Result<Whole> {
            self.flush()?;
            self.writer.into_inner().map_err(explain)
        }
    }

    /// The system's words, where it was the system that refused.
    fn explain(error: ParquetError) -> Error {
        match error {
            ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
                Ok(io) => Error::from(*io),
                Err(other) => ErrorKind::Record(other.to_string()).into(),
            },
            other => ErrorKind::Record(other.to_string()).into(),
        }
    }
}
