//! Training the two heads, and measuring how well they do on comments that they have not seen.
//!
//! Naive-Bayes log-count ratios (through `linfa_bayes::MultinomialNb`), refined by logistic regression over the
//! same features scaled by them, calibrated on scores of comments left out, folded into one byte a bucket.

use std::collections::BTreeMap;

use linfa::dataset::Records;
use rayon::prelude::*;

use super::Head;
use super::confidence::confidence;
use super::data::{CommentSet, Example};
use super::known::Known;
use super::model::{CommentModel, HeadFacts, RATES, heed};
use super::reading::{Kind, Reader};
use super::vector::{BUCKETS, LEXICAL, Vectoriser, is_shared};
use crate::bayes::{Multinomial, NaiveBayes, Platt, Refinement, Shuffle, SparseRows, refine};
use crate::error::{Error, ErrorKind, Result};
use crate::eval::{BinaryFigures, Scored, threshold_at};

/// How to train a head.
#[derive(Clone, Debug)]
pub struct Training {
    /// Inverse of the L2 penalty a comment, a head.
    pub cost: [f64; 2],
    /// The length of the row of the signs that all languages share, where that of words and letters is 1: the longer, the
    /// more freely their weights move.
    pub shared: f64,
    /// Most passes over the comments.
    pub epochs: usize,
    /// Smoothing of the counts.
    pub alpha: f64,
    /// The log-count ratios count to this power: 1 as they are, 0 not at all.
    pub ratio_power: f64,
    /// How far both classes of a set are given the same mass: 0 not at all, 1 wholly.
    pub balance: f64,
    /// A set counts as its number of comments to this power, a head: 1 pools comments, 0 gives every set the same say.
    pub set_power: [f64; 2],
    /// What words and letters count for in a comment of whose language nothing is known, a head.
    pub unknown: [f64; 2],
}

impl Default for Training {
    /// Found by leaving each training set out in turn.
    fn default() -> Self {
        Self {
            cost: [3.0, 2.0],
            shared: 0.35,
            epochs: 25,
            alpha: 1.0,
            ratio_power: 0.5,
            balance: 0.7,
            set_power: [0.25, 0.65],
            unknown: [1.0, 0.4],
        }
    }
}

impl Training {
    /// For one set alone, as the protocols of `tamis eval comments` have it: nothing need carry over, so that words may
    /// say more.
    pub fn alone() -> Self {
        Self { cost: [20.0, 4.0], shared: 0.6, unknown: [1.0; 2], ..Self::default() }
    }
}

/// A set as rows of features, for one head: words and letters, and the signs that all languages share. Rows have
/// length 1.
struct Rows {
    parts: [SparseRows; 2],
    positive: Vec<bool>,
    weight: f64,
    /// How far the language of each is known to a model that learned from all sets, and to one that learned from all but
    /// this.
    confidence: [Vec<f64>; 2],
}

impl Rows {
    fn len(&self) -> usize {
        self.positive.len()
    }
}

/// Weights before they are rounded.
struct Fitted {
    weights: Vec<f32>,
}

impl Fitted {
    /// The two scores of a row, that of words by how far its language is known to a model that learned from all sets
    /// (`outside` false) or from all but its own.
    fn score(&self, rows: &Rows, row: usize, outside: bool, unknown: f64) -> [f64; 2] {
        let sum = |cells: &[(u32, f32)]| {
            cells.iter().map(|(bucket, value)| f64::from(self.weights[*bucket as usize]) * f64::from(*value)).sum()
        };
        let heed = heed(unknown, rows.confidence[usize::from(outside)][row]);
        [heed * sum(rows.parts[0].row(row)), sum(rows.parts[1].row(row))]
    }
}

/// What came of training, beside the model.
#[derive(Clone, Debug, Default)]
pub struct TrainingReport {
    /// For each head and set: figures on the set when it was left out as a whole.
    pub left_out: Vec<(Head, String, BinaryFigures)>,
    /// For each head and set: figures by cross-validation within the pool.
    pub crossed: Vec<(Head, String, BinaryFigures)>,
    /// For each head and set left out as a whole: the share of its ham above the threshold that the other sets gave for
    /// [`REJECTED`].
    pub ham_rejected: Vec<(Head, String, f64)>,
}

