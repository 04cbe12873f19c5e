//! Names as they stand in author lines: what is no part of them is taken off.

use std::collections::{BTreeMap, HashSet};

use super::words;

/// How many words at the front and at the back all names share (`by`, `says:`), told from three different ones on.
pub(super) fn affixes(names: &[&str]) -> (usize, usize) {
    let mut different: Vec<&str> = names.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() < 2 || names.len() < 3 {
        return (0, 0);
    }
    let split: Vec<Vec<&str>> = different.iter().map(|name| name.split_whitespace().collect()).collect();
    let least = split.iter().map(Vec::len).min().unwrap_or(0);
    let front = (0..least).take_while(|&at| split.iter().all(|words| words[at] == split[0][at])).count();
    let back = (1..=least.saturating_sub(front))
        .take_while(|&at| split.iter().all(|words| words[words.len() - at] == split[0][split[0].len() - at]))
        .count();
    if front + back >= least { (front.min(least.saturating_sub(1)), 0) } else { (front, back) }
}

/// A name without the words that all share and without punctuation around it.
pub(super) fn clean(name: &str, front: usize, back: usize) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let words = if words.len() > front + back { &words[front..words.len() - back] } else { &words[..] };
    let name = words.join(" ");
    let name = name.trim_matches(|c: char| {
        matches!(c, ':' | ',' | '|' | '•' | '·' | '»' | '«' | '–' | '—' | '：' | ';') || c.is_whitespace()
    });
    name.strip_prefix('+').filter(|rest| rest.starts_with(char::is_alphanumeric)).unwrap_or(name).to_owned()
}

/// Takes off the sign that stands before or after all or most names: `@` and a full stop.
pub(super) fn unsigned<'n>(names: impl Iterator<Item = &'n mut String>) {
    let mut names: Vec<&mut String> = names.collect();
    let called = names.iter().filter(|name| name.starts_with('@')).count() * 2 > names.len();
    let stopped = names.len() > 2 && names.iter().all(|name| name.ends_with('.'));
    for name in &mut names {
        let mut bare = name.as_str();
        if called {
            bare = bare.strip_prefix('@').unwrap_or(bare);
        }
        if stopped {
            bare = bare.strip_suffix('.').unwrap_or(bare);
        }
        if !bare.is_empty() && bare.len() < name.len() {
            let bare = bare.to_owned();
            **name = bare;
        }
    }
}

/// The name that stands in one stretch of text with its time: what comes before it, else the first part of what follows.
/// `start` is where the text stands on the page.
pub(super) fn beside<'t>(text: &'t str, start: usize, time: &std::ops::Range<usize>) -> &'t str {
    let before = text.get(..time.start.saturating_sub(start)).unwrap_or_default();
    let mut parts = before.split(['|', '·', '•', '—', '–']).map(bare);
    parts.find(|part| !part.is_empty() && !is_ordinal(part)).unwrap_or_else(|| {
        let after = text.get(time.end.saturating_sub(start)..).unwrap_or_default();
        first_part(bare(after)).unwrap_or_default()
    })
}

/// A text without the signs around it; brackets that it closes itself stay.
fn bare(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '#' | '№' | '@' | '~'));
    text.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ')' | ']' | '!' | '?'))
}

/// Whether a text is the number of a post: `3`, `#12`, `№ 4.`, `1.1`.
pub(super) fn is_ordinal(text: &str) -> bool {
    let digits = text.trim_start_matches(['#', '№', ' ']).trim_end_matches(['.', ')', ':', ' ']);
    !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Takes the number of the post from before the names (`#3 Ann`, `3. Ann`), where most have one.
pub(super) fn unnumbered<'n>(names: impl Iterator<Item = &'n mut String>) {
    let mut names: Vec<&mut String> = names.collect();
    let is_signed = |number: &str| number.starts_with(['#', '№']) || number.ends_with(['.', ')', ':']);
    let numbered = |name: &str| {
        name.split_once(' ')
            .is_some_and(|(number, rest)| is_ordinal(number) && is_signed(number) && !rest.trim().is_empty())
    };
    if names.iter().filter(|name| numbered(name)).count() * 2 > names.len() {
        for name in names.iter_mut().filter(|name| numbered(name)) {
            if let Some((_, rest)) = name.split_once(' ') {
                **name = rest.trim().into();
            }
        }
    }
}

