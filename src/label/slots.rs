//! Like places of a page: what a template prints in one place, wherever on the page that comes, is mostly of one kind, so
//! that each block may be judged by what the others of its place are taken for.

use super::signals::{Signals, Totals};
use crate::bayes::hash_pair;
use crate::hashed::HashedMap;
use crate::page::{Block, NodeId, Page, Tree};
use crate::record::Format;

/// How many ways blocks are told to stand in like places: closely and loosely.
pub(super) const SLOTS: usize = 2;

/// The slots of a page's blocks, told in one way.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    /// The slot of each block.
    pub(super) own: Vec<u32>,
    /// Sums over the blocks of each slot.
    pub(super) totals: Vec<Totals>,
}

impl Slots {
    /// The slots of blocks on a page whose elements have these signatures.
    pub(super) fn of(page: &Page<'_>, blocks: &[Signals], signatures: &[u64]) -> [Self; SLOTS] {
        let mut all: [Self; SLOTS] = Default::default();
        let mut known: [HashedMap<u32>; SLOTS] = Default::default();
        for (block, signals) in page.blocks.iter().zip(blocks) {
            let keys = match page.format {
                Format::Html => by_elements(&page.tree, block.node, signatures),
                Format::Text => by_look(block, signals),
            };
            let sums = Totals::of(signals, block.hidden);
            for ((slots, known), key) in all.iter_mut().zip(&mut known).zip(keys) {
                let next = known.len() as u32;
                let slot = *known.entry(key).or_insert(next);
                slots.own.push(slot);
                if slot == next {
                    slots.totals.push(Totals::default());
                }
                slots.totals[slot as usize] = slots.totals[slot as usize].plus(sums);
            }
        }
        all
    }
}

/// The names and classes of a block's element and of the two around it; those of its element and the name of the one
/// around it.
fn by_elements(tree: &Tree<'_>, node: NodeId, signatures: &[u64]) -> [u64; SLOTS] {
    let signature = |id: NodeId| signatures[id.0 as usize];
    let own = signature(node);
    let parent = tree.parent(node);
    let above = parent.map_or(0, signature);
    let top = parent.and_then(|parent| tree.parent(parent)).map_or(0, signature);
    let tag = parent.map_or(0, |parent| tree.tag(parent) as u64 + 1);
    [hash_pair(hash_pair(own, above), top), hash_pair(own, tag)]
}

/// How long a line of a dump is, how far in it stands and how it ends; and what else it looks like.
fn by_look(block: &Block, signals: &Signals) -> [u64; SLOTS] {
    let bits = |flags: &[bool]| flags.iter().fold(0, |all, &flag| all << 1 | u64::from(flag));
    let length = u64::from((signals.words as u32 + 1).ilog2());
    let loose =
        hash_pair(length << 2 | bits(&[signals.ends_sentence, block.marker.is_some()]), u64::from(block.indent));
    let looks = bits(&[
        signals.capitals as f32 > 0.7 * signals.words,
        signals.bars > 0,
        signals.date_cover > 0.0,
        signals.digits > 0,
        signals.ends_colon,
    ]);
    [hash_pair(loose, (block.gap as u64) << 5 | looks), loose]
}

/// The kin of each element: those of its name and classes whose parents are of the same name and classes.
#[derive(Clone, Debug, Default)]
pub(super) struct Kin {
    pub(super) own: Vec<u32>,
    /// How many kins there are.
    pub(super) count: usize,
}

impl Kin {
    /// The kin of elements that have these signatures.
    pub(super) fn of(tree: &Tree<'_>, signatures: &[u64]) -> Self {
        let mut known: HashedMap<u32> = HashedMap::default();
        let kin = |id: NodeId| {
            let above = tree.parent(id).map_or(0, |parent| signatures[parent.0 as usize]);
            let next = known.len() as u32;
            *known.entry(hash_pair(signatures[id.0 as usize], above)).or_insert(next)
        };
        let own = (0..tree.nodes.len() as u32).map(NodeId).map(kin).collect();
        Self { own, count: known.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::label::signals::{Survey, signatures};

    fn slots(source: &str, format: Format) -> [Vec<u32>; SLOTS] {
        let page = crate::page::cut(source, format);
        Survey::of(&page, &Evidence::of(&page)).slots.map(|slots| slots.own)
    }

    #[test]
    fn what_one_template_prints_is_in_one_slot_wherever_it_stands() {
        let card = |day: u8| format!("<div class='card c{day}'><h3>Harbour</h3><p>Ships came in.</p></div>");
        let html = format!("<main>{}<p>All else.</p></main><main>{}</main>", card(1), card(2));
        let [close, loose] = slots(&html, Format::Html);
        assert_eq!(close, [0, 1, 2, 0, 1]);
        assert_eq!(loose, [0, 1, 2, 0, 1]);
        let [close, loose] = slots("<div class=a><p>One</div><div class=b><p>Two</div>", Format::Html);
        assert_ne!(close[0], close[1]);
        assert_eq!(loose[0], loose[1]);
    }

    #[test]
    fn lines_of_one_look_are_in_one_slot() {
        let [close, loose] = slots("HARBOUR NEWS\n\nThe ships came in.\n\nMarket prices", Format::Text);
        assert_ne!(close[0], close[2]);
        assert_eq!(loose[0], loose[2]);
        assert_ne!(loose[0], loose[1]);
    }

    #[test]
    fn kin_have_parents_that_are_kin_to_look_at() {
        let page = crate::page::cut("<ul class=a><li>1<li>2</ul><ul class=b><li>3</ul>", Format::Html);
        let kin = Kin::of(&page.tree, &signatures(&page.tree));
        let items: Vec<u32> = page.blocks.iter().map(|block| kin.own[block.node.0 as usize]).collect();
        assert_eq!(items[0], items[1]);
        assert_ne!(items[0], items[2]);
        assert!(kin.own.iter().all(|&own| (own as usize) < kin.count));
    }
}
