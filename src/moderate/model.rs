//! The two heads as they are stored and as they score: one signed byte a bucket and head, a scale, a calibration. A byte
//! stands for its square (with its sign), so that the many small weights keep their differences beside the few great.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Head;
use super::concepts::Lexicon;
use super::confidence::confidence;
use super::features::{Feature, Sink, extract};
use super::known::Known;
use super::reading::Reading;
use super::vector::{BUCKETS, KeptWords, LEXICAL, Seen, Vectoriser, is_shared};
use crate::bayes::{ModelFile, ModelView, Platt, hash, hash_pair, sigmoid};
use crate::error::{Error, ErrorKind, Result};

/// The kind and version in the file's header.
const KIND: &str = "tamis/comments";
const VERSION: u32 = 3;

/// Rates of ham blocked for which thresholds are stored.
pub(super) const RATES: [f64; 5] = [0.001, 0.005, 0.01, 0.02, 0.05];

/// What the file says of one head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct HeadFacts {
    /// Score a unit of the stored bytes' squares: of words and letters, of shared signs.
    pub(super) scale: [f64; 2],
    /// What words and letters count for in a comment of whose language nothing is known; 1 is as much as ever.
    pub(super) unknown: f64,
    /// From the two scores to calibrated log-odds.
    pub(super) calibration: Platt,
    /// The probability above which at most this share of the ham of any set lies that the head had not learned from:
    /// `(rate, probability)`.
    pub(super) thresholds: Vec<(f64, f64)>,
    /// The sets it learned from: name, rows, positives.
    pub(super) sets: Vec<(String, u64, u64)>,
}

/// The file's metadata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) buckets: usize,
    pub(super) heads: [HeadFacts; 2],
}

/// A model of comments.
#[derive(Debug)]
pub struct CommentModel {
    /// `[spam, abuse]` a bucket.
    table: Vec<[i8; 2]>,
    pub(super) known: Known,
    pub(super) facts: Facts,
}

/// What a stored byte stands for, in units of the scale.
#[inline]
const fn square(byte: i8) -> i16 {
    byte as i16 * byte.unsigned_abs() as i16
}

/// What a comment weighs: sums of stored bytes' squares, and the number of features behind them, for words and letters and
/// for the signs that all languages share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Weight {
    sums: [[i32; 2]; 2],
    counts: [u32; 2],
    /// How far the comment's language is known, 0 to 1.
    pub(super) confidence: f64,
}

/// What words and letters count for in a comment whose language is known so far, where they count for `unknown` if it is
/// not known at all. What they say of another language is chance; the signs that all languages share still hold.
pub(super) fn heed(unknown: f64, confidence: f64) -> f64 {
    unknown + (1.0 - unknown) * confidence
}

impl CommentModel {
    /// The bytes of the model that is part of this crate.
    pub const EMBEDDED: &'static [u8] = include_bytes!("../../models/comments.safetensors");

