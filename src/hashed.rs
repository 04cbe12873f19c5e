//! Maps from hashes.

use std::collections::HashMap;

/// A map whose keys are hashes. Pages choose what is hashed, and the hashes have no secret: the map's own one keeps a page
/// from filling one bucket.
pub(crate) type HashedMap<V> = HashMap<u64, V, foldhash::fast::RandomState>;
