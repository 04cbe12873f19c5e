//! Multinomial naive Bayes over sparse rows: counted sparsely, handed to `linfa_bayes::MultinomialNb`, scored
//! sparsely from the very weights of that model.
//!
//! linfa's own `fit` wants a dense matrix and, in the released 0.8.1, prints the whole model to stderr; its
//! `predict_proba` has no log-sum-exp. So the counting and the scoring are ours and the model is linfa's: the two
//! agree with linfa's dense fit (a test says so).

use std::collections::BTreeMap;

use linfa::dataset::{DatasetBase, Records};
use linfa::traits::{Fit, PredictInplace};
use linfa_bayes::MultinomialNb;
use ndarray::{Array1, ArrayView1};
use serde::{Deserialize, Serialize};

use super::SparseRows;
use super::numeric::{ln, softmax};
use crate::error::{Error, ErrorKind, Result};

/// How to fit: classes are `0..classes`, every row may carry a weight.
#[derive(Clone, Debug)]
pub struct Multinomial {
    classes: usize,
    alpha: f64,
    class_alpha: f64,
}

impl Multinomial {
    /// `classes` classes, smoothing 1 (Laplace).
    pub const fn new(classes: usize) -> Self {
        Self { classes, alpha: 1.0, class_alpha: 0.0 }
    }

    /// Additive smoothing of each class's counts; above 0.
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Additive smoothing of the number of rows a class, so that a class without rows keeps a finite prior.
    #[must_use]
    pub const fn class_alpha(mut self, alpha: f64) -> Self {
        self.class_alpha = alpha;
        self
    }

    /// Fits rows of class `classes[i]` with weight `weights[i]` (1 each when `weights` is empty).
    pub fn fit_weighted(
        &self,
        rows: &SparseRows,
        classes: &[usize],
        weights: &[f32],
    ) -> Result<MultinomialNb<f64, usize>> {
        let usage = |message: &str| Error::new(ErrorKind::Usage(message.to_owned()));
        if self.alpha.is_nan() || self.alpha <= 0.0 {
            return Err(usage("the smoothing of naive Bayes must be above 0"));
        }
        if rows.len() != classes.len() || (!weights.is_empty() && weights.len() != rows.len()) {
            return Err(usage("rows, classes and weights differ in number"));
        }
        if classes.iter().any(|class| *class >= self.classes) {
            return Err(usage("a class is out of range"));
        }
        let mut counts = vec![Array1::<f64>::zeros(rows.nfeatures()); self.classes];
        let mut rows_of = vec![0usize; self.classes];
        let mut mass = vec![self.class_alpha; self.classes];
        for (i, row) in rows.iter().enumerate() {
            let weight = weights.get(i).map_or(1.0, |w| f64::from(*w));
            rows_of[classes[i]] += 1;
            mass[classes[i]] += weight;
            let counts = &mut counts[classes[i]];
            for &(bucket, value) in row {
                counts[bucket as usize] += weight * f64::from(value);
            }
        }
        let total: f64 = mass.iter().sum();
        let class_info = counts.into_iter().enumerate().map(|(class, feature_count)| {
            let smoothed: f64 = feature_count.iter().map(|n| n + self.alpha).sum();
            let feature_log_prob = feature_count.mapv(|n| ln(n + self.alpha) - ln(smoothed));
            let prior = if total > 0.0 { mass[class] / total } else { 1.0 / self.classes as f64 };
            (class, ClassInfo { class_count: rows_of[class], prior, feature_count, feature_log_prob })
        });
        Representation { class_info: class_info.collect() }.into_linfa()
    }
}

impl Fit<SparseRows, Array1<usize>, linfa_bayes::NaiveBayesError> for Multinomial {
    type Object = MultinomialNb<f64, usize>;

