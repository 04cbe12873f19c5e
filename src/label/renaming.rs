//! The second look at names: what naive Bayes would call a block and all that is around it, beside a few dense
//! measures, weighed by a forest with one class a label. A lone "More" is told from what stands next to it.

use std::ops::Range;

use super::features::{Row, from_title, log, phrases};
use super::model::Measured;
use crate::bayes::log_all;
use crate::forest::{Batch, Forest, softmax};
use crate::page::{Page, Shape};
use crate::record::{Format, Label, PageKind};

/// Blocks on each side whose names are averaged.
const WIDTH: usize = 5;
/// Containers with more blocks than this say nothing of one of them.
const CONTAINER: usize = 60;
/// Labels less likely than this by the first look are not looked at again.
const UNLIKELY: f32 = 0.004;
/// By how much, in log-odds, labels that were out of the question stay behind.
const NEVER: f32 = 4.0;

/// First names of all blocks of a page: a probability a label, and sums of them before each block.
pub(super) struct FirstNames {
    chances: Vec<f32>,
    sums: Vec<f32>,
}

impl FirstNames {
    /// From the linear model's sums, [`Label::COUNT`] a block.
    pub(super) fn of(mut scores: Vec<f32>) -> Self {
        for own in scores.chunks_mut(Label::COUNT) {
            softmax(own);
        }
        let mut sums = vec![0.0; scores.len() + Label::COUNT];
        for (at, chance) in scores.iter().enumerate() {
            sums[at + Label::COUNT] = sums[at] + chance;
        }
        Self { chances: scores, sums }
    }

    pub(super) fn own(&self, i: usize) -> &[f32] {
        &self.chances[i * Label::COUNT..(i + 1) * Label::COUNT]
    }

    /// Mean chance of each label over a range of blocks without block `i`; -1 where there is no other.
    fn around(&self, range: Range<usize>, i: usize) -> [f32; Label::COUNT] {
        let inside = range.contains(&i);
        let others = range.len().saturating_sub(usize::from(inside));
        if others == 0 {
            return NONE;
        }
        let sums = |at: usize| &self.sums[at * Label::COUNT..(at + 1) * Label::COUNT];
        let (start, end, own) = (sums(range.start), sums(range.end), self.own(i));
        std::array::from_fn(|label| {
            let own = if inside { own[label] } else { 0.0 };
            (end[label] - start[label] - own) / others as f32
        })
    }
}

/// The chances of labels where there is nothing to ask.
const NONE: [f32; Label::COUNT] = [-1.0; Label::COUNT];

/// What the second look is given beside the first names.
pub(super) struct View<'v, 's> {
    pub(super) page: &'v Page<'s>,
    pub(super) measured: &'v Measured,
    pub(super) main: &'v [f32],
    pub(super) comment: &'v [f32],
    /// Chance of each [`PageKind`].
    pub(super) kinds: &'v [f32],
}

/// The elements around a block whose names are averaged, from the inside out.
const BOXES: [&str; 2] = ["in its box", "in the box around"];

/// A column a label.
fn put_all(row: &mut Row<'_>, name: &str, chances: &[f32]) {
    if row.names.is_none() {
        return row.values.extend_from_slice(chances);
    }
    for (label, chance) in Label::ALL.iter().zip(chances) {
        row.put(format_args!("{} {name}", label.name()), *chance);
    }
}

