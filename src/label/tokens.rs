//! The tokens of a block that naive Bayes counts: its words, the phrases it holds, its shape and measures in bins,
//! the elements and class words around it, and the same of its neighbours in brief.
//!
//! A token is a hash with its kind mixed in, so that a word and a class of the same spelling never meet. Nothing
//! longer than a word is hashed: no sentence can be read back from a model.

use super::signals::{Around, Signals, Survey, is_unspaced};
use crate::bayes::{bucket, hash, hash_pair};
use crate::language::{Nature, lower};
use crate::page::{Block, NodeId, Page, Shape, Tree};

/// Buckets are numbered in this many bits.
pub(super) const BITS: u32 = 16;
/// Words looked at from the front of a block.
const WORDS: usize = 24;
/// Elements looked at around a block.
const LEVELS: usize = 7;

/// Kinds of token; the number keeps hashes of different kinds apart and must never change its meaning.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Kind {
    Word = 1,
    Phrase = 2,
    WholePhrase = 3,
    Shape = 4,
    Length = 5,
    Links = 6,
    Ends = 7,
    Tag = 8,
    NearClass = 9,
    FarClass = 10,
    Around = 11,
    Before = 12,
    After = 13,
    Place = 14,
    Repeats = 15,
    Title = 16,
    Date = 17,
    First = 18,
    Last = 19,
    Marker = 20,
    Signs = 21,
}

const fn kind(kind: Kind, value: u64) -> u64 {
    hash_pair(kind as u64, value)
}

/// A token with what it says, for people; only built when an explanation is asked for.
pub(super) struct Named {
    pub(super) bucket: u32,
    pub(super) name: String,
}

/// What tokens speak of; each family is scored by itself, since a page in an unknown language or with scrambled class
/// names lacks one of them whole.
pub(super) const FAMILIES: [&str; 3] = ["shape", "class names", "words"];
const SHAPE: usize = 0;
const CLASSES: usize = 1;
const WORD: usize = 2;

/// The tokens of all blocks of a page in one arena.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    cells: Vec<u32>,
    /// End of each family of each block in `cells`.
    ends: Vec<u32>,
}

impl Tokens {
    /// The buckets of one family of a block, sorted, each once.
    pub(super) fn family(&self, block: usize, family: usize) -> &[u32] {
        let at = block * FAMILIES.len() + family;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.cells[start as usize..self.ends[at] as usize]
    }

    /// All buckets of a block.
    pub(super) fn block(&self, block: usize) -> &[u32] {
        let at = block * FAMILIES.len();
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.cells[start as usize..self.ends[at + FAMILIES.len() - 1] as usize]
    }

    /// All buckets of a block but those of its words, and those.
    pub(super) fn words_apart(&self, block: usize) -> (&[u32], &[u32]) {
        let all = self.block(block);
        all.split_at(all.len() - self.family(block, WORD).len())
    }

    /// How many families are closed.
    fn families(&self) -> usize {
        self.ends.len()
    }

    /// Writes what a closed family holds once more, as a family that is closed with it.
    fn copy(&mut self, family: usize) {
        let start = family.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.cells.extend_from_within(start as usize..self.ends[family] as usize);
        self.ends.push(self.cells.len() as u32);
    }

    /// Closes a family: its buckets are sorted and doubled ones dropped.
    fn close(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0) as usize;
        self.cells[start..].sort_unstable();
        let mut kept = start;
        for i in start..self.cells.len() {
            if kept == start || self.cells[kept - 1] != self.cells[i] {
                self.cells[kept] = self.cells[i];
                kept += 1;
            }
        }
        self.cells.truncate(kept);
        self.ends.push(kept as u32);
    }
}

/// Collects buckets, and names too when asked.
pub(super) struct Writer<'t> {
    pub(super) tokens: &'t mut Tokens,
    pub(super) names: Option<&'t mut Vec<Named>>,
    /// For each element whose class words are written: how many steps up from a block's own it stood, and the closed
    /// family that holds them, from 1.
    known: Vec<(u32, u32)>,
    /// The buckets of the class words of each element, near and far, once they are asked for.
    classes: Classes,
    /// A word being read.
    word: String,
}

