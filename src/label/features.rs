//! The dense evidence of a block: what the forests look at beside the naive-Bayes scores.
//!
//! Every column is a plain measure without unit or with a stated one; a missing hint is -1. Columns are pushed in
//! one order here and named once, so that an explanation can say what a column is.

use std::fmt::Display;
use std::sync::LazyLock;

use super::signals::{Signals, Survey, Totals};
use crate::evidence::Evidence;
use crate::lexicon::Class;
use crate::page::{Gap, Page, Shape};
use crate::record::Format;

/// A row being written, with its columns' names when they are wanted.
pub(super) struct Row<'r> {
    pub(super) values: &'r mut Vec<f32>,
    pub(super) names: Option<&'r mut Vec<String>>,
}

impl Row<'_> {
    #[inline]
    pub(super) fn put(&mut self, name: impl Display, value: f32) {
        self.values.push(value);
        if let Some(names) = &mut self.names {
            note(names, &name);
        }
    }
}

/// Names are wanted only to explain: out of the way of the values.
#[cold]
#[inline(never)]
fn note(names: &mut Vec<String>, name: &dyn Display) {
    names.push(name.to_string());
}

/// ln(1 + n / 2) of the first numbers n.
static LOGS: LazyLock<Vec<f32>> = LazyLock::new(|| (0..2048u16).map(|n| libm::log1pf(f32::from(n) / 2.0)).collect());

/// ln(1 + value); 0 for what is below 0. Nearly all values are small counts, or words, which are counted by halves.
pub(super) fn log(value: f32) -> f32 {
    let twice = value * 2.0;
    let place = twice as usize;
    match LOGS.get(place) {
        Some(&log) if place as f32 == twice => log,
        _ => libm::log1pf(value.max(0.0)),
    }
}

/// What is the same for all blocks of a page.
pub(super) struct Whole {
    totals: Totals,
    /// The logarithms of its blocks, words, prose and dates.
    logs: [f32; 4],
    /// Words of the longest block, and of the one in the middle of all words.
    longest: f32,
    middle: f32,
    least_indent: u16,
}

impl Whole {
    pub(super) fn of(page: &Page<'_>, survey: &Survey) -> Self {
        let totals = survey.page_totals();
        let mut lengths: Vec<f32> = survey.blocks.iter().map(|signals| signals.words).collect();
        lengths.sort_by(f32::total_cmp);
        let mut half = 0.0;
        let middle = lengths.iter().copied().find(|words| {
            half += words;
            half * 2.0 >= totals.words
        });
        Self {
            totals,
            logs: [survey.blocks.len() as f32, totals.words, totals.prose, totals.dates].map(log),
            longest: lengths.last().copied().unwrap_or(0.0),
            middle: middle.unwrap_or(0.0),
            least_indent: page.blocks.iter().map(|block| block.indent).min().unwrap_or(0),
        }
    }
}

