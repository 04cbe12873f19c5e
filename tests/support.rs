//! Runs the program and reads what it printed.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("UTF-8")
    }

    /// The JSON lines on standard output.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }

    /// All went well, and one record came out.
    pub(crate) fn page(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}", self.stderr);
        lines.remove(0)
    }
}

/// The program with these arguments.
pub(crate) fn command<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
    command.args(arguments);
    command
}

/// Runs the program with `stdin`.
pub(crate) fn tamis<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>, stdin: &[u8]) -> Run {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut pipe = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        // A program that has seen enough closes its end.
        scope.spawn(move || drop(pipe.write_all(stdin)));
        let output = child.wait_with_output().expect("the program ends");
        Run {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    })
}

/// Says that a test cannot run here.
pub(crate) fn skipped(why: &str) {
    writeln!(std::io::stdout(), "skipped: {why}").expect("said");
}

/// Cleans one page from standard input.
pub(crate) fn clean(page: &[u8]) -> Value {
    tamis(["clean", "--verify", "-"], page).page()
}

/// All visible text of a record, wherever it came to rest.
pub(crate) fn all_text(record: &Value) -> String {
    let mut texts = Vec::new();
    for part in ["head", "body", "comments", "removed"] {
        for piece in record[part].as_array().into_iter().flatten() {
            texts.extend(piece["text"].as_str());
            for meta in piece["meta"].as_array().into_iter().flatten() {
                texts.extend(meta["text"].as_str());
            }
        }
    }
    texts.join("\n")
}

/// A folder for one test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// The files inside, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = std::fs::read_dir(self.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        files
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("in memory")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("in memory")
}
