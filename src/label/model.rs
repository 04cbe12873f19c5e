//! The labeller's model: what is stored, how a page is labelled with it, how a label is explained.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::context::First;
use super::features::{Row, Whole, plain};
use super::naming::{self, Context, NamingRow};
use super::renaming::{self, FirstNames};
use super::signals::Survey;
use super::tokens::{BITS, FAMILIES, Tokens, Writer, tokens};
use super::{Explanation, Labels, decode, kind};
use crate::bayes::{ModelFile, ModelView, exp_all};
use crate::error::{ErrorKind, Result};
use crate::evidence::Evidence;
use crate::forest::{Batch, Forest, LANES, softmax};
use crate::page::{Page, Shape};
use crate::record::{Format, Label, PageKind};
use crate::wide::wide;

/// The kind written into the model file.
const KIND: &str = "tamis/blocks";
/// Version of the model file; rises when tokens or columns change.
const VERSION: u32 = 1;
/// Buckets of the two questions.
pub(super) const BUCKETS: usize = 1 << BITS;
/// Buckets of the labels' naive Bayes: fewer, as every bucket holds a weight for each label.
pub(super) const LABEL_BITS: u32 = 15;
pub(super) const LABEL_BUCKETS: usize = 1 << LABEL_BITS;
/// How much the order of labels counts beside what each block says of itself.
const ORDER: f32 = 0.4;

/// Whether to rather miss main content or rather keep chrome, where it is doubtful.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Favor {
    /// Keep only what is surely main content.
    Precision,
    /// Weigh both alike.
    #[default]
    Balance,
    /// Keep what may be main content.
    Recall,
}

impl Favor {
    /// Least chance of main content at which a block is kept, given the chance that the page is an article. Articles
    /// stand out clearly and have doubtful blocks all around them; listings, products and the like do not.
    fn threshold(self, article: f32) -> f32 {
        match self {
            Self::Precision => 0.75,
            Self::Balance => LEAST + (ARTICLE - LEAST) * article,
            Self::Recall => 0.25,
        }
    }
}

/// Thresholds of a page that is surely no article, and of one that surely is; chosen on dev pages left out of training.
const LEAST: f32 = 0.38;
const ARTICLE: f32 = 0.62;

/// What a model was made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Names of the sources, each with its number of pages.
    pub sources: std::collections::BTreeMap<String, u64>,
    /// Blocks learned from, HTML and text.
    pub blocks: u64,
}

/// Weights of buckets. What training has just found is kept in full; a file holds a byte each, which are used as
/// they stand there: making numbers of all of them would take longer than a page does.
#[derive(Clone, Debug)]
pub(super) enum Weights {
    Full(Vec<f32>),
    Steps {
        /// Steps of `scale`, each an `i8`.
        steps: Cow<'static, [u8]>,
        scale: f32,
    },
}

impl Default for Weights {
    fn default() -> Self {
        Self::Full(Vec::new())
    }
}

impl Weights {
    /// The weight at a place.
    pub(super) fn at(&self, place: usize) -> f32 {
        match self {
            Self::Full(weights) => weights[place],
            Self::Steps { steps, scale } => f32::from(steps[place].cast_signed()) * scale,
        }
    }

    /// Adds up the weights of the buckets for every label, where they are `[bucket * Label::COUNT + label]`.
    fn sum(&self, buckets: &[u32], sums: &mut [f32]) {
        match self {
            Self::Full(weights) => naming::score(weights, buckets.iter().copied(), sums),
            Self::Steps { steps, scale } => {
                let whole = wide!(add_up(steps, buckets));
                for (sum, whole) in sums.iter_mut().zip(whole) {
                    *sum += whole as f32 * scale;
                }
            }
        }
    }

    fn values(&self) -> Vec<f32> {
        match self {
            Self::Full(weights) => weights.clone(),
            Self::Steps { steps, .. } => (0..steps.len()).map(|place| self.at(place)).collect(),
        }
    }
}

/// Adds up the steps of the buckets for every label, in two halves that overlap: both are as wide as vectors are.
#[inline(always)]
fn add_up(steps: &[u8], buckets: &[u32]) -> [i32; Label::COUNT] {
    const HALF: usize = 16;
    const REST: usize = Label::COUNT - HALF;
    const { assert!(REST <= HALF) };
    let (mut head, mut tail) = ([0i32; HALF], [0i32; HALF]);
    let (cells, _) = steps.as_chunks::<{ Label::COUNT }>();
    for &bucket in buckets {
        let cell = &cells[bucket as usize];
        for place in 0..HALF {
            head[place] += i32::from(cell[place].cast_signed());
            tail[place] += i32::from(cell[REST + place].cast_signed());
        }
    }
    std::array::from_fn(|label| if label < HALF { head[label] } else { tail[label - REST] })
}

/// One question's model.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    /// Log-count ratio of each bucket.
    pub(super) ratios: Weights,
    pub(super) first: Forest,
    pub(super) second: Forest,
}

