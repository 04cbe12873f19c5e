//! `tamis label`: a page as a sheet for a person to correct, and the check of what was corrected.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use tamis::clean::Input;
use tamis::label::sheet::Sheet;
use tamis::sink::Whole;
use tamis::source::{self, Settings};
use tamis::{Error, ErrorKind, Result};

use super::model::Model;
use super::printer::Printer;
use super::{Ended, Ending};

/// Write a page out with a label before every block, to be corrected and learned from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis label page.html -o page.labels.txt      then correct the labels with any editor
  tamis label --check page.labels.txt           say what is wrong with it
  tamis train blocks --fixtures fixtures/train --labelled . -o own.safetensors")]
pub(super) struct Arguments {
    /// The page, HTML or a text dump; with --check, sheets to be checked
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Check corrected sheets: labels that exist, text as it was
    #[arg(long, conflicts_with_all = ["out", "model"])]
    check: bool,
    /// Where the sheet goes; a page beside or below it is named by its relative path
    #[arg(short, long, value_name = "FILE", required_unless_present = "check")]
    out: Option<PathBuf>,
    #[command(flatten)]
    model: Model,
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Ended {
    match (&arguments.out, &arguments.files[..]) {
        (Some(out), [page]) => write(page, out, &arguments.model, printer),
        (Some(_), _) => Err(super::usage("a sheet holds one page; label them one after another")),
        (None, sheets) => check(sheets, printer),
    }
}

fn write(path: &Path, out: &Path, model: &Model, printer: &Printer) -> Ended {
    let named = |error: std::io::Error, path: &Path| Error::from(error).in_file(path.display().to_string());
    let document = source::read(path, &Settings::default())?;
    if document.place.record.is_some() {
        let found = "a container of pages".to_owned();
        return Err(Error::from(ErrorKind::NotAPage { found }).in_file(path.display().to_string()));
    }
    let cleaned = model.cleaner()?.stages(&Input::new(&*document.id, &document.text, document.source.format));
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| named(error, folder))?;
    let folder = folder.canonicalize().map_err(|error| named(error, folder))?;
    let page = path.canonicalize().map_err(|error| named(error, path))?;
    let page = page.strip_prefix(&folder).map(Path::to_owned).unwrap_or(page);
    let sheet = Sheet::of(page, &cleaned.page, &cleaned.labels);
    let mut file = Whole::create(out)?;
    file.write_all(sheet.to_text().as_bytes()).map_err(|error| named(error, out))?;
    file.finish()?;
    printer.message(&format!("{}: {} blocks to look through", out.display(), sheet.rows.len()));
    Ok(Ending::Done)
}

fn check(sheets: &[PathBuf], printer: &Printer) -> Ended {
    let mut ending = Ending::Done;
    let mut output = printer.output();
    for path in sheets {
        match checked(path) {
            Ok(rows) => output.put(format!("{}: {rows} blocks, all well\n", path.display()).as_bytes())?,
            Err(error) => {
                printer.error(&error);
                ending = Ending::Failed;
            }
        }
    }
    output.flush()?;
    Ok(ending)
}

/// The number of blocks of a sheet that is as it should be.
fn checked(path: &Path) -> Result<usize> {
    let named = |error: Error| error.in_file(path.display().to_string());
    let text = std::fs::read_to_string(path).map_err(|error| named(error.into()))?;
    let sheet = Sheet::parse(&text).map_err(named)?;
    sheet.document(path)?;
    Ok(sheet.rows.len())
}
