//! Labelled pages from files: folders of fixtures, sets of pages with gold records, pages with corrected sheets.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::gold::Gold;
use super::sheet::Sheet;
use super::train::Example;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{self, Document, Files, Kind, Opened, Payload, Reader, Settings};

/// One part of the pages, drawn by their names: all renderings of a page fall on the same side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part, from 0.
    part: u32,
    /// Of how many.
    of: u32,
}

impl Part {
    /// Whether the page `id` (`PAGE` or `PAGE@RENDERER`) belongs to it: the CRC-32 of `PAGE`, modulo the number of
    /// parts.
    pub fn holds(self, id: &str) -> bool {
        let mut crc = flate2::Crc::new();
        crc.update(page_name(id).as_bytes());
        crc.sum() % self.of == self.part
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        numbers
            .filter(|(part, of)| part < of)
            .map(|(part, of)| Self { part, of })
            .ok_or_else(|| "give K/N with K from 0 and less than N, such as 0/4".to_owned())
    }
}

/// The page that an id is a rendering of: `PAGE@RENDERER`.
pub fn page_name(id: &str) -> &str {
    id.rsplit_once('@').map_or(id, |(page, _)| page)
}

/// Refuses pages that measure the models: what lies in a folder named `check`.
pub fn refuse_check(path: &Path) -> Result<()> {
    let of_check = |path: &Path| path.components().any(|part| part.as_os_str() == "check");
    // Seen from inside the folder, the path as given does not say so.
    let inside = fs::canonicalize(path).is_ok_and(|path| {
        path.ancestors().any(|folder| folder.ends_with("fixtures/check") || folder.ends_with("fixtures/check/pages"))
    });
    if of_check(path) || inside {
        let message = "check/ measures the models and must not teach them".to_owned();
        return Err(Error::from(ErrorKind::Usage(message)).in_file(path.display().to_string()));
    }
    Ok(())
}

/// The fixtures in `folder/pages`, in order of their names: each page as HTML under the folder's name, then its dumps
/// as `NAME@RENDERER`, all with the gold of `expected.json`.
pub fn fixtures(folder: &Path) -> Result<Vec<Example>> {
    let pages = folder.join("pages");
    let mut examples = Vec::new();
    for folder in entries(&pages)? {
        let expected = folder.join("expected.json");
        if !expected.is_file() {
            continue;
        }
        let name = file_name(&folder);
        let mut gold: Gold = json(&fs::read(&expected).map_err(|error| at(&expected, error))?)
            .map_err(|error| error.in_file(expected.display().to_string()))?;
        gold.id.clone_from(&name);
        for path in entries(&folder)? {
            let (id, kind) = match path.extension().and_then(|extension| extension.to_str()) {
                Some("html") => (name.clone(), Kind::Html),
                Some("txt") => {
                    let renderer = path.file_stem().unwrap_or_default().to_string_lossy();
                    (format!("{name}@{renderer}"), Kind::Text)
                }
                _ => continue,
            };
            let document = source::read(&path, &Settings { from: Some(kind), ..Settings::default() })?;
            examples.push(example("fixtures", id, document, gold.clone()));
        }
    }
    if examples.is_empty() {
        let message = "there are no fixtures; each is a folder with page.html and expected.json".to_owned();
        return Err(Error::from(ErrorKind::Usage(message)).in_file(pages.display().to_string()));
    }
    Ok(examples)
}

/// A set: JSON lines (or any other input with ids), joined by `id` with the gold records of another file. A dump's
/// gold may stand under the name of its page. Without that file the gold stands in the lines beside the page.
/// Pages without gold are left out.
pub fn pages(set: &str, path: &Path, gold: Option<&Path>) -> Result<Vec<Example>> {
    let known = gold.map(golds).transpose()?;
    let settings = Settings::default();
    let mut examples = Vec::new();
    for record in Reader::new(Files::new([path]), settings.clone()) {
        let Opened::Page(document) = record?.open(&settings)? else { continue };
        let gold = match &known {
            Some(known) => known.get(&document.id).or_else(|| known.get(page_name(&document.id))).cloned(),
            None => Some(own_gold(&document)?),
        };
        if let Some(gold) = gold {
            examples.push(example(set, document.id.clone(), *document, gold));
        }
    }
    if examples.is_empty() {
        let message = "no page has a gold record; pages and gold are joined by `id`".to_owned();
        return Err(Error::from(ErrorKind::Usage(message)).in_file(path.display().to_string()));
    }
    Ok(examples)
}

