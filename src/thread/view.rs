//! What the thread room measures of each block before it looks for posts.

use std::cell::RefCell;

use super::words::Wording;
use crate::bayes::hash;
use crate::evidence::Evidence;
use crate::label::Labels;
use crate::page::{NodeId, Page, Tag, Tree};
use crate::record::Label;

/// A page with its evidence and names, and the measures of its blocks.
pub(super) struct View<'p, 's> {
    pub(super) page: &'p Page<'s>,
    evidence: &'p Evidence,
    pub(super) labels: &'p Labels,
    /// Characters of each block that stand outside links, in bytes.
    pub(super) plain: Vec<f32>,
    /// Sums of how much each block's text may be a comment's, one more than there are blocks.
    mass: Vec<f64>,
    /// What is remembered of each element; see [`View::remembered`].
    memory: RefCell<Vec<u8>>,
    signatures: RefCell<Signatures>,
}

/// The signatures of elements, found once: every record around a text asks for those of the elements it shares with others.
#[derive(Default)]
struct Signatures {
    /// Of each element where its own begin and end in `all`; 0 for both where they are not known.
    places: Vec<(u32, u32)>,
    all: Vec<Signature>,
}

/// Blocks of a post that are looked at.
const POST: usize = 24;
/// Chance of being a comment's own words below which a name given by the labeller is believed.
const UNSURE: f32 = 0.4;
/// Longest notice in bytes.
const NOTICE: usize = 240;
/// Share of a block's text that counts as a comment's whatever the labeller says: structure decides, names help.
const FLOOR: f32 = 0.3;

impl<'p, 's> View<'p, 's> {
    pub(super) fn new(page: &'p Page<'s>, evidence: &'p Evidence, labels: &'p Labels) -> Self {
        let plain: Vec<f32> =
            page.blocks.iter().map(|block| (block.text.len() as f32 - block.link_bytes as f32).max(0.0)).collect();
        let mut mass = Vec::with_capacity(plain.len() + 1);
        let mut sum = 0.0;
        mass.push(sum);
        for (i, plain) in plain.iter().enumerate() {
            let comment = labels.comment.get(i).copied().unwrap_or(0.0);
            sum += f64::from(plain * (FLOOR + (1.0 - FLOOR) * comment));
            mass.push(sum);
        }
        Self { page, evidence, labels, plain, mass, memory: RefCell::default(), signatures: RefCell::default() }
    }

    /// The answer to a question about an element, found once: many records ask the same of those around their text.
    /// There is room for four questions, from 0.
    pub(super) fn remembered(&self, id: NodeId, question: u8, find: impl FnOnce() -> bool) -> bool {
        let mut memory = self.memory.borrow_mut();
        if memory.is_empty() {
            memory.resize(self.page.tree.nodes.len(), 0);
        }
        let own = &mut memory[id.0 as usize];
        let shift = question * 2;
        if *own >> shift & 1 == 0 {
            *own |= (1 | u8::from(find()) << 1) << shift;
        }
        *own >> shift & 2 != 0
    }

    /// The [`signatures`] of an element.
    pub(super) fn signatures(&self, id: NodeId, out: &mut Vec<Signature>) {
        let known = &mut *self.signatures.borrow_mut();
        if known.places.is_empty() {
            known.places.resize(self.page.tree.nodes.len(), (0, 0));
        }
        let place = &mut known.places[id.0 as usize];
        if place.1 == 0 {
            signatures(&self.page.tree, id, out);
            let start = known.all.len() as u32;
            known.all.extend_from_slice(out);
            *place = (start, known.all.len() as u32);
        } else {
            out.clear();
            out.extend_from_slice(&known.all[place.0 as usize..place.1 as usize]);
        }
    }

    /// How much of the text of these blocks may be comments'.
    pub(super) fn mass(&self, blocks: std::ops::Range<usize>) -> f64 {
        self.mass[blocks.end] - self.mass[blocks.start]
    }

    /// Whether a few blocks hold the words of a post, or the notice in its place.
    pub(super) fn is_post(&self, blocks: std::ops::Range<usize>) -> bool {
        blocks.take(POST).any(|block| {
            self.comment(block) > 0.5
                || self.is_notice(block)
                || (self.text(block as u32).len() < NOTICE && self.wording(block as u32).is_tombstone())
        })
    }

    /// Whether the labeller names a block as what stands beside a comment's words.
    pub(super) fn is_beside(&self, block: usize) -> bool {
        let beside = [Label::CommentMeta, Label::CommentUi, Label::Signature, Label::Tombstone];
        self.comment(block) < UNSURE && self.labels.labels.get(block).is_some_and(|label| beside.contains(label))
    }

    /// Whether the labeller names a short block as the notice in the place of a comment.
    pub(super) fn is_notice(&self, block: usize) -> bool {
        self.comment(block) < UNSURE
            && self.labels.labels.get(block) == Some(&Label::Tombstone)
            && self.text(block as u32).len() < NOTICE
    }

