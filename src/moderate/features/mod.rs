//! What a comment shows, as typed features: one file a signal. A feature is hashed only at the very end, under a
//! namespace of its own, so that a word and a link never meet by construction.

mod contact;
mod disguise;
mod links;
mod shape;
mod speech;
mod words;

use std::fmt;

use super::concepts::{Concept, Lexicon, Scanner};
use super::link::{Form, HostKind};
use super::reading::{Disguise, Reading, WORD_HASH};
use super::vector::place;
use crate::bayes::{hash, hash_pair};

/// One piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feature<'t> {
    /// A word, plain and lower case.
    Word(&'t str),
    /// Two words in a row.
    Pair(&'t str, &'t str),
    /// A run of letters, with `<` and `>` where the word begins and ends.
    Gram(&'t str),
    /// A pictograph.
    Emoji(char),
    /// A number of so many digits.
    Number(u8),
    /// A concept, and how often: 1, 2, or 3 and more.
    Concept(Concept, u8),
    /// Two concepts in one comment.
    Together(Concept, Concept),
    /// Two concepts within a few words.
    Near(Concept, Concept),
    /// How many concepts of the spam family (`false`) or the abuse family (`true`).
    Breadth(bool, u8),
    /// A concept in a comment with a link.
    WithLink(Concept),
    /// How many links: 1, 2, 3 and more.
    Links(u8),
    /// How a link is written.
    LinkForm(Form),
    /// What a link's host is for.
    Host(HostKind),
    /// A link's top-level domain.
    Domain(&'t str),
    /// A word of a link's host or path.
    LinkWord(&'t str),
    /// A trait of a link.
    LinkTrait(LinkTrait),
    /// A way to be reached or paid.
    Contact(Contact),
    /// A measure of the whole comment and its step.
    Shape(Shape, u8),
    /// A way to hide words.
    Disguise(Disguise),
}

/// Traits of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum LinkTrait {
    /// `?…` with parameters.
    Query,
    /// No path at all.
    BareHost,
    /// A hyphen in the host.
    Hyphen,
    /// A digit in the host.
    Digit,
    /// Three or more parts in the host.
    Deep,
    /// Encoded international name.
    Punycode,
    /// Ends in an installer or archive.
    Download,
    /// The comment begins with it.
    First,
    /// The comment ends with it.
    Last,
    /// The comment is nothing else.
    Alone,
    /// Given as an anchor or in BBCode.
    Anchor,
    /// The same link again.
    Repeated,
}

/// Ways to be reached or paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Contact {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Mail,
    /// One `@name`.
    Mention,
    /// More than one.
    Mentions,
    /// A `#tag`.
    Hashtag,
    /// Three and more.
    Hashtags,
    /// A currency sign.
    Currency,
    /// Three and more.
    Currencies,
    /// A percentage.
    Percent,
    /// An address on a block chain.
    Wallet,
    /// A long number that is no telephone number.
    LongNumber,
    /// `@name` next to an invitation to get in touch.
    Named,
}

/// Measures of a whole comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shape {
    /// Words, in powers of two.
    Length,
    /// Lines.
    Lines,
    /// Share of capitals.
    Capitals,
    /// Words all in capitals.
    Shouted,
    /// Share of digits.
    Digits,
    /// `!`
    Exclamations,
    /// `?`
    Questions,
    /// Pictographs.
    Emoji,
    /// Different words among all.
    Variety,
    /// The greatest number of times one word occurs.
    Repeats,
    /// Drawn-out letters.
    Elongated,
    /// Quotation marks.
    Quotes,
    /// Different pictographs.
    EmojiKinds,
    /// No letters at all.
    Wordless,
}

/// Namespaces of words and letters, which are hashed where they are drawn.
const FIRST: u64 = 2;
const SECOND: u64 = WORD_HASH;
const GRAM: u64 = 4;

