//! Dates and times as people and machines write them on pages, in some sixty languages.
//!
//! [`find`] and [`find_all`] look for the wording of a date in a text and read it; [`parse_machine`] reads what
//! stands in `datetime` attributes, JSON-LD and meta elements. Nothing here knows the present: relative
//! wordings ("3 hours ago", "gestern 14:02", "June 14" without a year) are recognised, and become a date only
//! when [`Relative::resolve`] is given the time of capture.

mod ago;
mod clock;
#[cfg(test)]
mod compile;
mod machine;
mod numeric;
mod order;
mod read;
mod relative;
mod role;
mod scan;
#[cfg(test)]
mod tests;
mod token;
mod when;
mod words;

use std::ops::Range;

pub use machine::parse_machine;
pub use order::{Order, OrderVotes};
pub use relative::{Relative, Unit};
pub use when::{Clock, When, Zone};

use crate::language::{Lang, Word};

/// What is known before a date is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Language of the text or page; decides what `01/02/2020` and words that several languages share mean.
    pub language: Option<Lang>,
    /// The order of day, month and year in the page's numeric dates (see [`OrderVotes`]); wins over the language.
    pub order: Option<Order>,
    /// The text is known to be the place of a time (a `<time>` element, a comment's time line): a bare clock, day of the week,
    /// year or age ("21:00", "Friday", "2019", "3h") counts too, where it is the whole text.
    pub bare: bool,
}

impl Hints {
    /// Hints for a page or text in this language.
    pub const fn for_language(language: Option<Lang>) -> Self {
        Self { language, order: None, bare: false }
    }
}

/// What a date wording says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// A point in time of its own.
    Absolute(When),
    /// One that depends on when it was read.
    Relative(Relative),
}

/// A date wording in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the whole wording: day of the week, date, clock and zone with the words between them, without
    /// such words ("on", "um") at either end.
    pub range: Range<usize>,
    /// What it says.
    pub time: Time,
    /// The first two numbers of a numeric date whose order is not certain by itself (`01/02/2020`), with the order
    /// in which they were read.
    pub numeric: Option<(u8, u8, Order)>,
}

impl Found {
    /// The point in time, where the wording gives one by itself.
    pub const fn when(&self) -> Option<When> {
        match self.time {
            Time::Absolute(when) => Some(when),
            Time::Relative(_) => None,
        }
    }

    /// Whether the wording needs the time of capture to become a date.
    pub const fn is_relative(&self) -> bool {
        matches!(self.time, Time::Relative(_))
    }

    /// The point in time, relative wordings counted from the time of capture where that is known.
    pub fn resolve(&self, captured: Option<&When>) -> Option<When> {
        match self.time {
            Time::Absolute(when) => Some(when),
            Time::Relative(relative) => relative.resolve(captured?),
        }
    }
}

/// The first date in the text.
///
/// Wordings without a digit ("yesterday", "an hour ago") are looked for in short texts, and in the first and
/// last 200 bytes of longer ones: further inside they are prose, not a time line.
pub fn find(text: &str, hints: &Hints) -> Option<Found> {
    scan::Scanner::new(text, *hints).next()
}

/// All dates in the text, in order; they do not overlap. See [`find`].
pub fn find_all(text: &str, hints: &Hints) -> impl Iterator<Item = Found> {
    scan::Scanner::new(text, *hints)
}

/// Whether a text holds a digit, or words that stand for a time without one: else [`find`] and [`find_all`] find nothing in
/// it, whatever the hints, bare ones aside. `words` may hold all words of a text of at most 400 bytes.
pub fn may_hold(text: &str, words: Option<&[Word]>) -> bool {
    scan::Scanner::new(text, Hints::default()).may_find(words)
}
