//! Whatever a file of JSON lines holds, reading it ends, and every record of it opens or fails with an error of its own.
#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;
use tamis::source::Kind;

fuzz_target!(|bytes: &[u8]| reading::check(bytes, Kind::Jsonl));
