//! Ways to be reached or paid: telephone, mail, names, tags, sums, wallets.

use super::{Contact, Feature, Sink};
use crate::moderate::concepts::{Concept, Concepts};
use crate::moderate::reading::{Kind, Reading};

/// Digits of a number that is neither year, price nor score.
const LONG: u32 = 6;

pub(super) fn extract<'t>(reading: &'t Reading, spoken: Concepts, sink: &mut impl Sink<'t>) {
    let counts = &reading.counts;
    let mut add_if = |holds: bool, contact| {
        if holds {
            sink.add(Feature::Contact(contact));
        }
    };
    add_if(counts.phones > 0, Contact::Phone);
    add_if(counts.mails > 0, Contact::Mail);
    add_if(counts.mentions > 0, Contact::Mention);
    add_if(counts.mentions > 1, Contact::Mentions);
    add_if(counts.mentions > 0 && spoken.has(Concept::Contact), Contact::Named);
    add_if(counts.hashtags > 0, Contact::Hashtag);
    add_if(counts.hashtags > 2, Contact::Hashtags);
    add_if(counts.currency > 0, Contact::Currency);
    add_if(counts.currency > 2, Contact::Currencies);
    add_if(counts.percents > 0, Contact::Percent);
    add_if(counts.wallets > 0, Contact::Wallet);
    let long = |word: &crate::moderate::reading::Word| word.kind == Kind::Number && word.end - word.start >= LONG;
    add_if(counts.phones == 0 && reading.words.iter().any(long), Contact::LongNumber);
}