/// The columns of block `i` that need no model.
pub(super) fn plain(page: &Page<'_>, evidence: &Evidence, survey: &Survey, whole: &Whole, i: usize, row: &mut Row<'_>) {
    let (block, signals) = (&page.blocks[i], &survey.blocks[i]);
    let count = survey.blocks.len() as f32;
    // Its own text.
    row.put("words", log(signals.words));
    row.put("characters a word", signals.chars as f32 / signals.words.max(1.0));
    row.put("link density", signals.link_density);
    row.put("links", log(f32::from(block.links)));
    row.put("capitals", signals.capitals as f32 / signals.words.max(1.0));
    row.put("digits", signals.digits as f32 / (signals.chars.max(1)) as f32);
    row.put("commas", signals.commas as f32 / signals.words.max(1.0));
    row.put("sentence ends", signals.stops as f32 / signals.words.max(1.0));
    row.put("bars", signals.bars as f32 / signals.words.max(1.0));
    row.put("ends as a sentence", f32::from(u8::from(signals.ends_sentence)));
    row.put("ends with a colon", f32::from(u8::from(signals.ends_colon)));
    row.put("function words", signals.function_words);
    row.put("foreign script", f32::from(u8::from(signals.foreign)));
    row.put("phrase cover", signals.phrase_cover);
    row.put("date cover", signals.date_cover);
    row.put("repeats", log(signals.repeats as f32));
    row.put("title likeness", signals.title_likeness);
    row.put("shape", f32::from(block.shape as u8));
    row.put("heading", if block.shape == Shape::Heading { f32::from(block.level) + 1.0 } else { 0.0 });
    row.put("level", f32::from(block.level));
    row.put(
        "gap",
        match block.gap {
            Gap::Line => 0.0,
            Gap::Block => 1.0,
            Gap::Wide => 2.0,
        },
    );
    row.put("marker", f32::from(u8::from(block.marker.is_some())) + f32::from(u8::from(block.number.is_some())));
    row.put("hidden", f32::from(u8::from(block.hidden)));
    phrases(signals, row);
    // Where it stands.
    row.put("blocks before", log(i as f32));
    row.put("blocks after", log(count - 1.0 - i as f32));
    row.put("place", i as f32 / count);
    let before = survey.totals(0..i);
    row.put("words before, share", before.words / whole.totals.words.max(1.0));
    row.put("prose before", log(before.prose));
    row.put("prose after", log(whole.totals.prose - before.prose));
    row.put("stamps before", log(before.stamps));
    row.put("stamps after", log(whole.totals.stamps - before.stamps));
    row.put("moments before", log(before.moments));
    row.put("moments after", log(whole.totals.moments - before.moments));
    from_title(survey, i, row);
    survey.marks.columns(i, row);
    // Its neighbours.
    for step in [-3isize, -2, -1, 1, 2, 3] {
        match i.checked_add_signed(step).and_then(|j| survey.blocks.get(j)) {
            Some(other) => {
                row.put(format_args!("words at {step}"), log(other.words));
                row.put(format_args!("link density at {step}"), other.link_density);
                if step.abs() < 2 {
                    let same = other.hash != 0 && other.hash == signals.hash;
                    row.put(format_args!("same text at {step}"), f32::from(u8::from(same)));
                    row.put(format_args!("repeats at {step}"), log(other.repeats as f32));
                    row.put(format_args!("foreign script at {step}"), f32::from(u8::from(other.foreign)));
                }
                if step.abs() < 3 {
                    row.put(format_args!("sentence at {step}"), f32::from(u8::from(other.ends_sentence)));
                    row.put(format_args!("phrase cover at {step}"), other.phrase_cover);
                    row.put(format_args!("date cover at {step}"), other.date_cover);
                }
            }
            None => {
                if step.abs() < 2 {
                    for name in ["same text", "repeats", "foreign script"] {
                        row.put(format_args!("{name} at {step}"), -1.0);
                    }
                }
                for name in ["words", "link density", "sentence", "phrase cover", "date cover"]
                    .iter()
                    .take(if step.abs() < 3 { 5 } else { 2 })
                {
                    row.put(format_args!("{name} at {step}"), -1.0);
                }
            }
        }
    }
    for width in [4usize, 10, 25] {
        let around = survey.totals(i.saturating_sub(width)..(i + width + 1).min(survey.blocks.len()));
        row.put(format_args!("words a block within {width}"), log(around.words / around.blocks.max(1.0)));
        row.put(format_args!("link density within {width}"), around.link_density());
        row.put(format_args!("prose within {width}"), around.prose / around.blocks.max(1.0));
        row.put(format_args!("dates within {width}"), around.dates / around.blocks.max(1.0));
        row.put(format_args!("stamps within {width}"), around.stamps);
        row.put(format_args!("moments within {width}"), around.moments);
    }
    for (name, slots) in ["slot", "loose slot"].iter().zip(&survey.slots) {
        let totals = slots.totals[slots.own[i] as usize];
        row.put(format_args!("blocks of its {name}"), log(totals.blocks));
        row.put(format_args!("words of its {name}, share"), totals.words / whole.totals.words.max(1.0));
        row.put(format_args!("words a block of its {name}"), log(totals.words / totals.blocks.max(1.0)));
        row.put(format_args!("link density of its {name}"), totals.link_density());
        row.put(format_args!("prose a block of its {name}"), totals.prose / totals.blocks.max(1.0));
    }
    // The page.
    let [blocks, words, prose, dates] = whole.logs;
    row.put("page blocks", blocks);
    row.put("page words", words);
    row.put("page link density", whole.totals.link_density());
    row.put("page prose share", whole.totals.prose / count);
    row.put("page prose", prose);
    row.put("page dates", dates);
    row.put("against the longest", signals.words / whole.longest.max(1.0));
    row.put("against the middle", log(signals.words / whole.middle.max(1.0)));
    row.put("unspaced script", f32::from(u8::from(evidence.unspaced)));
    match page.format {
        Format::Html => elements(page, survey, whole, i, row),
        Format::Text => {
            row.put("indent", f32::from(block.indent - whole.least_indent));
            row.put(
                "indent before",
                i.checked_sub(1).map_or(-1.0, |j| f32::from(page.blocks[j].indent - whole.least_indent)),
            );
            row.put(
                "indent after",
                page.blocks.get(i + 1).map_or(-1.0, |next| f32::from(next.indent - whole.least_indent)),
            );
        }
    }
}

