//! The head: title, deck, authors, dates, site and the like, from what the page declares and what it shows.

use crate::dates;
use crate::evidence::{Declared, Evidence, Field};
use crate::label::Labels;
use crate::lexicon::{Class, Lexicon};
use crate::page::{Page, Shape};
use crate::record::Label;

/// A value with where it came from, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// The value.
    pub value: String,
    /// Where it came from (`JSON-LD`, `visible line`, …).
    pub source: &'static str,
}

/// What is known of the article beside its body.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Headline.
    pub title: Option<Sourced>,
    /// Standfirst.
    pub deck: Option<Sourced>,
    /// Authors in order.
    pub authors: Vec<Sourced>,
    /// ISO 8601.
    pub published: Option<Sourced>,
    /// ISO 8601.
    pub modified: Option<Sourced>,
    /// Site or publisher.
    pub site: Option<Sourced>,
    /// Canonical address.
    pub canonical: Option<Sourced>,
    /// Main picture.
    pub image: Option<Sourced>,
    /// Topics.
    pub tags: Vec<Sourced>,
    /// Licence.
    pub licence: Option<Sourced>,
}

const VISIBLE: &str = "visible line";

/// Resolves the head. Declarations win over lines, but for the title, whose shown wording wins where the two agree.
pub fn head(page: &Page<'_>, evidence: &Evidence, labels: &Labels) -> Head {
    let declared = &evidence.declared;
    let first = |field: Field| {
        declared.best(field).map(|fact| Sourced { value: fact.value.clone(), source: fact.source.name() })
    };
    let shown = |label: Label| {
        labels
            .labels
            .iter()
            .zip(&page.blocks)
            .filter(move |(own, _)| **own == label)
            .map(|(_, block)| page.text_of(block))
    };
    let visible = |value: String| Sourced { value, source: VISIBLE };
    let mut head = Head {
        title: title(page, evidence, labels),
        deck: shown(Label::Deck).next().map(|text| visible(text.to_owned())),
        authors: authors(declared),
        published: date(declared, evidence, Field::Published),
        modified: date(declared, evidence, Field::Modified),
        site: first(Field::Site),
        canonical: first(Field::Canonical),
        image: first(Field::Image),
        tags: declared
            .all(Field::Tag)
            .map(|fact| Sourced { value: fact.value.clone(), source: fact.source.name() })
            .collect(),
        licence: first(Field::Licence),
    };
    head.tags.dedup_by(|a, b| a.value.eq_ignore_ascii_case(&b.value));
    if head.authors.is_empty() {
        for line in shown(Label::Byline).take(4) {
            for name in byline(line, evidence) {
                if !head.authors.iter().any(|author| author.value == name) {
                    head.authors.push(visible(name));
                }
            }
        }
    }
    if head.published.is_none() {
        let lines = shown(Label::Dateline).chain(shown(Label::Byline));
        let found = lines.filter_map(|line| dates::find(line, &evidence.dates)).find_map(|found| found.when());
        head.published = found.map(|when| visible(when.to_string()));
    }
    if head.published.is_none() {
        head.published = repeated_title_date(page, evidence, labels, head.title.as_ref()).map(visible);
    }
    head
}

/// The shown headline; else the declared one, the site's name cut off.
fn title(page: &Page<'_>, evidence: &Evidence, labels: &Labels) -> Option<Sourced> {
    let of = |i: usize| {
        let text = page.text_of(&page.blocks[i]);
        (!text.is_empty()).then(|| Sourced { value: text.replace('\n', " "), source: VISIBLE })
    };
    let named = (0..page.blocks.len()).filter(|&i| labels.labels[i] == Label::Title);
    // Of several, the one that is most like the declared title, else the highest heading, else the first.
    let best = named.reduce(|a, b| {
        let rank = |i: usize| {
            let heading = page.blocks[i].shape == Shape::Heading;
            (labels.title == Some(i), heading, heading.then(|| 7 - page.blocks[i].level.min(6)))
        };
        if rank(b) > rank(a) { b } else { a }
    });
    best.and_then(of).or_else(|| {
        let fact = evidence.declared.best(Field::Title)?;
        let value = evidence.titles.first().cloned().unwrap_or_else(|| fact.value.clone());
        Some(Sourced { value, source: fact.source.name() })
    })
}