/// The models for one format.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    pub(super) main: Question,
    pub(super) comment: Question,
    /// Weight of each bucket for each label: `[bucket * Label::COUNT + label]`.
    pub(super) labels: Weights,
    /// One class a label.
    pub(super) names: Forest,
    pub(super) transitions: Vec<f32>,
    pub(super) start: Vec<f32>,
    /// One class a [`PageKind`].
    pub(super) kind: Forest,
}

/// Names the blocks of pages.
#[derive(Clone, Debug, Default)]
pub struct Labeller {
    pub(super) html: Side,
    pub(super) text: Side,
    pub(super) info: ModelInfo,
}

/// All that is measured of a page, shared by training and labelling.
pub(super) struct Measured {
    pub(super) survey: Survey,
    pub(super) whole: Whole,
    pub(super) tokens: Tokens,
}

impl Measured {
    pub(super) fn of(page: &Page<'_>, evidence: &Evidence) -> Self {
        let survey = Survey::of(page, evidence);
        let whole = Whole::of(page, &survey);
        let mut written = Tokens::default();
        let mut writer = Writer::new(&mut written, None);
        for i in 0..page.blocks.len() {
            tokens(page, &survey, i, &mut writer);
        }
        Self { survey, whole, tokens: written }
    }

    /// The columns of the first look at block `i`, given the naive-Bayes scores of all blocks.
    pub(super) fn first_row(
        &self,
        page: &Page<'_>,
        evidence: &Evidence,
        bayes: &[[Score; 2]],
        i: usize,
        row: &mut Row<'_>,
    ) {
        plain(page, evidence, &self.survey, &self.whole, i, row);
        for (question, name) in ["main", "comment"].iter().enumerate() {
            for step in [-2isize, -1, 0, 1, 2] {
                let score = i.checked_add_signed(step).and_then(|j| bayes.get(j));
                row.put(
                    format_args!("naive Bayes {name} at {step}"),
                    score.map_or(0.0, |scores| scores[question].iter().sum()),
                );
            }
            for (family, score) in FAMILIES.iter().zip(bayes[i][question]) {
                row.put(format_args!("naive Bayes {name} by {family}"), score);
            }
        }
    }

    /// What block `i` is named by. `out` is replaced.
    pub(super) fn naming_row(&self, page: &Page<'_>, context: &Context, i: usize, out: &mut NamingRow) {
        let (others, words) = self.tokens.words_apart(i);
        let small = |bucket: &u32| bucket >> (BITS - LABEL_BITS);
        out.buckets.clear();
        out.buckets.extend(others.iter().map(small));
        context.tokens(page, i, &mut out.buckets, None);
        out.buckets.extend(words.iter().map(small));
        out.words = words.len();
    }

    /// Scores block `i`: the sum of log-count ratios of each family, over the root of their number. (The sum alone
    /// grows with a block's length, the mean forgets it.)
    pub(super) fn score(&self, i: usize, ratio: impl Fn(u32) -> f32) -> Score {
        std::array::from_fn(|family| {
            let tokens = self.tokens.family(i, family);
            let sum: f32 = tokens.iter().map(|&bucket| ratio(bucket)).sum();
            sum / (tokens.len().max(1) as f32).sqrt()
        })
    }
}

/// The naive-Bayes score of a block, a family of tokens.
pub(super) type Score = [f32; FAMILIES.len()];

/// First answers → columns of the second look.
pub(super) fn second_row(
    page: &Page<'_>,
    measured: &Measured,
    main: &First<'_>,
    comment: &First<'_>,
    kinds: &[f32],
    i: usize,
    row: &mut Row<'_>,
) {
    main.columns("main", page, &measured.survey, i, row);
    comment.columns("comment", page, &measured.survey, i, row);
    for (kind, chance) in PageKind::ALL.iter().zip(kinds) {
        row.put(format_args!("page is {}", kind.name()), *chance);
    }
}

impl Labeller {
    /// The bytes of the model that is compiled into the library.
    pub const EMBEDDED: &'static [u8] = include_bytes!("../../models/blocks.safetensors");

    /// The model that is compiled into the library.
    ///
    /// # Errors
    /// None for the model as shipped; a test says so.
    pub fn embedded() -> Result<Self> {
        Self::read(Self::EMBEDDED, Cow::Borrowed)
    }

