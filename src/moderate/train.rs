//! Training the two heads, and measuring how well they do on comments that they have not seen.
//!
//! Naive-Bayes log-count ratios (through `linfa_bayes::MultinomialNb`), refined by logistic regression over the
//! same features scaled by them, calibrated on scores of comments left out, folded into one byte a bucket.

use std::collections::BTreeMap;

use linfa::dataset::Records;
use rayon::prelude::*;

use super::Head;
use super::data::{CommentSet, Example};
use super::known::Known;
use super::model::{CommentModel, HeadFacts, RATES};
use super::reading::{Kind, Reader};
use super::vector::{BUCKETS, Vectoriser};
use crate::bayes::{Multinomial, NaiveBayes, Platt, Refinement, Shuffle, SparseRows, refine, sigmoid};
use crate::error::{Error, ErrorKind, Result};
use crate::eval::{BinaryFigures, Scored, threshold_at};

/// How to train a head.
#[derive(Clone, Debug)]
pub struct Training {
    /// Inverse of the L2 penalty a comment.
    pub cost: f64,
    /// Most passes over the comments.
    pub epochs: usize,
    /// Smoothing of the counts.
    pub alpha: f64,
    /// How far both classes of a set are given the same mass: 0 not at all, 1 wholly.
    pub balance: f64,
    /// A set counts as its number of comments to this power: 1 pools comments, 0 gives every set the same say.
    pub set_power: f64,
}

impl Default for Training {
    /// Found by leaving each training set out in turn.
    fn default() -> Self {
        Self { cost: 1.0, epochs: 12, alpha: 1.0, balance: 0.7, set_power: 0.5 }
    }
}

/// A set as rows of features, for one head.
struct Rows {
    rows: SparseRows,
    positive: Vec<bool>,
    weight: f64,
}

/// Weights before they are rounded.
struct Fitted {
    weights: Vec<f32>,
    intercept: f64,
}

impl Fitted {
    fn score(&self, row: &[(u32, f32)]) -> f64 {
        self.intercept
            + row
                .iter()
                .map(|(bucket, value)| f64::from(self.weights[*bucket as usize]) * f64::from(*value))
                .sum::<f64>()
    }
}

/// What came of training, beside the model.
#[derive(Clone, Debug, Default)]
pub struct TrainingReport {
    /// For each head and set: figures on the set when it was left out as a whole.
    pub left_out: Vec<(Head, String, BinaryFigures)>,
    /// For each head and set: figures by cross-validation within the pool.
    pub crossed: Vec<(Head, String, BinaryFigures)>,
}

/// Folds of cross-validation.
const FOLDS: usize = 5;
/// A word enters the filter when at least so many comments use it.
const SEEN: u32 = 2;
/// Negatives that a set needs for its say in the thresholds.
const NEGATIVES: usize = 150;

/// Trains both heads on `sets`. Each head learns from the sets that have labels for it. The same sets in the same order
/// give the same bytes. `told` hears of every step.
pub fn train(
    sets: &[CommentSet],
    how: &Training,
    told: &(dyn Fn(&str) + Sync),
) -> Result<(CommentModel, TrainingReport)> {
    let known = known_words(sets.iter().flat_map(|set| &set.examples));
    let mut report = TrainingReport::default();
    let mut heads = Vec::new();
    for head in Head::ALL {
        let (rows, names): (Vec<Rows>, Vec<&CommentSet>) =
            sets.iter().filter(|set| set.count(*head).0 > 0).map(|set| (vectorise(set, *head, &known), set)).unzip();
        if !rows.iter().any(|rows| rows.positive.contains(&true))
            || !rows.iter().any(|rows| rows.positive.contains(&false))
        {
            return Err(Error::new(ErrorKind::Usage(format!(
                "nothing to learn {head} from: give sets with both classes"
            ))));
        }
        told(&format!("{head}: {} comments of {} sets", rows.iter().map(|r| r.rows.len()).sum::<usize>(), rows.len()));
        let all: Vec<(usize, Vec<usize>)> =
            rows.iter().enumerate().map(|(i, set)| (i, (0..set.rows.len()).collect())).collect();
        let (fitted, (crossed, left_out)) =
            rayon::join(|| fit(&rows, &all, how), || rayon::join(|| cross(&rows, how), || leave_out(&rows, how)));
        let calibration = calibrate(&rows, &crossed);
        let calibrated = |scores: &[f64], rows: &Rows| -> Vec<Scored> {
            scores
                .iter()
                .zip(&rows.positive)
                .map(|(score, positive)| (calibration.probability(&[*score]), *positive))
                .collect()
        };
        let mut thresholds: Vec<(f64, f64)> = RATES.iter().map(|rate| (*rate, 0.5)).collect();
        for (i, set) in rows.iter().enumerate() {
            let inside = calibrated(&crossed[i], set);
            report.crossed.push((*head, names[i].name.clone(), BinaryFigures::of(&inside, 0.5)));
            let Some(outside) = &left_out[i] else { continue };
            let outside = calibrated(outside, set);
            let figures = BinaryFigures::of(&outside, 0.5);
            told(&format!("{head} without {}: AUC {:.4}", names[i].name, figures.auc.unwrap_or(0.0)));
            report.left_out.push((*head, names[i].name.clone(), figures));
            if set.positive.iter().filter(|positive| !**positive).count() >= NEGATIVES {
                for (rate, threshold) in &mut thresholds {
                    *threshold = threshold.max(threshold_at(&outside, *rate).unwrap_or(0.0));
                }
            }
        }
        let sets = names.iter().map(|set| {
            let (n, positive) = set.count(*head);
            (set.name.clone(), n as u64, positive as u64)
        });
        let facts =
            HeadFacts { scale: 1.0, intercept: fitted.intercept, calibration, thresholds, sets: sets.collect() };
        heads.push((fitted.weights, facts));
    }
    let [(spam, spam_facts), (abuse, abuse_facts)] = <[_; 2]>::try_from(heads)
        .map_err(|_| Error::new(ErrorKind::Usage("two heads are trained together".to_owned())))?;
    Ok((CommentModel::assemble([&spam, &abuse], known, [spam_facts, abuse_facts]), report))
}