    fn fit(&self, dataset: &DatasetBase<SparseRows, Array1<usize>>) -> linfa_bayes::Result<Self::Object> {
        let weights = dataset.weights().unwrap_or_default();
        self.fit_weighted(dataset.records(), &dataset.targets().to_vec(), weights)
            .map_err(|error| linfa::Error::Parameters(error.to_string()).into())
    }
}

/// The serde representation of `linfa_bayes::MultinomialNb`, classes in order.
#[derive(Serialize, Deserialize)]
struct Representation {
    class_info: BTreeMap<usize, ClassInfo>,
}

#[derive(Serialize, Deserialize)]
struct ClassInfo {
    class_count: usize,
    prior: f64,
    feature_count: Array1<f64>,
    feature_log_prob: Array1<f64>,
}

impl Representation {
    fn into_linfa(self) -> Result<MultinomialNb<f64, usize>> {
        transcode(&self)
    }
}

/// One value of a type becomes a value of another with the same representation; JSON keeps every `f64` exact.
fn transcode<A: Serialize, B: for<'a> Deserialize<'a>>(value: &A) -> Result<B> {
    serde_json::to_vec(value)
        .and_then(|bytes| serde_json::from_slice(&bytes))
        .map_err(|error| Error::new(ErrorKind::Model(format!("linfa-bayes changed its representation ({error})"))))
}

/// A multinomial model as a table of log-weights: `weights[bucket * classes + class]`.
#[derive(Clone, Debug, PartialEq)]
pub struct NaiveBayes {
    classes: usize,
    log_prior: Vec<f64>,
    weights: Vec<f32>,
}

impl NaiveBayes {
    /// Takes the log-probabilities out of linfa's model.
    pub fn from_linfa(model: &MultinomialNb<f64, usize>) -> Result<Self> {
        let Representation { class_info } = transcode(model)?;
        let classes = class_info.len();
        let buckets = class_info.values().next().map_or(0, |info| info.feature_log_prob.len());
        let mut weights = vec![0.0; buckets * classes];
        let mut log_prior = Vec::with_capacity(classes);
        for (class, info) in class_info.values().enumerate() {
            log_prior.push(ln(info.prior));
            for (bucket, weight) in info.feature_log_prob.iter().enumerate() {
                weights[bucket * classes + class] = *weight as f32;
            }
        }
        Ok(Self { classes, log_prior, weights })
    }

    /// From stored parts; `weights` is class-minor.
    pub fn from_parts(log_prior: Vec<f64>, weights: Vec<f32>) -> Result<Self> {
        let classes = log_prior.len();
        if classes == 0 || !weights.len().is_multiple_of(classes) {
            return Err(Error::new(ErrorKind::Model("its weights do not fit its classes".to_owned())));
        }
        Ok(Self { classes, log_prior, weights })
    }

    /// Number of classes.
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Number of buckets.
    pub const fn buckets(&self) -> usize {
        self.weights.len() / self.classes
    }

    /// `ln P(class)`.
    pub fn log_prior(&self) -> &[f64] {
        &self.log_prior
    }

    /// `ln P(bucket | class)`, class-minor.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The weights of one bucket, one a class.
    pub fn bucket(&self, bucket: u32) -> &[f32] {
        let start = bucket as usize * self.classes;
        &self.weights[start..start + self.classes]
    }