    /// What it was made of.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn side(&self, format: Format) -> &Side {
        match format {
            Format::Html => &self.html,
            Format::Text => &self.text,
        }
    }

    /// Names every block of the page.
    pub fn label(&self, page: &Page<'_>, evidence: &Evidence) -> Labels {
        self.label_favoring(page, evidence, Favor::default())
    }

    /// Names every block of the page, doubtful ones as preferred.
    pub fn label_favoring(&self, page: &Page<'_>, evidence: &Evidence, favor: Favor) -> Labels {
        let side = self.side(page.format);
        let measured = Measured::of(page, evidence);
        let Answers { firsts, seconds: [mut main, comment] } = side.answer(page, evidence, &measured);
        doubt_foreign(page, &measured, &mut main);
        let kinds = kind::of(&side.kind, page, evidence, &measured, [&main, &comment]);
        doubt_links(&measured, &kinds, &mut main);
        doubt_shared(page, evidence, &measured, &kinds, &mut main);
        let wanted = favor.threshold(kinds[PageKind::Article as usize]);
        let view = renaming::View { page, measured: &measured, main: &firsts[0], comment: &firsts[1], kinds: &kinds };
        let Emissions { scores: emissions, masses, titles } = side.emissions(&view, [&main, &comment], wanted);
        let mut labels = decode::viterbi(&emissions, &side.transitions, &side.start);
        one_title(&measured, &emissions, &titles, &mut labels);
        headline(page, &measured, &titles, &mut labels);
        let text = |i: &usize| labels[*i] == Label::Body && measured.survey.blocks[*i].is_prose();
        let first = (0..labels.len()).find(text).unwrap_or(labels.len());
        for (i, label) in labels.iter_mut().enumerate() {
            // A first paragraph is not lost from the text because it might be a standfirst, nor is a later one.
            let long = measured.survey.blocks[i].words > DECK_WORDS;
            if *label == Label::Deck && main[i] > DECK && (long || (i > first && measured.survey.blocks[i].is_prose()))
            {
                *label = Label::Body;
            }
        }
        let own = emissions.chunks_exact(Label::COUNT).zip(&labels).zip(&masses);
        let sure = own.map(|((own, label), mass)| libm::expf(own[*label as usize]) / mass).collect();
        let instead =
            emissions.chunks_exact(Label::COUNT).map(|own| likeliest(own, |label| !label.is_kept())).collect();
        Labels { labels, instead, main, comment, sure, title: measured.survey.title, kinds }
    }

    /// Why block `i` has its label.
    pub fn explain(&self, page: &Page<'_>, evidence: &Evidence, labels: &Labels, i: usize) -> Explanation {
        self.explain_all(page, evidence, labels, i..i + 1).remove(0)
    }

    /// Why each of these blocks has its label; the page is measured once.
    pub fn explain_all(
        &self,
        page: &Page<'_>,
        evidence: &Evidence,
        labels: &Labels,
        blocks: Range<usize>,
    ) -> Vec<Explanation> {
        let side = self.side(page.format);
        let measured = Measured::of(page, evidence);
        let bayes = side.bayes(&measured);
        let Answers { firsts: [main, comment], .. } = side.answer(page, evidence, &measured);
        let context = Context::of(page, &measured.survey, &main, &comment);
        let explain = |i: usize| {
            let label = labels.labels[i] as usize;
            let mut named = Vec::new();
            tokens(page, &measured.survey, i, &mut Writer::new(&mut Tokens::default(), Some(&mut named)));
            for token in &mut named {
                token.bucket >>= BITS - LABEL_BITS;
            }
            context.tokens(page, i, &mut Vec::new(), Some(&mut named));
            let mut terms: Vec<(String, f32)> = named
                .into_iter()
                .map(|token| {
                    let mut own = [0.0; Label::COUNT];
                    side.labels.sum(&[token.bucket], &mut own);
                    (token.name, own[label] - own.iter().sum::<f32>() / Label::COUNT as f32)
                })
                .collect();
            terms.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            let (mut values, mut names) = (Vec::new(), Vec::new());
            measured.first_row(page, evidence, &bayes, i, &mut Row { values: &mut values, names: Some(&mut names) });
            let (_, parts) = side.main.first.contributions(&values, 0);
            let parts = names.into_iter().zip(parts).filter(|(_, part)| *part != 0.0);
            let mut evidence: Vec<(String, f32)> = parts.collect();
            evidence.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            Explanation { probability: labels.sure[i], terms, evidence }
        };
        blocks.map(explain).collect()
    }

    /// The model as the bytes of a file; the same model gives the same bytes.
    ///
    /// # Errors
    /// Only when memory runs out while writing.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut file = ModelFile::new();
        for (name, side) in [("html", &self.html), ("text", &self.text)] {
            for (question, model) in [("main", &side.main), ("comment", &side.comment)] {
                put_small(&mut file, &format!("{name}.{question}.ratios"), &model.ratios.values());
                for (look, forest) in [("first", &model.first), ("second", &model.second)] {
                    let bytes = forest.to_bytes();
                    file.put_u8(&format!("{name}.{question}.{look}"), &[bytes.len()], &bytes);
                }
            }
            put_small(&mut file, &format!("{name}.labels"), &side.labels.values());
            file.put_f32(&format!("{name}.transitions"), &[Label::COUNT, Label::COUNT], &side.transitions);
            file.put_f32(&format!("{name}.start"), &[Label::COUNT], &side.start);
            for (what, forest) in [("kind", &side.kind), ("names", &side.names)] {
                let bytes = forest.to_bytes();
                file.put_u8(&format!("{name}.{what}"), &[bytes.len()], &bytes);
            }
        }
        file.to_bytes(KIND, VERSION, &self.info)
    }

    /// Reads what [`Labeller::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are no such model, are damaged, or come from a newer tamis.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes, |steps| Cow::Owned(steps.to_vec()))
    }

    /// Reads a model; `keep` says how its weights are.
    fn read<'b>(bytes: &'b [u8], keep: impl Fn(&'b [u8]) -> Cow<'static, [u8]>) -> Result<Self> {
        let small = |view: &ModelView<'b>, name: &str, length: usize| -> Result<Weights> {
            let scale = view.f32(&format!("{name}.scale"))?.first().copied().unwrap_or(1.0);
            let steps = view.i8(name)?;
            if steps.len() == length {
                Ok(Weights::Steps { steps: keep(steps), scale })
            } else {
                Err(ErrorKind::Model(format!("{name} has {} weights, not {length}; train it anew", steps.len())).into())
            }
        };
        let view = ModelView::parse(bytes, KIND, VERSION)?;
        let side = |name: &str| -> Result<Side> {
            let question = |question: &str| -> Result<Question> {
                let forest = |look: &str| Forest::from_bytes(view.u8(&format!("{name}.{question}.{look}"))?);
                let ratios = small(&view, &format!("{name}.{question}.ratios"), BUCKETS)?;
                Ok(Question { ratios, first: forest("first")?, second: forest("second")? })
            };
            let side = Side {
                main: question("main")?,
                comment: question("comment")?,
                labels: small(&view, &format!("{name}.labels"), LABEL_BUCKETS * Label::COUNT)?,
                transitions: view.f32(&format!("{name}.transitions"))?,
                start: view.f32(&format!("{name}.start"))?,
                kind: Forest::from_bytes(view.u8(&format!("{name}.kind"))?)?,
                names: Forest::from_bytes(view.u8(&format!("{name}.names"))?)?,
            };
            if side.transitions.len() != Label::COUNT * Label::COUNT || side.start.len() != Label::COUNT {
                return Err(ErrorKind::Model("it knows other labels than this tamis; train it anew".to_owned()).into());
            }
            Ok(side)
        };
        Ok(Self { html: side("html")?, text: side("text")?, info: view.metadata()? })
    }
}

