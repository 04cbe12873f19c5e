//! Figures over labelled data: main text, labels of blocks, comments' scores.

pub mod blocks;
pub mod pages;