fn authors(declared: &Declared) -> Vec<Sourced> {
    let Some(best) = declared.all(Field::Author).find(|fact| is_name(&fact.value)) else { return Vec::new() };
    let mut out: Vec<Sourced> = Vec::new();
    for fact in declared.all(Field::Author).filter(|fact| fact.source == best.source && is_name(&fact.value)) {
        for name in split_names(&fact.value) {
            if !out.iter().any(|author| author.value.eq_ignore_ascii_case(&name)) {
                out.push(Sourced { value: name, source: fact.source.name() });
            }
        }
    }
    out
}

/// Whether a declared author looks like a name and not like an address or a sentence.
fn is_name(text: &str) -> bool {
    !text.contains("://") && !text.contains('@') && text.len() < 120 && text.split_whitespace().count() < 12
}

/// `A, B and C` → names. Only commas, semicolons, bars and ampersands part names for certain.
fn split_names(text: &str) -> Vec<String> {
    text.split([';', '|', '&', '、'])
        .flat_map(|part| part.split(", "))
        .flat_map(|part| part.split(" and "))
        .map(|name| name.trim().trim_end_matches(',').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The names in a byline: the prefix ("By", "Von", "Автор:") and what follows a date or bar cut off.
fn byline(line: &str, evidence: &Evidence) -> Vec<String> {
    let mut text = Lexicon::embedded().strip_prefix(Class::Byline, line).unwrap_or(line).trim();
    if let Some(found) = dates::find(text, &evidence.dates) {
        text = if found.range.start == 0 { &text[found.range.end..] } else { &text[..found.range.start] };
    }
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    split_names(text.split(['|', '·', '•', '—', '–']).next().unwrap_or_default())
        .into_iter()
        .filter(|name| name.split_whitespace().count() <= 6 && !name.chars().any(|c| c.is_ascii_digit()))
        .filter(|name| !is_host(name))
        .collect()
}

/// Whether a name is that of a host ("Source: news.example.org"): where the text was taken from, nobody who wrote it.
fn is_host(name: &str) -> bool {
    let last = name.rsplit_once('.').filter(|_| !name.contains(char::is_whitespace)).map(|(_, last)| last);
    last.is_some_and(|last| (2..=24).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_lowercase()))
}

fn date(declared: &Declared, evidence: &Evidence, field: Field) -> Option<Sourced> {
    declared.all(field).find_map(|fact| {
        let when = dates::parse_machine(&fact.value).or_else(|| dates::find(&fact.value, &evidence.dates)?.when())?;
        let value = when.to_string();
        Some(Sourced { value, source: fact.source.name() })
    })
}

/// Dumps often repeat the headline with its date below the body ("Headline 23.08.2016"): the only date there is.
fn repeated_title_date(
    page: &Page<'_>,
    evidence: &Evidence,
    labels: &Labels,
    title: Option<&Sourced>,
) -> Option<String> {
    let title = &title?.value;
    page.blocks.iter().enumerate().filter(|(i, _)| !labels.labels[*i].is_kept()).find_map(|(_, block)| {
        let rest = page.text_of(block).strip_prefix(title.as_str())?;
        let found = dates::find(rest, &evidence.dates)?;
        found.when().filter(|_| found.range.len() + 4 > rest.trim().len()).map(|when| when.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::cut;
    use crate::record::Format;

    #[test]
    fn a_source_is_no_author() {
        let page = cut("", Format::Text);
        let evidence = Evidence::of(&page);
        let cases: [(&str, &[&str]); 5] = [
            ("By Ann Lee", &["Ann Lee"]),
            ("By Ann Lee and Bo Ek", &["Ann Lee", "Bo Ek"]),
            ("By Dr. J. R. Miller", &["Dr. J. R. Miller"]),
            ("Source: news.example", &[]),
            ("Автор: вестник.example.org", &[]),
        ];
        for (line, names) in cases {
            assert_eq!(byline(line, &evidence), names, "{line}");
        }
    }
}
