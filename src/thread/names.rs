//! Names as they stand in author lines: what is no part of them is taken off.

/// How many words at the front and at the back all names share (`by`, `says:`), told from three different ones on.
pub(super) fn affixes(names: &[&str]) -> (usize, usize) {
    let mut different: Vec<&str> = names.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() < 3 {
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
    name.strip_prefix('@').filter(|rest| !rest.is_empty()).unwrap_or(name).to_owned()
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
        first.to_owned()
    };
    let other = other.filter(|other| *other != first).map(str::to_owned);
    (Some(first), other)
}
