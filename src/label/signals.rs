//! What can be measured of each block and each element before anything is named: the raw material of tokens and
//! features. One pass over the blocks, one over the elements; all sums are prefix sums, so that any element's
//! totals cost the same.

use super::marks::Marks;
use super::slots::{Kin, SLOTS, Slots};
use crate::bayes::{hash, hash_pair};
use crate::dates::Found;
use crate::evidence::{Evidence, Wording};
use crate::language::{self, Nature, lower};
use crate::lexicon::ClassSet;
use crate::page::{NodeId, Page, Shape, Tag, Tree};

/// What is measured of one block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signals {
    /// Characters other than white space.
    pub(super) chars: u32,
    /// Words; a CJK, Thai, Lao or Khmer character counts as half a word.
    pub(super) words: f32,
    /// Share of the text inside links, 0 to 1.
    pub(super) link_density: f32,
    /// Words that begin with a capital letter.
    pub(super) capitals: u32,
    /// Digits.
    pub(super) digits: u32,
    /// Commas and the like, of any script.
    pub(super) commas: u32,
    /// Sentence ends, of any script.
    pub(super) stops: u32,
    /// Bars, bullets and arrows that part the items of a menu.
    pub(super) bars: u32,
    /// Whether the text ends as a sentence does.
    pub(super) ends_sentence: bool,
    /// Whether it ends with a colon.
    pub(super) ends_colon: bool,
    /// Share of function words of the page's language, 0 to 1.
    pub(super) function_words: f32,
    /// Whether its script or, surely, its language differs from the page's.
    pub(super) foreign: bool,
    /// Classes of phrases that occur.
    pub(super) phrases: ClassSet,
    /// Classes whose phrases are the whole text.
    pub(super) whole: ClassSet,
    /// Share of the text that known phrases cover, 0 to 1.
    pub(super) phrase_cover: f32,
    /// Share of the text that a date covers, 0 to 1.
    pub(super) date_cover: f32,
    /// Whether that date has a time of day or is an age, as those of comments have.
    pub(super) moment: bool,
    /// Hash of the text, case and punctuation left out.
    pub(super) hash: u64,
    /// How often the same text stands in the page.
    pub(super) repeats: u32,
    /// Share of the block's words that the page's title has, and of the title's that the block has; the smaller.
    pub(super) title_likeness: f32,
}

impl Signals {
    /// Ten words or more, mostly outside links, ending as a sentence.
    pub(super) fn is_prose(&self) -> bool {
        self.words >= 10.0 && self.link_density < 0.4 && (self.ends_sentence || self.stops > 1)
    }

    /// A short line with a date, as stands by articles, teasers and comments.
    pub(super) fn is_stamp(&self) -> bool {
        self.date_cover > 0.0 && self.words <= 18.0
    }
}

/// Sums over a range of blocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) blocks: f32,
    pub(super) chars: f32,
    pub(super) words: f32,
    pub(super) link_chars: f32,
    pub(super) commas: f32,
    pub(super) stops: f32,
    /// Blocks that read as prose.
    pub(super) prose: f32,
    /// Blocks that carry a date.
    pub(super) dates: f32,
    /// Short lines with a date, and those of them with a time of day.
    pub(super) stamps: f32,
    pub(super) moments: f32,
}

impl Totals {
    /// Those of one block; nothing of one that is not shown.
    pub(super) fn of(signals: &Signals, hidden: bool) -> Self {
        let shown = if hidden { 0.0 } else { 1.0 };
        Self {
            blocks: shown,
            chars: shown * signals.chars as f32,
            words: shown * signals.words,
            link_chars: shown * signals.chars as f32 * signals.link_density,
            commas: shown * signals.commas as f32,
            stops: shown * signals.stops as f32,
            prose: if signals.is_prose() { shown } else { 0.0 },
            dates: if signals.date_cover > 0.0 { shown } else { 0.0 },
            stamps: if signals.is_stamp() { shown } else { 0.0 },
            moments: if signals.is_stamp() && signals.moment { shown } else { 0.0 },
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            blocks: self.blocks + other.blocks,
            chars: self.chars + other.chars,
            words: self.words + other.words,
            link_chars: self.link_chars + other.link_chars,
            commas: self.commas + other.commas,
            stops: self.stops + other.stops,
            prose: self.prose + other.prose,
            dates: self.dates + other.dates,
            stamps: self.stamps + other.stamps,
            moments: self.moments + other.moments,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            blocks: self.blocks - other.blocks,
            chars: self.chars - other.chars,
            words: self.words - other.words,
            link_chars: self.link_chars - other.link_chars,
            commas: self.commas - other.commas,
            stops: self.stops - other.stops,
            prose: self.prose - other.prose,
            dates: self.dates - other.dates,
            stamps: self.stamps - other.stamps,
            moments: self.moments - other.moments,
        }
    }

