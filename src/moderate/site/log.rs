//! The log of a site's decisions: one checked line each, appended under a lock and on disk before it is acknowledged.
//! A line torn by a crash was never acknowledged and is passed over.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bayes::hash;
use crate::error::{Error, ErrorKind, Result};
use crate::moderate::Head;

/// A moderator's decision on one comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decision {
    /// What was written.
    pub text: String,
    /// Whether it is spam, where that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "flag")]
    pub spam: Option<bool>,
    /// Whether it is abuse, where that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "flag")]
    pub abuse: Option<bool>,
}

impl Decision {
    /// What was decided for one head.
    pub const fn of(&self, head: Head) -> Option<bool> {
        match head {
            Head::Spam => self.spam,
            Head::Abuse => self.abuse,
        }
    }
}

/// A decision as 0 or 1, as in every labelled set; `true` and `false` are read too.
mod flag {
    use serde::{Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Number(u8),
        Truth(bool),
    }

    #[expect(clippy::ref_option, reason = "serde's form")]
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference to `with` functions.
    pub(super) fn serialize<S: Serializer>(flag: &Option<bool>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(u8::from(flag.unwrap_or_default()))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<bool>, D::Error> {
        Ok(Option::<Flag>::deserialize(from)?.map(|flag| match flag {
            Flag::Number(number) => number != 0,
            Flag::Truth(truth) => truth,
        }))
    }
}

#[derive(Serialize, Deserialize)]
struct Entry {
    op: Op,
    #[serde(flatten)]
    decision: Decision,
}

impl Entry {
    fn learn(decision: &Decision) -> Self {
        Self { op: Op::Learn, decision: decision.clone() }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Op {
    Learn,
    Unlearn,
}

/// The log of a site's decisions.
#[derive(Debug)]
pub struct SiteLog {
    path: PathBuf,
}

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(5);
/// The namespace of the lines' check sums.
const CHECK: u64 = 0x7369_7465;

impl SiteLog {
    /// The log at `path`, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All bytes of the log; none where there is no log yet. A reader needs no lock: what a writer is about to add ends
    /// in a torn line at worst.
    pub(super) fn bytes(&self) -> Result<Vec<u8>> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.place(error.into())),
        }
    }

    /// The decisions that stand, in the order in which they were made. A log that does not exist has none. A damaged line
    /// before the last is an [`ErrorKind::Record`] with its place.
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        self.replay(&self.bytes()?)
    }

    /// The decisions that stand after all lines of the log's `bytes`.
    pub(super) fn replay(&self, bytes: &[u8]) -> Result<Vec<Decision>> {
        replay(bytes).map_err(|error| self.place(error))
    }

    /// Adds decisions. When this returns, they are on disk.
    pub fn learn(&self, decisions: &[Decision]) -> Result<()> {
        let learned = |_: &mut File| Ok(decisions.iter().map(Entry::learn).collect());
        self.append(learned).map(|_| ())
    }

    /// Adds those of the decisions that do not stand yet, so that importing twice is importing once. Returns how many
    /// were added.
    pub fn import(&self, decisions: &[Decision]) -> Result<usize> {
        self.append(|file| {
            let mut standing = HashMap::<Decision, usize>::new();
            for decision in standing_in(file)? {
                *standing.entry(decision).or_default() += 1;
            }
            let mut missing = Vec::new();
            for decision in decisions {
                match standing.get_mut(decision).filter(|left| **left > 0) {
                    Some(left) => *left -= 1,
                    None => missing.push(Entry::learn(decision)),
                }
            }
            Ok(missing)
        })
    }

    /// Takes decisions back, each the latest that is equal; one that says nothing of either head stands for the latest
    /// decision on its text. Returns how many there were to take back.
    pub fn unlearn(&self, decisions: &[Decision]) -> Result<usize> {
        self.append(|file| {
            let mut standing = standing_in(file)?;
            let mut entries = Vec::new();
            for decision in decisions {
                let any = decision.spam.is_none() && decision.abuse.is_none();
                let same = |earlier: &Decision| earlier == decision || any && earlier.text == decision.text;
                if let Some(at) = standing.iter().rposition(same) {
                    entries.push(Entry { op: Op::Unlearn, decision: standing.remove(at) });
                }
            }
            Ok(entries)
        })
    }

    /// Appends what `entries` makes of the log, under the lock.
    fn append(&self, entries: impl FnOnce(&mut File) -> Result<Vec<Entry>>) -> Result<usize> {
        let work = || -> Result<usize> {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
            wait(|| file.try_lock())?;
            mend(&mut file)?;
            let entries = entries(&mut file)?;
            let mut lines = String::new();
            for entry in &entries {
                let json = serde_json::to_string(entry).map_err(io::Error::from)?;
                lines.push_str(&format!("{:016x} {json}\n", hash(CHECK, json.as_bytes())));
            }
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            // A new log's name is on disk only when its folder is.
            #[cfg(unix)]
            if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder)?.sync_all()?;
            }
            Ok(entries.len())
        };
        work().map_err(|error| self.place(error))
    }

    fn place(&self, error: Error) -> Error {
        error.in_file(self.path.display().to_string())
    }
}

