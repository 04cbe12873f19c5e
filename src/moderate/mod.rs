//! Scoring comments for spam and abuse.

mod concepts;
mod features;
mod known;
mod letters;
mod link;
mod reading;