    /// The model that is part of this crate.
    ///
    /// # Panics
    /// If the crate was built around a file that is no model of its own; its tests read it.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<CommentModel> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::from_bytes(Self::EMBEDDED).expect("the embedded model is one of this version"))
    }

    /// What a head learned from: each set's name, rows and positives.
    pub fn sets(&self, head: Head) -> &[(String, u64, u64)] {
        &self.facts.heads[head as usize].sets
    }

    /// A model that knows nothing: every probability is one half, every confidence 0.
    #[cfg(test)]
    fn blank() -> Self {
        let head = HeadFacts {
            scale: [0.0; 2],
            unknown: 1.0,
            calibration: Platt { slopes: vec![1.0; 2], intercept: 0.0 },
            thresholds: RATES.iter().map(|rate| (*rate, 1.0)).collect(),
            sets: Vec::new(),
        };
        Self {
            table: vec![[0; 2]; BUCKETS],
            known: Known::of([]),
            facts: Facts { buckets: BUCKETS, heads: [head.clone(), head] },
        }
    }

    /// Puts a model together from float weights, one a bucket and head, rounding each to a byte.
    pub(super) fn assemble(weights: [&[f32]; 2], known: Known, mut heads: [HeadFacts; 2]) -> Self {
        let mut table = vec![[0i8; 2]; BUCKETS];
        for (head, weights) in weights.iter().enumerate() {
            for (group, range) in [0..LEXICAL, LEXICAL..BUCKETS].into_iter().enumerate() {
                let greatest = weights[range.clone()].iter().fold(0.0f32, |most, weight| most.max(weight.abs()));
                let unit = if greatest > 0.0 { f64::from(greatest) / (127.0 * 127.0) } else { 1.0 };
                for bucket in range {
                    let root = (f64::from(weights[bucket].abs()) / unit).sqrt().round().min(127.0);
                    table[bucket][head] = root.copysign(f64::from(weights[bucket])) as i8;
                }
                heads[head].scale[group] = unit;
            }
        }
        Self { table, known, facts: Facts { buckets: BUCKETS, heads } }
    }

    /// Reads a model file. A damaged, foreign or newer one is an [`ErrorKind::Model`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let view = ModelView::parse(bytes, KIND, VERSION)?;
        let facts: Facts = view.metadata()?;
        let wrong =
            |what: &str| Error::new(ErrorKind::Model(format!("its {what} is of another size than this program needs")));
        let (spam, abuse) = (view.i8(Head::Spam.name())?, view.i8(Head::Abuse.name())?);
        if facts.buckets != BUCKETS || spam.len() != BUCKETS || abuse.len() != BUCKETS {
            return Err(wrong("table"));
        }
        if facts.heads.iter().any(|head| head.calibration.slopes.len() != 2) {
            return Err(wrong("calibration"));
        }
        let table = spam.iter().zip(abuse).map(|(spam, abuse)| [spam.cast_signed(), abuse.cast_signed()]).collect();
        let known = Known::from_bytes(Cow::Owned(view.u8("known")?.to_vec())).ok_or_else(|| wrong("filter"))?;
        Ok(Self { table, known, facts })
    }

    /// A number that tells models apart, for what is derived from one.
    pub(super) fn digest(&self) -> u64 {
        let table: Vec<u8> = self.table.as_flattened().iter().map(|weight| weight.cast_unsigned()).collect();
        let facts = serde_json::to_vec(&self.facts).unwrap_or_default();
        [&*table, self.known.bytes(), &*facts].iter().fold(0, |so_far, part| hash_pair(so_far, hash(0, part)))
    }

    /// The model as a file; the same model gives the same bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut file = ModelFile::new();
        for head in [Head::Spam, Head::Abuse] {
            let weights: Vec<i8> = self.table.iter().map(|cell| cell[head as usize]).collect();
            file.put_i8(head.name(), &[BUCKETS], &weights);
        }
        file.put_u8("known", &[self.known.bytes().len()], self.known.bytes());
        file.to_bytes(KIND, VERSION, &self.facts)
    }

    /// The probability above which at most `rate` of the ham lies, between the stored rates by straight lines.
    pub fn threshold(&self, head: Head, rate: f64) -> f64 {
        between(&self.facts.heads[head as usize].thresholds, rate)
    }

    /// What one unit of a stored byte adds to the calibrated log-odds of a comment. Scores are divided by the root of
    /// the number of features, so that long comments are not sure of everything.
    fn unit(&self, head: Head, group: usize, weight: &Weight) -> f64 {
        let facts = &self.facts.heads[head as usize];
        let heed = if group == 0 { heed(facts.unknown, weight.confidence) } else { 1.0 };
        heed * facts.scale[group] * facts.calibration.slopes[group] / f64::from(weight.counts[group].max(1)).sqrt()
    }

    /// The calibrated log-odds of a comment without evidence.
    pub(super) fn base(&self, head: Head) -> f64 {
        self.facts.heads[head as usize].calibration.intercept
    }

    /// The calibrated log-odds.
    pub(super) fn log_odds(&self, head: Head, weight: &Weight) -> f64 {
        let part = |group: usize| f64::from(weight.sums[group][head as usize]) * self.unit(head, group, weight);
        self.base(head) + part(0) + part(1)
    }

    /// The calibrated probability.
    pub(super) fn probability(&self, head: Head, weight: &Weight) -> f64 {
        sigmoid(self.log_odds(head, weight))
    }

    /// Weighs a comment.
    pub(super) fn weigh<'v>(&self, comment: &str, vectoriser: &'v mut Vectoriser) -> (Weight, &'v Reading) {
        let Vectoriser { reader, scanner, seen, kept } = vectoriser;
        let reading = reader.read(comment, Some(&self.known));
        let mut sum = Sum { table: &self.table, seen, kept, weight: Weight::default() };
        extract(reading, Lexicon::shipped(), scanner, &mut sum);
        let weight = Weight { confidence: confidence(reading, &self.known), ..sum.weight };
        seen.clear();
        (weight, reading)
    }

    /// Weighs a comment and keeps every term.
    pub(super) fn weigh_terms<'v>(
        &self,
        comment: &str,
        vectoriser: &'v mut Vectoriser,
    ) -> (Weight, &'v Reading, Vec<Term<'v>>) {
        let Vectoriser { reader, scanner, seen, .. } = vectoriser;
        let reading = reader.read(comment, Some(&self.known));
        let mut all =
            Terms { table: &self.table, seen, weight: Weight::default(), list: Vec::with_capacity(256), word: 0 };
        extract(reading, Lexicon::shipped(), scanner, &mut all);
        let (weight, terms) = (Weight { confidence: confidence(reading, &self.known), ..all.weight }, all.list);
        seen.clear();
        (weight, reading, terms)
    }

    /// What a term adds to the calibrated log-odds.
    pub(super) fn contribution(&self, head: Head, term: &Term<'_>, weight: &Weight) -> f64 {
        let byte = self.table[term.bucket as usize][head as usize];
        f64::from(square(byte)) * self.unit(head, usize::from(is_shared(term.bucket)), weight)
    }
}

