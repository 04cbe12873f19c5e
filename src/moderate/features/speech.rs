//! What the comment speaks of, in any language: the lexicon's concepts, alone, together and next to each other.

use super::{Feature, Sink};
use crate::moderate::concepts::{Concept, Concepts, Hit};
use crate::moderate::reading::Reading;

/// Words between two concepts that are said to be near.
const NEAR: u32 = 4;

/// Returns all concepts of the comment.
pub(super) fn extract<'t>(_: &'t Reading, hits: &[Hit], sink: &mut impl Sink<'t>) -> Concepts {
    let mut all = Concepts::default();
    let mut times = [0u8; 64];
    for hit in hits {
        all.join(hit.concepts);
        for concept in hit.concepts.iter() {
            times[concept as usize] = (times[concept as usize] + 1).min(3);
        }
    }
    let (mut spam, mut abuse) = (0, 0);
    for concept in all.iter() {
        sink.add(Feature::Concept(concept, 1));
        if times[concept as usize] > 1 {
            sink.add(Feature::Concept(concept, times[concept as usize]));
        }
        let mild =
            matches!(concept, Concept::You | Concept::People | Concept::Peace | Concept::Politics | Concept::Quoting);
        if concept.is_abuse() {
            abuse += u8::from(!mild);
        } else {
            spam += 1;
        }
        for other in all.iter().take_while(|other| *other < concept) {
            if other.is_abuse() == concept.is_abuse() {
                sink.add(Feature::Together(other, concept));
            }
        }
    }
    for (family, steps) in [(false, spam), (true, abuse)] {
        if steps > 0 {
            sink.add(Feature::Breadth(family, steps.min(6)));
        }
    }
    for (i, hit) in hits.iter().enumerate() {
        for later in hits[i + 1..].iter().take(6).take_while(|later| later.word <= hit.word + hit.words - 1 + NEAR) {
            for a in hit.concepts.iter() {
                for b in later.concepts.iter().filter(|b| *b != a && b.is_abuse() == a.is_abuse()) {
                    sink.add(Feature::Near(a.min(b), a.max(b)));
                }
            }
        }
    }
    all
}
