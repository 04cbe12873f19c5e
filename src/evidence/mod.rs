//! What is known of a page before its blocks are named: what it declares, its language, how its dates are written,
//! what its title may be.

pub mod declared;
pub mod site;

pub use declared::{Declared, Fact, Field, Source};
pub use site::{Sighting, Sites};

use std::borrow::Cow;
use std::ops::Range;

use crate::bayes::hash;
use crate::dates::{self, Found, Hints, OrderVotes};
use crate::hashed::HashedMap;
use crate::language::{self, Lang, Script, Word};
use crate::lexicon::{Hits, Lexicon};
use crate::page::Page;
use crate::record::Format;

/// All that is known of a page before labelling.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// What the page says of itself.
    pub declared: Declared,
    /// The language most of its text is in.
    pub language: Option<Lang>,
    /// The script most of its text is in.
    pub script: Option<Script>,
    /// Whether that script parts words by no blanks.
    pub unspaced: bool,
    /// How dates are to be read on this page.
    pub dates: Hints,
    /// What the headline may be, the likeliest first.
    pub titles: Vec<String>,
    /// What each block's text says by itself; of a page whose evidence was not gathered, nothing.
    pub(crate) wordings: Vec<Wording>,
    /// The dates of all blocks of at most [`SEARCHED`] bytes.
    pub(crate) found: Vec<Found>,
    /// Whether each block stands on several pages of the host, where [`Sites`] were counted; else empty.
    pub shared: Vec<bool>,
}

/// What a block's text says by itself: asked by all rooms behind, answered once.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// The first block with this very text, where it is short; menus, buttons and names come again and again.
    pub first: usize,
    /// Its phrases.
    pub hits: Hits,
    /// Share of function words of the page's language, 0 to 1.
    pub function_words: f32,
    /// Whether it may hold a date ([`dates::may_hold`]).
    pub dated: bool,
    /// Where its dates stand in [`Evidence::found`].
    found: (u32, u32),
}

impl Wording {
    /// `words` is room for the text's.
    fn of(text: &str, block: usize, language: Option<Lang>, words: &mut Vec<Word>) -> Self {
        let (hits, complete) = Lexicon::embedded().hits_and_words(text, words);
        let words = complete.then_some(&words[..]);
        let function_words = language.map_or(0.0, |lang| match words {
            Some(words) => language::stopword_share_of(words, lang),
            None => language::stopword_share(text, lang),
        });
        Self { first: block, hits, function_words, dated: dates::may_hold(text, words), found: (0, 0) }
    }
}

/// Longer texts hardly come again.
const ALIKE: usize = 320;

/// How sure the language of a page's text must be to win over the declared one.
const CLEAR: f32 = 0.6;
/// Bytes of text looked at to tell the language.
const LANGUAGE_BYTES: usize = 12_000;

/// Longer blocks are prose; their dates say little of how the page writes its own.
const DATE_LINE: usize = 120;
/// Bytes of the longest block whose dates are all looked for and kept.
const SEARCHED: usize = 240;

impl Evidence {
    /// Gathers the evidence of a page.
    pub fn of(page: &Page<'_>) -> Self {
        let declared = if page.format == Format::Html { Declared::of(page) } else { Declared::default() };
        let titles = titles(page, &declared);
        let sample = sample(page, titles.first().and_then(|title| language::script(title)));
        let tag = declared.best(Field::Language).and_then(|fact| Lang::from_tag(&fact.value));
        // A template's `lang` often stays English whatever the text is; a clear detection wins.
        let language = language::detect_or(&sample, tag, CLEAR);
        let script = language::script(&sample);
        let mut wordings = wordings(page, language);
        let (dates, found) = dates_of(page, language, &mut wordings);
        Self {
            language,
            script,
            unspaced: script.is_some_and(Script::is_unspaced),
            dates,
            titles,
            declared,
            wordings,
            found,
            shared: Vec::new(),
        }
    }

    /// What the text of block `i` says by itself.
    ///
    /// # Panics
    /// When the page has no such block.
    pub fn wording(&self, page: &Page<'_>, i: usize) -> Wording {
        self.wordings
            .get(i)
            .copied()
            .unwrap_or_else(|| Wording::of(page.text_of(&page.blocks[i]), i, self.language, &mut Vec::new()))
    }