/// Stores weights in a byte each: a common scale and 255 steps. What a step rounds away is below a hundredth of the
/// largest weight.
fn put_small(file: &mut ModelFile, name: &str, values: &[f32]) {
    let top = values.iter().fold(0.0f32, |top, value| top.max(value.abs()));
    let scale = if top > 0.0 { top / 127.0 } else { 1.0 };
    let steps: Vec<i8> = values.iter().map(|value| (value / scale).round() as i8).collect();
    file.put_i8(name, &[steps.len()], &steps);
    file.put_f32(&format!("{name}.scale"), &[1], &[scale]);
}

/// The chances of main content and of a comment's text, a block each.
struct Answers {
    /// By the first look: what names are learned beside.
    firsts: [Vec<f32>; 2],
    /// By the second look: what decides.
    seconds: [Vec<f32>; 2],
}

/// What speaks for each label of every block of a page.
struct Emissions {
    /// Log-scores, [`Label::COUNT`] a block: the chance of the label's group times the label's within the group.
    scores: Vec<f32>,
    /// What the chances of a block's labels add up to.
    masses: Vec<f32>,
    /// Each block's chance of being the headline whatever its group.
    titles: Vec<f32>,
}

impl Side {
    fn bayes(&self, measured: &Measured) -> Vec<[Score; 2]> {
        (0..measured.survey.blocks.len())
            .map(|i| {
                [&self.main, &self.comment]
                    .map(|question| measured.score(i, |bucket| question.ratios.at(bucket as usize)))
            })
            .collect()
    }

    /// The chances of main content and of a comment's text, a block.
    fn answer(&self, page: &Page<'_>, evidence: &Evidence, measured: &Measured) -> Answers {
        let bayes = self.bayes(measured);
        let count = page.blocks.len();
        let mut rows = Vec::new();
        let mut first_rows = |batch: &mut Batch, blocks: Range<usize>| {
            rows.clear();
            for i in blocks.clone() {
                measured.first_row(page, evidence, &bayes, i, &mut Row { values: &mut rows, names: None });
            }
            batch.put(0, &rows, blocks.len());
        };
        let mut firsts = [Vec::with_capacity(count), Vec::with_capacity(count)];
        let mut kept = Vec::with_capacity(count.min(KEPT).div_ceil(LANES));
        for blocks in batches(count) {
            let mut batch = Batch::with_capacity(self.main.second.features());
            first_rows(&mut batch, blocks.clone());
            for (chances, question) in firsts.iter_mut().zip([&self.main, &self.comment]) {
                chances.extend(&self::chances(&question.first, &batch, blocks.len())[..blocks.len()]);
            }
            if blocks.end <= KEPT {
                kept.push(batch);
            }
        }
        let main = First::of(page, &measured.survey, &firsts[0]);
        let comment = First::of(page, &measured.survey, &firsts[1]);
        let kinds = kind::of(&self.kind, page, evidence, measured, [&firsts[0], &firsts[1]]);
        let mut answers = [Vec::with_capacity(count), Vec::with_capacity(count)];
        let mut kept = kept.into_iter();
        let mut seconds = Vec::new();
        for blocks in batches(count) {
            let mut batch = kept.next().unwrap_or_else(|| {
                let mut batch = Batch::default();
                first_rows(&mut batch, blocks.clone());
                batch
            });
            let columns = batch.width();
            seconds.clear();
            for i in blocks.clone() {
                second_row(page, measured, &main, &comment, &kinds, i, &mut Row { values: &mut seconds, names: None });
            }
            batch.put(columns, &seconds, blocks.len());
            for (chances, question) in answers.iter_mut().zip([&self.main, &self.comment]) {
                chances.extend(&self::chances(&question.second, &batch, blocks.len())[..blocks.len()]);
            }
        }
        Answers { firsts, seconds: answers }
    }

