//! A page for people: what became of every block of a page and why, in the order of the page. What was removed is
//! folded, the thread is a tree; nothing comes from elsewhere, everything is escaped.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::clean::{Cleaned, Cleaner};
use crate::record::{BodyKind, BodyRecord, CommentRecord, Label, PageRecord, PartRecord, Span};
use crate::sink::html::{self, attribute, escape};
use crate::sink::{Tally, text};

/// Colours are hues around the circle, one a label ([`hue`]); lightness comes from the reader's scheme. Names stand
/// beside the colours, for whoever cannot tell these apart.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1c1e;--dim:#5d6167;--ground:#fbfbfa;--line:#d9dadc;--tint:.955;--chroma:.028;--edge:.62}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e4;--dim:#a0a4aa;--ground:#17181a;--line:#3a3c40;--tint:.27;--chroma:.035;--edge:.66}}\
*{box-sizing:border-box}\
body{font:1rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:56rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem}\
.dim,dt,th{color:var(--dim)}.dim{font-size:.9rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:1rem 0;font-size:.9rem}dd{margin:0}\
.chips{display:flex;flex-wrap:wrap;gap:.35rem;padding:0;margin:.5rem 0;list-style:none}\
.chip,.b{background:oklch(var(--tint) var(--chroma) var(--h));border-inline-start:.3rem solid oklch(var(--edge) .14 var(--h))}\
.chip{font-size:.8rem;padding:.1rem .5rem;border-radius:.2rem;white-space:nowrap}\
.b{margin:.3rem 0;border-radius:.2rem}\
.b>summary,.b.bare{padding:.3rem .6rem}\
summary{cursor:pointer}.b>summary{list-style:none}.b>summary::-webkit-details-marker{display:none}\
summary:focus-visible{outline:2px solid currentColor;outline-offset:1px}\
.tag{float:inline-end;margin-inline-start:.75rem;font-size:.75rem;color:var(--dim)}\
.text{white-space:pre-line}.heading{font-weight:600}.quote{font-style:italic}.list-item::before{content:'• '}\
.code{font-family:ui-monospace,monospace;font-size:.9rem;white-space:pre-wrap}\
.why{font-size:.8rem;padding:0 .6rem .5rem;margin:0;color:var(--dim)}.why b{font-weight:400;color:var(--ink);font-variant-numeric:tabular-nums}\
.fold{border:1px dashed var(--line);border-radius:.2rem;margin:.6rem 0;padding:.3rem .6rem}\
.fold>summary .chips{display:inline-flex;margin:0;vertical-align:middle}\
.thread,.thread ol{list-style:none;margin:0;padding-inline-start:0}\
.thread ol{padding-inline-start:.7rem;border-inline-start:1px solid var(--line)}\
.thread li{margin:.5rem 0}.thread blockquote{margin:.2rem 0;padding-inline-start:.7rem;border-inline-start:2px solid var(--dim);opacity:.8}\
.thread p{margin:.2rem 0}\
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}td,th{text-align:start;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:normal}\
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}\
a{color:inherit}article+article{border-top:3px double var(--line);margin-top:3rem;padding-top:1rem}";

/// Weightiest terms that are shown of every block.
const TERMS: usize = 6;
/// Most pieces of a page that are shown; whoever reads needs no more, and browsers slow down.
const PIECES: usize = 20_000;
/// Most pages that a summary lists one by one.
const PAGES: usize = 20_000;
/// Pages of which the labels were least sure, shown first in a summary.
const DOUBTFUL: usize = 10;

/// Why a block has its label.
#[derive(Clone, Debug)]
pub(super) struct Why {
    /// Where the block begins in the source.
    start: u32,
    /// Its text.
    text: String,
    /// The label's probability.
    sure: f32,
    /// What spoke for the label (positive) or against it, the weightiest first, in log-odds.
    terms: Vec<(String, f32)>,
}

