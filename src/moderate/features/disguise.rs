//! Ways to hide words from filters.

use super::{Feature, Sink};
use crate::moderate::reading::Reading;

pub(super) fn extract<'t>(reading: &'t Reading, sink: &mut impl Sink<'t>) {
    for (disguise, _) in &reading.disguises {
        sink.add(Feature::Disguise(*disguise));
    }
}