/// The threshold at a rate, between the stored `(rate, threshold)` by straight lines; nothing lies above 1 at rate 0.
pub(super) fn between(stored: &[(f64, f64)], rate: f64) -> f64 {
    let mut below = (0.0, 1.0);
    for &(r, p) in stored {
        if rate <= r {
            let share = if r > below.0 { (rate - below.0) / (r - below.0) } else { 1.0 };
            return below.1 + share * (p - below.1);
        }
        below = (r, p);
    }
    below.1
}

/// One feature of a comment with its bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term<'t> {
    pub(super) feature: Feature<'t>,
    pub(super) bucket: u32,
    /// The word that it was drawn from, for features of words.
    pub(super) word: u32,
}

struct Sum<'m> {
    table: &'m [[i8; 2]],
    seen: &'m mut Seen,
    kept: &'m mut KeptWords,
    weight: Weight,
}

impl Weight {
    /// What one feature's presence counts for: each part of the row has length 1.
    pub(super) fn value(&self, bucket: u32) -> f64 {
        1.0 / f64::from(self.counts[usize::from(is_shared(bucket))].max(1)).sqrt()
    }

    /// Adds what a feature adds, if it is the `first` time.
    #[inline]
    fn add(&mut self, adds: [i16; 2], bucket: u32, first: bool) {
        let group = usize::from(is_shared(bucket));
        let times = i32::from(first);
        self.sums[group][0] += i32::from(adds[0]) * times;
        self.sums[group][1] += i32::from(adds[1]) * times;
        self.counts[group] += u32::from(first);
    }
}