/// Class words of elements.
#[derive(Default)]
struct Classes {
    /// Where those of each element begin and end in `buckets`, from 1; 0 for both where they are not known.
    places: Vec<(u32, u32)>,
    /// Near and far.
    buckets: Vec<[u32; 2]>,
}

impl Classes {
    /// The buckets of an element's class words; none where it has no class.
    fn of(&mut self, tree: &Tree<'_>, id: NodeId) -> &[[u32; 2]] {
        if self.places.is_empty() {
            self.places.resize(tree.nodes.len(), (0, 0));
        }
        let place = &mut self.places[id.0 as usize];
        if place.0 == 0 {
            place.0 = self.buckets.len() as u32 + 1;
            for raw in CLASS_NAMES.iter().filter_map(|name| tree.raw_attr(id, name)) {
                for_each_class_word(raw, |word| {
                    let bucket = |side: Kind| bucket(hash(side as u64, word.as_bytes()), BITS);
                    self.buckets.push([bucket(Kind::NearClass), bucket(Kind::FarClass)]);
                });
            }
            place.1 = self.buckets.len() as u32 + 1;
        }
        &self.buckets[place.0 as usize - 1..place.1 as usize - 1]
    }
}

impl<'t> Writer<'t> {
    pub(super) fn new(tokens: &'t mut Tokens, names: Option<&'t mut Vec<Named>>) -> Self {
        Self { tokens, names, known: Vec::new(), classes: Classes::default(), word: String::new() }
    }

    fn add(&mut self, hash: u64, name: impl FnOnce() -> String) {
        let bucket = bucket(hash, BITS);
        self.tokens.cells.push(bucket);
        if let Some(names) = &mut self.names {
            names.push(Named { bucket, name: name() });
        }
    }
}

/// Length in words, in steps that double.
fn length_bin(signals: &Signals) -> u64 {
    u64::from((signals.words * 2.0) as u32 + 1).ilog2().into()
}

fn links_bin(density: f32) -> u64 {
    match density {
        d if d <= 0.0 => 0,
        d if d < 0.15 => 1,
        d if d < 0.5 => 2,
        d if d < 0.95 => 3,
        _ => 4,
    }
}

fn ends_bin(signals: &Signals) -> u64 {
    u64::from(signals.ends_sentence)
        + 2 * u64::from(signals.ends_colon)
        + 4 * u64::from(signals.commas > 0)
        + 8 * u64::from(signals.stops > 1)
}

/// Writes the tokens of block `i`, which must be the next one.
pub(super) fn tokens(page: &Page<'_>, survey: &Survey, i: usize, out: &mut Writer<'_>) {
    let (block, signals) = (&page.blocks[i], &survey.blocks[i]);
    for family in 0..FAMILIES.len() {
        let closed = match family {
            SHAPE => {
                own(block, signals, survey, i, out);
                elements(&page.tree, block.node, survey, out);
                neighbours(page, survey, i, out);
                false
            }
            CLASSES => classes(&page.tree, block.node, out),
            _ => {
                words(page.text_of(block), out);
                false
            }
        };
        if !closed {
            out.tokens.close();
        }
    }
}

fn neighbours(page: &Page<'_>, survey: &Survey, i: usize, out: &mut Writer<'_>) {
    for (step, side, from) in [(1, Kind::Before, -1), (2, Kind::Before, -2), (1, Kind::After, 1), (2, Kind::After, 2)] {
        let Some(j) = i.checked_add_signed(from).filter(|&j| j < survey.blocks.len()) else {
            out.add(hash_pair(kind(side, step), u64::MAX), || {
                format!("{} page", if from < 0 { "starts" } else { "ends" })
            });
            continue;
        };
        neighbour(&page.blocks[j], &survey.blocks[j], side, step, from, out);
    }
}