    /// What speaks for each label of every block: its names by the view, its group by the answers.
    fn emissions(&self, view: &renaming::View<'_, '_>, [main, comment]: [&[f32]; 2], wanted: f32) -> Emissions {
        let &renaming::View { page, measured, .. } = view;
        let mut out = vec![0.0; Label::COUNT * main.len()];
        let context = Context::of(page, &measured.survey, view.main, view.comment);
        let mut row = NamingRow::default();
        for (i, own) in out.chunks_mut(Label::COUNT).enumerate() {
            measured.naming_row(page, &context, i, &mut row);
            self.labels.sum(&row.buckets, own);
        }
        let names = FirstNames::of(out.clone());
        for (blocks, scores) in batches(main.len()).zip(out.chunks_mut(Label::COUNT * LANES)) {
            renaming::score(&self.names, view, &names, blocks, scores);
        }
        let (mut masses, mut titles) = (Vec::with_capacity(main.len()), Vec::with_capacity(main.len()));
        let threshold = threshold(wanted, page, measured, main, comment);
        for (i, own) in out.chunks_mut(Label::COUNT).enumerate() {
            let (m, c) = (main[i].clamp(1e-4, 1.0 - 1e-4), comment[i].clamp(1e-4, 1.0 - 1e-4));
            let mut groups = [m * (1.0 - c), c, (1.0 - m) * (1.0 - c)];
            // The second look has seen the neighbours: which of the three a block is stands before the order of labels
            // is looked at, or a word of chrome inside an article would be drawn into it.
            let likeliest = if c > 0.5 && c >= m {
                1
            } else if m > threshold {
                0
            } else {
                2
            };
            for (group, chance) in groups.iter_mut().enumerate() {
                *chance = if group == likeliest { chance.max(1e-3) } else { *chance * 1e-6 };
            }
            let mut tops = [f32::NEG_INFINITY; 3];
            for &label in Label::ALL {
                let top = &mut tops[group(label)];
                *top = top.max(own[label as usize]);
            }
            let mut powers: [f32; Label::COUNT] =
                std::array::from_fn(|label| own[label] - tops[group(Label::ALL[label])]);
            exp_all(&mut powers);
            let mut sums = [0.0f32; 3];
            for &label in Label::ALL {
                sums[group(label)] += powers[label as usize];
            }
            let title = own[Label::Title as usize];
            titles.push(1.0 / (0..3).map(|group| sums[group] * libm::expf(tops[group] - title)).sum::<f32>());
            masses.push(groups.iter().sum());
            let shifts: [f32; 3] =
                std::array::from_fn(|group| libm::logf(groups[group]) - tops[group] - libm::logf(sums[group]));
            for &label in Label::ALL {
                own[label as usize] += shifts[group(label)];
            }
        }
        Emissions { scores: out, masses, titles }
    }
}

/// A block named a standfirst that has at least this chance of being main content, and more than so many words, is text.
const DECK: f32 = 0.25;
const DECK_WORDS: f32 = 24.0;

/// Blocks whose first rows are kept for the second look; those of a page of a million blocks would take a gigabyte.
const KEPT: usize = 8192;

/// Most words of a headline.
const HEADLINE: f32 = 40.0;

/// Log-odds of block `i` being the headline, what the page declares counted in.
fn title_odds(measured: &Measured, titles: &[f32], i: usize) -> f32 {
    let signals = &measured.survey.blocks;
    let declared = measured.survey.title.is_some_and(|title| signals[title].hash == signals[i].hash);
    let chance = titles[i].clamp(1e-6, 1.0 - 1e-6);
    libm::logf(chance / (1.0 - chance)) + if declared { DECLARED } else { 0.0 }
}

/// The likeliest of some labels of a block, given its log-scores.
fn likeliest(own: &[f32], of: impl Fn(Label) -> bool) -> Label {
    let some = Label::ALL.iter().copied().filter(|&label| of(label));
    some.reduce(|a, b| if own[b as usize] > own[a as usize] { b } else { a }).unwrap_or(Label::Other)
}