/// The columns of block `i`.
pub(super) fn columns(view: &View<'_, '_>, names: &FirstNames, i: usize, row: &mut Row<'_>) {
    let (page, survey) = (view.page, &view.measured.survey);
    let (block, signals) = (&page.blocks[i], &survey.blocks[i]);
    let count = survey.blocks.len();
    put_all(row, "by naive Bayes", names.own(i));
    for (name, j) in [("before", i.checked_sub(1)), ("after", Some(i + 1).filter(|&j| j < count))] {
        put_all(row, name, j.map_or(&NONE, |j| names.own(j)));
    }
    put_all(row, "near by", &names.around(i.saturating_sub(WIDTH)..(i + WIDTH + 1).min(count), i));
    if page.format == Format::Html {
        let (mut put, mut seen) = (0, 1);
        for id in page.tree.ancestors(block.node).take(48) {
            let blocks = page.tree.node(id).blocks;
            if blocks.len() <= seen {
                continue;
            }
            if blocks.len() > CONTAINER || put == BOXES.len() {
                break;
            }
            seen = blocks.len();
            put_all(row, BOXES[put], &names.around(blocks.range(), i));
            put += 1;
        }
        for name in &BOXES[put..] {
            put_all(row, name, &NONE);
        }
        let place = &survey.places[block.node.0 as usize];
        for (bit, name) in super::tokens::AROUND_NAMES.iter().enumerate() {
            row.put(format_args!("in {name}"), f32::from(place.around >> bit & 1));
        }
        row.put("twins", log(place.most_twins as f32));
        row.put("depth", f32::from(page.tree.node(block.node).depth));
    }
    for (kind, chance) in PageKind::ALL.iter().zip(view.kinds) {
        row.put(format_args!("page is {}", kind.name()), *chance);
    }
    for step in [-2isize, -1, 0, 1, 2] {
        let at = i.checked_add_signed(step).filter(|&j| j < count);
        row.put(format_args!("main at {step}"), at.map_or(-1.0, |j| view.main[j]));
        row.put(format_args!("comment at {step}"), at.map_or(-1.0, |j| view.comment[j]));
        row.put(format_args!("words at {step}"), at.map_or(-1.0, |j| log(survey.blocks[j].words)));
        row.put(format_args!("link density at {step}"), at.map_or(-1.0, |j| survey.blocks[j].link_density));
        row.put(format_args!("date cover at {step}"), at.map_or(-1.0, |j| survey.blocks[j].date_cover));
    }
    phrases(signals, row);
    survey.marks.columns(i, row);
    row.put("capitals", signals.capitals as f32 / signals.words.max(1.0));
    row.put("digits", signals.digits as f32 / signals.chars.max(1) as f32);
    row.put("commas", signals.commas as f32);
    row.put("bars", signals.bars as f32 / signals.words.max(1.0));
    row.put("ends as a sentence", f32::from(u8::from(signals.ends_sentence)));
    row.put("ends with a colon", f32::from(u8::from(signals.ends_colon)));
    row.put("function words", signals.function_words);
    row.put("foreign", f32::from(u8::from(signals.foreign)));
    row.put("phrase cover", signals.phrase_cover);
    row.put("repeats", log(signals.repeats as f32));
    row.put("title likeness", signals.title_likeness);
    row.put("heading", if block.shape == Shape::Heading { f32::from(block.level) + 1.0 } else { 0.0 });
    row.put("shape", f32::from(block.shape as u8));
    row.put("marker", f32::from(u8::from(block.marker.is_some())) + f32::from(u8::from(block.number.is_some())));
    row.put("gap", f32::from(block.gap as u8));
    row.put("indent", f32::from(block.indent));
    row.put("blocks before", log(i as f32));
    row.put("blocks after", log((count - 1 - i) as f32));
    row.put("place", i as f32 / count as f32);
    let before = survey.totals(0..i);
    row.put("prose before", log(before.prose));
    row.put("prose after", log(survey.page_totals().prose - before.prose));
    from_title(survey, i, row);
}

/// Replaces the first look's log-scores of some blocks, at most [`crate::forest::LANES`], in `scores` by those of the
/// second: labels that were out of the question stay so.
pub(super) fn score(
    forest: &Forest,
    view: &View<'_, '_>,
    names: &FirstNames,
    blocks: Range<usize>,
    scores: &mut [f32],
) {
    let (mut batch, mut rows) = (Batch::with_capacity(forest.features()), Vec::new());
    for i in blocks.clone() {
        columns(view, names, i, &mut Row { values: &mut rows, names: None });
    }
    batch.put(0, &rows, blocks.len());
    for (i, own) in blocks.clone().zip(scores.chunks_mut(Label::COUNT)) {
        for (score, &first) in own.iter_mut().zip(names.own(i)) {
            // Of those out of the question, how far below the others the first look had them.
            *score = if first >= UNLIKELY { first } else { first.max(1e-9) / UNLIKELY };
        }
        log_all(own);
    }
    for label in 0..Label::COUNT {
        let likely = |i: usize| names.own(i)[label] >= UNLIKELY;
        let (first, last) = (blocks.clone().find(|&i| likely(i)), blocks.clone().rfind(|&i| likely(i)));
        let second = first
            .zip(last)
            .map(|(first, last)| forest.score_batch(&batch, label, first - blocks.start..last + 1 - blocks.start));
        let base = forest.base(label).min(0.0);
        for ((lane, i), own) in blocks.clone().enumerate().zip(scores.chunks_mut(Label::COUNT)) {
            own[label] = match second {
                Some(odds) if likely(i) => odds[lane] + own[label],
                _ => base + own[label] - NEVER,
            };
        }
    }
}