/// The words that at least [`SEEN`] comments use, and the pairs of characters of scripts without spaces.
fn known_words<'e>(examples: impl Iterator<Item = &'e Example>) -> Known {
    let mut counts = BTreeMap::<String, u32>::new();
    let mut reader = Reader::default();
    for example in examples {
        let reading = reader.read(&example.text, None);
        let mut own = Vec::with_capacity(reading.words.len());
        for word in &reading.words {
            let plain = reading.plain(word);
            match word.kind {
                Kind::Letters => own.push(plain),
                Kind::Dense => own.extend(super::confidence::pairs(plain)),
                Kind::Mixed | Kind::Number | Kind::Emoji => {}
            }
        }
        own.sort_unstable();
        own.dedup();
        for word in own {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word.to_owned(), 1);
                }
            }
        }
    }
    Known::of(counts.iter().filter(|(_, count)| **count >= SEEN).map(|(word, _)| word.as_str()))
}

/// The comments of a set that have a label for `head`, as rows of length 1 (features count by their worth).
fn vectorise(set: &CommentSet, head: Head, known: &Known) -> Rows {
    let labelled: Vec<(&str, bool)> = set
        .examples
        .iter()
        .filter_map(|example| Some((example.text.as_str(), example.labels[head as usize]?)))
        .collect();
    let chunks: Vec<Vec<Vec<(u32, f32)>>> = labelled
        .par_chunks(512)
        .map(|chunk| {
            let (mut vectoriser, mut row) = (Vectoriser::default(), Vec::new());
            let rows = chunk.iter().map(|(text, _)| {
                vectoriser.row(text, Some(known), &mut row);
                let square: u32 = row.iter().map(|(_, worth)| u32::from(*worth).pow(2)).sum();
                let length = f64::from(square.max(1)).sqrt();
                row.iter().map(|(bucket, worth)| (*bucket, (f64::from(*worth) / length) as f32)).collect()
            });
            rows.collect()
        })
        .collect();
    let mut rows = SparseRows::new(BUCKETS);
    for row in chunks.into_iter().flatten() {
        rows.push(row);
    }
    Rows { rows, positive: labelled.iter().map(|(_, positive)| *positive).collect(), weight: set.weight }
}

/// Fits a head to some rows of some sets.
fn fit(sets: &[Rows], chosen: &[(usize, Vec<usize>)], how: &Training) -> Fitted {
    let (mut scaled, mut present) = (SparseRows::new(BUCKETS), SparseRows::new(BUCKETS));
    let (mut positive, mut weights) = (Vec::new(), Vec::new());
    let say = |set: usize, n: usize| sets[set].weight * libm::pow(n as f64, how.set_power);
    let total: f64 = chosen.iter().map(|(set, rows)| say(*set, rows.len())).sum();
    let comments: usize = chosen.iter().map(|(_, rows)| rows.len()).sum();
    for (set, rows) in chosen {
        let mass = say(*set, rows.len()) / total * comments as f64;
        let of = |class: bool| rows.iter().filter(|row| sets[*set].positive[**row] == class).count();
        let counts = [of(false), of(true)];
        for row in rows {
            let class = sets[*set].positive[*row];
            scaled.push(sets[*set].rows.row(*row).iter().copied());
            present.push(sets[*set].rows.row(*row).iter().map(|(bucket, _)| (*bucket, 1.0)));
            positive.push(class);
            let plain = 1.0 / rows.len() as f64;
            let even = if counts.contains(&0) { plain } else { 0.5 / counts[usize::from(class)] as f64 };
            weights.push((mass * libm::pow(even, how.balance) * libm::pow(plain, 1.0 - how.balance)) as f32);
        }
    }
    let classes: Vec<usize> = positive.iter().map(|positive| usize::from(*positive)).collect();
    let ratios = Multinomial::new(2)
        .alpha(how.alpha)
        .class_alpha(1.0)
        .fit_weighted(&present, &classes, &weights)
        .and_then(|model| NaiveBayes::from_linfa(&model))
        .map_or_else(|_| vec![1.0; present.nfeatures()], |model| model.log_ratios());
    let refinement = Refinement { cost: how.cost, epochs: how.epochs, tolerance: 0.02, seed: 1 };
    let (weights, intercept) = refine(&scaled, &positive, &weights, &ratios, &refinement);
    Fitted { weights, intercept }
}