/// Takes the places behind the names (`Ann Lee, Leeds, UK`), where most have one.
pub(super) fn unplaced<'n>(names: impl Iterator<Item = &'n mut String>) {
    let mut names: Vec<&mut String> = names.collect();
    if names.len() >= 3 && names.iter().filter(|name| name.contains(", ")).count() * 10 >= names.len() * 7 {
        for name in &mut names {
            if let Some((first, _)) = name.split_once(", ") {
                **name = first.into();
            }
        }
    }
}

/// The first part of what follows a time, up to a separator: `Ann` of `Ann | posts: 3`.
pub(super) fn first_part(text: &str) -> Option<&str> {
    let end = [" | ", " • ", " · ", " » ", " - ", " – ", " ("]
        .iter()
        .filter_map(|parter| text.find(parter))
        .min()
        .unwrap_or(text.len());
    Some(text[..end].trim()).filter(|part| !part.is_empty())
}

/// A name and the second one that stands in brackets after it, or the name alone where it is merely printed again.
pub(super) fn second(name: &str) -> (Option<String>, Option<String>) {
    let (first, other) = match name.strip_suffix(')').and_then(|rest| rest.split_once(" (")) {
        Some((first, other)) if !first.is_empty() && !other.is_empty() => (first.trim(), Some(other.trim())),
        _ => (name, None),
    };
    let words: Vec<&str> = first.split_whitespace().collect();
    // The picture's text, a badge and the link print one name two or three times.
    let half = words.len() / 2;
    let first = if words.len() >= 2 && words[..half] == words[words.len() - half..] && words.len() <= 2 * half + 1 {
        words[..half].join(" ")
    } else {
        words.join(" ")
    };
    let other = other.filter(|other| *other != first).map(str::to_owned);
    (Some(first), other)
}

/// A word that is another printed twice without a blank: `ann` of `annann`.
fn undoubled(word: &str) -> &str {
    let (first, again) = word.split_at_checked(word.len() / 2).unwrap_or((word, ""));
    if first == again && first.chars().count() >= 3 { first } else { word }
}

/// Longest name in bytes that is looked for twice.
const TWICE: usize = 40;

/// The name that opens a line twice, as the text of a picture and as a link: `ann` of `ann ann Member` and of
/// `annann 3 posts`, `Ann Lee` of `Ann LeeAnn Lee`.
fn twice(line: &str) -> Option<&str> {
    let ends = line.char_indices().map(|(at, _)| at).skip(2).take_while(|&at| at <= TWICE && at * 2 <= line.len());
    ends.map(|at| line.split_at(at)).filter(|(name, _)| !name.ends_with(' ')).find_map(|(name, rest)| {
        let apart = rest.strip_prefix(' ').and_then(|rest| rest.strip_prefix(name));
        let glued = rest.strip_prefix(name).filter(|_| name.len() > 2);
        let whole = |rest: &str| rest.is_empty() || rest.starts_with(' ');
        (apart.is_some_and(whole) || glued.is_some_and(whole)).then_some(name)
    })
}

/// Whether a text is what a dump prints for a picture: `[crown.png]`.
fn is_picture(text: &str) -> bool {
    text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| {
        inner
            .rsplit_once('.')
            .is_some_and(|(_, kind)| (3..=4).contains(&kind.len()) && kind.chars().all(|c| c.is_ascii_alphanumeric()))
            || inner.eq_ignore_ascii_case("image")
    })
}