/// Receives features.
pub(super) trait Sink<'t> {
    /// The features that follow are drawn from this word, until another is named.
    fn at_word(&mut self, _word: usize) {}

    /// Takes one feature by its bucket. The same feature may come more than once.
    fn put(&mut self, bucket: u32, feature: impl FnOnce() -> Feature<'t>);

    /// Takes all that the word with this hash has by itself, if that is known from before: then it need not be drawn again.
    fn recall(&mut self, _hash: u64) -> bool {
        false
    }

    /// Takes one feature that a word has by itself.
    #[inline]
    fn put_own(&mut self, bucket: u32, feature: impl FnOnce() -> Feature<'t>) {
        self.put(bucket, feature);
    }

    /// The word with this hash has no more features of its own.
    fn keep(&mut self, _hash: u64) {}

    /// Takes one feature.
    #[inline]
    fn add(&mut self, feature: Feature<'t>) {
        self.put(place(&feature), || feature);
    }
}

impl Feature<'_> {
    /// The hash that a model knows the feature by.
    #[inline]
    pub(super) fn hash(self) -> u64 {
        /// Hashes a few small numbers under a namespace.
        const fn small(space: u64, a: u64, b: u64) -> u64 {
            hash_pair(hash_pair(space.wrapping_mul(0xD6E8_FEB8_6659_FD93), a), b)
        }
        match self {
            Self::Word(word) => hash(1, word.as_bytes()),
            Self::Pair(first, second) => hash_pair(hash(FIRST, first.as_bytes()), hash(SECOND, second.as_bytes())),
            Self::Gram(gram) => hash(GRAM, gram.as_bytes()),
            Self::Emoji(c) => small(5, c as u64, 0),
            Self::Number(digits) => small(6, u64::from(digits), 0),
            Self::Concept(concept, times) => small(7, concept as u64, u64::from(times)),
            Self::Together(a, b) => small(8, a as u64, b as u64),
            Self::Near(a, b) => small(9, a as u64, b as u64),
            Self::Breadth(family, steps) => small(10, u64::from(family), u64::from(steps)),
            Self::WithLink(concept) => small(11, concept as u64, 0),
            Self::Links(count) => small(12, u64::from(count), 0),
            Self::LinkForm(form) => small(13, form as u64, 0),
            Self::Host(kind) => small(14, kind as u64, 0),
            Self::Domain(domain) => hash(15, domain.as_bytes()),
            Self::LinkWord(word) => hash(16, word.as_bytes()),
            Self::LinkTrait(of) => small(17, of as u64, 0),
            Self::Contact(contact) => small(18, contact as u64, 0),
            Self::Shape(shape, step) => small(19, shape as u64, u64::from(step)),
            Self::Disguise(disguise) => small(20, disguise as u64, 0),
        }
    }

    /// Whether it is told from the words of one language, rather than from signs that all languages share.
    #[inline]
    pub(super) const fn is_lexical(self) -> bool {
        matches!(self, Self::Word(_) | Self::Pair(..) | Self::Gram(_) | Self::LinkWord(_) | Self::Domain(_))
    }
}

