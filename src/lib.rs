//! `tamis` cleans raw scraped pages and scores comments.
#![allow(missing_docs)]

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

pub use error::{Error, ErrorKind, Result};
pub use moderate::{Moderator, Policy, Scorer};