    /// The dates in block `i` as [`dates::find_all`] finds them, where its text is no longer than 240 bytes.
    pub fn dates_in(&self, page: &Page<'_>, i: usize) -> Option<Cow<'_, [Found]>> {
        let text = page.text_of(&page.blocks[i]);
        if text.len() > SEARCHED {
            return None;
        }
        Some(match self.wordings.get(i) {
            Some(wording) => Cow::Borrowed(&self.found[wording.found.0 as usize..wording.found.1 as usize]),
            None => Cow::Owned(dates::find_all(text, &self.dates).collect()),
        })
    }

    /// The first date in block `i`, as [`dates::find`] finds it.
    pub fn date_in(&self, page: &Page<'_>, i: usize) -> Option<Found> {
        match self.dates_in(page, i) {
            Some(found) => found.first().cloned(),
            None => dates::find(page.text_of(&page.blocks[i]), &self.dates),
        }
    }
}

fn wordings(page: &Page<'_>, language: Option<Lang>) -> Vec<Wording> {
    let mut words = Vec::new();
    let mut known: HashedMap<usize> = HashedMap::default();
    let mut wordings: Vec<Wording> = Vec::with_capacity(page.blocks.len());
    for (i, block) in page.blocks.iter().enumerate() {
        let text = page.text_of(block);
        let first = if text.len() > ALIKE { i } else { *known.entry(hash(0, text.as_bytes())).or_insert(i) };
        // Two texts of one hash are out of the question, but would cost no more than a look at the second.
        let first = if page.text_of(&page.blocks[first]) == text { first } else { i };
        wordings.push(if first < i { wordings[first] } else { Wording::of(text, i, language, &mut words) });
    }
    wordings
}

/// How the page writes its numeric dates, and the dates of its shorter blocks. The order that its certain ones show
/// decides the doubtful ones.
fn dates_of(page: &Page<'_>, language: Option<Lang>, wordings: &mut [Wording]) -> (Hints, Vec<Found>) {
    let mut hints = Hints { language, ..Hints::default() };
    let mut found = Vec::new();
    let search = |wordings: &mut [Wording], i: usize, hints: &Hints, found: &mut Vec<Found>| {
        let first = wordings[i].first;
        if first == i {
            let start = found.len() as u32;
            found.extend(dates::find_all(page.text_of(&page.blocks[i]), hints));
            wordings[i].found = (start, found.len() as u32);
        } else {
            wordings[i].found = wordings[first].found;
        }
        wordings[i].found.0 as usize..wordings[i].found.1 as usize
    };
    let within = |wordings: &[Wording], i: usize, bytes: Range<usize>| {
        wordings[i].dated && bytes.contains(&page.blocks[i].text.len())
    };
    let mut votes = OrderVotes::default();
    for i in 0..wordings.len() {
        if within(wordings, i, 0..DATE_LINE) {
            let own = search(wordings, i, &hints, &mut found);
            found[own].iter().for_each(|found| votes.add(found));
        }
    }
    hints.order = votes.order();
    // The short lines are read a second time only if they told an order that they were read without.
    let mut first = DATE_LINE;
    if hints.order.is_some() {
        found.clear();
        first = 0;
    }
    for i in 0..wordings.len() {
        if within(wordings, i, first..SEARCHED + 1) {
            search(wordings, i, &hints, &mut found);
        }
    }
    (hints, found)
}

/// The longest blocks' text: chrome is short and often in another language than the article. Where part of the page is
/// in the script of its title, only that part counts: cards below an article are often in another language, and longer.
fn sample(page: &Page<'_>, script: Option<Script>) -> String {
    let mut order: Vec<usize> = (0..page.blocks.len())
        .filter(|&i| !page.blocks[i].hidden && page.blocks[i].link_bytes * 2 < page.blocks[i].text.len() as u32 + 1)
        .collect();
    order.sort_by_key(|&i| std::cmp::Reverse(page.blocks[i].text.len()));
    let of_title = |i: &usize| script.is_some() && language::script(page.text_of(&page.blocks[*i])) == script;
    let take = |chosen: &mut dyn Iterator<Item = usize>| {
        let mut out = String::new();
        for i in chosen {
            let text = page.text_of(&page.blocks[i]);
            let mut end = text.len().min(LANGUAGE_BYTES - out.len().min(LANGUAGE_BYTES));
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            out.push_str(&text[..end]);
            out.push('\n');
            if out.len() >= LANGUAGE_BYTES {
                break;
            }
        }
        out
    };
    let all = take(&mut order.iter().copied());
    let own = take(&mut order.iter().copied().filter(of_title));
    if own.len() * 5 > all.len() { own } else { all }
}

/// Most bytes of a title.
const LONG_TITLE: usize = 400;

/// The declared titles, the site's name cut off where other evidence shows it; of a dump, what [`opening`] finds.
fn titles(page: &Page<'_>, declared: &Declared) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let site = declared.best(Field::Site).map(|fact| fact.value.as_str());
    let whole: Vec<String> = match page.format {
        Format::Html => declared.all(Field::Title).map(|fact| fact.value.clone()).collect(),
        Format::Text => opening(page).into_iter().collect(),
    };
    for title in whole {
        if title.len() > LONG_TITLE {
            continue;
        }
        let short = without_site(&title, site);
        if !out.contains(&short) {
            out.push(short);
        }
    }
    out.truncate(4);
    out
}

/// Blocks at the top of a dump among which the page's title may stand.
const TOP: usize = 3;
/// Least bytes of a line that is taken for a title because it comes again; shorter ones are menu items.
const TITLE_BYTES: usize = 16;
/// Blocks after the first one of which one must be text for the first to be taken for the title without that.
const NEAR: usize = 4;
/// Bytes from which on a block is text.
const TEXT_BYTES: usize = 80;

/// The title of a dump: one of its first lines, which many renderers take from `<title>`, that comes again further
/// down; else the first line where text soon follows, as in a dump of the article alone.
fn opening(page: &Page<'_>) -> Option<String> {
    let shown: Vec<&str> = page.blocks.iter().map(|block| page.text_of(block)).filter(|text| text.len() > 2).collect();
    let fold = |text: &str| text.to_lowercase();
    let again = |title: &str, after: usize| {
        let title = fold(title);
        title.len() >= TITLE_BYTES
            && shown[after..].iter().any(|text| text.len().abs_diff(title.len()) < 8 && fold(text) == title)
    };
    for (i, text) in shown.iter().enumerate().take(TOP) {
        if text.len() > LONG_TITLE {
            continue;
        }
        let cuts = PARTERS.iter().filter_map(|parter| text.rsplit_once(parter)).flat_map(|(head, tail)| [head, tail]);
        if let Some(title) = std::iter::once(*text).chain(cuts).map(str::trim).find(|title| again(title, i + 1)) {
            return Some(title.to_owned());
        }
    }
    let near = shown.iter().skip(1).take(NEAR).any(|text| text.len() >= TEXT_BYTES);
    shown.first().filter(|_| near).map(|text| (*text).to_owned())
}

/// What stands between a headline and the name of its site.
const PARTERS: [&str; 9] = [" | ", " - ", " – ", " — ", " · ", " » ", " :: ", " / ", " • "];

/// `Headline | Site` → `Headline`: the part before (or after) the last bar or dash is kept if it is the longer one,
/// or if the other is the site's name.
fn without_site(title: &str, site: Option<&str>) -> String {
    let cut = |at: usize, parter: &str| {
        let (head, tail) = (title[..at].trim(), title[at + parter.len()..].trim());
        let named = |part: &str| site.is_some_and(|site| part.eq_ignore_ascii_case(site));
        if named(tail) {
            Some(head)
        } else if named(head) {
            Some(tail)
        } else if head.chars().count() > 2 * tail.chars().count() {
            Some(head)
        } else {
            None
        }
    };
    let best =
        PARTERS.iter().filter_map(|parter| title.rfind(parter).map(|at| (at, *parter))).max_by_key(|(at, _)| *at);
    best.and_then(|(at, parter)| cut(at, parter)).unwrap_or(title).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dumps_title_comes_again_or_stands_right_above_text() {
        let text = "The lock-keeper says the gate has not been closed since the spring floods of the year before last.";
        let cases = [
            // A renderer put <title> first, with the site's name; the headline stands further down.
            (
                format!("Lock gate stays open | Canal Post\n\nMenu\n\nLock gate stays open\n\n{text}"),
                Some("Lock gate stays open"),
            ),
            (
                format!(
                    "Skip to content\n\nLock gate stays open again\n\nHome\n\nLock gate stays open again\n\n{text}"
                ),
                Some("Lock gate stays open again"),
            ),
            // The dump of an article alone.
            (format!("Lock gate stays open\n\n{text}"), Some("Lock gate stays open")),
            // A menu first: nothing says what the title is.
            (format!("Home\n\nNews\n\nSport\n\nShop\n\nContact\n\nLock gate stays open\n\n{text}"), None),
        ];
        for (dump, title) in &cases {
            let page = crate::page::cut(dump, Format::Text);
            assert_eq!(opening(&page).as_deref(), *title, "{dump}");
        }
    }
}