impl fmt::Display for Feature<'_> {
    /// In words, as a reason shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Word(word) => write!(f, "the word “{word}”"),
            Self::Pair(first, second) => write!(f, "the words “{first} {second}”"),
            Self::Gram(gram) => write!(f, "the letters “{}”", gram.replace(['<', '>'], "·")),
            Self::Emoji(c) => write!(f, "the emoji {c}"),
            Self::Number(digits) => write!(f, "a number of {digits} digits"),
            Self::Concept(concept, 1) => f.write_str(concept.in_words()),
            Self::Concept(concept, _) => write!(f, "{}, more than once", concept.in_words()),
            Self::Together(a, b) => write!(f, "{}, and {}", a.in_words(), b.in_words()),
            Self::Near(a, b) => write!(f, "{}, next to: {}", a.in_words(), b.in_words()),
            Self::Breadth(false, steps) => write!(f, "{steps} different themes of advertising"),
            Self::Breadth(true, steps) => write!(f, "{steps} different kinds of harsh words"),
            Self::WithLink(concept) => write!(f, "{}, with a link", concept.in_words()),
            Self::Links(1) => f.write_str("a link"),
            Self::Links(2) => f.write_str("two links"),
            Self::Links(_) => f.write_str("many links"),
            Self::LinkForm(Form::Scheme) => f.write_str("a full link"),
            Self::LinkForm(Form::Www) => f.write_str("a link with www."),
            Self::LinkForm(Form::Bare) => f.write_str("the bare name of a site"),
            Self::LinkForm(Form::Broken) => f.write_str("a link torn apart or masked"),
            Self::Host(HostKind::Shortener) => f.write_str("link to a shortener"),
            Self::Host(HostKind::Messenger) => f.write_str("link into a messenger"),
            Self::Host(HostKind::Address) => f.write_str("link to a bare network address"),
            Self::Host(HostKind::Plain) => f.write_str("link to a site"),
            Self::Domain(domain) => write!(f, "link into .{domain}"),
            Self::LinkWord(word) => write!(f, "“{word}” in a link"),
            Self::LinkTrait(of) => f.write_str(match of {
                LinkTrait::Query => "a link with parameters",
                LinkTrait::BareHost => "a link to a home page",
                LinkTrait::Hyphen => "a hyphen in a link's host",
                LinkTrait::Digit => "a digit in a link's host",
                LinkTrait::Deep => "a link into a subdomain",
                LinkTrait::Punycode => "an encoded host name",
                LinkTrait::Download => "a link to a program or archive",
                LinkTrait::First => "begins with a link",
                LinkTrait::Last => "ends with a link",
                LinkTrait::Alone => "nothing but a link",
                LinkTrait::Anchor => "a link hidden behind words",
                LinkTrait::Repeated => "the same link again",
            }),
            Self::Contact(contact) => f.write_str(match contact {
                Contact::Phone => "a telephone number",
                Contact::Mail => "an e-mail address",
                Contact::Mention => "names a user",
                Contact::Mentions => "names several users",
                Contact::Hashtag => "a hashtag",
                Contact::Hashtags => "many hashtags",
                Contact::Currency => "a sum of money",
                Contact::Currencies => "several sums of money",
                Contact::Percent => "a percentage",
                Contact::Wallet => "a wallet address",
                Contact::LongNumber => "a long number",
                Contact::Named => "names whom to write to",
            }),
            Self::Shape(shape, step) => match shape {
                Shape::Length => write!(f, "length: {} words and more", (1u32 << step) >> 1),
                Shape::Lines => write!(f, "number of lines (step {step})"),
                Shape::Capitals => write!(f, "share of capitals (step {step} of 5)"),
                Shape::Shouted => write!(f, "words in capitals (step {step} of 3)"),
                Shape::Digits => write!(f, "share of digits (step {step} of 3)"),
                Shape::Exclamations => write!(f, "exclamation marks (step {step} of 3)"),
                Shape::Questions => write!(f, "question marks (step {step} of 2)"),
                Shape::Emoji => write!(f, "number of emoji (step {step} of 4)"),
                Shape::Variety => write!(f, "words repeated (step {step} of 3)"),
                Shape::Repeats => write!(f, "one word again and again (step {step})"),
                Shape::Elongated => f.write_str("letters drawn out"),
                Shape::Quotes => f.write_str("quotation marks"),
                Shape::EmojiKinds => write!(f, "different emoji (step {step})"),
                Shape::Wordless => f.write_str("no words at all"),
            },
            Self::Disguise(disguise) => f.write_str(disguise.in_words()),
        }
    }
}

/// Sends every feature of `reading` to `sink`.
pub(super) fn extract<'t>(reading: &'t Reading, lexicon: &Lexicon, scanner: &mut Scanner, sink: &mut impl Sink<'t>) {
    let hits = scanner.scan(lexicon, reading);
    words::extract(reading, sink);
    let spoken = speech::extract(reading, hits, sink);
    links::extract(reading, spoken, sink);
    contact::extract(reading, spoken, sink);
    shape::extract(reading, sink);
    disguise::extract(reading, sink);
}