/// The share of ham that the shipped policy rejects at most.
pub const REJECTED: f64 = 0.005;

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
    let words = Words::of(sets);
    let known = words.known(None);
    let mut report = TrainingReport::default();
    let mut heads = Vec::new();
    for &head in Head::ALL {
        let (rows, names) = vectorise_all(sets, head, &words, &known);
        if !rows.iter().any(|rows| rows.positive.contains(&true))
            || !rows.iter().any(|rows| rows.positive.contains(&false))
        {
            return Err(Error::new(ErrorKind::Usage(format!(
                "nothing to learn {head} from: give sets with both classes"
            ))));
        }
        told(&format!("{head}: {} comments of {} sets", rows.iter().map(Rows::len).sum::<usize>(), rows.len()));
        let all: Vec<(usize, Vec<usize>)> =
            rows.iter().enumerate().map(|(i, set)| (i, (0..set.len()).collect())).collect();
        let (fitted, (crossed, left_out)) = rayon::join(
            || fit(&rows, &all, head, how),
            || rayon::join(|| cross(&rows, head, how), || leave_out(&rows, head, how)),
        );
        let calibration = calibrate(&rows, &crossed);
        let calibrated = |scores: &[[f64; 2]], rows: &Rows| -> Vec<Scored> {
            scores
                .iter()
                .zip(&rows.positive)
                .map(|(score, positive)| (calibration.probability(score), *positive))
                .collect()
        };
        let mut ham: Vec<(usize, Vec<Scored>)> = Vec::new();
        let mut thresholds: Vec<(f64, f64)> = RATES.iter().map(|rate| (*rate, 0.5)).collect();
        for (i, set) in rows.iter().enumerate() {
            let inside = calibrated(&crossed[i], set);
            report.crossed.push((head, names[i].name.clone(), BinaryFigures::of(&inside, 0.5)));
            let Some(outside) = &left_out[i] else { continue };
            let outside = calibrated(outside, set);
            let figures = BinaryFigures::of(&outside, 0.5);
            told(&format!("{head} without {}: AUC {:.4}", names[i].name, figures.auc.unwrap_or(0.0)));
            report.left_out.push((head, names[i].name.clone(), figures));
            if set.positive.iter().filter(|positive| !**positive).count() >= NEGATIVES {
                for (rate, threshold) in &mut thresholds {
                    *threshold = threshold.max(threshold_at(&outside, *rate).unwrap_or(0.0));
                }
                ham.push((i, outside));
            }
        }
        for (i, own) in &ham {
            let of_others = ham.iter().filter(|(other, _)| other != i).filter_map(|(_, s)| threshold_at(s, REJECTED));
            let cut = of_others.fold(0.5, f64::max);
            let of = |above: f64| own.iter().filter(|scored| !scored.1 && scored.0 > above).count() as f64;
            report.ham_rejected.push((head, names[*i].name.clone(), of(cut) / of(-1.0)));
        }
        let sets = names.iter().map(|set| {
            let (n, positive) = set.count(head);
            (set.name.clone(), n as u64, positive as u64)
        });
        let unknown = how.unknown[head as usize];
        let facts = HeadFacts { scale: [1.0; 2], unknown, calibration, thresholds, sets: sets.collect() };
        heads.push((fitted.weights, facts));
    }
    let [(spam, spam_facts), (abuse, abuse_facts)] = <[_; 2]>::try_from(heads)
        .map_err(|_| Error::new(ErrorKind::Usage("two heads are trained together".to_owned())))?;
    Ok((CommentModel::assemble([&spam, &abuse], known, [spam_facts, abuse_facts]), report))
}

/// How many comments use each word, and each pair of characters of scripts without spaces: in all sets, and in each.
struct Words {
    all: BTreeMap<String, u32>,
    sets: Vec<BTreeMap<String, u32>>,
}

