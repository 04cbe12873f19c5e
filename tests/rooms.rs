//! A stage imports only from the stages to its left and from the rooms below them.

use std::path::{Path, PathBuf};

/// The rooms from below upwards: each may use itself and those on earlier lines only.
const ORDER: &[&[&str]] = &[
    &["hashed", "limits", "record", "wide"],
    &["error"],
    &["language", "bayes"],
    &["lexicon", "dates", "forest"],
    &["page"],
    &["source"],
    &["evidence"],
    &["label"],
    &["article", "thread"],
    &["clean"],
    &["verify", "dedup"],
    &["eval"],
    &["moderate"],
    &["sink", "schema"],
    &["cookbook"],
];

/// The files of a room, tests aside.
fn files(room: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src.join(format!("{room}.rs"))];
    let mut folders = vec![src.join(room)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.retain(|file| file.is_file() && file.file_name().is_none_or(|name| name != "tests.rs"));
    files
}

/// The rooms that a source file names after `crate::`, with the line.
fn imports(source: &str) -> Vec<(usize, String)> {
    let code = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut imports = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        for path in line.split("crate::").skip(1) {
            let names = match path.strip_prefix('{') {
                // `use crate::{error::Error, page};`
                Some(list) => list.split(',').collect::<Vec<_>>(),
                None => vec![path],
            };
            for name in names {
                let name: String = name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if name.starts_with(|c: char| c.is_ascii_lowercase()) {
                    imports.push((number + 1, name));
                }
            }
        }
    }
    imports
}

#[test]
fn no_stage_imports_from_a_later_one() {
    let height = |room: &str| ORDER.iter().position(|level| level.contains(&room));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for &room in ORDER.iter().copied().flatten() {
        for file in files(room) {
            seen += 1;
            let source = std::fs::read_to_string(&file).expect("a source file");
            for (line, import) in imports(&source) {
                if import != room && height(&import).is_none_or(|other| Some(other) >= height(room)) {
                    wrong.push(format!("{}:{line}: {room} uses {import}", file.display()));
                }
            }
        }
    }
    assert!(seen > 20, "the rooms are where they are looked for");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_of_the_library_has_its_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let source = std::fs::read_to_string(root).expect("lib.rs");
    for line in source.lines() {
        if let Some(room) = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")) {
            let room = room.trim_end_matches(';').split_whitespace().next().unwrap_or_default();
            assert!(ORDER.iter().any(|level| level.contains(&room)), "{room} stands in no order of rooms");
        }
    }
}

#[test]
fn the_library_owns_no_terminal_and_no_environment() {
    for room in ORDER.iter().copied().flatten() {
        for file in files(room) {
            let source = std::fs::read_to_string(&file).expect("a source file");
            let code = source.split("\n#[cfg(test)]").next().unwrap_or_default();
            for word in ["std::env::", "SystemTime::now", "println!", "dbg!("] {
                let found = code.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
                assert!(!found, "{} uses {word}", file.display());
            }
        }
    }
}