/// Leaves the page one headline, the surest; blocks that repeat it are duplicates, the others what they are next likely.
fn one_title(measured: &Measured, emissions: &[f32], titles: &[f32], labels: &mut [Label]) {
    let named: Vec<usize> = (0..labels.len()).filter(|&i| labels[i] == Label::Title).collect();
    if named.len() < 2 {
        return;
    }
    let signals = &measured.survey.blocks;
    let odds = |i: usize| title_odds(measured, titles, i);
    let Some(best) = named.iter().copied().reduce(|a, b| if odds(b) > odds(a) + TIE { b } else { a }) else { return };
    for i in named.into_iter().filter(|&i| i != best) {
        labels[i] = if signals[i].hash == signals[best].hash {
            Label::Duplicate
        } else {
            likeliest(&emissions[i * Label::COUNT..(i + 1) * Label::COUNT], |label| label != Label::Title)
        };
    }
}

/// What being like the declared title is worth, in log-odds, and by how much a later headline must beat an earlier one.
const DECLARED: f32 = 2.0;
const TIE: f32 = 0.1;
/// Log-odds from which on the likeliest block is taken for the headline where none was named one.
const LIKELY: f32 = -5.0;
/// Blocks from the first text or post on among which the headline may still stand.
const BELOW: usize = 2;

/// Gives a page without a headline the one it must have: the declared one right above the first text or post; else the likeliest short block above it; else
/// the last short line without a full stop that stands right above the text, as dumps of bare articles open.
fn headline(page: &Page<'_>, measured: &Measured, titles: &[f32], labels: &mut [Label]) {
    if labels.contains(&Label::Title) {
        return;
    }
    let text = |label: &Label| matches!(label, Label::Body | Label::CommentText);
    let Some(first) = labels.iter().position(text) else { return };
    let signals = &measured.survey.blocks;
    let fits = |i: &usize| {
        let own = &signals[*i];
        (0.9..=HEADLINE).contains(&own.words)
            && !page.blocks[*i].hidden
            && own.whole.is_empty()
            && own.date_cover < 0.3
            && labels[*i] != Label::CommentText
            && page.blocks[*i].marker.is_none()
    };
    let odds = |i: usize| title_odds(measured, titles, i);
    let declared =
        measured.survey.title.filter(|&i| i <= first && i + BELOW >= first && fits(&i) && !signals[i].ends_sentence);
    let likeliest =
        (0..labels.len().min(first + BELOW)).filter(fits).reduce(|a, b| if odds(b) > odds(a) + TIE { b } else { a });
    let found = declared.or_else(|| likeliest.filter(|&i| odds(i) > LIKELY)).or_else(|| {
        (first.saturating_sub(4)..first)
            .rev()
            .filter(fits)
            .find(|&i| !signals[i].ends_sentence && signals[i].words > 2.5 && signals[i].link_density < 0.9)
    });
    if let Some(found) = found {
        labels[found] = Label::Title;
    }
}

/// What another language than the page's takes from the odds of being its text.
const FOREIGN: f32 = 3.5;
/// Words of text in the page's own language that a page must have for that.
const OWN_WORDS: f32 = 40.0;

/// Doubts text in another language than the page's where there is text in its own: what stands in two languages on one
/// page is an article in one of them and teasers in the other.
fn doubt_foreign(page: &Page<'_>, measured: &Measured, main: &mut [f32]) {
    let signals = &measured.survey.blocks;
    let (mut own, mut other) = (0.0, 0.0);
    let prose = signals.iter().zip(&page.blocks).filter(|(signals, block)| signals.is_prose() && !block.hidden);
    for (signals, _) in prose {
        *if signals.foreign { &mut other } else { &mut own } += signals.words / signals.repeats.max(1) as f32;
    }
    if own < OWN_WORDS || own < 0.4 * other {
        return;
    }
    for ((chance, signals), block) in main.iter_mut().zip(signals).zip(&page.blocks) {
        let quoted = matches!(block.shape, Shape::Code | Shape::Quote | Shape::TableRow);
        if signals.foreign && signals.words >= 6.0 && !quoted {
            *chance = doubted(*chance, FOREIGN);
        }
    }
}

/// What being a link from end to end takes from a block's odds of being main content on a page that is no list of
/// entries. This and the next two chosen on dev pages: 2 keeps more headlines of other pages, 6 loses linked headings.
const LINKED: f32 = 4.0;
/// Share of a block inside links from which on it is one, and words from which on a block beside it is text.
const LINK: f32 = 0.75;
const TEXT: f32 = 8.0;