/// The report of a page that has just been cleaned, with the terms that decided.
pub fn explained(cleaner: &Cleaner, cleaned: &Cleaned<'_>) -> Vec<u8> {
    let Cleaned { page: source, evidence, labels, record, .. } = cleaned;
    let count = source.blocks.len().min(PIECES);
    let reasons = cleaner.labeller().explain_all(source, evidence, labels, 0..count);
    let mut whys: Vec<Why> = Vec::with_capacity(count);
    for (block, reason) in source.blocks.iter().zip(reasons) {
        if let Some(start) = source.spans_of(block).map(|span| span.start).min() {
            let mut terms = reason.terms;
            terms.truncate(TERMS);
            whys.push(Why { start, text: source.shown_text(block), sure: reason.probability, terms });
        }
    }
    whys.sort_by_key(|why| why.start);
    page(record, &whys).into_bytes()
}

/// What stands before the first page.
pub(super) fn prologue(title: &str) -> String {
    html::prologue(&format!("{title} – tamis"), None, STYLE)
}

/// A piece of the page, at home in one part of the record.
enum Piece<'r> {
    Head(&'r PartRecord),
    Body(&'r BodyRecord),
    /// Where the thread begins.
    Thread,
    Removed(&'r PartRecord),
}

/// One page; `whys` in the order of their starts.
pub(super) fn page(record: &PageRecord, whys: &[Why]) -> String {
    let mut out = String::from("<article>\n");
    facts(&mut out, record);
    let mut pieces: Vec<(u32, Piece<'_>)> = Vec::new();
    let start = |spans: &[Span]| spans.iter().map(|span| span.start).min().unwrap_or(u32::MAX);
    pieces.extend(record.head.iter().map(|part| (start(&part.spans), Piece::Head(part))));
    pieces.extend(record.body.iter().map(|piece| (start(&piece.spans), Piece::Body(piece))));
    pieces.extend(record.removed.iter().map(|part| (start(&part.spans), Piece::Removed(part))));
    let first_comment = record.comments.iter().flat_map(|comment| &comment.spans).map(|span| span.start).min();
    if !record.comments.is_empty() {
        pieces.push((first_comment.unwrap_or(u32::MAX), Piece::Thread));
    }
    pieces.sort_by_key(|(start, _)| *start);
    legend(&mut out, record);
    let shown = pieces.len().min(PIECES);
    let mut at = 0;
    while at < shown {
        let removed = pieces[at..shown].iter().take_while(|(_, piece)| matches!(piece, Piece::Removed(_))).count();
        if removed > 0 {
            let parts = pieces[at..at + removed].iter().filter_map(|(_, piece)| match piece {
                Piece::Removed(part) => Some(*part),
                _ => None,
            });
            fold(&mut out, parts, whys);
            at += removed;
            continue;
        }
        match &pieces[at].1 {
            Piece::Head(part) => block(&mut out, part.label, "text", &part.text, &part.spans, whys),
            Piece::Body(piece) => body(&mut out, piece, whys),
            Piece::Thread => thread(&mut out, &record.comments, whys),
            Piece::Removed(_) => {}
        }
        at += 1;
    }
    if shown < pieces.len() {
        let _ = writeln!(out, "<p class=\"dim\">{} further pieces are not shown.</p>", pieces.len() - shown);
    }
    out.push_str("</article>\n");
    out
}

/// Title and what is known of the page.
fn facts(out: &mut String, record: &PageRecord) {
    let _ = writeln!(out, "<h1>{}</h1>", escape(record.title.as_deref().unwrap_or(&record.id)));
    let byline = text::byline(record);
    if !byline.is_empty() {
        let _ = writeln!(out, "<p class=\"dim\">{}</p>", escape(&byline));
    }
    out.push_str("<dl>\n");
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escape(value));
        }
    };
    let source = &record.source;
    fact("page", &record.id);
    fact("address", source.url.as_deref().unwrap_or_default());
    let language = record.language.as_deref().unwrap_or("unknown language");
    fact(
        "kind",
        &format!("{}, labels {:.0} % sure, {}, {language}", record.kind, record.confidence * 100.0, source.format),
    );
    fact("reason", record.reason.as_deref().unwrap_or_default());
    fact("cut by limits", &record.truncated.join(", "));
    if !record.comments.is_empty() {
        let deleted = record.comments.iter().filter(|comment| comment.deleted).count();
        let declared: u32 = record.threads.iter().filter_map(|thread| thread.declared).sum();
        let mut comments = record.comments.len().to_string();
        if deleted > 0 {
            let _ = write!(comments, ", {deleted} deleted");
        }
        if declared > 0 {
            let _ = write!(comments, ", the page declares {declared}");
        }
        fact("comments", &comments);
    }
    out.push_str("</dl>\n");
}