impl Words {
    fn of(sets: &[CommentSet]) -> Self {
        let sets: Vec<BTreeMap<String, u32>> = sets.par_iter().map(|set| count_words(&set.examples)).collect();
        let mut all = BTreeMap::<String, u32>::new();
        for (word, count) in sets.iter().flatten() {
            match all.get_mut(word) {
                Some(sum) => *sum += count,
                None => {
                    all.insert(word.clone(), *count);
                }
            }
        }
        Self { all, sets }
    }

    /// The words that at least [`SEEN`] comments use, those of one set left aside.
    fn known(&self, without: Option<usize>) -> Known {
        let aside = |word: &str| without.and_then(|set| self.sets[set].get(word)).copied().unwrap_or(0);
        Known::of(self.all.iter().filter(|(word, count)| *count - aside(word) >= SEEN).map(|(word, _)| word.as_str()))
    }
}

fn count_words(examples: &[Example]) -> BTreeMap<String, u32> {
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
    counts
}

/// The sets that have labels for `head`, as rows, and beside them the sets themselves.
fn vectorise_all<'s>(
    sets: &'s [CommentSet],
    head: Head,
    words: &Words,
    known: &Known,
) -> (Vec<Rows>, Vec<&'s CommentSet>) {
    let labelled = sets.iter().enumerate().filter(|(_, set)| set.count(head).0 > 0);
    labelled.map(|(i, set)| (vectorise(set, head, known, &words.known(Some(i))), set)).unzip()
}

/// The comments of a set that have a label for `head`, as rows of length 1 (features count by their worth). `others` are
/// the words known without this set.
fn vectorise(set: &CommentSet, head: Head, known: &Known, others: &Known) -> Rows {
    let labelled: Vec<(&str, bool)> = set
        .examples
        .iter()
        .filter_map(|example| Some((example.text.as_str(), example.labels[head as usize]?)))
        .collect();
    let chunks: Vec<Vec<(Vec<u32>, [f64; 2])>> = labelled
        .par_chunks(512)
        .map(|chunk| {
            let mut vectoriser = Vectoriser::default();
            let mut reader = Reader::default();
            let row = |(text, _): &(&str, bool)| {
                let mut row = Vec::new();
                let inside = confidence(vectoriser.row(text, Some(known), &mut row), known);
                let outside = confidence(reader.read(text, Some(others)), others);
                (row, [inside, outside])
            };
            chunk.iter().map(row).collect()
        })
        .collect();
    let mut parts = [SparseRows::new(BUCKETS), SparseRows::new(BUCKETS)];
    let mut confidence = [Vec::new(), Vec::new()];
    for (row, [inside, outside]) in chunks.into_iter().flatten() {
        for (group, part) in parts.iter_mut().enumerate() {
            let own = || row.iter().filter(|bucket| usize::from(is_shared(**bucket)) == group);
            let value = 1.0 / (own().count().max(1) as f64).sqrt();
            part.push(own().map(|bucket| (*bucket, value as f32)));
        }
        confidence[0].push(inside);
        confidence[1].push(outside);
    }
    Rows { parts, positive: labelled.iter().map(|(_, positive)| *positive).collect(), weight: set.weight, confidence }
}