/// A column a class of phrases: 0 where the block has none of it, 1 where it has one, 2 where it is one.
pub(super) fn phrases(signals: &Signals, row: &mut Row<'_>) {
    let hits: [u8; Class::ALL.len()] =
        std::array::from_fn(|class| signals.phrases.bit(class) + signals.whole.bit(class));
    if row.names.is_none() {
        return row.values.extend(hits.map(f32::from));
    }
    for (class, hit) in Class::ALL.iter().zip(hits) {
        row.put(class.name(), f32::from(hit));
    }
}

/// Blocks from the title to block `i`, on a log scale; negative above it.
pub(super) fn from_title(survey: &Survey, i: usize, row: &mut Row<'_>) {
    row.put(
        "from the title",
        survey.title.map_or(-99.0, |title| {
            let steps = i as f32 - title as f32;
            log(steps.abs()).copysign(steps)
        }),
    );
}

/// The columns that only elements can give.
fn elements(page: &Page<'_>, survey: &Survey, whole: &Whole, i: usize, row: &mut Row<'_>) {
    let tree = &page.tree;
    let block = &page.blocks[i];
    let place = &survey.places[block.node.0 as usize];
    for (bit, name) in super::tokens::AROUND_NAMES.iter().enumerate() {
        row.put(format_args!("in {name}"), f32::from(place.around >> bit & 1));
    }
    let node = tree.node(block.node);
    row.put("depth", f32::from(node.depth));
    row.put("element", f32::from(node.tag as u8));
    row.put("parent element", tree.parent(block.node).map_or(-1.0, |parent| f32::from(tree.tag(parent) as u8)));
    row.put("twins", log(place.most_twins as f32));
    let twin = survey.totals(tree.node(place.twin).blocks.range());
    let in_list = place.most_twins > 1;
    row.put("words of its twin", if in_list { log(twin.words) } else { -1.0 });
    row.put("link density of its twin", if in_list { twin.link_density() } else { -1.0 });
    row.put("prose of its twin", if in_list { twin.prose } else { -1.0 });
    row.put("dates of its twin", if in_list { twin.dates } else { -1.0 });
    let list =
        tree.parent(place.twin).filter(|_| in_list).map(|parent| survey.totals(tree.node(parent).blocks.range()));
    row.put("words of its list, share", list.map_or(-1.0, |list| list.words / whole.totals.words.max(1.0)));
    row.put("prose of its list, share", list.map_or(-1.0, |list| list.prose / whole.totals.prose.max(1.0)));
    // The elements around it, from the first that holds more than the block itself outwards.
    let own = block.node;
    let mut seen = 0u32;
    let mut put = 0;
    for id in tree.ancestors(own).take(64) {
        let blocks = tree.node(id).blocks;
        if blocks.len() as u32 <= seen {
            continue;
        }
        seen = blocks.len() as u32;
        let totals = survey.totals(blocks.range());
        container(put, totals, whole, row);
        put += 1;
        if put == 4 {
            break;
        }
    }
    while put < 4 {
        container(put, whole.totals, whole, row);
        put += 1;
    }
}

fn container(level: usize, totals: Totals, whole: &Whole, row: &mut Row<'_>) {
    row.put(format_args!("blocks of container {level}"), log(totals.blocks));
    row.put(format_args!("words of container {level}, share"), totals.words / whole.totals.words.max(1.0));
    row.put(format_args!("words a block of container {level}"), log(totals.words / totals.blocks.max(1.0)));
    row.put(format_args!("link density of container {level}"), totals.link_density());
    row.put(format_args!("prose of container {level}, share"), totals.prose / whole.totals.prose.max(1.0));
    row.put(format_args!("prose a block of container {level}"), totals.prose / totals.blocks.max(1.0));
}
