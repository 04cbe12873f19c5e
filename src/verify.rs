//! Promise 1, checked: every visible character of the source lies in the spans of exactly one part of the record.

use crate::error::{ErrorKind, Result};
use crate::record::{Format, PageRecord, Span};

/// Checks that nothing of `source` is lost or stands twice in `record`.
///
/// # Errors
/// [`ErrorKind::Verify`] with the first byte that is lost or claimed twice, and the text there.
pub fn verify(source: &str, record: &PageRecord) -> Result<()> {
    let mut spans: Vec<Span> = Vec::new();
    spans.extend(record.head.iter().chain(&record.removed).flat_map(|part| &part.spans));
    spans.extend(record.body.iter().flat_map(|piece| &piece.spans));
    for comment in &record.comments {
        spans.extend(&comment.spans);
        spans.extend(comment.meta.iter().flat_map(|meta| &meta.spans));
    }
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    for pair in spans.windows(2) {
        if pair[1].start < pair[0].end {
            return Err(fault("stands in two parts", source, pair[1].start as usize));
        }
    }
    if let Some(last) = spans.last().filter(|last| last.end as usize > source.len()) {
        return Err(fault("is pointed at behind the end", source, last.start as usize));
    }
    let visible = match record.source.format {
        Format::Html => crate::page::html::visible(source),
        Format::Text => vec![Span::new(0, source.len() as u32)],
    };
    let mut parts = spans.iter().peekable();
    for piece in visible {
        let mut at = piece.start as usize;
        while at < piece.end as usize {
            while parts.peek().is_some_and(|part| part.end as usize <= at) {
                parts.next();
            }
            let Some(part) = parts.peek().filter(|part| (part.start as usize) < piece.end as usize) else {
                check_blank(source, at, piece.end as usize)?;
                break;
            };
            check_blank(source, at, (part.start as usize).max(at))?;
            at = part.end as usize;
        }
    }
    Ok(())
}

/// What lies between two parts must be white space or invisible, be it written as an entity.
fn check_blank(source: &str, start: usize, end: usize) -> Result<()> {
    let Some(gap) = source.get(start..end) else {
        return Err(fault("is cut inside a character", source, start));
    };
    let mut at = 0;
    while at < gap.len() {
        // An entity with what follows it, up to the next one.
        let next = memchr::memchr(b'&', &gap.as_bytes()[at + 1..]).map_or(gap.len(), |found| at + 1 + found);
        let piece = &gap[at..next];
        if !piece.chars().all(is_blank) && !crate::page::html::decode_entities(piece).chars().all(is_blank) {
            let shown = piece.find(|c| !is_blank(c)).unwrap_or(0);
            return Err(fault("is in no part", source, start + at + shown));
        }
        at = next;
    }
    Ok(())
}

/// White space, and characters that show nothing: zero-width ones, marks of direction, controls, the byte-order mark.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

fn fault(what: &str, source: &str, at: usize) -> crate::Error {
    let mut start = at.min(source.len());
    while !source.is_char_boundary(start) {
        start -= 1;
    }
    let text: String = source[start..].chars().take(40).collect();
    crate::Error::new(ErrorKind::Verify(format!("the text {text:?} {what}"))).at(at as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{Cleaner, Input};

    #[test]
    fn blanks_may_be_entities_however_many() {
        let blanks = "&nbsp; &#8203;&zwnj;&nbsp\n".repeat(100_000);
        let page = format!("<p>One.</p>{blanks}<p>Two.</p>");
        let record = Cleaner::new().expect("embedded model").clean(&Input::new("x", &page, Format::Html));
        verify(&page, &record).expect("nothing is lost");
        let gap = format!("{blanks}&amp;{blanks}");
        let error = check_blank(&gap, 0, gap.len()).expect_err("a lost ampersand");
        assert_eq!(error.offset(), Some(blanks.len() as u64));
    }

    #[test]
    fn a_lost_or_doubled_part_is_found() {
        let source = "One line of text.\n\nAnother line of text.\n";
        let mut record = Cleaner::new().expect("embedded model").clean(&Input::new("x", source, Format::Text));
        assert!(verify(source, &record).is_ok());
        let parts = [&mut record.head, &mut record.removed];
        let doubled = parts.into_iter().find(|parts| !parts.is_empty());
        match doubled {
            Some(parts) => parts.push(parts[0].clone()),
            None => record.body.push(record.body[0].clone()),
        }
        assert!(verify(source, &record).is_err());
        record.head.clear();
        record.removed.clear();
        record.body.clear();
        assert!(verify(source, &record).is_err());
    }
}