/// Fits a head to some rows of some sets.
fn fit(sets: &[Rows], chosen: &[(usize, Vec<usize>)], head: Head, how: &Training) -> Fitted {
    let (mut positive, mut weights) = (Vec::new(), Vec::new());
    let say = |set: usize, n: usize| sets[set].weight * libm::pow(n as f64, how.set_power[head as usize]);
    let total: f64 = chosen.iter().map(|(set, rows)| say(*set, rows.len())).sum();
    let comments: usize = chosen.iter().map(|(_, rows)| rows.len()).sum();
    for (set, rows) in chosen {
        let mass = say(*set, rows.len()) / total * comments as f64;
        let of = |class: bool| rows.iter().filter(|row| sets[*set].positive[**row] == class).count();
        let counts = [of(false), of(true)];
        for row in rows {
            let class = sets[*set].positive[*row];
            positive.push(class);
            let plain = 1.0 / rows.len() as f64;
            let even = if counts.contains(&0) { plain } else { 0.5 / counts[usize::from(class)] as f64 };
            weights.push((mass * libm::pow(even, how.balance) * libm::pow(plain, 1.0 - how.balance)) as f32);
        }
    }
    let length = how.shared as f32;
    let mut scaled = SparseRows::new(BUCKETS);
    for (set, rows) in chosen {
        for row in rows {
            let part = |group: usize| sets[*set].parts[group].row(*row).iter();
            scaled.push(part(0).copied().chain(part(1).map(|cell| (cell.0, cell.1 * length))));
        }
    }
    let mut ratios = log_ratios(&scaled, &positive, &weights, how.alpha);
    for ratio in &mut ratios {
        *ratio = libm::pow(f64::from(ratio.abs()), how.ratio_power).copysign(f64::from(*ratio)) as f32;
    }
    let refinement = Refinement { cost: how.cost[head as usize], epochs: how.epochs, tolerance: 0.02, seed: 1 };
    let (mut weights, _) = refine(&scaled, &positive, &weights, &ratios, &[], &refinement);
    for weight in &mut weights[LEXICAL..] {
        *weight *= length;
    }
    Fitted { weights }
}

/// The log-count ratios of the features' presence, through linfa's multinomial naive Bayes.
fn log_ratios(rows: &SparseRows, positive: &[bool], weights: &[f32], alpha: f64) -> Vec<f32> {
    let mut present = SparseRows::new(rows.nfeatures());
    for row in rows.iter() {
        present.push(row.iter().map(|(bucket, _)| (*bucket, 1.0)));
    }
    let classes: Vec<usize> = positive.iter().map(|positive| usize::from(*positive)).collect();
    let model = Multinomial::new(2).alpha(alpha).class_alpha(1.0).fit_weighted(&present, &classes, weights);
    model
        .and_then(|model| NaiveBayes::from_linfa(&model))
        .map_or_else(|_| vec![1.0; rows.nfeatures()], |model| model.log_ratios())
}

/// The fold of each row of each set.
fn folds(rows: &[Rows]) -> Vec<Vec<usize>> {
    let mut shuffle = Shuffle::new(2);
    let fold = |set: &Rows| {
        let mut folds: Vec<usize> = (0..set.len()).map(|i| i % FOLDS).collect();
        shuffle.shuffle(&mut folds);
        folds
    };
    rows.iter().map(fold).collect()
}

/// Scores of every row by models that learned from the other folds.
fn cross(rows: &[Rows], head: Head, how: &Training) -> Vec<Vec<[f64; 2]>> {
    let folds = folds(rows);
    let fitted: Vec<Fitted> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| {
            let others = |set: usize| (0..rows[set].len()).filter(|row| folds[set][*row] != fold).collect();
            let chosen: Vec<(usize, Vec<usize>)> = (0..rows.len()).map(|set| (set, others(set))).collect();
            fit(rows, &chosen, head, how)
        })
        .collect();
    let unknown = how.unknown[head as usize];
    let score = |set: usize, row: usize| fitted[folds[set][row]].score(&rows[set], row, false, unknown);
    let score = |set: usize| (0..rows[set].len()).map(|row| score(set, row)).collect();
    (0..rows.len()).map(score).collect()
}

/// Scores of every row of a set by a model that learned from all the other sets; `None` where no other has both classes.
fn leave_out(rows: &[Rows], head: Head, how: &Training) -> Vec<Option<Vec<[f64; 2]>>> {
    (0..rows.len())
        .into_par_iter()
        .map(|out| {
            let chosen: Vec<(usize, Vec<usize>)> =
                (0..rows.len()).filter(|set| *set != out).map(|set| (set, (0..rows[set].len()).collect())).collect();
            let has = |class: bool| chosen.iter().any(|(set, _)| rows[*set].positive.contains(&class));
            (has(true) && has(false)).then(|| {
                let fitted = fit(rows, &chosen, head, how);
                let unknown = how.unknown[head as usize];
                (0..rows[out].len()).map(|row| fitted.score(&rows[out], row, true, unknown)).collect()
            })
        })
        .collect()
}

