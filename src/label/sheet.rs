//! A page written out for a person to correct: one block a line, its label first.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::Labels;
use super::align::words;
use super::gold::Gold;
use crate::error::{Error, ErrorKind, Result};
use crate::page::{self, Page};
use crate::record::{Format, Label, PageKind};
use crate::source::{self, Document, Kind, Settings};

/// How every sheet begins.
const FIRST: &str = "# tamis labels 1";

/// Marks that are no labels: text that a reader does not see, and text of which the corrector is not sure.
const UNNAMED: [&str; 2] = ["hidden", "?"];

/// A labelled page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The page's file; a relative path counts from the sheet's folder.
    pub page: PathBuf,
    /// How the page is written.
    pub format: Format,
    /// Its kind.
    pub kind: PageKind,
    /// Label and text of every block with words. No label: hidden, or not known.
    pub rows: Vec<(Option<Label>, String)>,
}

impl Sheet {
    /// Whether a text is meant to be a sheet.
    pub fn is_sheet(text: &str) -> bool {
        text.lines().next().is_some_and(|line| line.trim_end() == FIRST)
    }

    /// The sheet of a page as it was labelled.
    pub fn of(path: PathBuf, page: &Page<'_>, labels: &Labels) -> Self {
        let rows = page.blocks.iter().zip(&labels.labels);
        let rows = rows.filter(|(block, _)| !page.text_of(block).trim().is_empty());
        let rows =
            rows.map(|(block, &label)| ((!block.hidden).then_some(label), page.text_of(block).to_owned())).collect();
        Self { page: path, format: page.format, kind: labels.kind(), rows }
    }

    /// The sheet as text, with an explanation for who corrects it.
    pub fn to_text(&self) -> String {
        let names = |kept: bool| {
            let names = Label::ALL.iter().filter(|label| label.is_kept() == kept).map(|label| label.name());
            names.collect::<Vec<_>>().join(" ")
        };
        let kinds = PageKind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ");
        let mut out = format!(
            "{FIRST}\n# page: {}\n# format: {}\n# kind: {}\n#\n\
             # Every line below is one block: its label, a tab, its text. Correct the label where it is wrong, and the\n\
             # kind above; leave all else as it is (\\n is a line break inside a block).\n\
             # Kinds: {kinds}\n# Kept: {}\n# Removed: {}\n\
             # hidden: no reader sees it. ?: you are not sure, nothing is learned from it.\n\
             # Then: tamis label --check FILE, and: tamis train blocks --labelled FOLDER ...\n",
            self.page.display(),
            self.format,
            self.kind,
            names(true),
            names(false),
        );
        for (label, text) in &self.rows {
            let _ = writeln!(out, "{}\t{}", label.map_or(UNNAMED[0], Label::name), escape(text));
        }
        out
    }