fn words(text: &str, out: &mut Writer<'_>) {
    let mut word = std::mem::take(&mut out.word);
    word.clear();
    let mut count = 0;
    let mut flush = |word: &mut String, out: &mut Writer<'_>| {
        if !word.is_empty() {
            // Numbers differ from page to page; that there is one, and how long, is what counts.
            if word.bytes().all(|b| b.is_ascii_digit()) {
                let length = word.len();
                word.clear();
                word.extend(std::iter::repeat_n('0', length.min(5)));
            }
            out.add(hash(Kind::Word as u64, word.as_bytes()), || format!("word “{word}”"));
            word.clear();
            count += 1;
        }
        count < WORDS
    };
    for c in text.chars().take(WORDS * 16) {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if is_unspaced(c) {
            // Unspaced scripts: pairs of characters stand for words.
            if word.chars().count() == 2 {
                let last = word.chars().next_back();
                if !flush(&mut word, out) {
                    break;
                }
                word.extend(last);
            }
            word.push(c);
        } else if !c.is_ascii() && Nature::of(c).is_alphanumeric() {
            lower(c, |c| word.push(c));
        } else if !flush(&mut word, out) {
            break;
        }
    }
    // Nothing is left of it where there were too many.
    flush(&mut word, out);
    out.word = word;
}

fn own(block: &Block, signals: &Signals, survey: &Survey, i: usize, out: &mut Writer<'_>) {
    for class in signals.phrases.iter() {
        out.add(kind(Kind::Phrase, class as u64), || format!("phrase of {}", class.name()));
        if signals.whole.contains(class) {
            out.add(kind(Kind::WholePhrase, class as u64), || format!("is a phrase of {}", class.name()));
        }
    }
    let shape = block.shape as u64 * 16 + u64::from(block.level.min(7)) * 2 + u64::from(block.hidden);
    out.add(kind(Kind::Shape, shape), || format!("shape {:?} {}", block.shape, block.level));
    let length = length_bin(signals);
    out.add(kind(Kind::Length, length), || format!("{} words", signals.words));
    let links = links_bin(signals.link_density);
    out.add(kind(Kind::Links, links * 32 + length.min(31)), || {
        format!("links {:.0} %, {} words", signals.link_density * 100.0, signals.words)
    });
    let ends = ends_bin(signals);
    out.add(kind(Kind::Ends, ends * 32 + length.min(31)), || format!("punctuation {ends}, {} words", signals.words));
    let signs = u64::from(signals.bars.min(3))
        + 4 * u64::from(signals.digits > 0)
        + 8 * u64::from(signals.foreign)
        + 16 * u64::from(signals.capitals as f32 > signals.words * 0.6);
    out.add(kind(Kind::Signs, signs), || format!("signs {signs}"));
    let place = (i * 8 / survey.blocks.len().max(1)) as u64;
    out.add(kind(Kind::Place, place), || format!("part {} of 8", place + 1));
    out.add(kind(Kind::First, (i as u64 + 1).ilog2().min(7).into()), || format!("block {i} from the top"));
    let left = survey.blocks.len() - i;
    out.add(kind(Kind::Last, (left as u64).ilog2().min(7).into()), || format!("block {left} from the end"));
    let repeats = signals.repeats.min(4).into();
    out.add(kind(Kind::Repeats, repeats), || format!("stands {repeats} times"));
    let likeness = (signals.title_likeness * 4.0) as u64;
    let side = survey.title.map_or(0, |title| 1 + (i.cmp(&title) as i8 + 1) as u64);
    out.add(kind(Kind::Title, likeness * 4 + side), || format!("like the title {:.2}", signals.title_likeness));
    if signals.date_cover > 0.0 {
        let cover = (signals.date_cover * 3.0).min(2.0) as u64;
        out.add(kind(Kind::Date, cover), || format!("date, {:.0} % of it", signals.date_cover * 100.0));
    }
    if block.marker.is_some() {
        out.add(kind(Kind::Marker, u64::from(block.number.is_some())), || "list marker".to_owned());
    }
}

fn elements(tree: &Tree<'_>, node: NodeId, survey: &Survey, out: &mut Writer<'_>) {
    if tree.nodes.len() <= 1 {
        return;
    }
    let around = survey.places[node.0 as usize].around;
    for bit in (0..Around::COUNT as u64).filter(|bit| around >> bit & 1 == 1) {
        out.add(kind(Kind::Around, bit), || format!("around: {}", AROUND_NAMES[bit as usize]));
    }
    for (level, id) in tree.ancestors(node).take(3).enumerate() {
        let tag = tree.tag(id);
        out.add(kind(Kind::Tag, tag as u64 * 4 + level as u64), || format!("<{}> {level} up", tag.name()));
    }
}

