//! How well comment threads are found: comments by their words, and of those found author, time and parent.

use std::collections::{HashMap, HashSet};

use super::pages::{Bag, overlap, runs, squash};
use crate::label::gold::{Gold, GoldComment};
use crate::record::{CommentRecord, Format, PageRecord};

/// Least F1 of two comments' tokens at which they are the same.
const SAME: f64 = 0.8;

/// Figures of one page, or their means over pages. Shares are of the comments found of which the gold tells so much;
/// `None` where it tells it of none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThreadFigures {
    /// Share of the record's comments that are in the gold.
    pub precision: f64,
    /// Share of the gold's comments that are in the record.
    pub recall: f64,
    /// Of both; 1 where neither has any comment.
    pub f1: f64,
    /// Share whose author is right.
    pub author: Option<f64>,
    /// Share whose time is right, as far as the gold gives it.
    pub time: Option<f64>,
    /// Share whose wording of the time is right.
    pub shown: Option<f64>,
    /// Share whose parent is right; dumps only where the gold says that they show nesting.
    pub parent: Option<f64>,
    /// Comments of the gold.
    pub comments: usize,
}

/// Measures a record against its gold; `None` if that says nothing of comments.
pub fn page(gold: &Gold, record: &PageRecord) -> Option<ThreadFigures> {
    let (want, have) = (gold.comments.as_ref()?, &record.comments);
    let pairs = pairs(want, have);
    let due = (0..want.len()).filter(|i| !want[*i].absent || pairs.contains_key(i)).count();
    let share = |of: usize, alone: f64| if of == 0 { alone } else { pairs.len() as f64 / of as f64 };
    let precision = share(have.len(), f64::from(u8::from(due == 0)));
    let recall = share(due, 1.0);
    let sum = precision + recall;
    let f1 = if due == 0 && have.is_empty() { 1.0 } else { 2.0 * precision * recall / sum.max(f64::MIN_POSITIVE) };
    let mut found: Vec<(usize, usize)> = pairs.iter().map(|(i, j)| (*i, *j)).collect();
    found.sort_unstable();
    let right = |known: &dyn Fn(&GoldComment) -> bool, holds: &dyn Fn(usize, usize) -> bool| {
        let known: Vec<_> = found.iter().filter(|(i, _)| known(&want[*i])).collect();
        let right = known.iter().filter(|(i, j)| holds(*i, *j)).count();
        (!known.is_empty()).then(|| right as f64 / known.len() as f64)
    };
    let folded = |text: Option<&str>| squash(text.unwrap_or_default()).to_lowercase();
    let (up, down) = (parents(want), parents(have));
    let nested = match record.source.format {
        Format::Html => gold.nested.or(gold.depth_known).unwrap_or(true),
        Format::Text => gold.nested.unwrap_or(false),
    };
    Some(ThreadFigures {
        precision,
        recall,
        f1,
        author: right(&|comment| comment.author.is_some(), &|i, j| {
            folded(want[i].author.as_deref()) == folded(have[j].author.as_deref())
        }),
        time: right(&|comment| minute(comment.published.as_deref()).len() >= 10, &|i, j| {
            minute(have[j].published.as_deref()).starts_with(minute(want[i].published.as_deref()))
        }),
        shown: right(&|comment| comment.published_shown.is_some(), &|i, j| {
            bag(want[i].published_shown.as_deref()) == bag(have[j].published_shown.as_deref())
        }),
        parent: right(&|_| nested, &|i, j| up[i].and_then(|above| pairs.get(&above)).copied() == down[j]),
        comments: want.len(),
    })
}

/// Means over pages, the sum running in the order given; `comments` are all of them.
pub fn means(pages: &[ThreadFigures]) -> ThreadFigures {
    let mean = |pick: fn(&ThreadFigures) -> Option<f64>| {
        let known: Vec<f64> = pages.iter().filter_map(pick).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    ThreadFigures {
        precision: mean(|page| Some(page.precision)).unwrap_or_default(),
        recall: mean(|page| Some(page.recall)).unwrap_or_default(),
        f1: mean(|page| Some(page.f1)).unwrap_or_default(),
        author: mean(|page| page.author),
        time: mean(|page| page.time),
        shown: mean(|page| page.shown),
        parent: mean(|page| page.parent),
        comments: pages.iter().map(|page| page.comments).sum(),
    }
}

/// Gold comments with the record's that are the same, the likest first, each at most once.
fn pairs(want: &[GoldComment], have: &[CommentRecord]) -> HashMap<usize, usize> {
    let bags: Vec<Bag> = have.iter().map(|comment| bag(Some(&comment.text))).collect();
    let mut near = Vec::new();
    for (i, wanted) in want.iter().enumerate() {
        let own = bag(wanted.text.as_deref());
        for (j, found) in have.iter().enumerate().filter(|(_, found)| found.deleted == wanted.deleted) {
            let likeness = if wanted.deleted {
                1.0
            } else if own.is_empty() {
                let author = |name: Option<&str>| squash(name.unwrap_or_default()).to_lowercase();
                let same = bags[j].is_empty() && author(wanted.author.as_deref()) == author(found.author.as_deref());
                f64::from(u8::from(same))
            } else {
                overlap(&own, &bags[j]).2
            };
            if likeness >= SAME {
                near.push((likeness, i, j));
            }
        }
    }
    near.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then_with(|| (a.1.abs_diff(a.2), a.1, a.2).cmp(&(b.1.abs_diff(b.2), b.1, b.2)))
    });
    let (mut pairs, mut used) = (HashMap::new(), HashSet::new());
    for (_, i, j) in near {
        if !pairs.contains_key(&i) && used.insert(j) {
            pairs.insert(i, j);
        }
    }
    pairs
}

