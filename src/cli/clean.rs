//! `tamis clean`: raw pages in; article, thread and removed blocks out.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::json;
use tamis::clean::Cleaner;
use tamis::dedup::{self, Dedup, Fingerprint, Seen};
use tamis::evidence::{Sighting, Sites};
use tamis::record::PageRecord;
use tamis::sink::{self, Form, Tally, View};
use tamis::source::{Fields, Opened, Place, Record, Settings};
use tamis::thread::Quotes;
use tamis::{Error, ErrorKind, Result, limits, verify};
use xxhash_rust::xxh3::xxh3_128;

use super::input::Input;
use super::model::Model;
use super::output::{Outcome, Output, PageName, Piece};
use super::printer::Printer;
use super::{Ended, Ending, ordered, usage};

/// Cleans raw scraped pages: article body, metadata, comment thread, and every removed block with the reason
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis clean page.html                             read one page at a terminal
  tamis clean crawl/ --to jsonl -o crawl.jsonl.zst  a folder of pages into one file
  tamis clean dump.txt --to markdown                a text dump, as Markdown
  zcat pages.jsonl.gz | tamis clean - > out.jsonl   JSON lines with the page under `html` or `text`
  tamis clean forum.html --quotes inline            posts as posted, quoted words among their own
  tamis clean crawl.warc.gz -o pages/ --to html     one cleaned page a file
  tamis clean crawl/ -o seen/ --to report           what became of every block, to look at in a browser
  tamis clean crawl/*.warc.gz -o archive/           shards and a manifest; --resume goes on after a stop

Input may be HTML, text dumps, JSON lines, CSV, WARC or WET, each plain, gzip or zstd; its content tells which.
A page that cannot be read leaves a tamis/error/1 line in its place; the others still come out and the exit code is 2.")]
pub(super) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    model: Model,
    /// Check that no visible character of a page is lost or stands twice; a page that fails is an error
    #[arg(long)]
    verify: bool,
    /// Deepest nesting of elements; deeper ones count as standing inside the deepest allowed, and `truncated` says so
    #[arg(long, value_name = "N", default_value_t = limits::TREE_DEPTH, value_parser = depth)]
    max_depth: usize,
    /// Keep the links of kept text: in Markdown and HTML as links, in records under `links`
    #[arg(long)]
    links: bool,
    /// Where the words stand that comments quote: in `quotes` alone, or in their text as well
    ///
    /// With `inline`, `text` holds a post as it was posted; forms for reading show quotes as quotes either way.
    #[arg(long, value_enum, default_value = "apart", value_name = "WHERE")]
    quotes: Quoted,
    /// Look for articles that repeat an earlier one: word for word, or nearly so
    ///
    /// The record of a repeat says which page it repeats (`duplicate_of`) and leaves out its article and what was
    /// removed; forms without records leave the page out. Articles are near duplicates if 8 of 10 runs of five words
    /// stand in both, as estimated from 128 hashes.
    #[arg(long, value_enum, value_name = "HOW")]
    dedup: Option<Repeats>,
    /// Read the input twice, and doubt blocks that stand on several pages of one host (3, unless told)
    ///
    /// The host is that of the page's `url` (or WARC-Target-URI), else of the address that the page declares; copies of
    /// a page count once. The log-odds of such a block being main content are lowered by 2, if it has eight words or
    /// more and the page is no list of entries.
    #[arg(long, value_name = "PAGES", num_args = 0..=1, require_equals = true, default_missing_value = "3",
          value_parser = clap::value_parser!(u32).range(2..))]
    site_aware: Option<u32>,
    /// Pages cleaned at once; the output is the same for any number [default: all cores]
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Print figures of the run to standard error [default: a table at a terminal]
    #[arg(long, value_enum, value_name = "FORM")]
    stats: Option<Stats>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Quoted {
    /// In `quotes` alone: `text` is what the author wrote
    Apart,
    /// Also in `text`, where they were posted
    Inline,
}

impl Quoted {
    const fn quotes(self) -> Quotes {
        match self {
            Self::Apart => Quotes::Apart,
            Self::Inline => Quotes::Inline,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Repeats {
    /// The same words
    Exact,
    /// Also nearly the same
    Near,
}

impl Repeats {
    const fn dedup(self) -> Dedup {
        match self {
            Self::Exact => Dedup::Exact,
            Self::Near => Dedup::Near,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stats {
    /// A table
    Table,
    /// One line of JSON
    Json,
    /// Nothing
    None,
}

/// What becomes of one page, ready for its place in the output.
struct Done {
    piece: Option<Piece>,
    error: Option<Error>,
    tally: Tally,
    repeat: Option<Box<Repeat>>,
}

/// What is needed to tell whether a page repeats an earlier one, and to write it if so.
struct Repeat {
    fingerprint: Fingerprint,
    reduced: PageRecord,
    fields: Fields,
}

/// How pages are worked on.
struct Plan {
    cleaner: Cleaner,
    settings: Settings,
    form: Form,
    view: View,
    verify: bool,
    dedup: Option<Dedup>,
}

pub(super) fn run(arguments: Arguments, printer: &Printer) -> Ended {
    let began = Instant::now();
    let Arguments { input, output, model, verify, max_depth, links, quotes, dedup, site_aware, jobs, stats } =
        arguments;
    let form = output.form(printer);
    let reader = input.reader()?;
    let read = reader.progress();
    let cleaner = model.cleaner()?.links(links).quotes(quotes.quotes()).depth(max_depth);
    let mut plan = Plan {
        cleaner,
        settings: input.settings(),
        form,
        view: output.view(),
        verify,
        dedup: dedup.map(Repeats::dedup),
    };
    if site_aware.is_some() && !input.is_lasting() {
        return Err(usage("--site-aware reads the input twice, which standard input does not allow; name files"));
    }
    let mut target = output.open(form, printer, || {
        Ok(json!({
            "tamis": env!("CARGO_PKG_VERSION"),
            "models": {"blocks": format!("{:032x}", xxh3_128(&plan.cleaner.labeller().to_bytes()?))},
            "input": input.manifest(),
            "output": output.settings(),
            "form": form.extension(),
            "verify": verify,
            "max_depth": max_depth,
            "links": links,
            "quotes": format!("{quotes:?}").to_lowercase(),
            "site_aware": site_aware,
            "dedup": dedup.map(|dedup| format!("{dedup:?}").to_lowercase()),
            "favor": model.favor(),
        }))
    })?;
    let (skipped, mut tally) = target.done();
    let ending = |tally: &Tally| if tally.failed > 0 { Ending::Failed } else { Ending::Done };
    if target.is_complete() {
        printer.message("tamis: the archive is complete; there is nothing to do");
        return Ok(ending(&tally));
    }
    let interrupted = interruptible();
    let jobs = jobs.or_else(|| available_parallelism().ok()).map_or(1, NonZero::get);
    if let Some(least) = site_aware {
        let Some(sites) = plan.count(&input, least, jobs, interrupted, printer)? else {
            return Ok(Ending::Interrupted);
        };
        plan.cleaner = plan.cleaner.sites(sites);
    }
    printer.start_progress(input.total());
    // What repeats the finished part of an archive can only be told by reading that part again.
    let (skipped, mut reread) = if plan.dedup.is_some() { (0, skipped) } else { (skipped, 0) };
    let mut seen = Seen::default();
    let mut told = false;
    let ended = ordered::run(
        jobs,
        reader.skip(skipped as usize),
        |record| plan.work(record),
        |mut done: Done| {
            if let Some(repeat) = done.repeat.take() {
                plan.check_repeat(&mut done, *repeat, &mut seen);
            }
            if reread > 0 {
                reread -= 1;
                return ControlFlow::Continue(());
            }
            if let Some(error) = &done.error {
                printer.error(error);
            }
            let failed = done.error.as_ref().map(Error::to_record);
            let written = target.put(Outcome { piece: done.piece.as_ref(), figures: &done.tally, failed });
            tally.add(done.tally);
            printer.progress(&read, tally.pages, tally.failed);
            let interrupted = interrupted.load(Ordering::Relaxed);
            match written {
                Err(error) => ControlFlow::Break(Err(error)),
                Ok(true) if interrupted => ControlFlow::Break(Ok(())),
                Ok(_) => {
                    if interrupted && !std::mem::replace(&mut told, true) {
                        printer.message("tamis: finishing the shard in hand; interrupt again to stop at once");
                    }
                    ControlFlow::Continue(())
                }
            }
        },
    );
    printer.stop_progress();
    let archive = target.is_archive();
    let unwritten = |error: Error| {
        if archive {
            printer.message("tamis: not all could be written; the shards so far are whole, add --resume to go on");
        }
        error
    };
    match ended {
        ControlFlow::Break(Ok(())) => {
            printer.message(if archive {
                "tamis: interrupted; the shards so far are whole, add --resume to go on"
            } else {
                "tamis: interrupted; nothing is left half-written"
            });
            return Ok(Ending::Interrupted);
        }
        ControlFlow::Break(Err(error)) => return Err(unwritten(error)),
        ControlFlow::Continue(()) => {}
    }
    target.finish().map_err(unwritten)?;
    let many = tally.pages + tally.failed > 1;
    match stats {
        Some(Stats::Json) => printer.message(&tally.json(began.elapsed().as_secs_f64())),
        Some(Stats::Table) => printer.message(&tally.table(began.elapsed().as_secs_f64())),
        None if many && printer.is_watched() => printer.message(&tally.table(began.elapsed().as_secs_f64())),
        Some(Stats::None) | None => {}
    }
    Ok(ending(&tally))
}

/// Parses a depth.
fn depth(text: &str) -> Result<usize, String> {
    let depth = text.parse().ok().filter(|depth| (1..=limits::TREE_DEPTH).contains(depth));
    depth.ok_or_else(|| format!("give a depth from 1 to {}", limits::TREE_DEPTH))
}

/// A flag that Ctrl-C sets; pressed again, it ends the program at once.
fn interruptible() -> &'static AtomicBool {
    static FLAG: AtomicBool = AtomicBool::new(false);
    // Without a handler Ctrl-C simply ends the program.
    let _ = ctrlc::set_handler(|| {
        if FLAG.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    &FLAG
}

impl Plan {
    /// Looks at all pages once, to count which blocks each host's pages share. `None` if interrupted.
    fn count(
        &self,
        input: &Input,
        least: u32,
        jobs: usize,
        interrupted: &AtomicBool,
        printer: &Printer,
    ) -> Result<Option<Sites>> {
        let reader = input.reader()?;
        let read = reader.progress();
        let mut sites = Sites::new(least);
        let mut pages = 0;
        let sight = |record: Result<Record>| {
            // What fails here fails again, and is told, when it is cleaned.
            let sighting =
                catch_unwind(AssertUnwindSafe(|| match record.and_then(|record| record.open(&self.settings)) {
                    Ok(Opened::Page(page)) => {
                        Sighting::of(&self.cleaner.cut(&page.text, page.source.format), page.source.url.as_deref())
                    }
                    _ => None,
                }));
            sighting.unwrap_or_default()
        };
        printer.start_progress(input.total());
        let ended = ordered::run(jobs, reader, sight, |sighting| {
            pages += 1;
            printer.progress(&read, pages, 0);
            if let Some(sighting) = sighting {
                sites.add(&sighting);
            }
            if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        printer.stop_progress();
        if sites.is_full() {
            printer.message(
                "tamis: the hosts show too many different blocks to count; those that came late are not doubted",
            );
        }
        Ok(ended.is_continue().then_some(sites))
    }

    /// One record through all stages. Never panics: a fault in one page is that page's error.
    fn work(&self, record: Result<Record>) -> Done {
        let place = record.as_ref().ok().map(|record| record.place.clone());
        let done = catch_unwind(AssertUnwindSafe(|| record.and_then(|record| self.clean(record))));
        let done = done.unwrap_or_else(|_| {
            let message = "the page brought the cleaner down; this is a fault of tamis, please report it with the page";
            let error = Error::from(ErrorKind::Record(message.to_owned()));
            Err(match place {
                Some(place) => place.mark(error),
                None => error,
            })
        });
        done.unwrap_or_else(|error| {
            let record = error.to_record();
            let tally = Tally::failure(&record.error.kind);
            let bytes = self.form.error(&record);
            let piece = (!bytes.is_empty()).then_some(Piece { bytes, page: None });
            Done { piece, error: Some(error), tally, repeat: None }
        })
    }

    fn clean(&self, record: Record) -> Result<Done> {
        let document = match record.open(&self.settings)? {
            Opened::Page(document) => *document,
            Opened::Passed(what) => {
                return Ok(Done { piece: None, error: None, tally: Tally::passed(what), repeat: None });
            }
        };
        let mut cleaned = self.cleaner.stages(&tamis::clean::Input {
            id: document.id.clone(),
            text: &document.text,
            captured_at: document.source.captured_at.clone(),
            source: document.source.clone(),
        });
        let page = &mut cleaned.record;
        page.truncated.splice(0..0, document.cuts.iter().map(|cut| cut.name().to_owned()));
        if self.verify {
            let marked = |error: Error| mark(&document.place, error).with_id(page.id.clone());
            verify::verify(&document.text, page).map_err(marked)?;
        }
        let tally = Tally::page(page, &document.text);
        let repeat = self.dedup.and_then(|dedup| Fingerprint::of(page, dedup)).map(|fingerprint| {
            let mut reduced = page.clone();
            dedup::reduce(&mut reduced);
            self.view.apply(&mut reduced);
            Box::new(Repeat { fingerprint, reduced, fields: document.fields.clone() })
        });
        self.view.apply(page);
        let bytes = match self.form {
            Form::Report => sink::explained(&self.cleaner, &cleaned),
            form => form.page(&cleaned.record, &document.fields),
        };
        let page = PageName::new(&cleaned.record, document.own_id, &document.place);
        Ok(Done { piece: Some(Piece { bytes, page: Some(page) }), error: None, tally, repeat })
    }

    /// Puts the reduced record in the place of a page that repeats an earlier one. Called in the order of the input.
    fn check_repeat(&self, done: &mut Done, repeat: Repeat, seen: &mut Seen) {
        let Repeat { fingerprint, mut reduced, fields } = repeat;
        if let Some(first) = seen.enter(&reduced.id, fingerprint) {
            reduced.duplicate_of = Some(first);
            done.tally.duplicates = 1;
            done.piece = done.piece.take().filter(|_| self.form.holds_duplicates());
            if let Some(piece) = &mut done.piece {
                piece.bytes = self.form.page(&reduced, &fields);
            }
        }
    }
}

/// Names the place of an error inside a page. Its offset stays that in the decoded page.
fn mark(place: &Place, error: Error) -> Error {
    let error = error.in_file(&*place.path);
    match place.record {
        Some(record) => error.in_record(record),
        None => error,
    }
}