/// Cuts off a line that a crash tore: it was never acknowledged.
fn mend(file: &mut File) -> Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut last)?;
    if last != *b"\n" {
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut text)?;
        file.set_len(memchr::memrchr(b'\n', &text).map_or(0, |at| at as u64 + 1))?;
    }
    Ok(())
}

/// The decisions that stand in an open log.
fn standing_in(file: &mut File) -> Result<Vec<Decision>> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut text)?;
    replay(&text)
}

/// Takes a lock, waiting a while for whoever holds it.
fn wait(mut attempt: impl FnMut() -> std::result::Result<(), TryLockError>) -> Result<()> {
    const STEP: Duration = Duration::from_millis(20);
    for _ in 0..PATIENCE.as_millis() / STEP.as_millis() {
        match attempt() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(STEP),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(ErrorKind::Usage("another process holds the site's log; try again when it is done".to_owned()).into())
}

/// The decisions that stand after all lines of a log.
fn replay(text: &[u8]) -> Result<Vec<Decision>> {
    let whole = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    let mut standing: Vec<Decision> = Vec::new();
    let mut offset = 0;
    for (number, line) in text[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
        let damaged = || {
            let message = "this line of the site's log is damaged; restore it from `tamis export` or take the line out"
                .to_owned();
            Error::new(ErrorKind::Record(message)).in_record(number as u64).at(offset as u64)
        };
        let (sum, json) = line.trim_ascii_end().split_at_checked(17).ok_or_else(damaged)?;
        if sum != format!("{:016x} ", hash(CHECK, json)).as_bytes() {
            return Err(damaged());
        }
        let entry: Entry = serde_json::from_slice(json).map_err(|_| damaged())?;
        match entry.op {
            Op::Learn => standing.push(entry.decision),
            Op::Unlearn => {
                if let Some(at) = standing.iter().rposition(|earlier| *earlier == entry.decision) {
                    standing.remove(at);
                }
            }
        }
        offset += line.len();
    }
    Ok(standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(text: &str, spam: bool) -> Decision {
        Decision { text: text.to_owned(), spam: Some(spam), abuse: None }
    }

    #[test]
    fn decisions_are_kept_taken_back_and_survive_a_torn_line() {
        let folder = tempfile::tempdir().unwrap();
        let log = SiteLog::new(folder.path().join("site.log"));
        assert_eq!(log.decisions().unwrap(), []);
        let (a, b) = (decision("buy", true), decision("hello\nyou", false));
        log.learn(&[a.clone(), b.clone(), a.clone()]).unwrap();
        assert_eq!(log.unlearn(&[a.clone(), decision("never", true)]).unwrap(), 1);
        assert_eq!(log.decisions().unwrap(), [a.clone(), b.clone()]);
        // A crash in the middle of a line.
        let mut bytes = std::fs::read(log.path()).unwrap();
        bytes.extend_from_slice(b"0123456789abcdef {\"op\":\"lea");
        std::fs::write(log.path(), &bytes).unwrap();
        assert_eq!(log.decisions().unwrap(), [a.clone(), b.clone()]);
        log.learn(std::slice::from_ref(&b)).unwrap();
        assert_eq!(log.decisions().unwrap(), [a, b.clone(), b]);
        // Damage in the middle is named.
        let mut bytes = std::fs::read(log.path()).unwrap();
        bytes[30] ^= 1;
        std::fs::write(log.path(), &bytes).unwrap();
        let error = log.decisions().unwrap_err();
        assert!(error.record() == Some(0) && error.to_string().contains("damaged"), "{error}");
    }

    #[test]
    fn importing_twice_is_importing_once_and_a_text_alone_takes_back_its_last_decision() {
        let folder = tempfile::tempdir().unwrap();
        let log = SiteLog::new(folder.path().join("site.log"));
        let (a, b) = (decision("buy", true), decision("hello", false));
        assert_eq!(log.import(&[a.clone(), b.clone(), a.clone()]).unwrap(), 3);
        assert_eq!(log.import(&[a.clone(), a.clone(), b.clone(), b.clone()]).unwrap(), 1);
        assert_eq!(log.unlearn(&[Decision { text: "buy".to_owned(), ..Decision::default() }]).unwrap(), 1);
        assert_eq!(log.decisions().unwrap(), [a, b.clone(), b]);
    }

    #[test]
    fn writers_at_the_same_time_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.log");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for i in 0..10 {
                        SiteLog::new(path).learn(&[decision(&format!("{writer} {i}"), i % 2 == 0)]).unwrap();
                    }
                });
            }
        });
        assert_eq!(SiteLog::new(&path).decisions().unwrap().len(), 40);
    }
}
