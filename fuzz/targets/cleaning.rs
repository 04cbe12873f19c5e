//! What must hold for every page that is cleaned, whatever the format.

use std::sync::LazyLock;

use tamis::clean::{Cleaner, Input};
use tamis::record::Format;
use tamis::sink::{self, Form};
use tamis::verify::verify;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new().expect("embedded model").links(true));

/// Every form that a record can be written in by itself.
const FORMS: [Form; 7] = [Form::Jsonl, Form::Nested, Form::Jsonld, Form::Markdown, Form::Text, Form::Html, Form::Warc];

/// Cleans a page: no panic, nothing lost, every form can be written.
pub fn check(source: &str, format: Format) {
    let cleaned = CLEANER.stages(&Input::new("x", source, format));
    if let Err(error) = verify(source, &cleaned.record) {
        panic!("{error}");
    }
    for form in FORMS {
        form.page(&cleaned.record, &Vec::new());
    }
    sink::explained(&CLEANER, &cleaned);
}
