//! Learning a labeller from labelled pages.
//!
//! Every page weighs the same, every block within it by its words. A page's own counts are taken out before its
//! naive-Bayes scores become evidence, and the second look learns from first looks made by forests that have not
//! seen the page: otherwise both would trust what is only memory. All orders are fixed, so the same pages give the
//! same model.

use std::collections::HashMap;

use rayon::prelude::*;

use super::context::First;
use super::features::Row;
use super::gold::{Gold, Target};
use super::model::{BUCKETS, Labeller, Measured, Question, Score, Side, Weights, chance, order, second_row};
use super::naming::{self, Context, NamingRow};
use super::renaming::{self, FirstNames, View};
use crate::bayes::ln;
use crate::error::Result;
use crate::evidence::Evidence;
use crate::forest::{self, Forest, Settings};
use crate::page::Page;
use crate::record::{Format, Label, PageKind};

/// Parts that pages are dealt into for first looks of the second look's forests.
const FOLDS: usize = 3;
/// Smoothing of the questions' counts.
const ALPHA: f64 = 0.5;
/// Least number of pages a token must stand on: a rarer one speaks of its page only.
const PAGES: u32 = 3;

/// A page to learn from.
#[derive(Clone, Debug)]
pub struct Example {
    /// Name of the set it belongs to.
    pub set: String,
    /// Its name.
    pub id: String,
    /// Its source, decoded.
    pub source: String,
    /// How it is written.
    pub format: Format,
    /// What is known of it.
    pub gold: Gold,
}

/// A page measured, with its targets.
struct Lesson<'e> {
    page: Page<'e>,
    evidence: Evidence,
    measured: Measured,
    targets: Vec<Target>,
    weights: Vec<f32>,
    kind: Option<PageKind>,
    /// Number of the page that this is a rendering of: what is learned from one rendering must not judge another.
    page_number: usize,
}

/// Asks one of the two questions of a target.
type Ask = fn(&Target) -> Option<bool>;

/// Learns from the examples; `notice` is told of each step.
///
/// # Errors
/// When a format has no examples, or naive Bayes cannot be fitted.
pub fn train(examples: &[Example], notice: &(dyn Fn(&str) + Sync)) -> Result<Labeller> {
    let mut labeller = Labeller::default();
    for example in examples {
        *labeller.info.sources.entry(format!("{} ({})", example.set, example.format)).or_default() += 1;
    }
    for format in [Format::Html, Format::Text] {
        notice(&format!("{format}: measuring pages"));
        let chosen: Vec<&Example> = examples.iter().filter(|example| example.format == format).collect();
        let mut numbers: HashMap<&str, (usize, f32)> = HashMap::new();
        for example in &chosen {
            let next = numbers.len();
            numbers.entry(page_name(&example.id)).or_insert((next, 0.0)).1 += 1.0;
        }
        let lessons: Vec<Lesson<'_>> =
            chosen.par_iter().map(|example| lesson(example, numbers[page_name(&example.id)])).collect();
        labeller.info.blocks += lessons.iter().map(|lesson| lesson.targets.len() as u64).sum::<u64>();
        let side = learn(&lessons, notice, format)?;
        match format {
            Format::Html => labeller.html = side,
            Format::Text => labeller.text = side,
        }
    }
    Ok(labeller)
}

/// The page that an example is a rendering of: `PAGE@RENDERER`.
fn page_name(id: &str) -> &str {
    id.rsplit_once('@').map_or(id, |(page, _)| page)
}

/// Measures an example; `number` and `renderings` are its page's.
fn lesson(example: &Example, (page_number, renderings): (usize, f32)) -> Lesson<'_> {
    let page = crate::page::cut(&example.source, example.format);
    let evidence = Evidence::of(&page);
    let measured = Measured::of(&page, &evidence);
    let targets = example.gold.targets(&page);
    let weights: Vec<f32> =
        measured.survey.blocks.iter().map(|signals| libm::powf(signals.words.clamp(0.5, 120.0), 0.7)).collect();
    let sum: f32 = weights.iter().sum();
    let weights = weights.into_iter().map(|weight| weight * 100.0 / sum.max(1.0) / renderings.sqrt()).collect();
    Lesson { kind: example.gold.page_kind(), page_number, page, evidence, measured, targets, weights }
}

