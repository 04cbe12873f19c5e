//! Runs one extractor over pages in memory: `peers NAME PAGES.jsonl OUT.jsonl REPEAT`; see `peers.py`.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use serde_json::{Value, json};

struct Page {
    id: String,
    html: String,
    url: Option<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, name, source, target, repeat] = arguments.as_slice() else { panic!("NAME PAGES OUT REPEAT") };
    let pages: Vec<Page> = BufReader::new(File::open(source).unwrap())
        .lines()
        .map(|line| {
            let page: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let text = |name: &str| page[name].as_str().map(str::to_owned);
            Page { id: text("id").unwrap(), html: text("html").unwrap(), url: text("url") }
        })
        .collect();
    let cleaner = tamis::clean::Cleaner::new().unwrap();
    let extract: Box<dyn Fn(&Page) -> String> = match name.as_str() {
        "tamis" => Box::new(move |page| {
            let input = tamis::clean::Input::new(page.id.clone(), &page.html, tamis::record::Format::Html);
            serde_json::to_string(&cleaner.clean(&input)).unwrap()
        }),
        "dom_smoothie" => Box::new(|page| {
            let article = dom_smoothie::Readability::new(page.html.as_str(), page.url.as_deref(), None)
                .or_else(|_| dom_smoothie::Readability::new(page.html.as_str(), None, None))
                .and_then(|mut page| page.parse());
            article.map(|article| article.text_content.to_string()).unwrap_or_default()
        }),
        "rs-trafilatura" => Box::new(|page| {
            let options = rs_trafilatura::Options { url: page.url.clone(), ..rs_trafilatura::Options::default() };
            let result = rs_trafilatura::extract_with_options(&page.html, &options);
            result.map(|result| result.content_text).unwrap_or_default()
        }),
        other => panic!("{other} is not known"),
    };
    std::panic::set_hook(Box::new(|_| {}));
    let base = resident(true);
    let mut runs: Vec<(f64, f64)> = Vec::new();
    let mut texts = Vec::new();
    while runs.len() < repeat.parse().unwrap() && runs.iter().map(|run| run.0).sum::<f64>() < 60.0 {
        let (wall, start) = (Instant::now(), cpu());
        texts = pages
            .iter()
            .map(|page| catch_unwind(AssertUnwindSafe(|| extract(page))).unwrap_or_default())
            .collect();
        runs.push((cpu() - start, wall.elapsed().as_secs_f64()));
    }
    let mut out = BufWriter::new(File::create(target).unwrap());
    writeln!(out, "{}", json!({"runs": runs, "base_kib": base, "peak_kib": resident(false)})).unwrap();
    for (page, text) in pages.iter().zip(texts) {
        if name == "tamis" {
            writeln!(out, "{text}").unwrap();
        } else {
            writeln!(out, "{}", json!({"id": page.id, "text": text})).unwrap();
        }
    }
}

/// Seconds of CPU so far.
fn cpu() -> f64 {
    // SAFETY: the structure is plain numbers and lives through the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// The largest resident size in KiB since it was reset (Linux).
fn resident(reset: bool) -> u64 {
    if reset {
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
