//! Where the page's text leads: the links inside kept text, for whoever wants them kept.

use crate::page::{NodeId, Page, Run, Tag};
use crate::record::{LinkRecord, Span};

/// The links of all blocks that a reader sees, in page order. A link around several blocks comes once for each.
pub fn links(page: &Page<'_>) -> Vec<LinkRecord> {
    let mut links: Vec<LinkRecord> = Vec::new();
    for block in page.blocks.iter().filter(|block| block.links > 0 && !block.hidden) {
        let runs = page.runs_of(block);
        let mut at = 0;
        while at < runs.len() {
            let link = around(page, &runs[at]);
            let length = runs[at..].iter().take_while(|run| around(page, run) == link).count();
            let (first, last) = (&runs[at], &runs[at + length - 1]);
            at += length;
            let Some(target) = link.and_then(|link| page.tree.attr(link, "href")) else { continue };
            let url = target.trim().to_owned();
            let text = page.text[first.text.start as usize..last.text.end as usize].to_owned();
            if !url.is_empty() && !text.is_empty() {
                links.push(LinkRecord { text, url, span: Span::new(first.span.start, last.span.end) });
            }
        }
    }
    links
}

/// The link around a run.
fn around(page: &Page<'_>, run: &Run) -> Option<NodeId> {
    page.tree.ancestors(run.node).find(|&id| page.tree.tag(id) == Tag::A)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::html;

    #[test]
    fn a_link_has_its_words_its_target_and_its_place() {
        let source = "<p>See <a href=' /plan?a=1&amp;b=2 '>the <b>whole</b> plan</a> or <a>nothing</a>, <a href=#x>here</a>.</p><p>No.</p>";
        let page = html::cut(source);
        let links = links(&page);
        let found: Vec<_> = links.iter().map(|link| (&*link.text, &*link.url, link.span.of(source))).collect();
        assert_eq!(found, [("the whole plan", "/plan?a=1&b=2", "the <b>whole</b> plan"), ("here", "#x", "here")]);
    }
}