    /// Share of characters inside links.
    pub(super) fn link_density(self) -> f32 {
        if self.chars > 0.0 { self.link_chars / self.chars } else { 0.0 }
    }
}

/// What is measured of one element, from itself and all around it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Bits of [`Around`].
    pub(super) around: u16,
    /// Elements with the same name and classes under the same parent, itself included.
    pub(super) twins: u32,
    /// The largest [`Place::twins`] among it and the elements around it, the root's children left out.
    pub(super) most_twins: u32,
    /// The element with the most twins.
    pub(super) twin: NodeId,
}

/// Elements that tell what they hold.
pub(super) struct Around;

impl Around {
    pub(super) const NAV: u16 = 1;
    pub(super) const HEADER: u16 = 1 << 1;
    pub(super) const FOOTER: u16 = 1 << 2;
    pub(super) const ASIDE: u16 = 1 << 3;
    pub(super) const ARTICLE: u16 = 1 << 4;
    pub(super) const MAIN: u16 = 1 << 5;
    pub(super) const FORM: u16 = 1 << 6;
    pub(super) const LIST: u16 = 1 << 7;
    pub(super) const TABLE: u16 = 1 << 8;
    pub(super) const FIGURE: u16 = 1 << 9;
    pub(super) const SECTION: u16 = 1 << 10;
    pub(super) const ARTICLE_BODY: u16 = 1 << 11;
    pub(super) const NOSCRIPT: u16 = 1 << 12;
    pub(super) const COMMENT_ITEM: u16 = 1 << 13;
    pub(super) const DIALOG: u16 = 1 << 14;
    /// How many bits are in use.
    pub(super) const COUNT: usize = 15;

    fn of(tree: &Tree<'_>, id: NodeId) -> u16 {
        let by_tag = match tree.tag(id) {
            Tag::Nav | Tag::Menu => Self::NAV,
            Tag::Header => Self::HEADER,
            Tag::Footer => Self::FOOTER,
            Tag::Aside => Self::ASIDE,
            Tag::Article => Self::ARTICLE,
            Tag::Main => Self::MAIN,
            Tag::Form | Tag::Fieldset | Tag::Select | Tag::Button => Self::FORM,
            Tag::Li | Tag::Ul | Tag::Ol => Self::LIST,
            Tag::Table => Self::TABLE,
            Tag::Figure => Self::FIGURE,
            Tag::Section => Self::SECTION,
            Tag::Noscript => Self::NOSCRIPT,
            Tag::Dialog => Self::DIALOG,
            _ => 0,
        };
        let node = tree.node(id);
        if node.attrs.is_empty() {
            return by_tag;
        }
        let by_role = match tree.raw_attr(id, "role") {
            Some("navigation" | "menu" | "menubar") => Self::NAV,
            Some("banner") => Self::HEADER,
            Some("contentinfo") => Self::FOOTER,
            Some("complementary") => Self::ASIDE,
            Some("main") => Self::MAIN,
            Some("article") => Self::ARTICLE,
            Some("form" | "search") => Self::FORM,
            Some("dialog" | "alertdialog") => Self::DIALOG,
            _ => 0,
        };
        let by_prop = match tree.raw_attr(id, "itemprop") {
            Some(prop) if prop.contains("articleBody") || prop.contains("reviewBody") => Self::ARTICLE_BODY,
            Some("comment" | "suggestedAnswer" | "acceptedAnswer") => Self::COMMENT_ITEM,
            _ => 0,
        };
        by_tag | by_role | by_prop
    }
}

/// All that is measured of a page.
pub(super) struct Survey {
    pub(super) blocks: Vec<Signals>,
    pub(super) places: Vec<Place>,
    /// Place in `blocks` of the block that is most like the title, if any is.
    pub(super) title: Option<usize>,
    /// How far each block is from the lines that part the page.
    pub(super) marks: Marks,
    /// Which blocks stand in like places, closely and loosely.
    pub(super) slots: [Slots; SLOTS],
    /// Which elements are like one another.
    pub(super) kin: Kin,
    /// Sums over all blocks before each, one more than there are blocks.
    sums: Vec<Totals>,
}

