//! How well the main text of pages is found: F1 of 4-token shingles a page, F1 of wanted and unwanted snippets.
//!
//! The measures are those of the article-extraction benchmarks: bags of runs of four tokens (Zyte's
//! article-extraction-benchmark), and snippets that must or must not occur (trafilatura's evaluation).

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::label::align;
use crate::label::gold::Gold;
use crate::record::PageRecord;

/// Figures of one page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PageFigures {
    /// Precision, recall and F1 of shingles; `None` without a gold text.
    pub shingles: Option<(f64, f64, f64)>,
    /// F1 of single tokens; `None` without a gold text.
    pub tokens: Option<f64>,
    /// Wanted snippets found.
    pub found: u32,
    /// Wanted snippets missed.
    pub missed: u32,
    /// Unwanted snippets found.
    pub unwanted: u32,
}

/// Means over pages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    /// Number of pages.
    pub pages: usize,
    /// Mean precision, recall, F1 over the pages with a gold text.
    pub shingles: Option<(f64, f64, f64)>,
    /// Mean F1 of single tokens over the pages with a gold text.
    pub tokens: Option<f64>,
    /// F1 over all snippets.
    pub snippets: Option<f64>,
}

/// Measures a record against its gold.
pub fn page(gold: &Gold, record: &PageRecord) -> PageFigures {
    let mut text = record.text.clone();
    if record.kind.is_posts() {
        for comment in &record.comments {
            text.push_str("\n\n");
            text.push_str(&comment.text);
        }
    }
    let mut figures = PageFigures::default();
    if let Some(gold) = &gold.text {
        let first = align::words(gold.trim().lines().next().unwrap_or_default());
        let title = align::words(record.title.as_deref().unwrap_or_default());
        // Where the gold opens with the headline, the record's title counts as part of the answer.
        if !first.is_empty() && first == title && !align::words(&text).starts_with(&first) {
            text = format!("{}\n{text}", record.title.as_deref().unwrap_or_default());
        }
        figures.shingles = Some(overlap(&runs(gold, 4), &runs(&text, 4)));
        figures.tokens = Some(token_f1(gold, &text));
    }
    let flat = squash(&text);
    for snippet in gold.with.iter().flatten() {
        if flat.contains(&squash(snippet)) {
            figures.found += 1;
        } else {
            figures.missed += 1;
        }
    }
    figures.unwanted = gold.without.iter().flatten().filter(|snippet| flat.contains(&squash(snippet))).count() as u32;
    figures
}

/// Means over pages; the sum runs in the order given.
pub fn means(pages: &[PageFigures]) -> Means {
    let scored: Vec<(f64, f64, f64)> = pages.iter().filter_map(|page| page.shingles).collect();
    let mean = |pick: fn(&(f64, f64, f64)) -> f64| scored.iter().map(pick).sum::<f64>() / scored.len() as f64;
    let sum = |pick: fn(&PageFigures) -> u32| f64::from(pages.iter().map(pick).sum::<u32>());
    let (found, missed, unwanted) = (sum(|page| page.found), sum(|page| page.missed), sum(|page| page.unwanted));
    Means {
        pages: pages.len(),
        shingles: (!scored.is_empty()).then(|| (mean(|s| s.0), mean(|s| s.1), mean(|s| s.2))),
        tokens: (!scored.is_empty())
            .then(|| pages.iter().filter_map(|page| page.tokens).sum::<f64>() / scored.len() as f64),
        snippets: (found + missed + unwanted > 0.0).then(|| 2.0 * found / (2.0 * found + missed + unwanted)),
    }
}

/// F1 of the bags of single tokens of two texts; two empty texts agree.
pub(super) fn token_f1(gold: &str, text: &str) -> f64 {
    overlap(&runs(gold, 1), &runs(text, 1)).2
}

pub(super) fn squash(text: &str) -> String {
    text.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How often each run of tokens occurs.
pub(super) type Bag = HashMap<Vec<u64>, u32>;

/// Bag of runs of so many tokens; a shorter text is one run.
pub(super) fn runs(text: &str, length: usize) -> Bag {
    let normal: String = text.nfkc().collect();
    let words = align::words(&normal);
    let mut bag = HashMap::new();
    if words.is_empty() {
        return bag;
    }
    for run in words.windows(length.min(words.len())) {
        *bag.entry(run.to_vec()).or_insert(0) += 1;
    }
    bag
}

/// Precision, recall, F1 of two bags; two empty bags agree.
pub(super) fn overlap(gold: &Bag, got: &Bag) -> (f64, f64, f64) {
    let size = |bag: &Bag| f64::from(bag.values().sum::<u32>());
    if gold.is_empty() && got.is_empty() {
        return (1.0, 1.0, 1.0);
    }
    let hits = f64::from(gold.iter().map(|(run, &count)| count.min(got.get(run).copied().unwrap_or(0))).sum::<u32>());
    let (p, r) =
        (if got.is_empty() { 0.0 } else { hits / size(got) }, if gold.is_empty() { 0.0 } else { hits / size(gold) });
    (p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shingles_count_order_and_repeats() {
        let figures = overlap(&runs("a b c d e", 4), &runs("a b c d x", 4));
        assert_eq!(figures, (0.5, 0.5, 0.5));
        assert_eq!(overlap(&runs("one two", 4), &runs("one two", 4)).2, 1.0);
        assert_eq!(overlap(&runs("", 4), &runs("", 4)).2, 1.0);
    }
}
