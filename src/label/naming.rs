//! The third model: which label a block has, given what it is made of and what surrounds it.
//!
//! Multinomial naive Bayes over the block's tokens and some that only the whole page can give, refined by softmax
//! regression from there (the log-count ratios of Wang & Manning 2012, for many classes). What is stored and scored
//! is one weight a bucket and label, so an explanation lists the very terms of the sum.

use std::collections::VecDeque;

use super::model::{LABEL_BITS, LABEL_BUCKETS};
use super::signals::Survey;
use super::tokens::Named;
use crate::bayes::{Multinomial, NaiveBayes, Shuffle, SparseRows, bucket, hash_pair};
use crate::error::Result;
use crate::forest::softmax;
use crate::lexicon::ClassSet;
use crate::page::{NodeId, Page, Shape};
use crate::record::Label;

/// Blocks that a heading or opening line is taken to speak of.
const REACH: usize = 12;
/// Containers with more blocks than this say nothing of one of them.
const CONTAINER: usize = 40;
/// How much of naive Bayes' log-ratios the refinement starts from.
const TEMPER: f32 = 0.3;
/// Passes over the rows, and from which on the weights after each are averaged (Polyak & Juditsky 1992): the last ones
/// alone depend on which rows came last.
const PASSES: usize = 8;
const SETTLED: usize = 2;
/// In one of so many passes a row is seen without its words: most languages are not among the examples, and shape and
/// surroundings must do without.
const WORDLESS: usize = 2;
/// Step of the refinement (AdaGrad, Duchi et al. 2011).
const STEP: f32 = 0.08;
/// Shrinkage a step towards nothing.
const SHRINK: f32 = 2e-5;

/// What surrounds each block of a page.
pub(super) struct Context {
    /// Phrases inside each element.
    inside: Vec<ClassSet>,
    /// Phrases of the heading or short opening line that a block stands under.
    under: Vec<ClassSet>,
    /// Phrases of those that this one stands under in turn.
    above: Vec<ClassSet>,
    /// Place of a block before, inside, or after the main content and the comments.
    zone: Vec<u8>,
    /// The two answers in steps.
    answer: Vec<u8>,
}

impl Context {
    pub(super) fn of(page: &Page<'_>, survey: &Survey, main: &[f32], comment: &[f32]) -> Self {
        let mut inside = vec![ClassSet::default(); page.tree.nodes.len()];
        for (block, signals) in page.blocks.iter().zip(&survey.blocks) {
            let set = &mut inside[block.node.0 as usize];
            *set = set.or(signals.phrases);
        }
        // Children stand behind their parents: from the back, every element is whole before it is handed up.
        for id in (1..page.tree.nodes.len()).rev() {
            let parent = page.tree.nodes[id].parent.0 as usize;
            inside[parent] = inside[parent].or(inside[id]);
        }
        let (mut under, mut above) = (Vec::with_capacity(page.blocks.len()), Vec::with_capacity(page.blocks.len()));
        let mut heads: VecDeque<(usize, ClassSet)> = VecDeque::new();
        for (i, (block, signals)) in page.blocks.iter().zip(&survey.blocks).enumerate() {
            while heads.front().is_some_and(|(at, _)| i - at > REACH) {
                heads.pop_front();
            }
            under.push(heads.back().map_or(ClassSet::default(), |(_, set)| *set));
            above.push(heads.iter().rev().skip(1).fold(ClassSet::default(), |all, (_, set)| all.or(*set)));
            if block.shape == Shape::Heading || (!signals.whole.is_empty() && signals.words < 6.0) || signals.ends_colon
            {
                heads.push_back((i, signals.phrases));
            }
        }
        let sure = |chances: &[f32]| {
            let is = |i: &usize| chances[*i] > 0.6 && survey.blocks[*i].words >= 6.0;
            ((0..chances.len()).find(is), (0..chances.len()).rev().find(is))
        };
        let ((main_first, main_last), (talk_first, talk_last)) = (sure(main), sure(comment));
        let side = |i: usize, first: Option<usize>, last: Option<usize>| match (first, last) {
            (Some(first), Some(last)) => 1 + u8::from(i >= first) + u8::from(i > last),
            _ => 0,
        };
        let zone = (0..page.blocks.len())
            .map(|i| side(i, main_first, main_last) * 4 + side(i, talk_first, talk_last))
            .collect();
        let answer =
            main.iter().zip(comment).map(|(m, c)| (m * 4.99).max(0.0) as u8 * 5 + (c * 4.99).max(0.0) as u8).collect();
        Self { inside, under, above, zone, answer }
    }