/// Writes the class words around an element. Without names, what was written for an element serves for the others that
/// have the same classes around them: then the family is closed with it, and the answer is yes.
fn classes(tree: &Tree<'_>, node: NodeId, out: &mut Writer<'_>) -> bool {
    let classed = |id: NodeId| CLASS_NAMES.iter().any(|name| tree.raw_attr(id, name).is_some());
    let nearest = tree.ancestors(node).take(24).enumerate().find(|&(_, id)| classed(id));
    let Some((steps, nearest)) = nearest else { return false };
    if out.names.is_none() {
        if out.known.is_empty() {
            out.known.resize(tree.nodes.len(), (0, 0));
        }
        let own = (steps as u32, out.tokens.families() as u32 + 1);
        let known = &mut out.known[nearest.0 as usize];
        if known.1 > 0 && known.0 == own.0 {
            out.tokens.copy(known.1 as usize - 1);
            return true;
        }
        *known = own;
    }
    let around = tree.ancestors(nearest).take(24 - steps).filter(|&id| classed(id)).take(LEVELS);
    for (level, id) in around.enumerate() {
        let far = usize::from(level >= 2);
        let buckets = out.classes.of(tree, id);
        out.tokens.cells.extend(buckets.iter().map(|sides| sides[far]));
        if let Some(names) = &mut out.names {
            let mut buckets = buckets.iter();
            for raw in CLASS_NAMES.iter().filter_map(|name| tree.raw_attr(id, name)) {
                for_each_class_word(raw, |word| {
                    let name = format!("{} class “{word}”", ["near", "far"][far]);
                    names.extend(buckets.next().map(|sides| Named { bucket: sides[far], name }));
                });
            }
        }
    }
    false
}

/// The attributes that hold class words.
const CLASS_NAMES: [&str; 2] = ["class", "id"];

/// Names of the bits of [`Around`], in order.
pub(super) const AROUND_NAMES: [&str; Around::COUNT] = [
    "nav",
    "header",
    "footer",
    "aside",
    "article",
    "main",
    "form",
    "list",
    "table",
    "figure",
    "section",
    "articleBody",
    "noscript",
    "comment item",
    "dialog",
];

/// The words of a class or id: parted at blanks, dashes, underscores, digits and changes of case; lower-cased.
/// At most 24 words, those of one letter left out.
pub(super) fn for_each_class_word(raw: &str, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    let mut count = 0;
    let mut lower = false;
    for c in raw.chars().take(400).chain([' ']) {
        if !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && lower) {
            if word.len() > 1 {
                each(&word);
                count += 1;
                if count == 24 {
                    return;
                }
            }
            word.clear();
        }
        lower = c.is_ascii_lowercase();
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
    }
}

fn neighbour(block: &Block, signals: &Signals, side: Kind, step: u64, from: isize, out: &mut Writer<'_>) {
    let side_hash = kind(side, step);
    let name = if from < 0 { "before" } else { "after" };
    let length = length_bin(signals);
    let links = links_bin(signals.link_density);
    let look = (length.min(15) * 8 + links) * 16 + (block.shape as u64).min(15);
    out.add(hash_pair(side_hash, look), || {
        format!("{step} {name}: {:?}, {} words, links {links}", block.shape, signals.words)
    });
    if step == 1 || signals.phrase_cover > 0.6 {
        for class in signals.phrases.iter() {
            out.add(hash_pair(side_hash, 1 << 32 | class as u64), || {
                format!("{step} {name}: phrase of {}", class.name())
            });
        }
    }
    if signals.date_cover > 0.3 {
        out.add(hash_pair(side_hash, 2 << 32), || format!("{step} {name}: date"));
    }
    if block.shape == Shape::Heading {
        out.add(hash_pair(side_hash, 3 << 32), || format!("{step} {name}: heading"));
    }
}
