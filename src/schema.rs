//! The JSON Schema (draft 2020-12) of the records; a test holds real output against it.

/// Schema of `tamis/page/1`.
pub const PAGE: &str = include_str!("schema/page.json");

/// Schema of `tamis/error/1`.
pub const ERROR: &str = include_str!("schema/error.json");