    /// The joint log-likelihood of each class: prior plus the weights of the row's buckets. `out` is replaced.
    pub fn joint_log_likelihood(&self, row: &[(u32, f32)], out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&self.log_prior);
        for &(bucket, value) in row {
            for (sum, weight) in out.iter_mut().zip(self.bucket(bucket)) {
                *sum += f64::from(value) * f64::from(*weight);
            }
        }
    }

    /// The posterior probability of each class. `out` is replaced.
    pub fn posterior(&self, row: &[(u32, f32)], out: &mut Vec<f64>) {
        self.joint_log_likelihood(row, out);
        softmax(out);
    }

    /// The log-count ratios of class 1 against class 0 a bucket (Wang and Manning 2012).
    ///
    /// # Panics
    /// If there are not exactly two classes.
    pub fn log_ratios(&self) -> Vec<f32> {
        assert_eq!(self.classes, 2, "log-count ratios are for two classes");
        self.weights.chunks_exact(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

impl PredictInplace<SparseRows, Array1<usize>> for NaiveBayes {
    fn predict_inplace(&self, rows: &SparseRows, targets: &mut Array1<usize>) {
        let mut scores = Vec::new();
        for (row, target) in rows.iter().zip(targets) {
            self.joint_log_likelihood(row, &mut scores);
            *target = argmax(ArrayView1::from(&scores));
        }
    }

    fn default_target(&self, rows: &SparseRows) -> Array1<usize> {
        Array1::zeros(rows.len())
    }
}

/// The place of the greatest value; the first of equals.
fn argmax(scores: ArrayView1<'_, f64>) -> usize {
    let mut best = 0;
    for (i, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn rows() -> (SparseRows, Array1<usize>) {
        let mut rows = SparseRows::new(5);
        rows.push([(0, 1.0), (1, 2.0)]);
        rows.push([(1, 1.0), (4, 1.0)]);
        rows.push([(2, 3.0)]);
        rows.push([(2, 1.0), (3, 1.0), (0, 1.0)]);
        (rows, array![0, 0, 1, 1])
    }

    #[test]
    fn agrees_with_linfas_dense_fit() {
        let (rows, classes) = rows();
        let sparse = Multinomial::new(2).alpha(0.5).fit(&DatasetBase::new(rows.clone(), classes.clone())).unwrap();
        let dense = array![[1., 2., 0., 0., 0.], [0., 1., 0., 0., 1.], [0., 0., 3., 0., 0.], [1., 0., 1., 1., 0.]];
        let oracle = linfa_bayes::MultinomialNbParams::<f64, usize>::new()
            .alpha(0.5)
            .fit(&DatasetBase::new(dense, classes))
            .unwrap();
        let (ours, theirs) = (NaiveBayes::from_linfa(&sparse).unwrap(), NaiveBayes::from_linfa(&oracle).unwrap());
        for (a, b) in ours.weights().iter().zip(theirs.weights()) {
            assert!((a - b).abs() < 1e-6);
        }
        assert_eq!(ours.log_prior(), theirs.log_prior());
    }

    #[test]
    fn predicts_and_gives_probabilities_without_a_dense_matrix() {
        let (rows, classes) = rows();
        let model = Multinomial::new(2).fit(&DatasetBase::new(rows.clone(), classes.clone())).unwrap();
        let model = NaiveBayes::from_linfa(&model).unwrap();
        let mut predicted = model.default_target(&rows);
        model.predict_inplace(&rows, &mut predicted);
        assert_eq!(predicted, classes);
        let mut posterior = Vec::new();
        model.posterior(&vec![(2, 1.0); 10_000], &mut posterior);
        assert!((posterior.iter().sum::<f64>() - 1.0).abs() < 1e-9 && posterior[1] > 0.999);
    }

    #[test]
    fn a_class_without_rows_keeps_a_finite_prior_where_asked() {
        let (rows, classes) = rows();
        let model = Multinomial::new(3).class_alpha(1.0).fit_weighted(&rows, &classes.to_vec(), &[]).unwrap();
        assert!(NaiveBayes::from_linfa(&model).unwrap().log_prior().iter().all(|p| p.is_finite()));
    }

    #[test]
    fn wrong_shapes_are_errors() {
        let (rows, _) = rows();
        assert!(Multinomial::new(2).fit_weighted(&rows, &[0, 1], &[]).is_err());
        assert!(Multinomial::new(2).fit_weighted(&rows, &[0, 1, 2, 0], &[]).is_err());
        assert!(Multinomial::new(2).alpha(0.0).fit_weighted(&rows, &[0, 1, 1, 0], &[]).is_err());
    }
}