impl Survey {
    pub(super) fn of(page: &Page<'_>, evidence: &Evidence) -> Self {
        let mut words = Words::default();
        let title_words: Vec<u64> = evidence.titles.iter().flat_map(|title| words.hashes(title).to_vec()).collect();
        let mut blocks: Vec<Signals> = Vec::with_capacity(page.blocks.len());
        for (i, block) in page.blocks.iter().enumerate() {
            let text = page.text_of(block);
            let wording = evidence.wording(page, i);
            let own = match blocks.get(wording.first) {
                Some(same) => *same,
                None => {
                    let date = if wording.dated { evidence.date_in(page, i) } else { None };
                    measure(text, evidence, &wording, date, &title_words, &mut words)
                }
            };
            let link_density = if text.is_empty() { 0.0 } else { block.link_bytes as f32 / text.len() as f32 };
            blocks.push(Signals { link_density, ..own });
        }
        count_repeats(&mut blocks);
        let mut sums = Vec::with_capacity(blocks.len() + 1);
        let mut sum = Totals::default();
        sums.push(sum);
        for (signals, block) in blocks.iter().zip(&page.blocks) {
            sum = sum.plus(Totals::of(signals, block.hidden));
            sums.push(sum);
        }
        let title = find_title(page, &blocks);
        let marks = Marks::of(page, &blocks);
        let signatures = signatures(&page.tree);
        let (slots, kin) = (Slots::of(page, &blocks, &signatures), Kin::of(&page.tree, &signatures));
        Self { blocks, places: places(&page.tree, &signatures), title, marks, slots, kin, sums }
    }

    /// Sums over a range of blocks.
    pub(super) fn totals(&self, blocks: std::ops::Range<usize>) -> Totals {
        self.sums[blocks.end].minus(self.sums[blocks.start])
    }

    /// Sums over the whole page.
    pub(super) fn page_totals(&self) -> Totals {
        self.totals(0..self.blocks.len())
    }
}

/// What a block's text says by itself.
fn measure(
    text: &str,
    evidence: &Evidence,
    wording: &Wording,
    date: Option<Found>,
    title_words: &[u64],
    words: &mut Words,
) -> Signals {
    let mut signals = Signals::default();
    let mut in_word = false;
    let mut last = ' ';
    for c in text.chars() {
        if in_word && c.is_ascii_lowercase() {
            // Nearly all of most texts.
            signals.chars += 1;
            last = c;
            continue;
        }
        if c.is_whitespace() {
            in_word = false;
            continue;
        }
        signals.chars += 1;
        if is_unspaced(c) {
            signals.words += 0.5;
            in_word = false;
            last = c;
            continue;
        }
        let nature = Nature::of(c);
        if nature.is_alphanumeric() {
            if !in_word {
                signals.words += 1.0;
                signals.capitals += u32::from(nature.is_uppercase());
            }
            in_word = true;
            signals.digits += u32::from(nature.is_numeric());
        } else {
            match c {
                ',' | '،' | '、' | '，' | ';' | '；' => signals.commas += 1,
                '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔' => {
                    signals.stops += 1;
                    in_word = false;
                }
                '|' | '·' | '•' | '»' | '«' | '›' | '/' | '>' | '→' | '←' | '¦' => {
                    signals.bars += 1;
                    in_word = false;
                }
                '\'' | '’' | '-' => {}
                _ => in_word = false,
            }
        }
        last = if matches!(c, '"' | '”' | '“' | '»' | ')' | '」' | '』' | '\'' | '’') { last } else { c };
    }
    signals.ends_sentence = matches!(last, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔');
    signals.ends_colon = matches!(last, ':' | '：');
    signals.phrases = wording.hits.classes;
    signals.whole = wording.hits.whole;
    signals.phrase_cover = wording.hits.cover;
    if let Some(found) = date {
        signals.date_cover = found.range.len() as f32 / text.len().max(1) as f32;
        signals.moment = found.when().is_none_or(|when| when.clock.is_some());
    }
    signals.function_words = wording.function_words;
    signals.foreign = evidence.script.is_some_and(|script| language::script(text).is_some_and(|own| own != script))
        || (signals.words >= FOREIGN_WORDS
            && signals.function_words < FOREIGN_SHARE
            && evidence.language.is_some_and(|lang| language::is_in_another(text, lang, FOREIGN_SURE)));
    let words = words.hashes(text);
    signals.hash = words.iter().fold(0, |all, &word| hash_pair(all, word));
    if !title_words.is_empty() && !words.is_empty() && words.len() < 60 {
        let shared = words.iter().filter(|word| title_words.contains(word)).count() as f32;
        let back = title_words.iter().filter(|word| words.contains(word)).count() as f32;
        signals.title_likeness = (shared / words.len() as f32).min(back / title_words.len() as f32);
    }
    signals
}

/// Words from which on a block can be told to be in another language than its page, and the share of function words
/// of the page's language above which it is not asked.
const FOREIGN_WORDS: f32 = 6.0;
const FOREIGN_SHARE: f32 = 0.06;
/// How sure the language of a block must be to count as another than the page's.
const FOREIGN_SURE: f32 = 0.5;

/// Scripts whose words are written without blanks.
pub(super) fn is_unspaced(c: char) -> bool {
    c >= '\u{0e00}'
        && matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1780}'..='\u{17ff}' | '\u{1000}'..='\u{109f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}')
}