/// Every label of the page with the characters that bear it.
fn legend(out: &mut String, record: &PageRecord) {
    let mut sizes: BTreeMap<Label, usize> = BTreeMap::new();
    for part in record.head.iter().chain(&record.removed) {
        *sizes.entry(part.label).or_default() += part.text.chars().count();
    }
    for piece in &record.body {
        *sizes.entry(label_of(piece)).or_default() += piece.text.chars().count();
    }
    for comment in &record.comments {
        *sizes.entry(Label::CommentText).or_default() += comment.text.chars().count();
        let meta: usize = comment.meta.iter().map(|meta| meta.text.chars().count()).sum();
        *sizes.entry(Label::CommentMeta).or_default() += meta;
        if let Some(notice) = &comment.notice {
            *sizes.entry(Label::Tombstone).or_default() += notice.chars().count();
        }
    }
    sizes.retain(|_, size| *size > 0);
    out.push_str("<ul class=\"chips\" aria-label=\"labels and their characters\">\n");
    for (label, size) in sizes {
        let _ = writeln!(out, "<li class=\"chip\" style=\"--h:{}\">{label} {size}</li>", hue(label));
    }
    out.push_str("</ul>\n");
}

const fn label_of(piece: &BodyRecord) -> Label {
    match piece.kind {
        BodyKind::Caption => Label::Caption,
        _ => Label::Body,
    }
}

/// A hue in degrees: green for the article, blue for the thread, from red to yellow and violet for what is removed.
fn hue(label: Label) -> u32 {
    let number = label as u32;
    if label.is_comment() {
        230 + 15 * (number - Label::CommentMeta as u32)
    } else if label.is_kept() {
        130 + 10 * number
    } else {
        // The removed labels share the arc from violet over red to yellow.
        let (first, all) = (Label::Share as u32, Label::COUNT as u32);
        (280 + (number - first) * 190 / (all - first)) % 360
    }
}

/// A piece of the body.
fn body(out: &mut String, piece: &BodyRecord, whys: &[Why]) {
    if piece.kind == BodyKind::Table {
        let _ = write!(out, "<div class=\"b bare\" style=\"--h:{}\"><span class=\"tag\">body</span>", hue(Label::Body));
        out.push_str("<div class=\"scroll\">\n");
        html::table(out, &piece.text);
        out.push_str("</div></div>\n");
        return;
    }
    let class = match piece.kind {
        BodyKind::Heading => "text heading",
        BodyKind::Quote => "text quote",
        BodyKind::ListItem => "text list-item",
        BodyKind::Code => "code",
        _ => "text",
    };
    block(out, label_of(piece), class, &piece.text, &piece.spans, whys);
}

/// A coloured block; its terms show when the pointer rests on it, and unfold when it is pressed.
fn block(out: &mut String, label: Label, class: &str, text: &str, spans: &[Span], whys: &[Why]) {
    let whys = within(spans, whys);
    let text = escape(text);
    let (hue, tag) = (hue(label), label.name());
    if whys.is_empty() {
        let _ = writeln!(
            out,
            "<div class=\"b bare\" style=\"--h:{hue}\"><span class=\"tag\">{tag}</span><span class=\"{class}\">{text}</span></div>"
        );
        return;
    }
    let _ = write!(out, "<details class=\"b\" style=\"--h:{hue}\"");
    attribute(out, "title", Some(&hover(label, &whys)));
    let _ = writeln!(out, "><summary><span class=\"tag\">{tag}</span><span class=\"{class}\">{text}</span></summary>");
    terms(out, &whys);
    out.push_str("</details>\n");
}

