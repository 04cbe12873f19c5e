//! A site's own layer: what its moderators decided, on disk, and what follows from it for the scores.
//!
//! The decisions are a plain log, one checked line each, appended under a lock and on disk before they are
//! acknowledged; a line torn by a crash was never acknowledged and is passed over. Everything else is derived from the
//! log: taking a decision back takes back all it did.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Head;
use super::model::{CommentModel, RATES};
use super::vector::{BUCKETS, Vectoriser};
use crate::bayes::{Platt, Refinement, Shuffle, SparseRows, hash, ln, refine};
use crate::error::{Error, ErrorKind, Result};
use crate::eval::{Scored, threshold_at};

/// A moderator's decision on one comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// The decisions that stand, in the order in which they were made. A log that does not exist has none. A damaged line
    /// before the last is an [`ErrorKind::Record`] with its place.
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        let mut text = Vec::new();
        match File::open(&self.path) {
            Ok(mut file) => {
                wait(|| file.try_lock_shared())
                    .and_then(|()| Ok(file.read_to_end(&mut text)?))
                    .map_err(|error| self.place(error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.place(error.into())),
        }
        replay(&text).map_err(|error| self.place(error))
    }

    /// Adds decisions. When this returns, they are on disk.
    pub fn learn(&self, decisions: &[Decision]) -> Result<()> {
        self.append(|_| {
            Ok(decisions.iter().map(|decision| Entry { op: Op::Learn, decision: decision.clone() }).collect())
        })
        .map(|_| ())
    }

    /// Takes decisions back, each the latest equal one. Returns how many there were to take back.
    pub fn unlearn(&self, decisions: &[Decision]) -> Result<usize> {
        self.append(|standing| {
            let mut standing = standing.to_vec();
            let mut entries = Vec::new();
            for decision in decisions {
                if let Some(at) = standing.iter().rposition(|earlier| earlier == decision) {
                    standing.remove(at);
                    entries.push(Entry { op: Op::Unlearn, decision: decision.clone() });
                }
            }
            Ok(entries)
        })
    }

    /// Appends what `entries` makes of the decisions that stand, under the lock.
    fn append(&self, entries: impl FnOnce(&[Decision]) -> Result<Vec<Entry>>) -> Result<usize> {
        let work = || -> Result<usize> {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
            wait(|| file.try_lock())?;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            // What a crash tore was never acknowledged.
            let whole = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
            if whole < text.len() {
                file.set_len(whole as u64)?;
                file.seek(SeekFrom::End(0))?;
                text.truncate(whole);
            }
            let entries = entries(&replay(&text)?)?;
            let mut lines = String::new();
            for entry in &entries {
                let json = serde_json::to_string(entry).map_err(io::Error::from)?;
                lines.push_str(&format!("{:016x} {json}\n", hash(CHECK, json.as_bytes())));
            }
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            Ok(entries.len())
        };
        work().map_err(|error| self.place(error))
    }

    fn place(&self, error: Error) -> Error {
        error.in_file(self.path.display().to_string())
    }
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

/// What a site's decisions change about the scores.
#[derive(Debug)]
pub struct SiteLayer {
    heads: [Option<SiteHead>; 2],
}

/// One head of the layer.
#[derive(Debug)]
pub(super) struct SiteHead {
    /// How far the shipped model's log-odds count.
    lean: f64,
    /// What the site adds, one weight a bucket, on rows whose two parts have length 1.
    weights: Vec<f32>,
    intercept: f64,
    /// From the mixed log-odds to calibrated ones.
    calibration: Platt,
    /// The site's own thresholds, where it has decided on enough ham.
    thresholds: Option<Vec<(f64, f64)>>,
}

/// Decisions of each class below which a head stays as shipped.
const LEAST: usize = 2;
/// Decisions from which mixing and calibration are chosen by those left out.
const ENOUGH: usize = 20;
/// Ham from which the site's own thresholds count.
const HAM: usize = 200;
/// Decisions that the choice of the mix looks at.
const CHOICE: usize = 1000;
const FOLDS: usize = 5;
/// How far the shipped log-odds may count, and how freely the site's weights move; the first is taken while there is
/// little to choose by.
const MIXES: [(f64, f64); 9] =
    [(1.0, 10.0), (1.0, 2.0), (1.0, 50.0), (0.5, 10.0), (0.5, 50.0), (0.5, 2.0), (0.2, 10.0), (0.2, 50.0), (0.0, 50.0)];

impl SiteLayer {
    /// Derives the layer from the decisions that stand. The same decisions give the same layer.
    pub fn derive(decisions: &[Decision], model: &CommentModel) -> Self {
        let mut vectoriser = Vectoriser::default();
        let head = |head: Head, vectoriser: &mut Vectoriser| {
            let mut rows = SparseRows::new(BUCKETS);
            let (mut shipped, mut positive) = (Vec::new(), Vec::new());
            for decision in decisions {
                let Some(label) = (match head {
                    Head::Spam => decision.spam,
                    Head::Abuse => decision.abuse,
                }) else {
                    continue;
                };
                let (weight, _, terms) = model.weigh_terms(&decision.text, vectoriser);
                shipped.push(model.log_odds(head, &weight));
                rows.push(terms.iter().map(|term| (term.bucket, weight.value(term.bucket) as f32)));
                positive.push(label);
            }
            let of = |class: bool| positive.iter().filter(|label| **label == class).count();
            (of(true) >= LEAST && of(false) >= LEAST).then(|| SiteHead::derive(&rows, &shipped, &positive))
        };
        Self { heads: [head(Head::Spam, &mut vectoriser), head(Head::Abuse, &mut vectoriser)] }
    }

    /// The layer's head, where there is one.
    pub(super) fn head(&self, head: Head) -> Option<&SiteHead> {
        self.heads[head as usize].as_ref()
    }
}

impl SiteHead {
    fn derive(rows: &SparseRows, shipped: &[f64], positive: &[bool]) -> Self {
        let n = positive.len();
        let mut mix = MIXES[0];
        let mut calibration = Platt { slopes: vec![1.0], intercept: 0.0 };
        let mut thresholds = None;
        if n >= ENOUGH {
            let mut order: Vec<usize> = (0..n).collect();
            Shuffle::new(3).shuffle(&mut order);
            let chosen: Vec<usize> = order.iter().copied().take(CHOICE).collect();
            let loss = |mix: (f64, f64)| -> f64 {
                let out = left_out(rows, shipped, positive, &chosen, mix);
                let calibration = recalibrate(&out, &chosen, positive);
                let miss = |(score, i): (&f64, &usize)| {
                    let p = calibration.probability(&[*score]).clamp(1e-6, 1.0 - 1e-6);
                    -ln(if positive[*i] { p } else { 1.0 - p })
                };
                out.iter().zip(&chosen).map(miss).sum()
            };
            let mut least = f64::INFINITY;
            for candidate in MIXES {
                let loss = loss(candidate);
                if loss < least {
                    (least, mix) = (loss, candidate);
                }
            }
            let out = left_out(rows, shipped, positive, &chosen, mix);
            calibration = recalibrate(&out, &chosen, positive);
            let scored: Vec<Scored> =
                out.iter().zip(&chosen).map(|(score, i)| (calibration.probability(&[*score]), positive[*i])).collect();
            if scored.iter().filter(|scored| !scored.1).count() >= HAM {
                thresholds =
                    Some(RATES.iter().map(|rate| (*rate, threshold_at(&scored, *rate).unwrap_or(1.0))).collect());
            }
        }
        let all: Vec<usize> = (0..n).collect();
        let (weights, intercept) = fit(rows, shipped, positive, &all, mix);
        Self { lean: mix.0, weights, intercept, calibration, thresholds }
    }

    /// What multiplies a term of the shipped log-odds.
    pub(super) fn lean(&self) -> f64 {
        self.lean * self.calibration.slopes[0]
    }

    /// What a feature adds by the site's own weights.
    pub(super) fn own(&self, bucket: u32, value: f64) -> f64 {
        f64::from(self.weights[bucket as usize]) * value * self.calibration.slopes[0]
    }

    /// What the layer adds to every comment.
    pub(super) fn base(&self) -> f64 {
        self.intercept * self.calibration.slopes[0] + self.calibration.intercept
    }

    /// The site's own thresholds.
    pub(super) fn thresholds(&self) -> Option<&[(f64, f64)]> {
        self.thresholds.as_deref()
    }
}

/// Fits the site's weights to what the shipped log-odds leave unexplained.
fn fit(
    rows: &SparseRows,
    shipped: &[f64],
    positive: &[bool],
    chosen: &[usize],
    (lean, cost): (f64, f64),
) -> (Vec<f32>, f64) {
    let mut own = SparseRows::new(BUCKETS);
    for i in chosen {
        own.push(rows.row(*i).iter().copied());
    }
    let labels: Vec<bool> = chosen.iter().map(|i| positive[*i]).collect();
    let offsets: Vec<f64> = chosen.iter().map(|i| lean * shipped[*i]).collect();
    // Both classes have the same say, however many decisions there are of each.
    let of = |class: bool| labels.iter().filter(|label| **label == class).count().max(1) as f64;
    let weight = |label: &bool| (0.5 * labels.len() as f64 / of(*label)) as f32;
    let weights: Vec<f32> = labels.iter().map(weight).collect();
    let how = Refinement { cost, epochs: 20, tolerance: 0.02, seed: 1 };
    refine(&own, &labels, &weights, &vec![1.0; BUCKETS], &offsets, &how)
}

/// Mixed log-odds of each chosen decision by a layer that did not learn from it.
fn left_out(rows: &SparseRows, shipped: &[f64], positive: &[bool], chosen: &[usize], mix: (f64, f64)) -> Vec<f64> {
    let mut out = vec![0.0; chosen.len()];
    for fold in 0..FOLDS {
        let others: Vec<usize> =
            chosen.iter().enumerate().filter(|(at, _)| at % FOLDS != fold).map(|(_, i)| *i).collect();
        let (weights, intercept) = fit(rows, shipped, positive, &others, mix);
        for (at, i) in chosen.iter().enumerate().filter(|(at, _)| at % FOLDS == fold) {
            let own: f64 = rows
                .row(*i)
                .iter()
                .map(|(bucket, value)| f64::from(weights[*bucket as usize]) * f64::from(*value))
                .sum();
            out[at] = mix.0 * shipped[*i] + own + intercept;
        }
    }
    out
}

fn recalibrate(out: &[f64], chosen: &[usize], positive: &[bool]) -> Platt {
    let labels: Vec<bool> = chosen.iter().map(|i| positive[*i]).collect();
    let mut curve = Platt::fit(out, 1, &labels, &[], 0.1);
    // A curve that turns the order round says only that there is too little to go by.
    curve.slopes[0] = curve.slopes[0].max(0.05);
    curve
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

    #[test]
    fn the_layer_learns_and_unlearns_exactly() {
        let model = CommentModel::shipped();
        let mut decisions = Vec::new();
        for i in 0..6 {
            decisions.push(decision(&format!("the zorbling frumpets are here {i}"), true));
            decisions.push(decision(&format!("what a quiet morning on the river {i}"), false));
        }
        let layer = SiteLayer::derive(&decisions, model);
        let head = layer.head(Head::Spam).unwrap();
        assert!(layer.head(Head::Abuse).is_none());
        let mut scorer = crate::moderate::Scorer::with_site(model, &layer);
        let plain = crate::moderate::Scorer::new().score_only("zorbling frumpets for everyone").spam;
        assert!(scorer.score_only("zorbling frumpets for everyone").spam > plain);
        let mut more = decisions.clone();
        more.push(decision("another thing", true));
        more.pop();
        assert_eq!(SiteLayer::derive(&more, model).head(Head::Spam).unwrap().weights, head.weights);
    }
}