/// Doubts blocks that are links and stand beside no text: a page of little text often has more words in headlines of
/// other pages than of its own, and where entries of lists were to be kept, such headlines were. A linked heading above
/// its text and a link between two paragraphs are left alone.
fn doubt_links(measured: &Measured, kinds: &[f32], main: &mut [f32]) {
    let signals = &measured.survey.blocks;
    let entries = kinds[PageKind::Listing as usize] + kinds[PageKind::Collection as usize];
    let text: Vec<bool> = signals
        .iter()
        .zip(&*main)
        .map(|(signals, chance)| signals.link_density < 0.5 && signals.words >= TEXT && *chance > 0.5)
        .collect();
    for (i, (chance, signals)) in main.iter_mut().zip(signals).enumerate() {
        let amid = text[i.saturating_sub(1)..text.len().min(i + 2)].contains(&true);
        if signals.link_density > LINK && !amid {
            *chance = doubted(*chance, LINKED * (1.0 - entries).max(0.0));
        }
    }
}

/// What standing on several pages of a site takes from a block's odds of being main content. This and the next chosen
/// on dev pages of hosts with several: 4 loses text, fewer words lose the labels of products.
const SHARED: f32 = 2.0;
/// Words from which on such a block is doubted: shorter ones are menus, which are known without, or names of parts.
const SHARED_WORDS: f32 = 8.0;

/// Doubts sentences that other pages of the same site show too. Not on lists of entries: several of them may show the
/// same entry. Nor in headings and tables, which are worded alike on the pages of a site.
fn doubt_shared(page: &Page<'_>, evidence: &Evidence, measured: &Measured, kinds: &[f32], main: &mut [f32]) {
    if kinds[PageKind::Listing as usize] + kinds[PageKind::Collection as usize] > 0.5 {
        return;
    }
    let signals = &measured.survey.blocks;
    for (i, _) in evidence.shared.iter().enumerate().filter(|(_, shared)| **shared) {
        let worded_alike = matches!(page.blocks[i].shape, Shape::Heading | Shape::TableRow | Shape::Definition);
        if signals[i].words >= SHARED_WORDS && !worded_alike {
            main[i] = doubted(main[i], SHARED);
        }
    }
}

/// A chance with so much taken from its log-odds.
fn doubted(chance: f32, by: f32) -> f32 {
    let odds = chance / (1.0 - chance).max(1e-6) * libm::expf(-by);
    odds / (1.0 + odds)
}

/// F1 of words from which on a page is sure of its text; chosen on dev pages left out of training.
const SURE: f32 = 0.8;
/// How many times as many words of comments as of text make a page one of posts.
const TALK: f32 = 3.0;

/// From which chance on a block of this page is main content. Where the chances are sure it is the wanted one; where
/// they are not, it falls with the F1 of words that the best choice can hope for: half of that is the threshold that
/// reaches it (Lipton et al. 2014, "Optimal thresholding of classifiers to maximize F1 measure").
fn threshold(wanted: f32, page: &Page<'_>, measured: &Measured, main: &[f32], comment: &[f32]) -> f32 {
    let mut chances: Vec<(f32, f32)> = (0..main.len())
        .filter(|&i| !page.blocks[i].hidden && measured.survey.blocks[i].words >= 1.0)
        .map(|i| (main[i] * (1.0 - comment[i]), measured.survey.blocks[i].words))
        .collect();
    chances.sort_by(|a, b| b.0.total_cmp(&a.0));
    let hoped: f32 = chances.iter().map(|(chance, words)| chance * words).sum();
    let (mut hits, mut taken, mut best) = (0.0, 0.0, 0.0f32);
    for (chance, words) in chances {
        hits += chance * words;
        taken += words;
        best = best.max(2.0 * hits / (taken + hoped).max(1.0));
    }
    let talk: f32 = comment.iter().zip(&measured.survey.blocks).map(|(chance, signals)| chance * signals.words).sum();
    // A page of posts has no text of its own to look for.
    if talk > TALK * hoped { wanted } else { wanted * (best / SURE).min(1.0) }
}

/// 0 main content, 1 a comment's own words, 2 all else.
pub(super) const fn group(label: Label) -> usize {
    match label {
        Label::Body | Label::Caption => 0,
        Label::CommentText => 1,
        _ => 2,
    }
}

/// The blocks of a page, as many at a time as a batch takes.
fn batches(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(LANES).map(move |start| start..(start + LANES).min(count))
}

/// The chance of yes for each of the first rows of a batch.
fn chances(forest: &Forest, batch: &Batch, rows: usize) -> [f32; LANES] {
    let mut chances = forest.score_batch(batch, 0, 0..rows).map(|odds| -odds);
    exp_all(&mut chances);
    chances.map(|power| 1.0 / (1.0 + power))
}

/// The chance of yes for one row.
pub(super) fn chance(forest: &Forest, row: &[f32]) -> f32 {
    let mut sum = [0.0];
    forest.score(row, &mut sum);
    softmax(&mut sum);
    sum[0]
}

