//! Pages cut into blocks, over the pages written for this project.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::clean::{Cleaner, Input};
use tamis::page::{html, text};
use tamis::record::Format;

/// Every file below `folder` whose name ends so, in the order of their paths.
fn pages(folder: &Path, ending: &str) -> Vec<String> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

fn cut_html(criterion: &mut Criterion) {
    let pages = pages(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures"), "html");
    let bytes = pages.iter().map(|page| page.len() as u64).sum();
    let mut group = criterion.benchmark_group("html");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("cut", |bencher| {
        bencher.iter(|| pages.iter().map(|page| black_box(html::cut(page)).blocks.len()).sum::<usize>());
    });
    group.bench_function("visible", |bencher| {
        bencher.iter(|| pages.iter().map(|page| black_box(html::visible(page)).len()).sum::<usize>());
    });
    group.finish();
}

fn cut_text(criterion: &mut Criterion) {
    let dumps = pages(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures"), "txt");
    let mut group = criterion.benchmark_group("text");
    group.throughput(Throughput::Bytes(dumps.iter().map(|dump| dump.len() as u64).sum()));
    group.bench_function("cut", |bencher| {
        bencher.iter(|| dumps.iter().map(|dump| black_box(text::cut(dump)).blocks.len()).sum::<usize>());
    });
    // All dumps as one line.
    let line = dumps.iter().flat_map(|dump| dump.split_whitespace()).collect::<Vec<_>>().join(" ");
    group.throughput(Throughput::Bytes(line.len() as u64));
    group.bench_function("one line", |bencher| bencher.iter(|| black_box(text::cut(&line)).blocks.len()));
    group.finish();
}

/// The whole way from source to record.
fn clean(criterion: &mut Criterion) {
    let cleaner = Cleaner::new().expect("embedded model");
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut group = criterion.benchmark_group("clean");
    group.sample_size(20);
    for (name, ending, format) in [("html", "html", Format::Html), ("text", "txt", Format::Text)] {
        let pages = pages(&fixtures, ending);
        group.throughput(Throughput::Bytes(pages.iter().map(|page| page.len() as u64).sum()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let blocks = |page| black_box(cleaner.clean(&Input::new("x", page, format))).removed.len();
                pages.iter().map(|page| blocks(page)).sum::<usize>()
            });
        });
    }
    group.finish();
}

/// A thread of chains of replies, each so many deep, as a page and as a dump.
fn chains(count: usize, deep: usize) -> [(Format, String); 2] {
    let mut html = String::from("<h1>A talk</h1><ol>");
    let mut dump = String::from("A talk\n\n");
    for at in 0..count {
        let (name, day, minute) = (at % 7, 1 + at % 28, at % 60);
        let words = format!("The words of number {at} that stand here for all.");
        html.push_str(&format!(
            "<li class=comment id=comment-{at}><cite class=fn>Ada{name}</cite><i>{day} March 2021 16:{minute:02}</i><p>{words}</p>"
        ));
        html.push_str(&if at % deep == deep - 1 {
            "</ol></li>".repeat(deep)
        } else {
            "<ol class=children>".to_owned()
        });
        let indent = "  ".repeat((at % deep).min(100));
        dump.push_str(&format!(
            "{indent}Ada{name} says:\n{indent}{day} March 2021 16:{minute:02}\n{indent}{words}\n{indent}Reply\n\n"
        ));
    }
    [(Format::Html, html), (Format::Text, dump)]
}

/// Long and deep threads: twice the comments take no more than twice the time.
fn threads(criterion: &mut Criterion) {
    let cleaner = Cleaner::new().expect("embedded model");
    let mut group = criterion.benchmark_group("thread");
    group.sample_size(10);
    for count in [50_000, 100_000] {
        for (format, page) in chains(count, 10_000) {
            group.throughput(Throughput::Elements(count as u64));
            group.bench_function(format!("{format:?} {count}").to_lowercase(), |bencher| {
                bencher.iter(|| black_box(cleaner.clean(&Input::new("x", &page, format))).comments.len());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, cut_html, cut_text, clean, threads);
criterion_main!(benches);
