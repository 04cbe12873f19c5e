//! What stands at the end of a post and is no words of it: its beginning once more, for passing on; attachments.

/// Most lines of a tail.
pub(super) const TAIL: usize = 12;
/// So many bytes are the same only if they are said again.
const ECHO: usize = 24;
/// Longest line that names a file, and longest heading above several.
const FILE: usize = 120;
const HEADING: usize = 40;

/// The first line of a post's tail.
pub(super) fn tail(lines: &[&str]) -> Option<usize> {
    echo(lines).map(|(at, _)| at).or_else(|| attachments(lines))
}

/// The line of a post that begins anew behind a name, `Ann: It took them`, and the name: what is passed on when the
/// post is shared. Nothing below it is words of the post.
pub(super) fn echo<'t>(lines: &[&'t str]) -> Option<(usize, &'t str)> {
    let opening = lines.first()?.get(..ECHO)?;
    let tail = lines.len().saturating_sub(TAIL).max(1);
    (tail..lines.len()).rev().find_map(|at| {
        let (name, rest) = lines[at].split_once(": ")?;
        rest.starts_with(opening).then_some((at, name))
    })
}

/// The first line of the list of attached files that ends a post: names and sizes, and what heads them.
fn attachments(lines: &[&str]) -> Option<usize> {
    let of_files = |line: &&&str| is_file(line) || is_size(line);
    let from = lines.len() - lines.iter().rev().take(TAIL).take_while(of_files).count();
    let files = &lines[from..];
    if !files.iter().any(|line| is_file(line)) || !files.iter().any(|line| holds_size(line)) || from == 0 {
        return None;
    }
    let head = lines[from - 1];
    let heads = head.len() <= HEADING && head.split(' ').count() <= 3 && !head.ends_with(['.', '!', '?', '…']);
    Some(if heads && from > 1 { from - 1 } else { from })
}

/// Whether a line begins with the name of a file: `Front door.jpg`.
fn is_file(line: &str) -> bool {
    let named = |at: usize| {
        let (name, rest) = (&line[..at], &line[at + 1..]);
        let kind = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        (2..=4).contains(&kind.len())
            && kind.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ')'))
            && (rest.len() == kind.len() || holds_size(rest))
    };
    line.len() <= FILE && !line.contains("://") && line.match_indices('.').any(|(at, _)| named(at))
}

/// Whether a line begins with the size of a file: `128.4 KB`.
fn is_size(line: &str) -> bool {
    line.len() <= FILE && line.trim_start_matches('(').starts_with(|c: char| c.is_ascii_digit()) && holds_size(line)
}

/// Whether a size of a file stands in a text.
fn holds_size(text: &str) -> bool {
    const UNITS: [&str; 10] = ["KB", "kB", "MB", "KiB", "MiB", "Ko", "Mo", "КБ", "МБ", "Кб"];
    UNITS.iter().any(|unit| {
        text.match_indices(unit).any(|(at, _)| {
            text[..at].trim_end().ends_with(|c: char| c.is_ascii_digit())
                && !text[at + unit.len()..].starts_with(char::is_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_that_are_passed_on() {
        let said = "It took them long enough, did it not?";
        assert_eq!(echo(&[said, "Ann_Lee: It took them long enough, did", "http://a.example/1"]), Some((1, "Ann_Lee")));
        assert_eq!(echo(&[said, "As I said: better late than never"]), None);
        assert_eq!(echo(&["Short", "Ann: Short"]), None);
        assert_eq!(echo(&[]), None);
    }

    #[test]
    fn lists_of_files() {
        let cases: [(&[&str], Option<usize>); 7] = [
            (&["See here.", "Attachments", "front_door.jpg", "128.4 KB Views: 424"], Some(1)),
            (&["See here.", "front door (2).jpg (1.2 MB, seen 3 times)"], Some(1)),
            (&["See here.", "Anhänge", "a.png", "10 KB", "b.png", "11 KB"], Some(1)),
            (&["Mine has", "8 MB"], None),
            (&["It is in notes.txt"], None),
            (&["See http://a.example/b.html", "It is 30 KB long."], None),
            (&["front_door.jpg", "128.4 KB"], None),
        ];
        for (lines, from) in cases {
            assert_eq!(attachments(lines), from, "{lines:?}");
        }
    }
}
