//! Comments judged a second, over the comments written for this project, or those of the JSON lines that the environment
//! names as `COMMENTS`. The whole record, from line to line, is timed by `time tamis score --no-reasons FILE`.

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::moderate::{Incoming, Moderator, Policy, Scorer};

/// The texts of the comments, in the order of their files.
fn comments() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/check/comments");
    let paths = match std::env::var_os("COMMENTS") {
        Some(path) => vec![PathBuf::from(path)],
        None => {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            paths.sort();
            paths
        }
    };
    let text =
        |line: &str| Some(serde_json::from_str::<serde_json::Value>(line).ok()?.get("text")?.as_str()?.to_owned());
    let files: Vec<String> = paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    files.iter().flat_map(|file| file.lines()).filter_map(text).collect()
}

fn judge(criterion: &mut Criterion) {
    let comments = comments();
    let mut group = criterion.benchmark_group("comments");
    group.throughput(Throughput::Elements(comments.len() as u64));
    let mut scorer = Scorer::new();
    group.bench_function("score", |bencher| {
        bencher.iter(|| comments.iter().map(|text| black_box(scorer.score_only(text)).spam).sum::<f64>());
    });
    for (name, reasons) in [("judge", false), ("judge with reasons", true)] {
        let mut moderator = Moderator::new(Scorer::new(), Policy::shipped(), reasons);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let judged = |text: &String| moderator.judge(&Incoming { text, ..Incoming::default() }).scores.spam;
                comments.iter().map(judged).sum::<f64>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
