//! The statistics shared by every model of the crate, knowing nothing of pages or comments: hashing features to
//! buckets, sparse counts, multinomial naive Bayes as `linfa-bayes` defines it, logistic refinement, calibration
//! and the model file.
//!
//! The usual way through: [`bucket`] features into [`SparseRows`], fit a [`Multinomial`] (which yields a
//! `linfa_bayes::MultinomialNb`), turn it into a [`NaiveBayes`] for sparse scoring, store that in a
//! [`ModelFile`]. Two classes may be refined by [`refine`] and calibrated by [`Platt`].

mod calibrate;
mod file;
mod hash;
mod logistic;
mod multinomial;
mod numeric;
mod rows;

pub use calibrate::Platt;
pub use file::{ModelFile, ModelView};
pub(crate) use hash::hash_short;
pub use hash::{Shuffle, bucket, hash, hash_pair};
pub use logistic::{Refinement, refine};
pub use multinomial::{Multinomial, NaiveBayes};
pub use numeric::{exp, exp_all, ln, log_all, log_sum_exp, logit, sigmoid, softmax};
pub use rows::SparseRows;
