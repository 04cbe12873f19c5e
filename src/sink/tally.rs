//! What a run came to: pages, articles, comments, what was removed, what failed.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::record::PageRecord;

/// Figures of one page, or of many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Pages that came out.
    pub pages: u64,
    /// Pages that failed.
    pub failed: u64,
    /// Parts of containers that are no pages, by what they are.
    pub passed_over: BTreeMap<String, u64>,
    /// Pages by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Pages that repeat an earlier one, where that is looked for.
    #[serde(default)]
    pub duplicates: u64,
    /// Comments.
    pub comments: u64,
    /// Bytes of decoded source.
    pub source_bytes: u64,
    /// Bytes of body text.
    pub text_bytes: u64,
    /// Bytes of comments' text.
    pub comment_bytes: u64,
    /// Bytes of removed text by label.
    pub removed_bytes: BTreeMap<String, u64>,
    /// Pages of which a bound cut something, by bound.
    pub truncated: BTreeMap<String, u64>,
    /// Failures by reason.
    pub failures: BTreeMap<String, u64>,
}

impl Tally {
    /// One page.
    pub fn page(record: &PageRecord, source: &str) -> Self {
        let mut tally = Self {
            pages: 1,
            kinds: BTreeMap::from([(record.kind.name().to_owned(), 1)]),
            comments: record.comments.len() as u64,
            source_bytes: source.len() as u64,
            text_bytes: record.text.len() as u64,
            comment_bytes: record.comments.iter().map(|comment| comment.text.len() as u64).sum(),
            truncated: record.truncated.iter().map(|bound| (bound.clone(), 1)).collect(),
            ..Self::default()
        };
        for part in &record.removed {
            *tally.removed_bytes.entry(part.label.name().to_owned()).or_default() += part.text.len() as u64;
        }
        tally
    }

    /// One failure.
    pub fn failure(reason: &str) -> Self {
        Self { failed: 1, failures: BTreeMap::from([(reason.to_owned(), 1)]), ..Self::default() }
    }

    /// One part of a container that is no page.
    pub fn passed(what: String) -> Self {
        Self { passed_over: BTreeMap::from([(what, 1)]), ..Self::default() }
    }

    /// Adds another's figures.
    pub fn add(&mut self, other: Self) {
        fn sum<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        self.pages += other.pages;
        self.failed += other.failed;
        self.duplicates += other.duplicates;
        self.comments += other.comments;
        self.source_bytes += other.source_bytes;
        self.text_bytes += other.text_bytes;
        self.comment_bytes += other.comment_bytes;
        sum(&mut self.passed_over, other.passed_over);
        sum(&mut self.kinds, other.kinds);
        sum(&mut self.removed_bytes, other.removed_bytes);
        sum(&mut self.truncated, other.truncated);
        sum(&mut self.failures, other.failures);
    }

    /// As one line of JSON, with the seconds that the run took.
    pub fn json(&self, seconds: f64) -> String {
        #[derive(Serialize)]
        struct Line<'t> {
            schema: &'static str,
            #[serde(flatten)]
            tally: &'t Tally,
            seconds: f64,
        }
        let line = Line { schema: "tamis/stats/1", tally: self, seconds };
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// As a table for a person, with rates over the seconds that the run took.
    pub fn table(&self, seconds: f64) -> String {
        let seconds = seconds.max(1e-3);
        let megabytes = self.source_bytes as f64 / 1e6;
        let mut out = String::new();
        let mut row = |name: &str, value: String| {
            let _ = writeln!(out, "{name:>16}  {value}");
        };
        row(
            "pages",
            format!("{}  ({:.0}/s, {:.1} MB/s)", self.pages, self.pages as f64 / seconds, megabytes / seconds),
        );
        row("kinds", counts(&self.kinds));
        if self.duplicates > 0 {
            row("duplicates", self.duplicates.to_string());
        }
        row("comments", self.comments.to_string());
        row("kept", format!("{} of {}", bytes(self.text_bytes + self.comment_bytes), bytes(self.source_bytes)));
        let removed: u64 = self.removed_bytes.values().sum();
        if removed > 0 {
            let mut labels: Vec<_> = self.removed_bytes.iter().collect();
            labels.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            let labels: Vec<_> =
                labels.into_iter().map(|(label, count)| format!("{label} {}", bytes(*count))).collect();
            row("removed", format!("{}: {}", bytes(removed), labels.join(", ")));
        }
        for (name, figures) in
            [("cut by limits", &self.truncated), ("passed over", &self.passed_over), ("failed", &self.failures)]
        {
            if !figures.is_empty() {
                row(name, counts(figures));
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// `article 3, thread 1`, the most frequent first.
fn counts<K: Ord + std::fmt::Display>(figures: &BTreeMap<K, u64>) -> String {
    let mut figures: Vec<_> = figures.iter().collect();
    figures.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    figures.into_iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}

fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} KB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.2} GB", count as f64 / 1e9),
    }
}
