//! Links: how many, how written, where to, and the words inside them.

use super::{Feature, LinkTrait, Sink};
use crate::moderate::concepts::Concepts;
use crate::moderate::link::HostKind;
use crate::moderate::reading::{FoundLink, Reading};

/// Links looked at one by one.
const LINKS: usize = 8;
/// Words taken from one link.
const WORDS: usize = 10;

pub(super) fn extract<'t>(reading: &'t Reading, spoken: Concepts, sink: &mut impl Sink<'t>) {
    if reading.counts.anchors > 0 {
        sink.add(Feature::LinkTrait(LinkTrait::Anchor));
    }
    if reading.links.is_empty() {
        return;
    }
    sink.add(Feature::Links(reading.links.len().min(3) as u8));
    for concept in spoken.iter() {
        sink.add(Feature::WithLink(concept));
    }
    let words = reading.words.len() as u32;
    if words == 0 {
        sink.add(Feature::LinkTrait(LinkTrait::Alone));
    } else {
        if reading.link_at[0] == 0 {
            sink.add(Feature::LinkTrait(LinkTrait::First));
        }
        if reading.link_at[reading.links.len() - 1] == words {
            sink.add(Feature::LinkTrait(LinkTrait::Last));
        }
    }
    for (i, link) in reading.links.iter().take(LINKS).enumerate() {
        one(reading, link, sink);
        let text = reading.raw(link.span);
        if reading.links[..i].iter().any(|earlier| reading.raw(earlier.span) == text) {
            sink.add(Feature::LinkTrait(LinkTrait::Repeated));
        }
    }
}

fn one<'t>(reading: &'t Reading, link: &FoundLink, sink: &mut impl Sink<'t>) {
    sink.add(Feature::LinkForm(link.form));
    sink.add(Feature::Host(link.kind));
    let host = reading.raw(link.host);
    let name = host.strip_prefix("www.").unwrap_or(host);
    let path = reading.raw((link.host.1, link.span.1.max(link.host.1)));
    let mut trait_if = |holds: bool, of| {
        if holds {
            sink.add(Feature::LinkTrait(of));
        }
    };
    trait_if(path.contains('?'), LinkTrait::Query);
    trait_if(path.len() <= 1, LinkTrait::BareHost);
    trait_if(name.contains('-'), LinkTrait::Hyphen);
    trait_if(name.bytes().any(|b| b.is_ascii_digit()), LinkTrait::Digit);
    trait_if(name.bytes().filter(|b| *b == b'.').count() >= 2, LinkTrait::Deep);
    trait_if(name.contains("xn--"), LinkTrait::Punycode);
    let download = path
        .rsplit_once('.')
        .is_some_and(|(_, end)| matches!(end, "apk" | "exe" | "msi" | "scr" | "zip" | "rar" | "dmg" | "bat"));
    trait_if(download, LinkTrait::Download);
    if link.kind == HostKind::Address {
        return;
    }
    let (labels, domain) = name.rsplit_once('.').unwrap_or((name, ""));
    if !domain.is_empty() {
        sink.add(Feature::Domain(domain));
    }
    let words = labels.split(|c: char| !c.is_alphanumeric()).chain(path.split(|c: char| !c.is_alphanumeric()));
    for word in words.filter(|word| (3..=24).contains(&word.len())).take(WORDS) {
        sink.add(Feature::LinkWord(word));
    }
}