impl<'t> Sink<'t> for Sum<'_> {
    #[inline]
    fn put(&mut self, bucket: u32, _: impl FnOnce() -> Feature<'t>) {
        let first = self.seen.first(bucket);
        self.weight.add(self.table[bucket as usize].map(square), bucket, first);
    }

    #[inline]
    fn recall(&mut self, hash: u64) -> bool {
        let Some(cells) = self.kept.get(hash) else { return false };
        for (bucket, adds) in cells {
            let first = self.seen.first(bucket);
            self.weight.add(adds, bucket, first);
        }
        true
    }

    #[inline]
    fn put_own(&mut self, bucket: u32, _: impl FnOnce() -> Feature<'t>) {
        let adds = self.table[bucket as usize].map(square);
        self.kept.push(bucket, adds);
        let first = self.seen.first(bucket);
        self.weight.add(adds, bucket, first);
    }

    fn keep(&mut self, hash: u64) {
        self.kept.keep(hash);
    }
}

struct Terms<'m, 't> {
    table: &'m [[i8; 2]],
    seen: &'m mut Seen,
    weight: Weight,
    list: Vec<Term<'t>>,
    word: u32,
}

impl<'t> Sink<'t> for Terms<'_, 't> {
    fn at_word(&mut self, word: usize) {
        self.word = word as u32;
    }

    #[inline]
    fn put(&mut self, bucket: u32, feature: impl FnOnce() -> Feature<'t>) {
        if self.seen.first(bucket) {
            self.weight.add(self.table[bucket as usize].map(square), bucket, true);
            self.list.push(Term { feature: feature(), bucket, word: self.word });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_stored_and_read_again() {
        let mut weights = vec![0.0f32; BUCKETS];
        weights[3] = 1.0;
        weights[4] = -0.5;
        let model =
            CommentModel::assemble([&weights, &weights], Known::of(["word"]), CommentModel::blank().facts.heads);
        let bytes = model.to_bytes().unwrap();
        assert_eq!(bytes, model.to_bytes().unwrap());
        let read = CommentModel::from_bytes(&bytes).unwrap();
        assert_eq!((&read.table, &read.facts), (&model.table, &model.facts));
        assert!(read.known.contains("word") && read.table[3] == [127; 2] && read.table[4] == [-90; 2]);
        assert!(CommentModel::from_bytes(&bytes[..bytes.len() / 2]).is_err());
        assert!(bytes.len() < 2 << 20);
    }

    #[test]
    fn words_count_the_less_the_less_is_known_of_a_language() {
        let mut weights = vec![0.0f32; BUCKETS];
        weights[3] = 1.0;
        weights[LEXICAL] = 1.0;
        let mut heads = CommentModel::blank().facts.heads;
        heads[1].unknown = 0.4;
        let model = CommentModel::assemble([&weights, &weights], Known::of([]), heads);
        let weight = |confidence| Weight { sums: [[127 * 127; 2]; 2], counts: [1; 2], confidence };
        for (confidence, words) in [(0.0, 0.4), (0.5, 0.7), (1.0, 1.0)] {
            assert!((model.log_odds(Head::Abuse, &weight(confidence)) - (1.0 + words)).abs() < 1e-6);
            assert!((model.log_odds(Head::Spam, &weight(confidence)) - 2.0).abs() < 1e-6);
        }
    }

    #[test]
    fn thresholds_lie_between_the_stored_ones() {
        let mut model = CommentModel::blank();
        model.facts.heads[0].thresholds = vec![(0.001, 0.99), (0.01, 0.9), (0.05, 0.5)];
        assert!((model.threshold(Head::Spam, 0.01) - 0.9).abs() < 1e-12);
        assert!(model.threshold(Head::Spam, 0.002) < 0.99 && model.threshold(Head::Spam, 0.002) > 0.9);
        assert!((model.threshold(Head::Spam, 0.5) - 0.5).abs() < 1e-12);
        assert!(model.threshold(Head::Spam, 0.0001) > 0.99);
    }
}
