//! Whatever an HTML page holds, it is cleaned without a panic, nothing is lost, and every form can be written.
#![no_main]

mod cleaning;

use libfuzzer_sys::fuzz_target;
use tamis::record::Format;

fuzz_target!(|source: &str| cleaning::check(source, Format::Html));
