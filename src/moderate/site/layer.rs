//! What a site's decisions change about the scores: weights of its own beside the shipped ones, a calibration, and
//! thresholds. All of it is derived from the log, so that taking a decision back takes back all it did.

use std::collections::HashMap;

use linfa::dataset::Records;
use serde::{Deserialize, Serialize};

use super::log::Decision;
use crate::bayes::{ModelFile, ModelView, Platt, Refinement, Shuffle, SparseRows, ln, refine};
use crate::error::Result;
use crate::eval::{Scored, threshold_at};
use crate::moderate::Head;
use crate::moderate::model::{CommentModel, RATES};
use crate::moderate::vector::{BUCKETS, Vectoriser};

/// What a site's decisions change about the scores.
#[derive(Debug)]
pub struct SiteLayer {
    heads: [Option<SiteHead>; 2],
}

/// One head of the layer.
#[derive(Debug)]
pub(in crate::moderate) struct SiteHead {
    facts: Facts,
    /// What the site adds, one weight a bucket, on rows whose two parts have length 1.
    weights: Vec<f32>,
}

/// What the kept file says of one head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Facts {
    /// How far the shipped model's log-odds count.
    lean: f64,
    intercept: f64,
    /// From the mixed log-odds to calibrated ones.
    calibration: Platt,
    /// The site's own thresholds, where it has decided on enough ham.
    thresholds: Option<Vec<(f64, f64)>>,
}

/// The kept file's metadata.
#[derive(Serialize, Deserialize)]
struct Header {
    /// Of the log and the model that the layer follows from.
    stamp: String,
    heads: [Option<Facts>; 2],
}

/// The kind and version in the kept file's header.
const KIND: &str = "tamis/site";
const VERSION: u32 = 1;
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
        let mut head = |head: Head| {
            // Who decides otherwise on the same text later has thought better of it.
            let mut last = HashMap::new();
            for decision in decisions {
                decision.of(head).map(|label| last.insert(decision.text.as_str(), label));
            }
            let mut rows = Vec::new();
            let (mut shipped, mut positive) = (Vec::new(), Vec::new());
            for decision in decisions {
                let Some(label) = decision.of(head).filter(|label| last[decision.text.as_str()] == *label) else {
                    continue;
                };
                let (weight, _, terms) = model.weigh_terms(&decision.text, &mut vectoriser);
                shipped.push(model.log_odds(head, &weight));
                let cells = terms.iter().map(|term| (term.bucket, weight.value(term.bucket) as f32));
                rows.push(cells.collect());
                positive.push(label);
            }
            let of = |class: bool| positive.iter().filter(|label| **label == class).count();
            (of(true) >= LEAST && of(false) >= LEAST).then(|| SiteHead::derive(rows, &shipped, &positive))
        };
        Self { heads: [head(Head::Spam), head(Head::Abuse)] }
    }

    /// The layer as a file that carries a stamp.
    pub(super) fn to_bytes(&self, stamp: &str) -> Result<Vec<u8>> {
        let mut file = ModelFile::new();
        for (head, of) in Head::ALL.iter().zip(&self.heads) {
            let Some(of) = of else { continue };
            let own = || of.weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
            let buckets: Vec<u8> = own().flat_map(|(bucket, _)| (bucket as u32).to_le_bytes()).collect();
            let weights: Vec<f32> = own().map(|(_, weight)| *weight).collect();
            file.put_u8(&format!("{head}.buckets"), &[buckets.len()], &buckets);
            file.put_f32(&format!("{head}.weights"), &[weights.len()], &weights);
        }
        let heads = [0, 1].map(|head| self.heads[head].as_ref().map(|head: &SiteHead| head.facts.clone()));
        file.to_bytes(KIND, VERSION, &Header { stamp: stamp.to_owned(), heads })
    }

    /// A kept layer, if it carries this stamp. Anything else is `None`: the log can always tell.
    pub(super) fn from_bytes(bytes: &[u8], stamp: &str) -> Option<Self> {
        let view = ModelView::parse(bytes, KIND, VERSION).ok()?;
        let header: Header = view.metadata().ok().filter(|header: &Header| header.stamp == stamp)?;
        let mut heads = [None, None];
        for (head, facts) in Head::ALL.iter().zip(header.heads) {
            let Some(facts) = facts else { continue };
            let mut weights = vec![0.0; BUCKETS];
            let buckets = view.u8(&format!("{head}.buckets")).ok()?;
            for (bucket, weight) in buckets.as_chunks().0.iter().zip(view.f32(&format!("{head}.weights")).ok()?) {
                *weights.get_mut(u32::from_le_bytes(*bucket) as usize)? = weight;
            }
            heads[*head as usize] = Some(SiteHead { facts, weights });
        }
        Some(Self { heads })
    }

    /// The layer's head, where there is one.
    pub(in crate::moderate) fn head(&self, head: Head) -> Option<&SiteHead> {
        self.heads[head as usize].as_ref()
    }
}

