//! The shape of the whole comment: length, capitals, digits, marks, repetition, in steps.

use super::{Feature, Shape, Sink};
use crate::moderate::reading::{Kind, Reading};

pub(super) fn extract<'t>(reading: &'t Reading, sink: &mut impl Sink<'t>) {
    let counts = &reading.counts;
    let words = reading.words.iter().filter(|word| word.kind != Kind::Emoji).count() as u32;
    let mut shape = |shape, step: u32| sink.add(Feature::Shape(shape, step as u8));
    shape(Shape::Length, (u32::BITS - words.leading_zeros()).min(9));
    if counts.lines > 0 {
        shape(Shape::Lines, (u32::BITS - counts.lines.leading_zeros()).min(4));
    }
    if counts.letters == 0 {
        shape(Shape::Wordless, 0);
    } else {
        let share = |part: u32| f64::from(part) / f64::from(counts.letters + counts.digits);
        shape(Shape::Capitals, steps(share(counts.capitals), &[1e-9, 0.05, 0.15, 0.35, 0.7]));
        shape(Shape::Digits, steps(share(counts.digits), &[1e-9, 0.05, 0.2]));
    }
    for (of, count, edges) in [
        (Shape::Shouted, counts.shouted, &[1.0, 2.0, 5.0][..]),
        (Shape::Exclamations, counts.exclamations, &[1.0, 2.0, 4.0]),
        (Shape::Questions, counts.questions, &[1.0, 2.0]),
        (Shape::Emoji, counts.emoji, &[1.0, 2.0, 4.0, 9.0]),
        (Shape::Elongated, counts.elongated, &[1.0]),
        (Shape::Quotes, counts.unquoted_marks, &[1.0]),
    ] {
        if count > 0 {
            shape(of, steps(f64::from(count), edges));
        }
    }
    repetition(reading, sink);
}

/// How many of the ascending `edges` a value reaches.
fn steps(value: f64, edges: &[f64]) -> u32 {
    edges.iter().take_while(|edge| value >= **edge).count() as u32
}

/// Words and emoji that come again and again.
fn repetition<'t>(reading: &'t Reading, sink: &mut impl Sink<'t>) {
    /// Words looked at: repetition shows early.
    const WORDS: usize = 64;
    let words = &reading.words[..reading.words.len().min(WORDS)];
    if words.len() < 6 {
        return;
    }
    let (mut different, mut most, mut emoji, mut emoji_kinds) = (0u32, 0u32, 0u32, 0u32);
    // For each slot the first word that fell there, plus 1, and how often each first word comes. Words that differ in
    // nothing but a collision of 64 bits are none that people write.
    let (mut slots, mut times) = ([0u8; 2 * WORDS], [0u8; WORDS]);
    for (i, word) in words.iter().enumerate() {
        let mut slot = word.hash as usize % slots.len();
        while slots[slot] != 0 && words[usize::from(slots[slot]) - 1].hash != word.hash {
            slot = (slot + 1) % slots.len();
        }
        let first = slots[slot] == 0;
        if first {
            slots[slot] = i as u8 + 1;
        }
        if word.kind == Kind::Emoji {
            emoji += 1;
            emoji_kinds += u32::from(first);
            continue;
        }
        different += u32::from(first);
        let times = &mut times[usize::from(slots[slot]) - 1];
        *times += 1;
        if word.end - word.start >= 3 {
            most = most.max(u32::from(*times));
        }
    }
    let spoken = words.len() as u32 - emoji;
    if spoken >= 6 {
        let variety = f64::from(different) / f64::from(spoken);
        sink.add(Feature::Shape(Shape::Variety, 3 - steps(variety, &[0.4, 0.6, 0.8]) as u8));
    }
    if most >= 3 {
        sink.add(Feature::Shape(Shape::Repeats, most.min(8) as u8));
    }
    if emoji_kinds >= 3 {
        sink.add(Feature::Shape(Shape::EmojiKinds, emoji_kinds.min(6) as u8));
    }
}