/// Words looked at from the front of a text.
const WORDS: usize = 200;

/// Reads texts into words, one after another in the same room.
#[derive(Default)]
struct Words {
    word: String,
    hashes: Vec<u64>,
}

impl Words {
    /// Hashes of the words of a text, lower-cased; unspaced scripts a character each. At most [`WORDS`] and one.
    fn hashes(&mut self, text: &str) -> &[u64] {
        self.hashes.clear();
        self.word.clear();
        for c in text.chars() {
            if self.hashes.len() >= WORDS {
                break;
            }
            if c.is_ascii_alphanumeric() {
                self.word.push(c.to_ascii_lowercase());
            } else if is_unspaced(c) {
                self.end();
                self.word.push(c);
                self.end();
            } else if !c.is_ascii() && Nature::of(c).is_alphanumeric() {
                lower(c, |c| self.word.push(c));
            } else {
                self.end();
            }
        }
        self.end();
        &self.hashes
    }

    /// Closes a word.
    fn end(&mut self) {
        if !self.word.is_empty() {
            self.hashes.push(hash(0, self.word.as_bytes()));
            self.word.clear();
        }
    }
}

fn count_repeats(blocks: &mut [Signals]) {
    let mut order: Vec<(u64, u32)> = blocks.iter().zip(0..).map(|(block, i)| (block.hash, i)).collect();
    order.sort_unstable();
    for same in order.chunk_by(|a, b| a.0 == b.0) {
        for &(hash, i) in same {
            blocks[i as usize].repeats = if hash == 0 { 1 } else { same.len() as u32 };
        }
    }
}

/// The first heading that is like the declared title, else the first block that is.
fn find_title(page: &Page<'_>, blocks: &[Signals]) -> Option<usize> {
    let rank = |i: usize| {
        let heading = match (page.blocks[i].shape, page.blocks[i].level) {
            (Shape::Heading, 1) => 0.5,
            (Shape::Heading, 2) => 0.3,
            (Shape::Heading, _) => 0.2,
            _ => 0.0,
        };
        blocks[i].title_likeness + heading - if page.blocks[i].hidden { 1.0 } else { 0.0 }
    };
    (0..blocks.len())
        .filter(|&i| blocks[i].title_likeness >= 0.5)
        .reduce(|best, i| if rank(i) > rank(best) + 1e-6 { i } else { best })
}

/// Measures every element from the top down: parents stand before their children.
fn places(tree: &Tree<'_>, signatures: &[u64]) -> Vec<Place> {
    let mut places = vec![Place::default(); tree.nodes.len()];
    let mut kin: Vec<(u64, u32)> = Vec::new();
    for id in (0..tree.nodes.len() as u32).map(NodeId) {
        let own = Around::of(tree, id);
        let parent = tree.parent(id);
        let above = parent.map_or(Place::default(), |parent| places[parent.0 as usize]);
        let place = &mut places[id.0 as usize];
        place.around = above.around | own;
        let twins = place.twins.max(1);
        (place.most_twins, place.twin) =
            if twins > above.most_twins && twins > 1 { (twins, id) } else { (above.most_twins, above.twin) };
        kin.clear();
        kin.extend(tree.children(id).map(|child| (signatures[child.0 as usize], child.0)));
        if kin.len() > 1 {
            kin.sort_unstable();
            for same in kin.chunk_by(|a, b| a.0 == b.0) {
                for &(_, child) in same {
                    places[child as usize].twins = same.len() as u32;
                }
            }
        }
    }
    places
}

/// The [`signature`] of each element.
pub(super) fn signatures(tree: &Tree<'_>) -> Vec<u64> {
    (0..tree.nodes.len() as u32).map(|id| signature(tree, NodeId(id))).collect()
}

/// Name and classes without digits: what siblings of one list share.
fn signature(tree: &Tree<'_>, id: NodeId) -> u64 {
    let node = tree.node(id);
    let mut signature = hash(node.tag as u64, if node.tag == Tag::Other { node.name.as_bytes() } else { b"" });
    if let Some(class) = item_class(tree, id) {
        signature = hash(signature, class.as_bytes());
    }
    signature
}

/// The first class of an element that has any, without digits at its end: it names the kind of item; later ones tell
/// odd from even, first from last, and digits one from the next.
pub(super) fn item_class<'s>(tree: &Tree<'s>, id: NodeId) -> Option<&'s str> {
    let first = tree.raw_attr(id, "class")?.split_ascii_whitespace().next().unwrap_or_default();
    Some(first.trim_end_matches(|c: char| c.is_ascii_digit()))
}