fn learn(lessons: &[Lesson<'_>], notice: &(dyn Fn(&str) + Sync), format: Format) -> Result<Side> {
    let asks: [Ask; 2] = [|target| target.main, |target| target.comment];
    notice(&format!("{format}: counting"));
    let counts: Vec<Counts> = asks.iter().map(|ask| Counts::of(lessons, *ask)).collect();
    // Every page is seen twice: whole, and with its words or its words and class names hidden. Most languages and many
    // templates are not among the examples, and the forests must learn to do without.
    let lessons: Vec<&Lesson<'_>> = lessons.iter().chain(lessons).collect();
    let (lessons, pages) = (lessons.as_slice(), lessons.len() / 2);
    // Scores of each page without its own counts.
    let scores: Vec<Vec<[Score; 2]>> = lessons
        .par_iter()
        .enumerate()
        .map(|(view, lesson)| {
            let ratios: Vec<_> = counts.iter().map(|counts| counts.without(lesson.page_number)).collect();
            let mut scores: Vec<[Score; 2]> = (0..lesson.targets.len())
                .map(|i| std::array::from_fn(|question| lesson.measured.score(i, &ratios[question])))
                .collect();
            if view >= pages {
                hide(lesson.page_number, &mut scores);
            }
            scores
        })
        .collect();
    let columns = {
        let mut names = Vec::new();
        let first = lessons.iter().zip(&scores).find(|(lesson, _)| !lesson.targets.is_empty());
        let Some((lesson, scores)) = first else {
            return Err(crate::error::ErrorKind::Usage(format!(
                "there is no {format} page to learn from; add fixtures or a --set"
            ))
            .into());
        };
        lesson.measured.first_row(
            &lesson.page,
            &lesson.evidence,
            scores,
            0,
            &mut Row { values: &mut Vec::new(), names: Some(&mut names) },
        );
        names.len()
    };
    notice(&format!("{format}: {columns} columns"));
    let rows: Vec<Vec<f32>> = lessons
        .par_iter()
        .zip(&scores)
        .map(|(lesson, scores)| {
            let mut values = Vec::with_capacity(columns * lesson.targets.len());
            for i in 0..lesson.targets.len() {
                lesson.measured.first_row(
                    &lesson.page,
                    &lesson.evidence,
                    scores,
                    i,
                    &mut Row { values: &mut values, names: None },
                );
            }
            values
        })
        .collect();
    // First looks: for each page by forests that have not seen it.
    notice(&format!("{format}: first looks"));
    let jobs: Vec<(usize, usize)> =
        (0..asks.len()).flat_map(|question| (0..=FOLDS).map(move |fold| (question, fold))).collect();
    let grown: Vec<Forest> = jobs
        .par_iter()
        .map(|&(question, fold)| grow(lessons, &rows, columns, asks[question], |page| page % FOLDS != fold, FIRST))
        .collect();
    let grown: Vec<&[Forest]> = grown.chunks(FOLDS + 1).collect();
    let looks: Vec<[Vec<f32>; 2]> = lessons
        .par_iter()
        .zip(&rows)
        .map(|(lesson, rows)| {
            std::array::from_fn(|question| {
                let unseen = &grown[question][lesson.page_number % FOLDS];
                rows.chunks_exact(columns).map(|row| chance(unseen, row)).collect()
            })
        })
        .collect();
    notice(&format!("{format}: kinds of page"));
    let kinds: Vec<Forest> = (0..=FOLDS)
        .into_par_iter()
        .map(|fold| kinds(&lessons[..pages], &looks[..pages], |page| page % FOLDS != fold))
        .collect();
    let second: Vec<Vec<f32>> = lessons
        .par_iter()
        .zip(&rows)
        .zip(&looks)
        .map(|((lesson, rows), looks)| {
            let main = First::of(&lesson.page, &lesson.measured.survey, &looks[0]);
            let comment = First::of(&lesson.page, &lesson.measured.survey, &looks[1]);
            let kinds = kinds_of(lesson, looks, &kinds);
            let mut values = Vec::new();
            for (i, row) in rows.chunks_exact(columns).enumerate() {
                values.extend_from_slice(row);
                second_row(
                    &lesson.page,
                    &lesson.measured,
                    &main,
                    &comment,
                    &kinds,
                    i,
                    &mut Row { values: &mut values, names: None },
                );
            }
            values
        })
        .collect();
    let blocks: usize = lessons.iter().map(|lesson| lesson.targets.len()).sum();
    let wide = second.iter().map(Vec::len).sum::<usize>() / blocks.max(1);
    notice(&format!("{format}: second looks"));
    let seconds: Vec<Forest> =
        asks.par_iter().map(|ask| grow(lessons, &second, wide, *ask, |_| true, SECOND)).collect();
    let [main, comment] = std::array::from_fn(|question| Question {
        ratios: Weights::Full(counts[question].ratios()),
        first: grown[question][FOLDS].clone(),
        second: seconds[question].clone(),
    });
    let (lessons, looks) = (&lessons[..pages], &looks[..pages]);
    notice(&format!("{format}: names"));
    let Names { labels, forest: names, transitions, start } = names(lessons, looks, &kinds)?;
    Ok(Side { main, comment, labels: Weights::Full(labels), names, transitions, start, kind: kinds[FOLDS].clone() })
}

/// Takes the words from every other page and words and class names from the rest.
fn hide(page: usize, scores: &mut [[Score; 2]]) {
    let kept = if page.is_multiple_of(2) { 2 } else { 1 };
    for score in scores.iter_mut().flatten() {
        score[kept..].fill(0.0);
    }
}

/// The chances of a page's kinds, by the forest that has not seen it.
fn kinds_of(lesson: &Lesson<'_>, looks: &[Vec<f32>; 2], forests: &[Forest]) -> Vec<f32> {
    let unseen = &forests[lesson.page_number % FOLDS];
    super::kind::of(unseen, &lesson.page, &lesson.evidence, &lesson.measured, [&looks[0], &looks[1]])
}

/// Learns to tell the kinds of page apart, every kind weighing nearly the same.
fn kinds(lessons: &[&Lesson<'_>], looks: &[[Vec<f32>; 2]], chosen: impl Fn(usize) -> bool) -> Forest {
    let known: Vec<(usize, u8)> = lessons
        .iter()
        .enumerate()
        .filter(|(_, lesson)| chosen(lesson.page_number))
        .filter_map(|(i, lesson)| lesson.kind.map(|kind| (i, kind as u8)))
        .collect();
    let rows: Vec<Vec<f32>> = known
        .par_iter()
        .map(|&(i, _)| {
            let (lesson, looks) = (&lessons[i], &looks[i]);
            let mut values = Vec::new();
            super::kind::columns(
                &lesson.page,
                &lesson.evidence,
                &lesson.measured,
                &looks[0],
                &looks[1],
                &mut Row { values: &mut values, names: None },
            );
            values
        })
        .collect();
    let Some(columns) = rows.first().map(Vec::len) else { return Forest::constant(PageKind::ALL.len()) };
    let labels: Vec<u8> = known.iter().map(|&(_, kind)| kind).collect();
    let count = |kind: u8| known.iter().filter(|(_, own)| *own == kind).count() as f32;
    let weights: Vec<f32> = labels.iter().map(|&kind| 10.0 / libm::powf(count(kind), 0.4)).collect();
    let settings =
        Settings { bags: 1, rounds: 60, leaves: 8, rate: 0.1, leaf_weight: 10.0, ridge: 2.0, rows: 0.7, columns: 0.5 };
    forest::train(&rows.concat(), columns, &labels, &weights, PageKind::ALL.len(), &settings)
}

/// How the forests of the first look grow.
const FIRST: Settings =
    Settings { bags: 2, rounds: 40, leaves: 24, rate: 0.2, leaf_weight: 14.0, ridge: 2.0, rows: 0.6, columns: 0.5 };
/// How those of the second look grow.
const SECOND: Settings =
    Settings { bags: 3, rounds: 66, leaves: 24, rate: 0.19, leaf_weight: 14.0, ridge: 2.0, rows: 0.6, columns: 0.5 };
/// Of very short blocks that are not what is asked for, one of so many is learned from, weighing as much as all: pages
/// have hundreds of them, all alike.
const SPARE: usize = 3;

/// Weight of a page with comments against one without.
const LOUD: f32 = 1.6;

/// Grows a forest over the blocks of the chosen pages for which the answer is known.
fn grow(
    lessons: &[&Lesson<'_>],
    rows: &[Vec<f32>],
    columns: usize,
    ask: Ask,
    chosen: impl Fn(usize) -> bool,
    settings: Settings,
) -> Forest {
    let (mut values, mut answers, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (lesson, rows) in lessons.iter().zip(rows).filter(|(lesson, _)| chosen(lesson.page_number)) {
        // Most pages have no comment, or nobody says which blocks they are: those that have some speak louder.
        let loud = if lesson.targets.iter().any(|target| target.comment == Some(true)) { LOUD } else { 1.0 };
        for (i, row) in rows.chunks_exact(columns).enumerate() {
            let Some(answer) = ask(&lesson.targets[i]) else { continue };
            let dull = !answer && lesson.measured.survey.blocks[i].words < 4.0;
            if dull && i % SPARE != 0 {
                continue;
            }
            values.extend_from_slice(row);
            answers.push(u8::from(answer));
            weights.push(0.5 * loud * lesson.weights[i] * if dull { SPARE as f32 } else { 1.0 });
        }
    }
    if answers.is_empty() {
        values.resize(columns, 0.0);
        answers.push(0);
        weights.push(1.0);
    }
    forest::train(&values, columns, &answers, &weights, 1, &settings)
}

/// Weighted counts of tokens for one question.
struct Counts {
    /// `[no, yes]` of each bucket.
    buckets: Vec<[f64; 2]>,
    totals: [f64; 2],
    /// On how many pages each bucket stands.
    pages: Vec<u32>,
    /// What each page, with all its renderings, added: the cells and their totals.
    own: Vec<(HashMap<u32, [f64; 2]>, [f64; 2])>,
}

impl Counts {
    fn of(lessons: &[Lesson<'_>], ask: Ask) -> Self {
        let pages = lessons.iter().map(|lesson| lesson.page_number + 1).max().unwrap_or(0);
        let mut own = vec![(HashMap::new(), [0.0; 2]); pages];
        for lesson in lessons {
            let (cells, totals): &mut (HashMap<u32, [f64; 2]>, [f64; 2]) = &mut own[lesson.page_number];
            for (bucket, side, weight) in self::cells(lesson, ask) {
                cells.entry(bucket).or_default()[side] += weight;
                totals[side] += weight;
            }
        }
        let mut counts = Self { buckets: vec![[0.0; 2]; BUCKETS], totals: [0.0; 2], pages: vec![0; BUCKETS], own };
        for (cells, totals) in &counts.own {
            for side in 0..2 {
                counts.totals[side] += totals[side];
            }
            // A bucket meets a page's cell once, so the order inside the map changes no sum.
            for (&bucket, cell) in cells {
                for side in 0..2 {
                    counts.buckets[bucket as usize][side] += cell[side];
                }
                counts.pages[bucket as usize] += 1;
            }
        }
        counts
    }

    fn ratio(&self, own: [f64; 2], taken: [f64; 2], bucket: u32, pages: u32) -> f32 {
        if self.pages[bucket as usize] < pages {
            return 0.0;
        }
        let at = self.buckets[bucket as usize];
        let share = |side: usize| {
            (at[side] - own[side] + ALPHA).max(ALPHA) / (self.totals[side] - taken[side] + ALPHA * BUCKETS as f64)
        };
        (ln(share(1)) - ln(share(0))) as f32
    }

    /// Log-count ratio of every bucket: how much likelier main blocks (or comments) hold it.
    fn ratios(&self) -> Vec<f32> {
        (0..BUCKETS as u32).map(|bucket| self.ratio([0.0; 2], [0.0; 2], bucket, PAGES)).collect()
    }

    /// The ratios as they would be had the page not been counted.
    fn without(&self, page: usize) -> impl Fn(u32) -> f32 {
        let (own, taken) = &self.own[page];
        move |bucket| {
            let mine = own.get(&bucket);
            // Without this page the bucket stands on one page fewer.
            self.ratio(mine.copied().unwrap_or_default(), *taken, bucket, PAGES + u32::from(mine.is_some()))
        }
    }
}

/// Every counted token of a page: bucket, answer, weight.
fn cells<'l>(lesson: &'l Lesson<'_>, ask: Ask) -> impl Iterator<Item = (u32, usize, f64)> + 'l {
    lesson
        .targets
        .iter()
        .enumerate()
        .filter_map(move |(i, target)| ask(target).map(|answer| (i, usize::from(answer))))
        .flat_map(move |(i, side)| {
            let weight = f64::from(lesson.weights[i]);
            lesson.measured.tokens.block(i).iter().map(move |&bucket| (bucket, side, weight))
        })
}

/// How the forest of names grows: many classes, few rows.
const NAMES: Settings =
    Settings { bags: 1, rounds: 50, leaves: 8, rate: 0.12, leaf_weight: 18.0, ridge: 3.0, rows: 0.6, columns: 0.5 };

/// All that names a block.
struct Names {
    labels: Vec<f32>,
    forest: Forest,
    transitions: Vec<f32>,
    start: Vec<f32>,
}

/// Learns to name blocks from the pages that have names, and how labels follow one another.
fn names(lessons: &[&Lesson<'_>], looks: &[[Vec<f32>; 2]], kinds: &[Forest]) -> Result<Names> {
    let named: Vec<(&Lesson<'_>, &[Vec<f32>; 2])> = lessons
        .iter()
        .copied()
        .zip(looks)
        .filter(|(lesson, _)| lesson.targets.iter().any(|t| t.label.is_some()))
        .collect();
    let mut rows = Rows::default();
    let mut follow = vec![0.2f64; Label::COUNT * Label::COUNT];
    let mut share = vec![1.0f64; Label::COUNT];
    let mut start = vec![0.5f64; Label::COUNT];
    let naming: Vec<Vec<NamingRow>> = named
        .par_iter()
        .map(|(lesson, looks)| {
            let context = Context::of(&lesson.page, &lesson.measured.survey, &looks[0], &looks[1]);
            let of = |i| {
                let mut row = NamingRow::default();
                lesson.measured.naming_row(&lesson.page, &context, i, &mut row);
                row
            };
            (0..lesson.targets.len()).map(of).collect()
        })
        .collect();
    for ((lesson, _), naming) in named.iter().zip(&naming) {
        let mut before = None;
        for (target, row) in lesson.targets.iter().zip(naming) {
            let Some(label) = target.label else { continue };
            rows.naming.push(row);
            rows.labels.push(label);
            rows.pages.push(lesson.page_number);
            share[label as usize] += 1.0;
            match before {
                Some(before) => follow[before as usize * Label::COUNT + label as usize] += 1.0,
                None => start[label as usize] += 1.0,
            }
            before = Some(label);
        }
    }
    // First names of each page by weights that have not seen it.
    let weights: Vec<Vec<f32>> = (0..=FOLDS)
        .into_par_iter()
        .map(|fold| rows.weights(|page| page % FOLDS != fold))
        .collect::<Result<Vec<_>>>()?;
    let seconds: Vec<(Vec<f32>, Vec<u8>)> = named
        .par_iter()
        .zip(&naming)
        .map(|((lesson, looks), naming)| {
            let unseen = lesson.page_number % FOLDS;
            let mut scores = vec![0.0; Label::COUNT * naming.len()];
            for (own, row) in scores.chunks_mut(Label::COUNT).zip(naming) {
                naming::score(&weights[unseen], row.buckets.iter().copied(), own);
            }
            let first = FirstNames::of(scores);
            let kinds = kinds_of(lesson, looks, kinds);
            let page = &lesson.page;
            let view = View { page, measured: &lesson.measured, main: &looks[0], comment: &looks[1], kinds: &kinds };
            let (mut values, mut labels) = (Vec::new(), Vec::new());
            for (i, target) in lesson.targets.iter().enumerate() {
                let Some(label) = target.label else { continue };
                renaming::columns(&view, &first, i, &mut Row { values: &mut values, names: None });
                labels.push(label as u8);
            }
            (values, labels)
        })
        .collect();
    let labels: Vec<u8> = seconds.iter().flat_map(|(_, labels)| labels).copied().collect();
    let values: Vec<f32> = seconds.iter().flat_map(|(values, _)| values).copied().collect();
    let shares = naming::shares(&rows.labels);
    let forest = match values.len().checked_div(labels.len()) {
        Some(columns) => forest::train(&values, columns, &labels, &shares, Label::COUNT, &NAMES),
        None => Forest::constant(Label::COUNT),
    };
    let all: f64 = share.iter().sum();
    // How much likelier a label is after another than anywhere.
    let lift = |counts: &[f64]| -> Vec<f32> {
        let sum: f64 = counts.iter().sum();
        counts.iter().zip(&share).map(|(count, share)| order() * (ln(count / sum) - ln(share / all)) as f32).collect()
    };
    let transitions = follow.chunks(Label::COUNT).flat_map(lift).collect();
    Ok(Names { labels: weights[FOLDS].clone(), forest, transitions, start: lift(&start) })
}

/// Blocks with names.
#[derive(Default)]
struct Rows<'n> {
    naming: Vec<&'n NamingRow>,
    labels: Vec<Label>,
    pages: Vec<usize>,
}

impl Rows<'_> {
    /// The linear model's weights from the rows of the chosen pages.
    fn weights(&self, chosen: impl Fn(usize) -> bool) -> Result<Vec<f32>> {
        let (mut rows, mut labels) = (Vec::new(), Vec::new());
        for ((row, label), page) in self.naming.iter().zip(&self.labels).zip(&self.pages) {
            if chosen(*page) {
                rows.push(*row);
                labels.push(*label);
            }
        }
        naming::learn(&rows, &labels)
    }
}