/// The curve from scores to probabilities. Every set has the same say; within a set every comment has. Both scores keep
/// the balance that they were learned with: within the sets learned from, words look surer than they are elsewhere.
fn calibrate(rows: &[Rows], scores: &[Vec<[f64; 2]>]) -> Platt {
    let sums: Vec<f64> = scores.iter().flatten().map(|[words, shared]| words + shared).collect();
    let positive: Vec<bool> = rows.iter().flat_map(|set| set.positive.iter().copied()).collect();
    // A set of one class says nothing of how often the other occurs.
    let say = |set: &Rows| if set.positive.contains(&true) { 1000.0 * set.weight / set.len() as f64 } else { 0.0 };
    let weights: Vec<f32> = rows.iter().flat_map(|set| std::iter::repeat_n(say(set) as f32, set.len())).collect();
    let curve = Platt::fit(&sums, 1, &positive, &weights, 1e-3);
    Platt { slopes: vec![curve.slopes[0]; 2], intercept: curve.intercept }
}

/// Figures on each set by models that learned from all the others: how well a head carries over.
pub fn carry_over(sets: &[CommentSet], head: Head, how: &Training) -> Vec<(String, Option<BinaryFigures>)> {
    let sets: Vec<CommentSet> = sets.iter().filter(|set| set.count(head).0 > 0).cloned().collect();
    let words = Words::of(&sets);
    let (rows, sets) = vectorise_all(&sets, head, &words, &words.known(None));
    let calibration = calibrate(&rows, &cross(&rows, head, how));
    let figures = |scores: &Vec<[f64; 2]>, set: &Rows| {
        let scored: Vec<Scored> = scores
            .iter()
            .zip(&set.positive)
            .map(|(score, positive)| (calibration.probability(score), *positive))
            .collect();
        BinaryFigures::of(&scored, 0.5)
    };
    let left_out = leave_out(&rows, head, how);
    left_out
        .iter()
        .enumerate()
        .map(|(i, scores)| (sets[i].name.clone(), scores.as_ref().map(|scores| figures(scores, &rows[i]))))
        .collect()
}

/// A head trained for one experiment: its probabilities are calibrated, and it knows its best threshold.
pub struct Trial {
    fitted: Fitted,
    known: Known,
    calibration: Platt,
    unknown: f64,
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
    let set = CommentSet { name: String::new(), examples: examples.to_vec(), weight: 1.0 };
    let known = Words::of(std::slice::from_ref(&set)).known(None);
    let rows = [vectorise(&set, head, &known, &known)];
    let all = [(0, (0..rows[0].len()).collect())];
    let (fitted, crossed) = rayon::join(|| fit(&rows, &all, head, how), || cross(&rows, head, how));
    let calibration = calibrate(&rows, &crossed);
    let scored: Vec<Scored> = crossed[0]
        .iter()
        .zip(&rows[0].positive)
        .map(|(score, positive)| (calibration.probability(score), *positive))
        .collect();
    let best = |figure: fn(&BinaryFigures) -> f64| {
        let value = |step: u32| figure(&BinaryFigures::of(&scored, f64::from(step) / 50.0));
        (5..46u32).max_by(|a, b| value(*a).total_cmp(&value(*b))).map_or(0.5, |step| f64::from(step) / 50.0)
    };
    let unknown = how.unknown[head as usize];
    Trial { best_for_f1: best(|f| f.f1), best_for_macro_f1: best(|f| f.macro_f1), fitted, known, calibration, unknown }
}

impl Trial {
    /// The probability of each comment.
    pub fn score(&self, examples: &[Example], head: Head) -> Vec<Scored> {
        let set = CommentSet { name: String::new(), examples: examples.to_vec(), weight: 1.0 };
        let rows = vectorise(&set, head, &self.known, &self.known);
        let score = |row: usize| self.fitted.score(&rows, row, false, self.unknown);
        (0..rows.len()).map(|row| (self.calibration.probability(&score(row)), rows.positive[row])).collect()
    }
}
