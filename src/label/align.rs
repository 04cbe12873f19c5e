//! Laying known text over the blocks of a page: which block is which piece of a gold text.
//!
//! Gold and page hold the same words in nearly the same order, cut differently. The longest blocks are looked for
//! first; each one found bounds where its neighbours may lie, so that a short block such as “News” is only found
//! where it belongs.

use std::collections::BTreeMap;

use super::signals::is_unspaced;
use crate::bayes::hash;

/// Words of a text as hashes: runs of letters and digits, lower-cased; unspaced scripts a character each.
pub fn words(text: &str) -> Vec<u64> {
    let mut out = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        let single = is_unspaced(c);
        if !single && (c.is_alphanumeric() || c == '_') {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            out.push(hash(0, word.as_bytes()));
            word.clear();
        }
        if single {
            out.push(hash(0, c.encode_utf8(&mut [0; 4]).as_bytes()));
        }
    }
    out
}

/// Where in `gold` each of `blocks` stands, in order and without overlap; `None` for those not found.
pub fn align(blocks: &[Vec<u64>], gold: &[u64]) -> Vec<Option<std::ops::Range<usize>>> {
    let mut places: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (at, &word) in gold.iter().enumerate() {
        places.entry(word).or_default().push(at as u32);
    }
    let mut order: Vec<usize> = (0..blocks.len()).filter(|&i| !blocks[i].is_empty()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(blocks[i].len()));
    let mut found: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for i in order {
        let low = found.range(..i).next_back().map_or(0, |(_, place)| place.1);
        let high = found.range(i..).next().map_or(gold.len(), |(_, place)| place.0);
        let block = &blocks[i];
        if high < low + block.len() {
            continue;
        }
        // The rarest word is where to look: a common first word would make this slow.
        let rarest = block.iter().enumerate().min_by_key(|(_, word)| places.get(word).map_or(0, Vec::len));
        let Some((offset, word)) = rarest else { continue };
        let Some(at) = places.get(word) else { continue };
        let from = at.partition_point(|&at| (at as usize) < low + offset);
        let hit = at[from..]
            .iter()
            .map(|&at| at as usize - offset)
            .take_while(|start| start + block.len() <= high)
            .take(2000)
            .find(|&start| gold[start..start + block.len()] == block[..]);
        if let Some(start) = hit {
            found.insert(i, (start, start + block.len()));
        }
    }
    (0..blocks.len()).map(|i| found.get(&i).map(|place| place.0..place.1)).collect()
}

/// Share of the block's runs of three words that the gold holds anywhere.
pub fn containment(block: &[u64], gold_runs: &std::collections::BTreeSet<[u64; 3]>) -> f32 {
    if block.len() < 3 {
        return 0.0;
    }
    let hits = block.windows(3).filter(|run| gold_runs.contains(*run)).count();
    hits as f32 / (block.len() - 2) as f32
}

/// All runs of three words of a gold text.
pub fn runs(gold: &[u64]) -> std::collections::BTreeSet<[u64; 3]> {
    gold.windows(3).filter_map(|run| run.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_blocks_are_found_only_between_their_neighbours() {
        let page = ["News", "The long first paragraph of it", "News", "and a second long paragraph", "News"];
        let blocks: Vec<Vec<u64>> = page.iter().map(|text| words(text)).collect();
        let gold = words("The long first paragraph of it\nNews\nand a second long paragraph");
        let found: Vec<bool> = align(&blocks, &gold).iter().map(Option::is_some).collect();
        assert_eq!(found, [false, true, true, true, false]);
    }

    #[test]
    fn unspaced_scripts_align_by_character() {
        let blocks: Vec<Vec<u64>> = ["首页", "今天的天气很好", "分享"].iter().map(|text| words(text)).collect();
        let found: Vec<bool> = align(&blocks, &words("今天的天气很好")).iter().map(Option::is_some).collect();
        assert_eq!(found, [false, true, false]);
    }
}