/// The corrected sheets (`*.txt` as `tamis label` writes them) in a folder, in order of their names, each with the
/// page that its header names.
pub fn sheets(folder: &Path) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for path in entries(folder)? {
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| at(&path, error))?;
        if !Sheet::is_sheet(&text) {
            continue;
        }
        let sheet = Sheet::parse(&text).map_err(|error| error.in_file(path.display().to_string()))?;
        let document = sheet.document(&path)?;
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        examples.push(example("labelled", id, document, sheet.gold()));
    }
    if examples.is_empty() {
        let message = "there is no sheet here; `tamis label PAGE -o FILE.txt` writes one".to_owned();
        return Err(Error::from(ErrorKind::Usage(message)).in_file(folder.display().to_string()));
    }
    Ok(examples)
}

fn example(set: &str, id: String, document: Document, gold: Gold) -> Example {
    Example { set: set.to_owned(), id, source: document.text, format: document.source.format, gold }
}

/// The gold records of a file, by id.
fn golds(path: &Path) -> Result<HashMap<String, Gold>> {
    let mut golds = HashMap::new();
    for record in Reader::new(Files::new([path]), Settings { from: Some(Kind::Jsonl), ..Settings::default() }) {
        let record = record?;
        let Payload::Json(bytes) = &record.payload else { continue };
        let gold: Gold = json(bytes).map_err(|error| record.place.mark(error))?;
        golds.insert(gold.id.clone(), gold);
    }
    Ok(golds)
}

/// The gold that stands in the fields beside a page.
fn own_gold(document: &Document) -> Result<Gold> {
    let members = document.fields.iter().map(|(name, value)| (name.clone(), value.clone()));
    let object = serde_json::to_vec(&members.collect::<std::collections::BTreeMap<_, _>>());
    let mut gold: Gold = json(&object.unwrap_or_default()).map_err(|error| document.place.mark(error))?;
    gold.id.clone_from(&document.id);
    Ok(gold)
}

fn json(bytes: &[u8]) -> Result<Gold> {
    serde_json::from_slice(bytes).map_err(|error| ErrorKind::Record(format!("this is no gold record ({error})")).into())
}

/// The entries of a folder, names in byte order, those that begin with a dot left out.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| at(folder, error))? {
        let path = entry.map_err(|error| at(folder, error))?.path();
        if !file_name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn at(path: &Path, error: std::io::Error) -> Error {
    Error::from(error).in_file(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Format;

    #[test]
    fn renderings_of_a_page_fall_into_one_part() {
        let parts: Vec<Part> = ["0/3", "1/3", "2/3"].iter().map(|part| part.parse().expect("a part")).collect();
        for id in ["a", "b@c/d", "www.example.org/x"] {
            assert_eq!(parts.iter().filter(|part| part.holds(id)).count(), 1);
            for part in &parts {
                assert_eq!(part.holds("b@c"), part.holds("b@lynx"));
            }
        }
        // CRC-32 of "123456789" is 0xcbf43926, the check value of the standard.
        assert!("0/2".parse::<Part>().expect("a part").holds("123456789@lynx"));
        assert!(["3/3", "1", "x/2", "0/0"].iter().all(|text| text.parse::<Part>().is_err()));
    }

    #[test]
    fn check_is_refused_however_it_is_named() {
        assert!(refuse_check(Path::new("fixtures/check")).is_err());
        assert!(refuse_check(Path::new("x/check/pages/a.jsonl")).is_err());
        assert!(refuse_check(Path::new("fixtures/train/../check")).is_err());
        assert!(refuse_check(Path::new("fixtures/train")).is_ok());
        assert!(refuse_check(Path::new("checks/train")).is_ok());
    }

    #[test]
    fn gold_joins_by_id_by_page_or_in_the_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            path
        };
        let dumps = write("dumps.jsonl", "{\"id\":\"a@lynx\",\"text\":\"One.\"}\n{\"id\":\"c\",\"text\":\"Three.\"}\n");
        let gold = write("gold.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n");
        let found = pages("set", &dumps, Some(&gold)).expect("read");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&*found[0].id, found[0].format, found[0].gold.text.as_deref()),
            ("a@lynx", Format::Text, Some("One."))
        );
        let own =
            write("own.jsonl", "{\"id\":\"b\",\"html\":\"<p>Two.\",\"text\":\"Two.\",\"page_type\":\"article\"}\n");
        let found = pages("set", &own, None).expect("read");
        assert_eq!((found[0].format, found[0].gold.text.as_deref()), (Format::Html, Some("Two.")));
        assert!(pages("set", &own, Some(&gold)).is_err(), "nothing joins");
    }
}
