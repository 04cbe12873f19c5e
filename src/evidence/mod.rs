//! What is known of a page before its blocks are named.

pub mod declared;

pub use declared::{Declared, Fact, Field, Source};