/// A name without the pictures before and after it.
fn unpictured(name: &str) -> &str {
    let mut name = name.trim();
    while let Some((_, rest)) = name.split_once(' ').filter(|(first, _)| is_picture(first)) {
        name = rest.trim_start();
    }
    if is_picture(name) { "" } else { name }
}

/// Most words of a rank.
const RANK: usize = 4;

/// The names of one place of all posts, without what is no part of them: words that all or most share, ranks that
/// follow several names, scores.
pub(super) fn tidy(values: &[Option<&str>], mentions: &HashSet<&str>) -> Vec<Option<String>> {
    let mut values: Vec<Option<&str>> = values.iter().map(|value| value.map(unpictured)).collect();
    if values.iter().flatten().filter_map(|value| twice(value)).count() * 2 > values.iter().flatten().count() {
        for value in values.iter_mut().flatten() {
            *value = twice(value).unwrap_or(value);
        }
    }
    let shown: Vec<&str> = values.iter().flatten().copied().collect();
    let (front, back) = affixes(&shown);
    let mut cut: Vec<Option<String>> =
        values.iter().map(|value| value.map(|value| clean(value, front, back))).collect();
    // "By" and "says" are words of the frame only where most names have them.
    let spoken = cut.iter().flatten().filter(|value| words::speaker(value) != value.as_str()).count();
    let spoken = spoken * 2 > cut.iter().flatten().count();
    for value in &mut cut {
        *value = value
            .take()
            .map(|value| if spoken { clean(words::speaker(&value), 0, 0) } else { value })
            .filter(|value| value.chars().any(char::is_alphanumeric));
    }
    unsigned(cut.iter_mut().flatten());
    unnumbered(cut.iter_mut().flatten());
    let mut different: Vec<&str> = cut.iter().flatten().map(String::as_str).collect();
    different.sort_unstable();
    different.dedup();
    // A word before most names (the text of a picture), words behind several names (a rank).
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lasts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &different {
        if let Some((first, _)) = name.split_once(' ') {
            *firsts.entry(first).or_insert(0) += 1;
        }
        for (at, _) in name.rmatch_indices(' ').take(RANK) {
            *lasts.entry(&name[at + 1..]).or_insert(0) += 1;
        }
    }
    let many = different.len();
    let first =
        firsts.into_iter().find(|&(_, seen)| many >= 4 && seen * 10 >= many * 6).map(|(word, _)| word.to_owned());
    let mut lasts: Vec<String> = lasts
        .into_iter()
        .filter(|&(last, seen)| seen >= 2 && seen * 6 >= many && !is_number(last))
        .map(|(word, _)| word.to_owned())
        .collect();
    lasts.sort_by_key(|last| std::cmp::Reverse(last.len()));
    let scored = different.iter().filter(|name| name.rsplit_once(' ').is_some_and(|(_, last)| is_number(last))).count();
    let scored = scored * 10 >= many * 6 && many > 1;
    let doubled = different.iter().filter(|name| name.split(' ').next().is_some_and(|word| undoubled(word) != word));
    let doubled = doubled.count() * 2 > many;
    for name in cut.iter_mut().flatten() {
        *name = unscored(name);
        if doubled {
            let words: Vec<&str> = name.split(' ').map(undoubled).collect();
            *name = words.join(" ");
        }
        if let Some(rest) =
            first.as_ref().and_then(|first| name.strip_prefix(first.as_str())).filter(|rest| rest.starts_with(' '))
        {
            *name = rest.trim().to_owned();
        }
        // The longest beginning that somebody calls by name.
        let called = name
            .match_indices(' ')
            .map(|(at, _)| &name[..at])
            .filter(|_| !mentions.contains(name.as_str()))
            .rfind(|part| part.len() >= 3 && mentions.contains(part));
        if let Some(called) = called {
            *name = called.to_owned();
        } else {
            while let Some(rest) = lasts
                .iter()
                .find_map(|last| name.strip_suffix(last.as_str()))
                .filter(|rest| rest.ends_with(' ') && rest.len() > 1)
            {
                let rest = rest.trim().to_owned();
                *name = rest;
            }
        }
        if scored && let Some((rest, _)) = name.rsplit_once(' ').filter(|(_, last)| is_number(last)) {
            *name = rest.trim().to_owned();
        }
    }
    cut
}

