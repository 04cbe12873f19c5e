//! Figures over labelled data: main text, threads, labels of blocks, comments' scores.

mod binary;
pub mod blocks;
mod disguise;
pub mod fixtures;
pub mod pages;
pub mod threads;

pub use binary::{Bin, BinaryFigures, Scored, auc, reliability, threshold_at};
pub use disguise::Disguise;
