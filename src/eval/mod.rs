//! Figures over labelled data: main text, labels of blocks, comments' scores.

mod binary;
pub mod blocks;
pub mod fixtures;
pub mod pages;

pub use binary::{Bin, BinaryFigures, Scored, auc, reliability, threshold_at};