impl SiteHead {
    fn derive(rows: Vec<Vec<(u32, f32)>>, shipped: &[f64], positive: &[bool]) -> Self {
        let n = positive.len();
        // Only the buckets that the decisions touch take part in the sums.
        let mut buckets: Vec<u32> = rows.iter().flatten().map(|cell| cell.0).collect();
        buckets.sort_unstable();
        buckets.dedup();
        let mut place = vec![0; BUCKETS];
        for (at, bucket) in buckets.iter().enumerate() {
            place[*bucket as usize] = at as u32;
        }
        let mut compact = SparseRows::new(buckets.len());
        for row in rows {
            compact.push(row.iter().map(|(bucket, value)| (place[*bucket as usize], *value)));
        }
        let rows = &compact;
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
        let (own, intercept) = fit(rows, shipped, positive, &all, mix);
        let mut weights = vec![0.0; BUCKETS];
        for (bucket, weight) in buckets.iter().zip(own) {
            weights[*bucket as usize] = weight;
        }
        Self { facts: Facts { lean: mix.0, intercept, calibration, thresholds }, weights }
    }

    /// What multiplies a term of the shipped log-odds.
    pub(in crate::moderate) fn lean(&self) -> f64 {
        self.facts.lean * self.facts.calibration.slopes[0]
    }

    /// What a feature adds by the site's own weights.
    pub(in crate::moderate) fn own(&self, bucket: u32, value: f64) -> f64 {
        f64::from(self.weights[bucket as usize]) * value * self.facts.calibration.slopes[0]
    }

    /// What the layer adds to every comment.
    pub(in crate::moderate) fn base(&self) -> f64 {
        self.facts.intercept * self.facts.calibration.slopes[0] + self.facts.calibration.intercept
    }

    /// The site's own thresholds.
    pub(in crate::moderate) fn thresholds(&self) -> Option<&[(f64, f64)]> {
        self.facts.thresholds.as_deref()
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
    let mut own = SparseRows::new(rows.nfeatures());
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
    refine(&own, &labels, &weights, &vec![1.0; rows.nfeatures()], &offsets, &how)
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

    #[test]
    fn a_later_decision_on_the_same_text_stands() {
        let model = CommentModel::shipped();
        let mut decisions: Vec<Decision> = (0..3).map(|i| decision(&format!("zorbling {i}"), true)).collect();
        decisions.extend((0..3).map(|i| decision(&format!("a quiet river {i}"), false)));
        let layer = SiteLayer::derive(&decisions, model);
        decisions.insert(0, decision("zorbling 0", false));
        let same = SiteLayer::derive(&decisions, model);
        assert_eq!(same.head(Head::Spam).unwrap().weights, layer.head(Head::Spam).unwrap().weights);
    }

    #[test]
    fn a_kept_layer_is_the_derived_one_and_a_stale_one_is_none() {
        let model = CommentModel::shipped();
        let decisions: Vec<Decision> =
            (0..40).map(|i| decision(&format!("{} {i}", ["buy frumpets", "nice walk"][i % 2]), i % 2 == 0)).collect();
        let layer = SiteLayer::derive(&decisions, model);
        let bytes = layer.to_bytes("one").unwrap();
        let kept = SiteLayer::from_bytes(&bytes, "one").unwrap();
        let (a, b) = (layer.head(Head::Spam).unwrap(), kept.head(Head::Spam).unwrap());
        assert_eq!((&a.facts, &a.weights), (&b.facts, &b.weights));
        assert!(kept.head(Head::Abuse).is_none());
        assert!(SiteLayer::from_bytes(&bytes, "two").is_none());
        assert!(SiteLayer::from_bytes(&bytes[..bytes.len() / 2], "one").is_none());
    }
}
