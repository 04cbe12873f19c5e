//! `tamis` cleans raw scraped pages, HTML or text dumps of them, into article, comment thread and removed blocks, each with
//! its place in the source; and it scores comments for spam and abuse, with reasons.
//!
//! ```
//! use tamis::{Cleaner, Format, Input, Scorer};
//!
//! let html = "<nav><a href=/>Home</a></nav><h1>The plan</h1><p>The council approved the plan on Tuesday, after a debate \
//!     of three hours that drew eighty people to the town hall.</p>";
//! let page = Cleaner::new()?.clean(&Input::new("plan", html, Format::Html));
//! for part in &page.removed {
//!     println!("{}: {}", part.label, part.text);
//! }
//!
//! let verdict = Scorer::new().score("Best casino bonus, earn $900 a day, telegram @winbig");
//! for reason in verdict.reasons {
//!     println!("{}", reason.what);
//! }
//! # Ok::<(), tamis::Error>(())
//! ```
//!
//! [`cookbook`] has recipes. Data flows in one direction, and a module imports only what lies before or below it:
//!
//! | | |
//! | --- | --- |
//! | [`source`] | bytes of any container, packing and charset to decoded pages |
//! | [`page`] | a page cut into blocks; a dump yields the same blocks as HTML, with fewer hints |
//! | [`evidence`] | what is known of a page before its blocks are named |
//! | [`label`] | the name of every block: title, body, navigation, comment … |
//! | [`article`], [`thread`] | metadata and body, the comment tree |
//! | [`moderate`] | spam and abuse: features, the two heads, policy, a site's own verdicts |
//! | [`sink`] | the record in every form of output |
//!
//! [`clean`] leads a page through all of it. [`record`] is what comes out; [`verify`] checks that nothing is lost; [`dedup`]
//! finds repeats; [`eval`] measures. Below lie [`lexicon`], [`language`], [`dates`], [`bayes`], [`forest`], [`limits`].
//!
//! The models are part of the library. It reads no environment and no clock and owns no terminal; the same input gives the same
//! output on any machine.

pub mod article;
pub mod bayes;
pub mod clean;
pub mod cookbook;
pub mod dates;
pub mod dedup;
pub mod error;
pub mod eval;
pub mod evidence;
pub mod forest;
mod hashed;
pub mod label;
pub mod language;
pub mod lexicon;
pub mod limits;
pub mod moderate;
pub mod page;
pub mod record;
pub mod schema;
pub mod sink;
pub mod source;
pub mod thread;
pub mod verify;
mod wide;

pub use clean::{Cleaner, Input};
pub use error::{Error, ErrorKind, Result};
pub use moderate::{Moderator, Policy, Scorer};
pub use record::{CommentRecord, Format, PageRecord};