/// How much the order of labels counts; used when transitions are stored.
pub(super) const fn order() -> f32 {
    ORDER
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The lock-keeper says the gate has not been closed since the spring floods of last year.";

    /// A dump of these blocks, measured without any evidence but these titles.
    fn dump<'s>(source: &'s str, titles: &[&str]) -> (Page<'s>, Measured) {
        let page = crate::page::cut(source, Format::Text);
        let titles = titles.iter().map(|title| (*title).to_owned()).collect();
        let measured = Measured::of(&page, &Evidence { titles, ..Evidence::default() });
        (page, measured)
    }

    #[test]
    fn links_beside_no_text_are_doubted_unless_the_page_lists_entries() {
        let source = format!(
            "<h2><a href=/1>Lock gate stays open</a></h2><p>{TEXT}</p><p>Seen <a href=/2>again</a>.</p>\
             <ul><li><a href=/3>Old pier to close in autumn</a><li>09:30 <a href=/4>Ferry to sail again on Monday</a></ul>"
        );
        let page = crate::page::cut(&source, Format::Html);
        let measured = Measured::of(&page, &Evidence::default());
        let kept = |kind: PageKind| {
            let mut kinds = [0.0; PageKind::ALL.len()];
            kinds[kind as usize] = 1.0;
            let mut main = vec![0.9; page.blocks.len()];
            doubt_links(&measured, &kinds, &mut main);
            main.into_iter().map(|chance| chance > 0.5).collect::<Vec<_>>()
        };
        assert_eq!(kept(PageKind::Article), [true, true, true, false, false]);
        assert_eq!(kept(PageKind::Collection), [true; 5]);
    }

    #[test]
    fn the_surest_headline_stays_and_its_repeats_are_duplicates() {
        let source = format!("Lock gate stays open\n\n{TEXT}\n\nLock gate stays open\n\nOld pier to close");
        let (page, measured) = dump(&source, &[]);
        let mut labels = [Label::Title, Label::Body, Label::Title, Label::Title];
        let mut emissions = vec![0.0; Label::COUNT * page.blocks.len()];
        emissions[3 * Label::COUNT + Label::Related as usize] = 1.0;
        one_title(&measured, &emissions, &[0.4, 0.0, 0.9, 0.3], &mut labels);
        assert_eq!(labels, [Label::Duplicate, Label::Body, Label::Title, Label::Related]);
        // Of two alike, the first one.
        let mut labels = [Label::Title, Label::Body, Label::Title, Label::Title];
        one_title(&measured, &emissions, &[0.9, 0.0, 0.9, 0.3], &mut labels);
        assert_eq!(labels, [Label::Title, Label::Body, Label::Duplicate, Label::Related]);
    }

    #[test]
    fn a_page_without_a_headline_gets_one_from_above_its_text() {
        let source = format!("Harbour and canal\n\nLock gate stays open\n\n{TEXT}");
        let unnamed = [Label::Other, Label::Other, Label::Body];
        let named = [Label::Title, Label::Other, Label::Body];
        let cases: [(&[&str], [f32; 3], [Label; 3], Option<usize>); 5] = [
            // What the page declares; else what is likeliest; else what stands right above the text.
            (&["Lock gate stays open"], [0.3, 0.1, 0.0], unnamed, Some(1)),
            (&[], [0.3, 0.1, 0.0], unnamed, Some(0)),
            (&[], [0.0, 0.0, 0.0], unnamed, Some(1)),
            (&[], [0.0, 0.0, 0.0], named, Some(0)),
            (&[], [0.3, 0.1, 0.0], [Label::Other; 3], None),
        ];
        for (declared, titles, mut labels, title) in cases {
            let (page, measured) = dump(&source, declared);
            headline(&page, &measured, &titles, &mut labels);
            assert_eq!(labels.iter().position(|label| *label == Label::Title), title, "{declared:?} {titles:?}");
        }
    }

    #[test]
    fn text_in_another_language_is_doubted_where_there_is_text_in_the_pages_own() {
        let source = format!("{TEXT}\n\nDer Schleusenwärter sagt, das Tor sei seit dem Frühjahr nicht mehr zu.");
        let (page, mut measured) = dump(&source, &[]);
        for (words, doubted) in [(60.0, true), (20.0, false)] {
            measured.survey.blocks[0].words = words;
            measured.survey.blocks[1].foreign = true;
            let mut main = [0.9, 0.9];
            doubt_foreign(&page, &measured, &mut main);
            assert_eq!((main[0], main[1] < 0.5), (0.9, doubted), "{words} words");
        }
    }

    #[test]
    fn the_threshold_falls_where_no_block_is_sure() {
        let source = format!("{TEXT}\n\nAnd so it has stayed, says the harbour master, ever since the winter.");
        let (page, measured) = dump(&source, &[]);
        let of = |main: [f32; 2], comment: [f32; 2]| threshold(0.6, &page, &measured, &main, &comment);
        assert_eq!(of([0.95, 0.95], [0.0, 0.0]), 0.6);
        assert!(of([0.4, 0.3], [0.0, 0.0]) < 0.45);
        // A page of posts has no text to look for.
        assert_eq!(of([0.1, 0.1], [0.9, 0.9]), 0.6);
    }
}
