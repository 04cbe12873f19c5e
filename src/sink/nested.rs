//! The record with its comments as a tree: every comment holds the replies to it under `replies`.
//! One line a page: indentation would outweigh a deep thread.

use serde_json::Value;

use crate::record::PageRecord;
use crate::sink::{json, thread};
use crate::source::Fields;

/// Writes the page.
pub(super) fn page(record: &PageRecord, fields: &Fields) -> Vec<u8> {
    let tree = thread::nest(&record.comments, |comment, replies| {
        let mut value = serde_json::to_value(comment).unwrap_or_default();
        value["replies"] = Value::Array(replies);
        value
    });
    let mut value = serde_json::to_value(PageRecord { comments: Vec::new(), ..record.clone() }).unwrap_or_default();
    value["comments"] = Value::Array(tree);
    json::line(&value, fields)
}
