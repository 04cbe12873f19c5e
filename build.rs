//! Compiles the phrase lists in `src/lexicon/data` and the date words in `src/dates/data` into hash tables: reading
//! them when the program starts would take longer than cleaning a page.
#![allow(dead_code, missing_docs, unreachable_pub, unused_imports)]

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/language"]
mod language {
    mod chars;
    mod fold;
    mod lang;
    mod script;
    mod words;

    pub use chars::Nature;
    pub use fold::{digit, fold_char, is_unspaced, is_word_char};
    pub use lang::Lang;
    pub use script::Script;
    pub use words::{NUMBER, Word, WordKind, each_word, join};
}

#[path = "src/dates"]
mod dates {
    pub(crate) mod compile;
    pub(crate) mod role;
}

/// What a language's parsing mentions of it.
mod record {
    pub struct UnknownName {
        pub what: &'static str,
        pub name: String,
    }
}

#[path = "src/lexicon"]
mod lexicon {
    pub(crate) mod class;
    pub(crate) mod compile;
    pub(crate) mod layout;
}

fn main() {
    let data = Path::new("src/lexicon/data");
    for path in [
        "build.rs",
        "src/lexicon",
        "src/language/chars.rs",
        "src/language/fold.rs",
        "src/language/lang.rs",
        "src/language/script.rs",
        "src/language/words.rs",
        "src/dates",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut files: Vec<PathBuf> = fs::read_dir(data)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .unwrap_or_else(|error| panic!("{}: {error}", data.display()));
    files.sort();
    let mut phrases = lexicon::compile::Phrases::default();
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "txt")) {
        let file = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        phrases.add_file(&file).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("date-words.bin");
    fs::write(&out, dates::compile::table()).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("phrases.bin");
    fs::write(&out, phrases.table()).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}
