//! Sparse rows of features: what the trainers learn from.

use linfa::dataset::Records;

/// Rows of `(bucket, value)` pairs below a common number of buckets. Values are counts or weights of at least 0.
#[derive(Clone, Debug)]
pub struct SparseRows {
    buckets: usize,
    ends: Vec<usize>,
    cells: Vec<(u32, f32)>,
}

impl SparseRows {
    /// No rows yet, over `buckets` columns.
    pub const fn new(buckets: usize) -> Self {
        Self { buckets, ends: Vec::new(), cells: Vec::new() }
    }

    /// Appends a row. A bucket may occur more than once in it: its values add up.
    ///
    /// # Panics
    /// If a bucket is not below [`Records::nfeatures`].
    pub fn push(&mut self, cells: impl IntoIterator<Item = (u32, f32)>) {
        let start = self.cells.len();
        self.cells.extend(cells);
        assert!(self.cells[start..].iter().all(|cell| (cell.0 as usize) < self.buckets), "a bucket out of range");
        self.ends.push(self.cells.len());
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cells of row `i`.
    pub fn row(&self, i: usize) -> &[(u32, f32)] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.cells[start..self.ends[i]]
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[(u32, f32)]> {
        (0..self.len()).map(|i| self.row(i))
    }
}

impl Records for SparseRows {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.len()
    }

    fn nfeatures(&self) -> usize {
        self.buckets
    }
}