    /// The probability that a block is a comment's own words.
    pub(super) fn comment(&self, block: usize) -> f32 {
        self.labels.comment.get(block).copied().unwrap_or(0.0)
    }

    /// What a block's text says.
    pub(super) fn wording(&self, block: u32) -> Wording<'p> {
        Wording::with(self.text(block), self.evidence.wording(self.page, block as usize).hits)
    }

    /// A block's text.
    pub(super) fn text(&self, block: u32) -> &'p str {
        let page = self.page;
        page.text_of(&page.blocks[block as usize])
    }
}

/// What elements of one kind have in common: see [`signatures`].
pub(super) type Signature = u64;

/// Most classes of one element that are looked at.
const CLASSES: usize = 6;

/// The signatures of an element: name with each class (digits left out), with the word before a number in its id,
/// with its item type or property; an element with none of them has its name and its parent's first signature.
pub(super) fn signatures(tree: &Tree<'_>, id: NodeId, out: &mut Vec<Signature>) {
    out.clear();
    own_signatures(tree, id, out);
    if out.is_empty() {
        let parent = tree.node(id).parent;
        let mut above = Vec::new();
        own_signatures(tree, parent, &mut above);
        let above = above.first().copied().unwrap_or(u64::from(tree.node(parent).tag as u8));
        out.push(hash(name(tree, id), &above.to_le_bytes()));
    }
}

fn name(tree: &Tree<'_>, id: NodeId) -> u64 {
    let node = tree.node(id);
    if node.tag == Tag::Other { hash(1, node.name.to_ascii_lowercase().as_bytes()) } else { node.tag as u64 + 2 }
}

fn own_signatures(tree: &Tree<'_>, id: NodeId, out: &mut Vec<Signature>) {
    let node = tree.node(id);
    let name = name(tree, id);
    if node.tag == Tag::Other && node.name.contains('-') {
        out.push(name);
    }
    for attr in &tree.attrs[node.attrs.range()] {
        match &*attr.name {
            "class" => {
                for class in attr.raw.split_ascii_whitespace().take(CLASSES) {
                    let word = undigited(class);
                    if !word.is_empty() {
                        out.push(hash(name ^ 0xC1A5, word.as_bytes()));
                    }
                }
            }
            "id" => {
                let word = undigited(attr.raw);
                if word.len() < attr.raw.len() {
                    out.push(hash(name ^ 0x1D, word.as_bytes()));
                }
            }
            "itemtype" | "itemprop" | "component" | "data-role" => out.push(hash(name ^ 0x17E, attr.raw.as_bytes())),
            _ => {}
        }
    }
}

/// A class or id without its digits, in lower case.
fn undigited(word: &str) -> String {
    word.chars().filter(|c| !c.is_ascii_digit()).flat_map(char::to_lowercase).collect()
}

/// What the places of an element inside its record have in common: names and first classes from the element up to
/// the record's.
pub(super) fn place(tree: &Tree<'_>, id: NodeId, record: NodeId) -> u64 {
    let mut key = 0x9E37_79B9_7F4A_7C15;
    let mut at = id;
    for _ in 0..5 {
        if at == record || at == NodeId::ROOT {
            break;
        }
        key = hash(key, &name(tree, at).to_le_bytes());
        if let Some(class) = tree.raw_attr(at, "class").and_then(|class| class.split_ascii_whitespace().next()) {
            key = hash(key, undigited(class).as_bytes());
        }
        at = tree.node(at).parent;
    }
    key
}

/// Whether a class, id or property of the element holds one of the words, which are ASCII in lower case, of two letters or
/// more.
pub(super) fn named(tree: &Tree<'_>, id: NodeId, words: &[&str]) -> bool {
    let node = tree.node(id);
    if node.attrs.is_empty() {
        return false;
    }
    // The letters that follow each letter at the front of the words, a bit each: nearly all places in a class are passed
    // over by one look.
    let mut seconds = [0_u32; 32];
    for word in words {
        if let [first, second, ..] = word.as_bytes() {
            seconds[usize::from(first & 31)] |= bit(*second);
        }
    }
    tree.attrs[node.attrs.range()].iter().any(|attr| {
        let known = match attr.name.len() {
            2 => &*attr.name == "id",
            3 => &*attr.name == "rel",
            5 => &*attr.name == "class",
            8 => matches!(&*attr.name, "itemprop" | "itemtype"),
            9 => matches!(&*attr.name, "component" | "data-role"),
            11 => &*attr.name == "data-testid",
            _ => false,
        };
        known && {
            let value = attr.raw.as_bytes();
            value.windows(2).enumerate().any(|(at, two)| {
                seconds[usize::from(two[0] & 31)] & bit(two[1]) != 0
                    && words.iter().any(|word| {
                        let here = value.get(at..at + word.len());
                        here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
                    })
            })
        }
    })
}

/// A letter's bit, the same for both cases.
const fn bit(byte: u8) -> u32 {
    1 << (byte & 31)
}