/// A comment of a thread, gold or found.
trait Nested {
    fn id(&self) -> Option<&str>;
    fn parent(&self) -> Option<&str>;
    fn depth(&self) -> u32;
}

impl Nested for GoldComment {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    fn depth(&self) -> u32 {
        self.depth.unwrap_or_default()
    }
}

impl Nested for CommentRecord {
    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }

    fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    fn depth(&self) -> u32 {
        self.depth.unwrap_or_default()
    }
}

/// The place of each comment's parent: as they name it, or by their depths if none names one.
fn parents(comments: &[impl Nested]) -> Vec<Option<usize>> {
    if comments.iter().any(|comment| comment.parent().is_some()) {
        let places: HashMap<&str, usize> =
            comments.iter().enumerate().filter_map(|(i, comment)| Some((comment.id()?, i))).collect();
        return comments.iter().map(|comment| places.get(comment.parent()?).copied()).collect();
    }
    let mut above: Vec<(u32, usize)> = Vec::new();
    comments
        .iter()
        .enumerate()
        .map(|(i, comment)| {
            while above.pop_if(|(depth, _)| *depth >= comment.depth()).is_some() {}
            let parent = above.last().map(|(_, place)| *place);
            above.push((comment.depth(), i));
            parent
        })
        .collect()
}

fn bag(text: Option<&str>) -> Bag {
    runs(text.unwrap_or_default(), 1)
}

/// A time to the minute, or as far as it is given.
fn minute(time: Option<&str>) -> &str {
    let time = time.unwrap_or_default();
    time.get(..16).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{Cleaner, Input};

    #[test]
    fn comments_are_matched_by_their_words_and_then_compared() {
        let gold: Gold = serde_json::from_str(
            r#"{"id":"p","comments":[
                {"id":"1","author":"Ida","published":"2021-05-06T10:05","text":"the ferry runs late on Sundays"},
                {"id":"2","parent":"1","author":"Bo","text":"it does"},
                {"id":"3","parent":"2","author":null,"text":"not any more it does not","deleted":false},
                {"id":"4","text":"","deleted":true},
                {"id":"5","text":"the renderer lost this one","absent":true}]}"#,
        )
        .expect("gold");
        let mut record = Cleaner::new().expect("the embedded model").clean(&Input::new("p", "", Format::Html));
        assert_eq!(page(&gold, &record).map(|figures| (figures.f1, figures.comments)), Some((0.0, 5)));
        let comment = |id: &str, parent: Option<&str>, author: &str, text: &str, deleted: bool| {
            serde_json::from_value(serde_json::json!({
                "id": id, "thread": 0, "kind": "comment", "parent": parent, "author": author, "text": text,
                "published": "2021-05-06T10:05:30Z", "quotes": [], "deleted": deleted, "meta": [], "spans": [],
            }))
            .expect("a comment")
        };
        record.comments = vec![
            comment("a", None, "IDA", "The ferry runs late on Sundays.", false),
            comment("b", Some("a"), "Reply", "It does.", false),
            comment("c", Some("a"), "", "Not any more, it does not!", false),
            comment("d", None, "", "", true),
            comment("e", None, "", "Tags: ferry, Sundays", false),
        ];
        let figures = page(&gold, &record).expect("figures");
        assert_eq!((figures.precision, figures.recall), (0.8, 1.0));
        assert_eq!((figures.author, figures.time, figures.shown), (Some(0.5), Some(1.0), None));
        assert_eq!(figures.parent, Some(0.75), "the third answers the second");
        assert_eq!(means(&[figures, figures]).comments, 10);
        assert_eq!(page(&Gold::default(), &record), None);
    }

    #[test]
    fn depths_lead_to_parents_where_none_is_named() {
        let comment = |depth| GoldComment { depth: Some(depth), ..GoldComment::default() };
        let places = parents(&[comment(0), comment(1), comment(2), comment(1), comment(0)]);
        assert_eq!(places, [None, Some(0), Some(1), Some(0), None]);
    }
}