/// The fold of each row of each set.
fn folds(rows: &[Rows]) -> Vec<Vec<usize>> {
    let mut shuffle = Shuffle::new(2);
    let fold = |set: &Rows| {
        let mut folds: Vec<usize> = (0..set.rows.len()).map(|i| i % FOLDS).collect();
        shuffle.shuffle(&mut folds);
        folds
    };
    rows.iter().map(fold).collect()
}

/// Scores of every row by models that learned from the other folds.
fn cross(rows: &[Rows], how: &Training) -> Vec<Vec<f64>> {
    let folds = folds(rows);
    let fitted: Vec<Fitted> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| {
            let others = |set: usize| (0..rows[set].rows.len()).filter(|row| folds[set][*row] != fold).collect();
            let chosen: Vec<(usize, Vec<usize>)> = (0..rows.len()).map(|set| (set, others(set))).collect();
            fit(rows, &chosen, how)
        })
        .collect();
    let score = |set: usize| {
        (0..rows[set].rows.len()).map(|row| fitted[folds[set][row]].score(rows[set].rows.row(row))).collect()
    };
    (0..rows.len()).map(score).collect()
}

/// Scores of every row of a set by a model that learned from all the other sets; `None` where no other has both classes.
fn leave_out(rows: &[Rows], how: &Training) -> Vec<Option<Vec<f64>>> {
    (0..rows.len())
        .into_par_iter()
        .map(|out| {
            let chosen: Vec<(usize, Vec<usize>)> = (0..rows.len())
                .filter(|set| *set != out)
                .map(|set| (set, (0..rows[set].rows.len()).collect()))
                .collect();
            let has = |class: bool| chosen.iter().any(|(set, _)| rows[*set].positive.contains(&class));
            (has(true) && has(false)).then(|| {
                let fitted = fit(rows, &chosen, how);
                rows[out].rows.iter().map(|row| fitted.score(row)).collect()
            })
        })
        .collect()
}

/// The curve from scores to probabilities. Every set has the same say; within a set every comment has.
fn calibrate(rows: &[Rows], scores: &[Vec<f64>]) -> Platt {
    let flat: Vec<f64> = scores.iter().flatten().copied().collect();
    let positive: Vec<bool> = rows.iter().flat_map(|set| set.positive.iter().copied()).collect();
    let weights: Vec<f32> = rows
        .iter()
        .flat_map(|set| std::iter::repeat_n((1000.0 * set.weight / set.rows.len() as f64) as f32, set.rows.len()))
        .collect();
    Platt::fit(&flat, 1, &positive, &weights, 1e-3)
}

/// A head trained for one experiment: its probabilities are calibrated, and it knows its best threshold.
pub struct Trial {
    fitted: Fitted,
    known: Known,
    calibration: Platt,
    /// The probability from which calling a comment positive gave the best F1 on comments left out of training.
    pub best_for_f1: f64,
    /// The same for the mean of both classes' F1.
    pub best_for_macro_f1: f64,
}

impl std::fmt::Debug for Trial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trial").field("calibration", &self.calibration).finish_non_exhaustive()
    }
}

/// Trains one head on `examples` alone, as the protocols of `tamis eval comments` do.
pub fn trial(examples: &[Example], head: Head, how: &Training) -> Trial {
    let known = known_words(examples.iter());
    let set = CommentSet { name: String::new(), examples: examples.to_vec(), weight: 1.0 };
    let rows = [vectorise(&set, head, &known)];
    let all = [(0, (0..rows[0].rows.len()).collect())];
    let (fitted, crossed) = rayon::join(|| fit(&rows, &all, how), || cross(&rows, how));
    let calibration = calibrate(&rows, &crossed);
    let scored: Vec<Scored> = crossed[0]
        .iter()
        .zip(&rows[0].positive)
        .map(|(score, positive)| (calibration.probability(&[*score]), *positive))
        .collect();
    let best = |figure: fn(&BinaryFigures) -> f64| {
        let value = |step: u32| figure(&BinaryFigures::of(&scored, f64::from(step) / 50.0));
        (5..46u32).max_by(|a, b| value(*a).total_cmp(&value(*b))).map_or(0.5, |step| f64::from(step) / 50.0)
    };
    Trial { best_for_f1: best(|f| f.f1), best_for_macro_f1: best(|f| f.macro_f1), fitted, known, calibration }
}

impl Trial {
    /// The probability of each comment.
    pub fn score(&self, examples: &[Example], head: Head) -> Vec<Scored> {
        let set = CommentSet { name: String::new(), examples: examples.to_vec(), weight: 1.0 };
        let rows = vectorise(&set, head, &self.known);
        rows.rows
            .iter()
            .zip(&rows.positive)
            .map(|(row, positive)| (sigmoid(self.calibration.log_odds(&[self.fitted.score(row)])), *positive))
            .collect()
    }
}
