//! The promises, one file each, kept by the built library and program.

mod archive;
mod archive_formats;
mod charsets;
mod hostile;
mod learning;
mod models;
mod mutations;
mod nothing_lost;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod quality;
mod readme;
mod report;
mod rooms;
mod schema;
mod scoring;
mod support;
mod unreadable;