    /// The buckets that the surroundings add to block `i`; named where names are wanted.
    pub(super) fn tokens(&self, page: &Page<'_>, i: usize, out: &mut Vec<u32>, mut names: Option<&mut Vec<Named>>) {
        let mut add = |kind: u64, value: u64, name: &dyn Fn() -> String| {
            let bucket = bucket(hash_pair(100 + kind, value), LABEL_BITS);
            out.push(bucket);
            if let Some(names) = &mut names {
                names.push(Named { bucket, name: name() });
            }
        };
        for class in self.under[i].iter() {
            add(0, class as u64, &|| format!("under a phrase of {}", class.name()));
        }
        for class in self.above[i].iter() {
            add(7, class as u64, &|| format!("further under a phrase of {}", class.name()));
        }
        add(1, self.zone[i].into(), &|| format!("zone {}", self.zone[i]));
        add(2, self.answer[i].into(), &|| format!("answers {}", self.answer[i]));
        for (kind, j) in [(3, i.checked_sub(1)), (4, Some(i + 1))] {
            if let Some(answer) = j.and_then(|j| self.answer.get(j)) {
                add(kind, (*answer).into(), &|| format!("neighbour's answers {answer}"));
            }
        }
        if page.tree.nodes.len() <= 1 {
            return;
        }
        let (mut seen, mut level) = (1, 0);
        for id in page.tree.ancestors(page.blocks[i].node).take(32) {
            let blocks = page.tree.node(id).blocks.len();
            if blocks <= seen {
                continue;
            }
            if blocks > CONTAINER || level == 3 || id == NodeId::ROOT {
                break;
            }
            seen = blocks;
            level += 1;
            for class in self.inside[id.0 as usize].iter() {
                add(5, class as u64 * 4 + level, &|| format!("container {level} holds a phrase of {}", class.name()));
            }
            add(6, level * 8 + u64::from((blocks as u32).ilog2()), &|| format!("container {level} of {blocks} blocks"));
        }
    }
}

/// What a block is named by.
#[derive(Clone, Debug, Default)]
pub(super) struct NamingRow {
    /// Buckets; those of its words stand last.
    pub(super) buckets: Vec<u32>,
    /// How many are words'.
    pub(super) words: usize,
}

/// Adds up the weights of the buckets for every label.
pub(super) fn score(weights: &[f32], buckets: impl Iterator<Item = u32>, sums: &mut [f32]) {
    for bucket in buckets {
        let at = bucket as usize * Label::COUNT;
        for (sum, weight) in sums.iter_mut().zip(&weights[at..at + Label::COUNT]) {
            *sum += weight;
        }
    }
}

/// How much each row counts: half way between every block and every label counting the same.
pub(super) fn shares(labels: &[Label]) -> Vec<f32> {
    let mut counts = [1.0f32; Label::COUNT];
    for label in labels {
        counts[*label as usize] += 1.0;
    }
    let all: f32 = counts.iter().sum();
    let share = |label: &Label| {
        // “Other” is a rag-bag; learned at full weight it draws in whatever is unknown.
        let doubt = if *label == Label::Other { 0.4 } else { 1.0 };
        doubt * (all / counts[*label as usize] / Label::COUNT as f32).sqrt().min(8.0)
    };
    labels.iter().map(share).collect()
}

/// Learns the weights from rows of buckets with their labels.
pub(super) fn learn(rows: &[&NamingRow], labels: &[Label]) -> Result<Vec<f32>> {
    if rows.is_empty() {
        return Ok(vec![0.0; LABEL_BUCKETS * Label::COUNT]);
    }
    let weights = shares(labels);
    let mut sparse = SparseRows::new(LABEL_BUCKETS);
    for row in rows {
        sparse.push(row.buckets.iter().map(|&bucket| (bucket, 1.0)));
    }
    let classes: Vec<usize> = labels.iter().map(|label| *label as usize).collect();
    let fitted =
        Multinomial::new(Label::COUNT).alpha(0.3).class_alpha(1.0).fit_weighted(&sparse, &classes, &weights)?;
    let bayes = NaiveBayes::from_linfa(&fitted)?;
    // Only differences between labels count: the mean of each bucket goes.
    let mut model: Vec<f32> = bayes
        .weights()
        .chunks(Label::COUNT)
        .flat_map(|bucket| {
            let mean = bucket.iter().sum::<f32>() / Label::COUNT as f32;
            bucket.iter().map(move |weight| (weight - mean) * TEMPER)
        })
        .collect();
    let mut slopes = vec![1e-3f32; model.len()];
    let mut settled = vec![0.0f32; model.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut shuffle = Shuffle::new(1);
    let mut sums = vec![0.0f32; Label::COUNT];
    for pass in 0..PASSES {
        shuffle.shuffle(&mut order);
        for &i in &order {
            let hidden = if (i + pass).is_multiple_of(WORDLESS) { rows[i].words } else { 0 };
            let buckets = &rows[i].buckets[..rows[i].buckets.len() - hidden];
            sums.fill(0.0);
            score(&model, buckets.iter().copied(), &mut sums);
            softmax(&mut sums);
            sums[labels[i] as usize] -= 1.0;
            for &bucket in buckets {
                let at = bucket as usize * Label::COUNT;
                for (label, error) in sums.iter().enumerate() {
                    let weight = &mut model[at + label];
                    let slope = error * weights[i] + SHRINK * *weight;
                    slopes[at + label] += slope * slope;
                    *weight -= STEP * slope / slopes[at + label].sqrt();
                }
            }
        }
        if pass >= SETTLED {
            for (all, own) in settled.iter_mut().zip(&model) {
                *all += own / (PASSES - SETTLED) as f32;
            }
        }
    }
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::lexicon::Class;
    use crate::record::Format;

    #[test]
    fn a_card_stands_under_its_rubric_and_under_the_heading_above_that() {
        let source = "Related articles\n\nLogin:\n\nThe harbour was dredged again last week";
        let page = crate::page::cut(source, Format::Text);
        let survey = Survey::of(&page, &Evidence::of(&page));
        let context = Context::of(&page, &survey, &[0.0; 3], &[0.0; 3]);
        assert!(context.under[1].contains(Class::Related) && context.above[1].is_empty());
        assert!(context.under[2].contains(Class::Login) && !context.under[2].contains(Class::Related));
        assert!(context.above[2].contains(Class::Related));
    }
}
