//! What the pages of one host share: a block that stands on several of them belongs to the site, not to one page.
//!
//! Pages are looked at twice. First each gives a [`Sighting`], and [`Sites`] counts on how many pages of its host each
//! block's text stands; then each is cleaned with the counts as evidence.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::declared::{Declared, Field};
use crate::limits;
use crate::page::{NodeId, Page, Tag};
use crate::record::Format;

/// The blocks of one page, as hashes.
#[derive(Debug)]
pub struct Sighting {
    /// Of the host, the page's title and its longest block: the same for an article and its copies.
    page: u64,
    /// Of the host and the text of each block in view, sorted, each once.
    blocks: Vec<u64>,
}

impl Sighting {
    /// Looks at a page. `None` if its host is not known, neither by `url` nor by the address that it declares.
    pub fn of(page: &Page<'_>, url: Option<&str>) -> Option<Self> {
        let host = host_of(page, url)?;
        let mut blocks: Vec<u64> = seen(page, host).map(|(_, hash)| hash).collect();
        blocks.sort_unstable();
        blocks.dedup();
        let longest = page.blocks.iter().filter(|block| !block.hidden).max_by_key(|block| block.text.len());
        let longest = longest.map_or(0, |block| xxh3_64_with_seed(page.text_of(block).as_bytes(), host));
        Some(Self { page: xxh3_64_with_seed(title(page).as_bytes(), longest), blocks })
    }
}

/// On how many pages of each host each block's text stands.
#[derive(Debug)]
pub struct Sites {
    least: u32,
    pages: HashSet<u64>,
    blocks: HashMap<u64, u32>,
    full: bool,
}

impl Sites {
    /// Counts nothing yet. A block is shared from `least` pages of its host on; one page shares nothing.
    pub fn new(least: u32) -> Self {
        Self { least: least.max(2), pages: HashSet::new(), blocks: HashMap::new(), full: false }
    }

    /// Counts a page. The copy of a page that was counted says nothing of the site and is left out. Beyond
    /// [`limits::SITE_BLOCKS`] different blocks new ones are not counted, so the order of the pages matters there.
    pub fn add(&mut self, sighting: &Sighting) {
        if !self.pages.insert(sighting.page) {
            return;
        }
        for &block in &sighting.blocks {
            if let Some(pages) = self.blocks.get_mut(&block) {
                *pages = pages.saturating_add(1);
            } else if self.blocks.len() < limits::SITE_BLOCKS {
                self.blocks.insert(block, 1);
            } else {
                self.full = true;
            }
        }
    }

    /// Whether there were more blocks than are counted.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Which blocks of a page its host's other pages show too, one answer a block; none where the host is not known.
    pub fn shared(&self, page: &Page<'_>, url: Option<&str>) -> Vec<bool> {
        let Some(host) = host_of(page, url) else { return Vec::new() };
        let mut shared = vec![false; page.blocks.len()];
        for (i, hash) in seen(page, host) {
            shared[i] = self.blocks.get(&hash).is_some_and(|&pages| pages >= self.least);
        }
        shared
    }
}

/// The blocks in view, each with the hash of its text on that host.
fn seen(page: &Page<'_>, host: u64) -> impl Iterator<Item = (usize, u64)> {
    let shown = page.blocks.iter().enumerate().filter(|(_, block)| !block.hidden && !block.text.is_empty());
    shown.map(move |(i, block)| (i, xxh3_64_with_seed(page.text_of(block).as_bytes(), host)))
}

/// The page's `<title>`; of a dump, its first block.
fn title<'p>(page: &'p Page<'_>) -> &'p str {
    let tree = &page.tree;
    match page.format {
        Format::Html => (1..tree.nodes.len() as u32)
            .map(NodeId)
            .find(|&id| tree.tag(id) == Tag::Title)
            .map_or("", |id| tree.node(id).raw_text),
        Format::Text => page.blocks.first().map_or("", |block| page.text_of(block)),
    }
}

/// The hash of the page's host.
fn host_of(page: &Page<'_>, url: Option<&str>) -> Option<u64> {
    if let Some(host) = url.and_then(host) {
        return Some(xxh3_64(host.as_bytes()));
    }
    let declared = Declared::of(page);
    let canonical = declared.all(Field::Canonical).find_map(|fact| host(&fact.value));
    canonical.map(|host| xxh3_64(host.as_bytes()))
}

/// The host of an address with a scheme, in lower case, without `www.`, name of a user and port.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['/', '?', '#']).next()?;
    let rest = rest.rsplit('@').next()?;
    let host = match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page;

    const URL: Option<&str> = Some("https://www.paper.example/1");

    /// A page with a notice that all pages of its site show.
    fn source(title: &str, text: &str) -> String {
        format!("<title>{title}</title><p>{text}<p>Letters to the editor are answered on Fridays.")
    }

    fn shared(sources: &[String], asked: &str) -> Vec<bool> {
        let mut sites = Sites::new(3);
        for source in sources {
            sites.add(&Sighting::of(&page::cut(source, Format::Html), URL).unwrap());
        }
        sites.shared(&page::cut(asked, Format::Html), Some("http://paper.example:8080/9"))
    }

    #[test]
    fn what_three_pages_show_belongs_to_the_site() {
        let pages =
            ["one", "two", "three"].map(|name| source(name, &format!("The whole story of number {name} is told.")));
        assert_eq!(shared(&pages, &pages[0]), [false, true]);
        assert_eq!(shared(&pages[..2], &pages[0]), [false, false]);
    }

    #[test]
    fn copies_of_a_page_make_no_site() {
        let copies = vec![source("one", "The whole story of number one is told at length here."); 4];
        assert_eq!(shared(&copies, &copies[0]), [false, false]);
    }

    #[test]
    fn hosts_are_kept_apart_and_may_be_declared() {
        let pages =
            ["one", "two", "three"].map(|name| source(name, &format!("The whole story of number {name} is told.")));
        let mut sites = Sites::new(3);
        for source in &pages {
            sites.add(&Sighting::of(&page::cut(source, Format::Html), URL).unwrap());
        }
        let declaring = |host: &str| format!("<link rel=canonical href='https://{host}/x'>{}", pages[0]);
        let shared = |source: &str, url: Option<&str>| sites.shared(&page::cut(source, Format::Html), url);
        assert_eq!(shared(&declaring("paper.example"), None), [false, true]);
        assert_eq!(shared(&declaring("other.example"), None), [false, false]);
        assert_eq!(shared(&pages[0], Some("https://other.example/")), [false, false]);
        assert_eq!(shared(&pages[0], None), [] as [bool; 0]);
    }

    #[test]
    fn hosts_are_read_off_addresses() {
        let hosts =
            ["https://WWW.a.example/x", "http://me:secret@a.example.:80?x", "//a.example/x", "https:///x", "a.example"];
        assert_eq!(hosts.map(host), [Some("a.example".into()), Some("a.example".into()), None, None, None]);
    }
}
