//! Whatever a text dump holds, it is cleaned without a panic, nothing is lost, and every form can be written.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tamis::clean::{Cleaner, Input};
use tamis::record::Format;
use tamis::sink::{self, Form};
use tamis::verify::verify;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new().expect("embedded model").links(true));

fuzz_target!(|source: &str| {
    let cleaned = CLEANER.stages(&Input::new("x", source, Format::Text));
    if let Err(error) = verify(source, &cleaned.record) {
        panic!("{error}");
    }
    for form in [Form::Jsonl, Form::Nested, Form::Jsonld, Form::Markdown, Form::Text, Form::Html, Form::Warc] {
        form.page(&cleaned.record, &Vec::new());
    }
    sink::explained(&CLEANER, &cleaned);
});