/// What shows when the pointer rests on a block.
fn hover(label: Label, whys: &[&Why]) -> String {
    let mut out = String::new();
    for why in whys.iter().take(1) {
        let _ = write!(out, "{label}, {:.0} % sure", why.sure * 100.0);
        for (name, weight) in &why.terms {
            let _ = write!(out, "\n{weight:+.2} {name}");
        }
    }
    if whys.len() > 1 {
        let _ = write!(out, "\nand {} blocks more", whys.len() - 1);
    }
    out
}

/// The terms of some blocks, as paragraphs.
fn terms(out: &mut String, whys: &[&Why]) {
    for why in whys {
        let _ = write!(out, "<p class=\"why\">");
        if whys.len() > 1 {
            let start: String = why.text.chars().take(60).collect();
            let _ = write!(out, "“{}” ", escape(&start));
        }
        let _ = write!(out, "{:.0} % sure:", why.sure * 100.0);
        for (n, (name, weight)) in why.terms.iter().enumerate() {
            let _ = write!(out, "{} <b>{weight:+.2}</b> {}", if n == 0 { "" } else { "," }, escape(name));
        }
        out.push_str("</p>\n");
    }
}

/// The blocks that begin inside some spans.
fn within<'w>(spans: &[Span], whys: &'w [Why]) -> Vec<&'w Why> {
    let mut found = Vec::new();
    for span in spans {
        let first = whys.partition_point(|why| why.start < span.start);
        found.extend(whys[first..].iter().take_while(|why| why.start < span.end));
    }
    found
}

/// Removed parts that follow one another, behind one line that says what they are.
fn fold<'r>(out: &mut String, parts: impl Iterator<Item = &'r PartRecord>, whys: &[Why]) {
    let parts: Vec<&PartRecord> = parts.collect();
    let mut counts: BTreeMap<Label, usize> = BTreeMap::new();
    for part in &parts {
        *counts.entry(part.label).or_default() += 1;
    }
    out.push_str("<details class=\"fold\"><summary>removed&ensp;<span class=\"chips\">");
    for (label, count) in counts {
        let count = if count > 1 { format!(" × {count}") } else { String::new() };
        let _ = write!(out, "<span class=\"chip\" style=\"--h:{}\">{label}{count}</span>", hue(label));
    }
    out.push_str("</span></summary>\n");
    for part in parts {
        block(out, part.label, "text", &part.text, &part.spans, whys);
    }
    out.push_str("</details>\n");
}

/// The thread as a tree.
fn thread(out: &mut String, comments: &[CommentRecord], whys: &[Why]) {
    let _ = writeln!(out, "<h2>Thread <span class=\"dim\">{}</span></h2>", comments.len());
    html::nested(out, comments, |out, comment| {
        let whys = within(&comment.spans, whys);
        let label = if comment.deleted { Label::Tombstone } else { Label::CommentText };
        let tag = if comment.deleted { "tombstone" } else { comment.kind.name() };
        let element = if whys.is_empty() { "div" } else { "details" };
        let bare = if whys.is_empty() { " bare" } else { "" };
        let _ = write!(out, "<{element} class=\"b{bare}\" style=\"--h:{}\"", hue(label));
        if !whys.is_empty() {
            attribute(out, "title", Some(&hover(label, &whys)));
        }
        out.push('>');
        if !whys.is_empty() {
            out.push_str("<summary>");
        }
        let _ = write!(out, "<span class=\"tag\">{tag}</span><p class=\"dim\">{}</p>", escape(&text::heading(comment)));
        html::words(out, comment);
        if !whys.is_empty() {
            out.push_str("</summary>\n");
            terms(out, &whys);
        }
        let meta: Vec<&str> = comment.meta.iter().map(|meta| meta.text.as_str()).collect();
        if !meta.is_empty() && !whys.is_empty() {
            let _ = writeln!(out, "<p class=\"why\">around it: {}</p>", escape(&meta.join(" · ")));
        }
        let _ = writeln!(out, "</{element}>");
    });
}

/// One page in a [`Summary`].
#[derive(Clone, Debug)]
pub struct Line {
    /// The page's report, a path below the summary's folder with `/` between its parts.
    pub file: String,
    /// The page's title, else its id.
    pub title: String,
    /// What kind of page it is.
    pub kind: &'static str,
    /// How sure the labels are.
    pub confidence: f32,
    /// Bytes of body text.
    pub text: usize,
    /// Number of comments.
    pub comments: usize,
}