/// A name without brackets before it and without a score after it: `ann` of `[–] ann 22 points`.
fn unscored(name: &str) -> String {
    let mut rest = name.trim();
    while let Some(close) = rest.strip_prefix(['[', '(']).and_then(|inner| inner.find([']', ')'])) {
        let after = rest[close + 2..].trim();
        if after.is_empty() || close > 12 {
            break;
        }
        rest = after;
    }
    let words: Vec<&str> = rest.split(' ').collect();
    let end = (1..words.len())
        .find(|&at| (is_number(words[at]) && at + 1 < words.len()) || words[at].starts_with('['))
        .unwrap_or(words.len());
    words[..end].join(" ")
}

/// Whether a word is a count or a score.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['-', '+', '−', '#']);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_one_stretch_with_their_time() {
        let cases = [
            ("Philip Orme | March 11, 2005", "March 11, 2005", "Philip Orme"),
            ("Ersilia B., 25 marzo", "25 marzo", "Ersilia B."),
            ("1. Nadja (22:02 14/10/18)", "22:02 14/10/18", "1. Nadja"),
            ("★★★★★ Lars-Åke · verifierat köp · 2023-10-09", "2023-10-09", "Lars-Åke"),
            ("12 March 2020 - Ann Lee | Reply", "12 March 2020", "Ann Lee"),
            ("#3 — 12 March 2020", "12 March 2020", ""),
        ];
        for (line, time, name) in cases {
            let at = line.find(time).unwrap_or_default() + 7;
            assert_eq!(beside(line, 7, &(at..at + time.len())), name, "{line}");
        }
    }

    #[test]
    fn ranks_of_several_words_are_no_part_of_names() {
        let names = ["Ann Senior Staff Member", "Bo Ek Senior Staff Member", "Cy Guest Writer", "Di Guest Writer"];
        let tidied = tidy(&names.map(Some), &HashSet::new());
        assert_eq!(tidied.iter().flatten().collect::<Vec<_>>(), ["Ann", "Bo Ek", "Cy", "Di"]);
    }

    #[test]
    fn names_that_open_their_lines_twice_end_there() {
        let cases = [
            ("ann ann Member", "ann"),
            ("annann 46 replies", "ann"),
            ("Ann LeeAnn Lee Member", "Ann Lee"),
            ("Ann Lee Ann Lee", "Ann Lee"),
            ("bo bob", ""),
            ("papaya", ""),
            ("a a b", ""),
        ];
        for (line, name) in cases {
            assert_eq!(twice(line).unwrap_or_default(), name, "{line}");
        }
        let lines = ["ann ann Member", "bo ek bo ek Guest", "cy cy Member", "Di"];
        let tidied = tidy(&lines.map(Some), &HashSet::new());
        assert_eq!(tidied.iter().flatten().collect::<Vec<_>>(), ["ann", "bo ek", "cy", "Di"]);
    }

    #[test]
    fn numbers_and_places_are_no_part_of_names() {
        let tidy = |names: &[&str]| {
            let mut names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            unnumbered(names.iter_mut());
            unplaced(names.iter_mut());
            names
        };
        assert_eq!(tidy(&["#1 Ann", "2. Bo Ek", "Cy"]), ["Ann", "Bo Ek", "Cy"]);
        assert_eq!(tidy(&["301 posts", "12 posts"]), ["301 posts", "12 posts"]);
        assert_eq!(tidy(&["Ann Lee, Leeds, UK", "Bo, Umeå", "Cy, Wells"]), ["Ann Lee", "Bo", "Cy"]);
        assert_eq!(tidy(&["Ann Lee, Jr.", "Bo", "Cy"]), ["Ann Lee, Jr.", "Bo", "Cy"]);
    }
}