    /// Reads a sheet; all that is wrong with it is said, one line a fault.
    pub fn parse(text: &str) -> Result<Self> {
        let (mut page, mut format, mut kind) = (None, None, None);
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        if !Self::is_sheet(text) {
            faults.push(format!("line 1: a sheet begins with {FIRST:?}"));
        }
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            if let Some(comment) = line.strip_prefix('#') {
                let Some((name, value)) = comment.split_once(':') else { continue };
                let value = value.trim();
                match name.trim() {
                    "page" => page = Some(PathBuf::from(value)),
                    "format" => format = Some(value.parse::<Format>()),
                    "kind" => kind = Some(value.parse::<PageKind>()),
                    _ => {}
                }
                continue;
            }
            let Some((label, text)) = line.split_once('\t') else {
                faults.push(format!("line {number}: no tab between label and text"));
                continue;
            };
            let label = label.trim();
            match label.parse::<Label>() {
                Ok(label) => rows.push((Some(label), unescape(text))),
                Err(_) if UNNAMED.contains(&label) => rows.push((None, unescape(text))),
                Err(error) => faults.push(format!("line {number}: {error}")),
            }
        }
        let page = page.filter(|page: &PathBuf| !page.as_os_str().is_empty());
        let said = |name: &str| format!("the header lacks `# {name}:`");
        if page.is_none() {
            faults.push(said("page"));
        }
        match (page, format, kind) {
            (Some(page), Some(Ok(format)), Some(Ok(kind))) if faults.is_empty() => {
                Ok(Self { page, format, kind, rows })
            }
            (_, format, kind) => {
                faults.extend(fault(format, said("format")));
                faults.extend(fault(kind, said("kind")));
                Err(ErrorKind::Record(faults.join("\n")).into())
            }
        }
    }

    /// The page that the sheet at `path` was made from, decoded.
    ///
    /// # Errors
    /// When the page cannot be read, or is not the one: its words differ from the sheet's.
    pub fn document(&self, path: &Path) -> Result<Document> {
        let file = path.parent().unwrap_or(Path::new("")).join(&self.page);
        let from = match self.format {
            Format::Html => Kind::Html,
            Format::Text => Kind::Text,
        };
        let document = source::read(&file, &Settings { from: Some(from), ..Settings::default() })?;
        let cut = page::cut(&document.text, self.format);
        let of_page = cut.blocks.iter().flat_map(|block| words(cut.text_of(block)));
        // Compared by words: a later tamis may cut the page into other blocks.
        if of_page.eq(self.rows.iter().flat_map(|(_, text)| words(text))) {
            return Ok(document);
        }
        let message = format!(
            "its text is not that of {}; only labels may change in a sheet (write it anew if the page changed)",
            file.display()
        );
        Err(Error::from(ErrorKind::Record(message)).in_file(path.display().to_string()))
    }

    /// What it teaches.
    pub fn gold(&self) -> Gold {
        let name = |label: Option<Label>| label.map_or(UNNAMED[0], Label::name).to_owned();
        let blocks = self.rows.iter().map(|(label, text)| (name(*label), text.clone())).collect();
        Gold { kind: Some(self.kind.name().to_owned()), blocks: Some(blocks), ..Gold::default() }
    }
}

/// What is wrong with a field of the header.
fn fault<T, E: ToString>(field: Option<Result<T, E>>, missing: String) -> Option<String> {
    match field {
        None => Some(missing),
        Some(Err(error)) => Some(error.to_string()),
        Some(Ok(_)) => None,
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, (c == '\\').then(|| chars.next()).flatten()) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some(other)) => out.push(other),
            (c, _) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = |label, text: &str| (label, text.to_owned());
        Sheet {
            page: PathBuf::from("page.html"),
            format: Format::Html,
            kind: PageKind::Article,
            rows: vec![
                row(Some(Label::Title), "A fair wind"),
                row(Some(Label::Body), "let x = \"\\n\";\n\tdone"),
                row(None, "# unseen"),
            ],
        }
    }

    #[test]
    fn a_sheet_is_read_as_it_was_written() {
        assert_eq!(Sheet::parse(&sheet().to_text()).expect("a sheet"), sheet());
    }

    #[test]
    fn every_fault_is_said_with_its_line() {
        let text = sheet().to_text().replace("title\t", "headline\t").replace("hidden\t#", "hidden #");
        let text = text.replace("# kind: article", "# kind: essay");
        let error = Sheet::parse(&text).expect_err("faults").to_string();
        assert_eq!(error.lines().count(), 3, "{error}");
        assert!(error.contains("\"headline\" is not a known Label"), "{error}");
        assert!(error.contains("\"essay\" is not a known PageKind") && error.contains("no tab"), "{error}");
        assert!(Sheet::parse("body\ttext").expect_err("no header").to_string().contains("a sheet begins"));
    }

    #[test]
    fn a_sheet_teaches_its_labels() {
        let html = "<h1>A fair wind</h1><pre>let x = \"\\n\";\n\tdone</pre><p hidden># unseen</p>";
        let page = page::cut(html, Format::Html);
        let targets = sheet().gold().targets(&page);
        let labels: Vec<_> = targets.iter().map(|target| target.label).collect();
        assert_eq!(labels, [Some(Label::Title), Some(Label::Body), None]);
    }
}