impl Line {
    /// The line of a page whose report lies at `file`.
    pub fn of(record: &PageRecord, file: String) -> Self {
        Self {
            file,
            title: record.title.clone().unwrap_or_else(|| record.id.clone()),
            kind: record.kind.name(),
            confidence: record.confidence,
            text: record.text.len(),
            comments: record.comments.len(),
        }
    }
}

/// The summary of a folder of reports.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    lines: Vec<Line>,
    more: u64,
    failures: Vec<String>,
    tally: Tally,
}

impl Summary {
    /// Enters a page.
    pub fn page(&mut self, line: Line) {
        if self.lines.len() < PAGES {
            self.lines.push(line);
        } else {
            self.more += 1;
        }
    }

    /// Enters a page that could not be read.
    pub fn failure(&mut self, message: String) {
        if self.failures.len() < PAGES {
            self.failures.push(message);
        }
    }

    /// Adds figures.
    pub fn figures(&mut self, tally: Tally) {
        self.tally.add(tally);
    }

    /// The document.
    pub fn document(&self) -> Vec<u8> {
        let tally = &self.tally;
        let mut out = prologue("Summary");
        let _ = writeln!(out, "<h1>{} pages</h1>\n<dl>", tally.pages);
        let counts = |figures: &BTreeMap<String, u64>| {
            figures.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
        };
        for (name, value) in [
            ("kinds", counts(&tally.kinds)),
            ("comments", tally.comments.to_string()),
            ("bytes read", tally.source_bytes.to_string()),
            ("bytes of text", (tally.text_bytes + tally.comment_bytes).to_string()),
            ("cut by limits", counts(&tally.truncated)),
            ("passed over", counts(&tally.passed_over)),
            ("failed", counts(&tally.failures)),
        ] {
            if !value.is_empty() {
                let _ = writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
            }
        }
        out.push_str("</dl>\n<h2>Removed <span class=\"dim\">bytes by label</span></h2>\n<ul class=\"chips\">\n");
        for &label in Label::ALL {
            if let Some(bytes) = tally.removed_bytes.get(label.name()) {
                let _ = writeln!(out, "<li class=\"chip\" style=\"--h:{}\">{label} {bytes}</li>", hue(label));
            }
        }
        out.push_str("</ul>\n");
        if !self.failures.is_empty() {
            let _ = writeln!(out, "<details class=\"fold\"><summary>{} failed</summary>\n<ul>", tally.failed);
            for message in &self.failures {
                let _ = writeln!(out, "<li>{}</li>", escape(message));
            }
            out.push_str("</ul></details>\n");
        }
        if self.lines.len() > 2 * DOUBTFUL {
            let mut doubtful: Vec<&Line> = self.lines.iter().collect();
            doubtful.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
            table(&mut out, "Least sure", doubtful.into_iter().take(DOUBTFUL));
        }
        table(&mut out, "Pages", self.lines.iter());
        if self.more > 0 {
            let _ = writeln!(out, "<p class=\"dim\">and {} more</p>", self.more);
        }
        out.push_str(html::EPILOGUE);
        out.into_bytes()
    }
}

fn table<'l>(out: &mut String, title: &str, lines: impl Iterator<Item = &'l Line>) {
    let _ = writeln!(
        out,
        "<h2>{title}</h2>\n<div class=\"scroll\"><table>\n<tr><th>page</th><th>kind</th><th class=\"n\">sure</th>\
         <th class=\"n\">text</th><th class=\"n\">comments</th></tr>"
    );
    for line in lines {
        out.push_str("<tr><td><a");
        attribute(out, "href", Some(&address(&line.file)));
        let _ = writeln!(
            out,
            ">{}</a></td><td>{}</td><td class=\"n\">{:.0} %</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&line.title),
            line.kind,
            line.confidence * 100.0,
            line.text,
            line.comments
        );
    }
    out.push_str("</table></div>\n");
}

/// A path as a relative address: what would be read as a scheme, query or fragment is escaped.
fn address(path: &str) -> String {
    let mut out = String::from("./");
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
