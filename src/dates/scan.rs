//! Finds and reads date wordings.
//!
//! Nearly every date holds a digit, so the text is searched for digits; at each, the words just before it are
//! taken in if they can belong to a date, and from there items (a day of the week, a month's name, a number, a
//! clock, a zone) are gathered into the slots of one date as long as the next item finds its slot empty. The
//! longest row of items that makes a date wins. So any order of the parts is read with one set of rules,
//! whatever the language, and a text without digits costs one pass over its bytes.

use crate::dates::relative::{Relative, Unit};
use crate::dates::token::{Kind, Token, Tokens};
use crate::dates::when::{days_in_month, weekday};
use crate::dates::words::{Adverbs, Role, Sense};
use crate::dates::{Clock, Found, Hints, Order, Time, When, Zone};
use crate::language::{Lang, LangSet, digit, each_word, is_single, is_unspaced, is_word_char};

/// Texts up to this many bytes are searched whole for wordings without a digit.
const SHORT: usize = 400;
/// How far from either end a longer text is searched for them.
const EDGE: usize = 200;
/// "today" alone is a time only in a text of at most so many bytes.
const LONE: usize = 48;
/// How far before a number its words may begin.
const REACH: usize = 96;
/// Most items, words and signs of one date.
const STEPS: usize = 24;

/// Iterator over the dates of a text.
pub(super) struct Scanner<'t> {
    tokens: Tokens<'t>,
    hints: Hints,
    /// Everything before it is done with.
    at: usize,
    /// Everything before it is searched for wordings without a digit.
    words_at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, hints: Hints) -> Self {
        Self { tokens: Tokens::new(text), hints, at: 0, words_at: 0 }
    }

    /// The next digit at or after `from`.
    fn next_digit(&self, from: usize) -> Option<usize> {
        let bytes = self.tokens.text().as_bytes();
        let mut at = from;
        loop {
            at += bytes[at..].iter().position(|&byte| MAY_BE_DIGIT[byte as usize])?;
            if bytes[at].is_ascii_digit() {
                return Some(at);
            }
            // The first byte of a char that could be a digit of another script.
            let c = self.tokens.text()[at..].chars().next()?;
            if digit(c).is_some() {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }

    /// The next word before `to` that may open a wording without a digit.
    fn next_adverb(&mut self, to: usize) -> Option<usize> {
        let text = self.tokens.text();
        self.words_at = self.words_at.max(self.at);
        if text.len() <= SHORT {
            return self.adverb_until(to);
        }
        let tail = ceil_char_boundary(text, text.len() - EDGE);
        let head = ceil_char_boundary(text, EDGE);
        if self.words_at < head
            && let Some(at) = self.adverb_until(to.min(head))
        {
            return Some(at);
        }
        self.words_at = self.words_at.max(tail.min(to));
        self.adverb_until(to)
    }

    /// As `next_adverb`, without regard to the length of the text.
    fn adverb_until(&mut self, to: usize) -> Option<usize> {
        let from = self.words_at;
        let text = self.tokens.text().get(from..to)?;
        let adverbs = self.tokens.words().adverbs();
        // The word before: its bits, its hash, where it begins and ends; and where the "about" before that begins.
        let (mut bits, mut hash, mut start, mut end, mut about) = (0, 0, 0, 0, None);
        let mut found = None;
        each_word(text, |word| {
            if word.is_number() {
                (bits, hash, about) = (0, 0, None);
                return true;
            }
            let (own, pair) = adverbs.bits(hash, word.hash);
            let opens_before = pair & (Adverbs::ALONE | Adverbs::PRE) != 0
                || bits & Adverbs::PRE != 0 && own & Adverbs::AMOUNT != 0
                || bits & Adverbs::ONE != 0 && own & Adverbs::UNIT != 0
                || bits & Adverbs::UNIT != 0 && (own | pair) & Adverbs::POST != 0;
            if opens_before {
                found = Some((about.unwrap_or(start), end));
            } else if own & Adverbs::ALONE != 0 {
                found = Some((word.start, word.end));
            }
            about = if bits & Adverbs::ABOUT != 0 { about.or(Some(start)) } else { None };
            (bits, hash, start, end) = (own, word.hash, word.start, word.end);
            found.is_none()
        });
        let (start, end) = found?;
        self.words_at = from + end as usize;
        Some(from + start as usize)
    }
}

/// ASCII digits, and first bytes of digits of other scripts.
static MAY_BE_DIGIT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'0';
    while byte <= b'9' {
        table[byte as usize] = true;
        byte += 1;
    }
    table[0xd9] = true;
    table[0xdb] = true;
    table[0xe0] = true;
    table[0xe1] = true;
    table[0xef] = true;
    table
};

impl Iterator for Scanner<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let text = self.tokens.text();
        if self.hints.bare && self.at == 0 && self.words_at == 0 {
            // "Friday": nothing below would look at it.
            self.tokens.restart(0);
            if let Some(found) = Reader::new(&mut self.tokens, self.hints).date(0) {
                self.at = found.range.end;
                return Some(found);
            }
        }
        loop {
            let number = self.next_digit(self.at);
            while let Some(word) = self.next_adverb(number.unwrap_or(text.len())) {
                self.tokens.restart(word);
                if let Some(found) = Reader::new(&mut self.tokens, self.hints).relative(0) {
                    self.at = found.range.end;
                    return Some(found);
                }
            }
            let number = number?;
            let floor = ceil_char_boundary(text, number.saturating_sub(REACH).max(self.at));
            let begin = self.tokens.begin(number, floor);
            self.tokens.restart(begin);
            let mut index = 0;
            let mut end = number + 1;
            while let Some(token) = self.tokens.get(index).filter(|token| token.start <= number) {
                end = token.end.max(end);
                if let Some(found) = Reader::new(&mut self.tokens, self.hints).date(index) {
                    self.at = found.range.end;
                    return Some(found);
                }
                index += 1;
            }
            self.at = ceil_char_boundary(text, end);
        }
    }
}

/// The first place at or after `at` where a char begins.
fn ceil_char_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// The slots of one date.
#[derive(Clone, Copy, Default)]
struct Parts {
    year: Option<i16>,
    month: Option<u8>,
    day: Option<u8>,
    weekday: Option<u8>,
    /// "today", "yesterday".
    back: Option<u8>,
    clock: Option<Clock>,
    /// The clock said am or pm.
    half: bool,
    zone: Option<Zone>,
    /// A zone was named, be its offset known or not.
    zoned: bool,
    numeric: Option<Numeric>,
    /// An era was named: the number of the year is to be added to it.
    era: Option<i16>,
    /// The month is a name that is also an everyday word or a fragment of one.
    weak: bool,
    /// A word is certain to belong to these languages; empty: none seen.
    langs: LangSet,
}

/// What slots amount to, with [`Found::numeric`].
type Made = (Time, Option<(u8, u8, Order)>);

/// A date in numbers, before it is known which is the day.
#[derive(Clone, Copy)]
struct Numeric {
    values: [u32; 3],
    digits: [u8; 3],
    sign: char,
}

/// What stands to the left of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Nothing that speaks against a date.
    Free,
    /// A letter: the dump lost a blank, or it is no date.
    Letter,
    /// A digit, a sign of a price or of a longer number.
    Taken,
}

struct Reader<'s, 't> {
    tokens: &'s mut Tokens<'t>,
    hints: Hints,
}

impl<'s, 't> Reader<'s, 't> {
    fn new(tokens: &'s mut Tokens<'t>, hints: Hints) -> Self {
        Self { tokens, hints }
    }

    /// The sense of a word in a role, with preference for the hinted language and those of the words before.
    fn sense<T>(&mut self, index: usize, langs: LangSet, role: impl Fn(Role) -> Option<T>) -> Option<(T, Sense)> {
        let mut best: Option<(T, Sense, u8)> = None;
        for sense in self.tokens.senses(index) {
            if let Some(value) = role(sense.role) {
                let hinted = self.hints.language.is_some_and(|lang| sense.langs.contains(lang));
                let rank = u8::from(hinted) + 2 * u8::from(!sense.langs.and(langs).is_empty());
                if best.as_ref().is_none_or(|&(_, _, known)| rank > known) {
                    best = Some((value, sense, rank));
                }
            }
        }
        best.map(|(value, sense, _)| (value, sense))
    }

    /// Whether a date may begin with the token: it does not stand inside a longer number or a price. Where a letter
    /// touches it, only a date that leaves no doubt may.
    fn left(&mut self, index: usize) -> Left {
        let Some(token) = self.tokens.get(index) else { return Left::Taken };
        let mut before = self.tokens.text()[..token.start].chars().rev();
        let Some(last) = before.next() else { return Left::Free };
        let free = match last {
            '#' | '$' | '€' | '£' | '¥' | '₽' | '=' | '&' | '_' | '%' | '\\' | '+' => false,
            '.' | ',' | ':' => before.next().is_none_or(|c| digit(c).is_none()),
            '-' | '/' | '−' => before.next().is_none_or(|c| !is_word_char(c)),
            c if digit(c).is_some() => false,
            c if is_word_char(c) && !is_single(c) => return Left::Letter,
            _ => true,
        };
        if free { Left::Free } else { Left::Taken }
    }

    /// Whether no letter, digit or sign that would make it something else follows the token.
    fn free_right(&mut self, index: usize) -> bool {
        let Some(token) = self.tokens.get(index) else { return true };
        let mut after = self.tokens.text()[token.end..].chars();
        let Some(next) = after.next() else { return true };
        match next {
            '%' | '€' | '$' | '£' | '₽' => false,
            '.' | ',' | '/' | '-' => after.next().is_none_or(|c| digit(c).is_none()),
            ':' => true,
            c => !is_word_char(c) || is_unspaced(c) || is_single(c) || c == 'T' || c == 't',
        }
    }

    /// The date that begins with this token.
    fn date(&mut self, start: usize) -> Option<Found> {
        let left = self.left(start);
        if left == Left::Taken {
            return None;
        }
        if left == Left::Free
            && let Some(found) = self.relative(start)
        {
            return Some(found);
        }
        let mut parts = Parts::default();
        let mut at = self.item(start, &mut parts)?;
        let mut best = self.accept(&parts).map(|made| (at, made));
        let (mut signs, mut words, mut open, mut lines) = (0, 0, false, 0);
        for _ in 0..STEPS {
            let Some(token) = self.tokens.get(at) else { break };
            if token.spaced {
                lines += self.tokens.text()[self.tokens.get(at - 1).map_or(0, |last| last.end)..token.start]
                    .matches('\n')
                    .count();
            }
            if lines > 1 {
                break;
            }
            if let Some(next) = self.item(at, &mut parts) {
                at = next;
                (signs, words) = (0, 0);
                if open && (self.tokens.is(at, ')') || self.tokens.is(at, '）')) {
                    at += 1;
                    open = false;
                }
                if let Some(made) = self.accept(&parts) {
                    best = Some((at, made));
                }
                continue;
            }
            match token.kind {
                Kind::Punct(
                    ',' | '.' | '-' | '–' | '—' | '/' | '|' | '•' | '·' | '@' | '»' | '~' | ':' | ';' | '、' | '،'
                    | '[' | ']' | ')' | '）' | '°' | 'º' | 'ª' | '\'' | '’',
                ) if signs < 3 => {
                    signs += 1;
                }
                Kind::Punct('(' | '（') if signs < 3 => {
                    signs += 1;
                    open = true;
                }
                Kind::Word { .. } if words < 3 && (self.links(at) || self.iso_t(at)) => words += 1,
                _ => break,
            }
            at += 1;
        }
        let (end, (time, numeric)) = best?;
        if left == Left::Letter
            && !(matches!(time, Time::Absolute(When { day: Some(_), .. }))
                && (parts.numeric.is_none() || parts.clock.is_some()))
        {
            return None;
        }
        let range = self.tokens.get(start)?.start..self.tokens.get(end - 1)?.end;
        if Self::stands_alone_only(&time) && self.tokens.text().trim().len() != range.len() {
            return None;
        }
        Some(Found { range, time, numeric })
    }

    /// Times that count only as the whole text.
    fn stands_alone_only(time: &Time) -> bool {
        match time {
            Time::Absolute(when) => when.month.is_none(),
            Time::Relative(relative) => matches!(relative, Relative::Clock(_) | Relative::Weekday { clock: None, .. }),
        }
    }

    /// The token as it stands.
    fn text_of(&mut self, index: usize) -> &'t str {
        let text = self.tokens.text();
        self.tokens.get(index).map_or("", |token| &text[token.start..token.end])
    }

    /// Whether the word may stand between two parts of a date.
    fn links(&mut self, index: usize) -> bool {
        self.tokens.has(index, |role| matches!(role, Role::At | Role::Of | Role::Nth | Role::Ymd(0)))
    }

    /// The `T` of ISO 8601.
    fn iso_t(&mut self, index: usize) -> bool {
        self.tokens
            .get(index)
            .is_some_and(|token| !token.spaced && matches!(&self.tokens.text()[token.start..token.end], "T" | "t"))
            && self.tokens.number(index + 1).is_some()
            && self.tokens.glued(index + 1)
    }

    /// Reads one part of a date into its slot; the token after it, or `None` where there is no such part or its slot is taken.
    fn item(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
        match self.tokens.get(at)?.kind {
            Kind::Number { value, digits } => self.number(at, value, digits, parts),
            Kind::Word { capital, .. } => self.word(at, capital, parts),
            Kind::Punct('\'' | '’') if parts.month.is_some() && parts.year.is_none() => {
                let (year, 2) = self.tokens.number(at + 1)? else { return None };
                parts.year = Some(full_year(year));
                Some(at + 2)
            }
            Kind::Punct('+' | '-' | '−') if parts.clock.is_some() && !parts.zoned => {
                let (offset, next) = self.offset(at)?;
                (parts.zone, parts.zoned) = (Some(offset), true);
                Some(next)
            }
            Kind::Punct(_) => None,
        }
    }

    fn number(&mut self, at: usize, value: u32, digits: u8, parts: &mut Parts) -> Option<usize> {
        if let Some(next) = self.numeric(at, parts) {
            return Some(next);
        }
        if let Some(next) = self.marked(at, value, digits, parts) {
            return Some(next);
        }
        if parts.clock.is_none()
            && let Some(next) = self.clock(at, None, parts)
        {
            return Some(next);
        }
        if parts.numeric.is_some() {
            return None;
        }
        if digits == 4 {
            return self.year(at, value, parts);
        }
        if digits > 2 {
            return None;
        }
        // Two digits after day and month, joined to them: 14-Jun-20.
        if digits == 2
            && parts.month.is_some()
            && parts.day.is_some()
            && parts.year.is_none()
            && parts.numeric.is_none()
        {
            let joined = at > 0
                && self.tokens.glued(at)
                && (self.tokens.is(at - 1, '-') || self.tokens.is(at - 1, '/') || self.tokens.is(at - 1, '.'));
            let closes = self.tokens.get(at + 1).is_none() || self.clock_follows(at + 1);
            if (joined || closes) && self.free_right(at) {
                parts.year = Some(if self.thai(parts) { (value as i16) + 2500 - 543 } else { full_year(value) });
                return Some(at + 1);
            }
        }
        self.day(at, value, parts)
    }

    /// Whether a clock stands here, past signs and linking words.
    fn clock_follows(&mut self, mut at: usize) -> bool {
        for _ in 0..3 {
            if self.clock(at, None, &mut Parts { day: Some(1), month: Some(1), ..Parts::default() }).is_some() {
                return true;
            }
            if !(self.links(at) || self.tokens.is(at, ',')) {
                return false;
            }
            at += 1;
        }
        false
    }

    fn thai(&self, parts: &Parts) -> bool {
        const TH: Lang = Lang::of("th");
        parts.langs.contains(TH) || (parts.langs.is_empty() && self.hints.language == Some(TH))
    }

    fn year(&mut self, at: usize, value: u32, parts: &mut Parts) -> Option<usize> {
        if parts.year.is_some() || !self.free_right_or_ending(at) {
            return None;
        }
        let year = gregorian(value)?;
        if parts.month.is_none() && !self.bare_start(at) && !self.month_follows(at + 1, true) {
            return None;
        }
        parts.year = Some(year);
        // Basque writes 2020(e)ko.
        let mut next = at + 1;
        if self.tokens.is(next, '(')
            && self.tokens.glued(next)
            && self.tokens.is(next + 2, ')')
            && self.tokens.glued(next + 1)
        {
            next += 3;
        }
        if self.tokens.glued(next) && self.tokens.has(next, |role| role == Role::Nth) {
            next += 1;
        }
        Some(next)
    }

    /// As `free_right`, or an ending of the year ("2020ko", "2020-го") follows.
    fn free_right_or_ending(&mut self, at: usize) -> bool {
        self.free_right(at) || self.tokens.has(at + 1, |role| matches!(role, Role::Nth | Role::Ymd(0)))
    }

    fn bare_start(&mut self, at: usize) -> bool {
        self.hints.bare && self.tokens.get(at).is_some_and(|token| self.tokens.text()[..token.start].trim().is_empty())
    }

    /// Whether a month's name follows, past signs and linking words and, where `day`, the number of a day.
    fn month_follows(&mut self, mut at: usize, mut day: bool) -> bool {
        for _ in 0..6 {
            if self.tokens.has(at, |role| matches!(role, Role::Month(_) | Role::MonthPre)) {
                return true;
            }
            // 2020 оны 6 сарын 14: a number with its mark.
            if let Some((_, digits)) = self.tokens.number(at) {
                if self.tokens.has(at + 1, |role| role == Role::Ymd(1)) {
                    return true;
                }
                if !day || digits > 2 {
                    return false;
                }
                day = false;
                at += 1;
                continue;
            }
            let passes = match self.tokens.get(at).map(|token| token.kind) {
                Some(Kind::Punct(',' | '.' | '-' | '–' | '/' | 'º' | 'ª' | '°' | '(' | ')' | ':' | '\'' | '’')) => {
                    true
                }
                Some(Kind::Word { .. }) => {
                    self.tokens.has(at, |role| {
                        matches!(role, Role::Of | Role::Nth | Role::At | Role::Ymd(_) | Role::Weekday(_))
                    }) || self.ordinal_e(at)
                }
                _ => false,
            };
            if !passes {
                return false;
            }
            at += 1;
        }
        false
    }

    /// The `e` of Basque `2020(e)ko`.
    fn ordinal_e(&mut self, at: usize) -> bool {
        at > 0 && self.tokens.is(at - 1, '(') && self.tokens.is(at + 1, ')')
    }

    fn day(&mut self, at: usize, value: u32, parts: &mut Parts) -> Option<usize> {
        if parts.day.is_some() || !(1..=31).contains(&value) {
            return None;
        }
        let mut next = at + 1;
        let glued_word =
            self.tokens.glued(next) && matches!(self.tokens.get(next).map(|token| token.kind), Some(Kind::Word { .. }));
        if glued_word {
            if !self.tokens.has(next, |role| matches!(role, Role::Nth | Role::Month(_))) {
                return None;
            }
            if self.tokens.has(next, |role| role == Role::Nth) {
                next += 1;
            }
        } else if parts.month.is_some() && !self.free_right(at) && !self.joined_year(at) {
            return None;
        }
        if parts.month.is_none() && (!self.month_follows(next, false) || self.american_follows(next)) {
            return None;
        }
        // "June 5 comments" and "June 5:30": the number must not belong to what follows.
        if parts.month.is_some() && self.tokens.is(next, ':') && self.tokens.number(next + 1).is_some() {
            return None;
        }
        parts.day = Some(value as u8);
        Some(next)
    }

    /// "3, Oct 30, 2014": the number before is none of the date's.
    fn american_follows(&mut self, mut at: usize) -> bool {
        for _ in 0..3 {
            if self.tokens.has(at, |role| matches!(role, Role::Month(_))) {
                let day = if self.tokens.is(at + 1, '.') { at + 2 } else { at + 1 };
                let year = if self.tokens.is(day + 1, ',') { day + 2 } else { day + 1 };
                return matches!(self.tokens.number(day), Some((1..=31, 1 | 2)))
                    && matches!(self.tokens.number(year), Some((1500..=2199, 4)));
            }
            at += 1;
        }
        false
    }

    /// Jun-14-2020.
    fn joined_year(&mut self, at: usize) -> bool {
        (self.tokens.is(at + 1, '-')
            || self.tokens.is(at + 1, '/')
            || self.tokens.is(at + 1, '.')
            || self.tokens.is(at + 1, ','))
            && matches!(self.tokens.number(at + 2), Some((_, 4 | 2)))
    }

    /// 14/06/2020, 2020-06-14, 14. 6. 20, and with a clock after it 14.6. or 06-14.
    fn numeric(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
        if parts.numeric.is_some() || parts.month.is_some() || parts.day.is_some() || parts.year.is_some() {
            return None;
        }
        let mut numeric = Numeric { values: [0; 3], digits: [0; 3], sign: ' ' };
        let mut next = at;
        for place in 0..3 {
            let Some((value, digits)) = self.tokens.number(next) else { return self.two_numbers(at, parts) };
            if digits == 3 || digits > 4 || (digits == 4 && place == 1) {
                return None;
            }
            numeric.values[place] = value;
            numeric.digits[place] = digits;
            next += 1;
            if place == 2 {
                break;
            }
            let Some(Token { kind: Kind::Punct(sign), spaced, .. }) = self.tokens.get(next) else {
                return self.two_numbers(at, parts);
            };
            let sign = match sign {
                '.' | '/' | '-' => sign,
                '‐' | '‑' | '–' | '−' => '-',
                '／' => '/',
                '．' => '.',
                _ => return None,
            };
            if place > 0 && sign != numeric.sign {
                return None;
            }
            numeric.sign = sign;
            next += 1;
            let gap = !self.tokens.glued(next);
            // "14. 6. 2020" is common, "14 / 06 / 2020" rare, "14 - 06" is no date.
            if (spaced && (sign != '/' || !gap)) || (gap && sign == '-') {
                return None;
            }
            if gap && sign == '.' && self.tokens.number(next).is_none() {
                return self.two_numbers(at, parts);
            }
        }
        let last = next - 1;
        if self.tokens.is(next, ':') && self.tokens.number(next + 1).is_some() && self.tokens.glued(next) {
            // 10.2. 19:34: the third number is the hour.
            return self.two_numbers(at, parts);
        }
        if !self.free_right(last) && !self.tokens.has(next, |role| matches!(role, Role::Ymd(0) | Role::Nth)) {
            return None;
        }
        let tight = numeric.digits[0] == 2 && numeric.digits[1] == 2 && numeric.digits[2] == 2;
        if !numeric.digits.contains(&4) {
            let year_place_ok = numeric.digits[2] == 2 || numeric.digits[0] == 2;
            let dotted_ok = numeric.sign != '.'
                || tight
                || self.hints.language.is_some_and(dots_dates)
                || self.hints.order.is_some();
            if !year_place_ok || !dotted_ok || (numeric.sign == '-' && !tight) {
                return None;
            }
        }
        parts.numeric = Some(numeric);
        if resolve_numeric(&numeric, parts, self.hints).is_none() {
            parts.numeric = None;
            return None;
        }
        // "14.06.2020 г.", "2020. 06. 14."
        if self.tokens.has(next, |role| role == Role::Ymd(0)) {
            next += 1;
            if self.tokens.is(next, '.') && self.tokens.glued(next) {
                next += 1;
            }
        }
        Some(next)
    }

    /// Day and month in numbers, which only a clock after them makes a date.
    fn two_numbers(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
        let (first, 1 | 2) = self.tokens.number(at)? else { return None };
        let Some(Token { kind: Kind::Punct(sign @ ('.' | '/' | '-')), spaced: false, .. }) = self.tokens.get(at + 1)
        else {
            return None;
        };
        let (second, digits @ (1 | 2)) = self.tokens.number(at + 2)? else { return None };
        let mut next = at + 3;
        let dot = self.tokens.is(next, '.');
        if dot {
            next += 1;
        }
        if (sign == '.' && !dot)
            || (sign != '.' && (dot || digits == 1 || !self.tokens.glued(at + 2)))
            || self.tokens.glued(next) && !self.tokens.is(next, ',')
        {
            return None;
        }
        if !self.clock_follows(next) {
            return None;
        }
        let numeric = Numeric { values: [first, second, 0], digits: [1, 1, 0], sign };
        let order = two_number_order(&numeric, self.hints);
        let (day, month) = if order == Order::Dmy { (first, second) } else { (second, first) };
        if !(1..=12).contains(&month) || day == 0 || day > 31 {
            return None;
        }
        parts.day = Some(day as u8);
        parts.month = Some(month as u8);
        Some(next)
    }

    /// A number with its mark: 2020年, 6월, 14日, 2020 г., 7時.
    fn marked(&mut self, at: usize, value: u32, digits: u8, parts: &mut Parts) -> Option<usize> {
        let (place, sense) =
            self.sense(at + 1, parts.langs, |role| if let Role::Ymd(place) = role { Some(place) } else { None })?;
        let next = at + 2;
        match place {
            0 if parts.year.is_none() => {
                let year = match (parts.era, digits) {
                    (Some(era), 1..=4) => {
                        i16::try_from(i32::from(era) + value as i32).ok().filter(|year| (1800..2200).contains(year))?
                    }
                    (None, 4) => gregorian(value)?,
                    (None, 2) if self.tokens.has(next + 1, |role| role == Role::Ymd(1)) => full_year(value),
                    _ => return None,
                };
                if parts.month.is_none() && !self.month_follows(next, true) {
                    return None;
                }
                parts.year = Some(year);
            }
            1 if parts.month.is_none() && (1..=12).contains(&value) => {
                // 6月 alone is no date.
                if parts.year.is_none() && self.tokens.number(next).is_none() {
                    return None;
                }
                parts.month = Some(value as u8);
            }
            2 if parts.day.is_none() && parts.month.is_some() && (1..=31).contains(&value) => {
                parts.day = Some(value as u8);
            }
            _ => return None,
        }
        parts.langs = parts.langs.or(sense.langs);
        Some(
            if place == 0 && self.tokens.is(next, '.') && self.tokens.glued(next) && self.tokens.get(next + 1).is_none()
            {
                next + 1
            } else {
                next
            },
        )
    }

    /// A time of day: 19:41, 7:41:03 pm, 19h41, 19.41 after a date, 午後7時41分. `half`: am or pm said before it.
    fn clock(&mut self, at: usize, half: Option<bool>, parts: &mut Parts) -> Option<usize> {
        let (hour, 1 | 2) = self.tokens.number(at)? else { return None };
        if hour > 24 {
            return None;
        }
        let dated = parts.numeric.is_some() || parts.day.is_some() || parts.back.is_some() || parts.weekday.is_some();
        let (mut minute, mut second, mut next) = (0, None, at + 1);
        let two = |reader: &mut Self, index: usize| match reader.tokens.number(index) {
            Some((value @ 0..=59, 2)) => Some(value as u8),
            _ => None,
        };
        let mut marked = false;
        if self.tokens.is(next, ':') || self.tokens.is(next, '：') {
            if !dated && (!self.tokens.glued(next) || !self.tokens.glued(next + 1)) {
                return None;
            }
            minute = two(self, next + 1)?;
            next += 2;
            if (self.tokens.is(next, ':') || self.tokens.is(next, '：')) && two(self, next + 1).is_some() {
                second = two(self, next + 1);
                next += 2;
                if self.tokens.is(next, '.')
                    && self.tokens.glued(next)
                    && self.tokens.glued(next + 1)
                    && self.tokens.number(next + 1).is_some()
                {
                    next += 2;
                }
            } else if self.tokens.is(next, ':') && self.tokens.number(next + 1).is_some() {
                return None;
            }
        } else if self.tokens.has(next, |role| role == Role::Hms(0)) {
            marked = true;
            next += 1;
            if let Some((value @ 0..=59, _)) = self.tokens.number(next)
                && self.tokens.has(next + 1, |role| role == Role::Hms(1))
            {
                minute = value as u8;
                next += 2;
                if let Some((value @ 0..=59, _)) = self.tokens.number(next)
                    && self.tokens.has(next + 1, |role| role == Role::Hms(2))
                {
                    second = Some(value as u8);
                    next += 2;
                }
            }
        } else if self.tokens.has(next, |role| role == Role::Hour)
            && !self.tokens.has(next, |role| matches!(role, Role::Am | Role::Pm))
        {
            next += 1;
            if let Some(value) = two(self, next) {
                minute = value;
                next += 1;
                if self.tokens.has(next, |role| role == Role::Minute) {
                    next += 1;
                }
                marked = true;
            } else if !dated {
                return None;
            }
        } else if dated
            && self.tokens.is(next, '.')
            && self.tokens.glued(next)
            && self.tokens.glued(next + 1)
            && two(self, next + 1).is_some()
            && self.free_right(next + 1)
            && parts.has_date()
        {
            minute = two(self, next + 1)?;
            next += 2;
        } else if half.is_none()
            && !(self.tokens.has(next, |role| matches!(role, Role::Am | Role::Pm))
                && (1..=12).contains(&hour)
                && self.is_half(next, hour, parts))
        {
            return None;
        }
        if hour == 24 && minute > 0 {
            return None;
        }
        if !marked
            && self.tokens.has(next, |role| role == Role::Hour)
            && !self.tokens.has(next, |role| matches!(role, Role::Am | Role::Pm))
        {
            next += 1;
        }
        let mut half = half;
        if half.is_none() && self.is_half(next, hour, parts) {
            half = Some(self.tokens.has(next, |role| role == Role::Pm));
            next += 1;
            if self.tokens.is(next, '.') && self.tokens.glued(next) && self.tokens.get(next + 1).is_none() {
                next += 1;
            }
        }
        let hour = match half {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour % 24,
        };
        parts.half = half.is_some();
        parts.clock = Some(Clock { hour: hour as u8, minute, second });
        Some(next)
    }

    /// Whether am or pm stands here; the German "am" (on the) is neither.
    fn is_half(&mut self, at: usize, hour: u32, parts: &Parts) -> bool {
        const DE: Lang = Lang::of("de");
        if !self.tokens.has(at, |role| matches!(role, Role::Am | Role::Pm)) {
            return false;
        }
        let german = self.tokens.has(at, |role| role == Role::At)
            && !parts.has_date()
            && (self.hints.language == Some(DE)
                || (parts.langs.contains(DE) && !parts.langs.contains(Lang::EN))
                || hour > 12);
        !german
    }

    fn word(&mut self, at: usize, capital: bool, parts: &mut Parts) -> Option<usize> {
        if self.tokens.senses(at).next().is_none() {
            return self.bracketed_weekday(at, parts);
        }
        let next_is_number = self.tokens.number(at + 1).is_some()
            || (self.tokens.is(at + 1, '.') && self.tokens.number(at + 2).is_some());
        let weekday = parts
            .weekday
            .is_none()
            .then(|| self.sense(at, parts.langs, |role| if let Role::Weekday(day) = role { Some(day) } else { None }))
            .flatten();
        let month = (parts.month.is_none() && parts.numeric.is_none())
            .then(|| self.sense(at, parts.langs, |role| if let Role::Month(month) = role { Some(month) } else { None }))
            .flatten();
        if let Some((weekday, sense)) = weekday {
            let text = self.text_of(at);
            let length = text.chars().count();
            let trailing = parts.has_date();
            // A word that is also a month ("mar") is a day of the week if a month follows its number.
            let is_month = month.is_some() && !(next_is_number && self.month_after_number(at + 1));
            let sign = self.tokens.is(at + 1, '.') || self.tokens.is(at + 1, ',');
            let hinted = self.hints.language.is_some_and(|lang| sense.langs.contains(lang));
            let short_ok = match length {
                _ if self.in_brackets(at) || text.chars().any(is_single) => true,
                // Two letters are any word unless a day follows in the same language or after a sign.
                0..=2 => !trailing && (sign || (next_is_number && hinted && !self.clock_follows(at + 1))),
                3 => {
                    trailing && capital
                        || sign
                        || next_is_number
                        || self.tokens.has(at + 1, |role| matches!(role, Role::Month(_)))
                }
                _ => true,
            };
            if !is_month && short_ok {
                parts.weekday = Some(weekday);
                if length > 3 {
                    parts.langs = parts.langs.or(sense.langs);
                }
                let dot = self.tokens.is(at + 1, '.') && self.tokens.glued(at + 1);
                return Some(if dot && self.tokens.get(at + 2).is_some() { at + 2 } else { at + 1 });
            }
        }
        if let Some((month, sense)) = month {
            let text = self.text_of(at);
            let length = text.chars().count();
            let familiar = self.hints.language.is_some_and(|lang| sense.langs.contains(lang));
            parts.weak = !capital
                && ((length <= 3 && !(familiar && matches!(text, "mai" | "maj" | "mei")))
                    || text == "march"
                    || (text == "mars" && !familiar));
            parts.month = Some(month);
            parts.langs = parts.langs.or(sense.langs);
            let dot = self.tokens.is(at + 1, '.') && self.tokens.glued(at + 1) && length <= 5;
            return Some(if dot && self.tokens.get(at + 2).is_some() { at + 2 } else { at + 1 });
        }
        if parts.month.is_none()
            && self.tokens.has(at, |role| role == Role::MonthPre)
            && let Some((month @ 1..=12, 1 | 2)) = self.tokens.number(at + 1)
        {
            parts.month = Some(month as u8);
            parts.langs = parts.langs.or(self.tokens.senses(at).next()?.langs);
            return Some(at + 2);
        }
        if parts.back.is_none()
            && !parts.has_date()
            && let Some((back, sense)) =
                self.sense(at, parts.langs, |role| if let Role::DaysBack(back) = role { Some(back) } else { None })
        {
            // The Hungarian "ma" is another word in most languages.
            let text = self.text_of(at);
            let certain = text.chars().count() > 3
                || text.chars().any(is_single)
                || self.hints.language.is_some_and(|lang| sense.langs.contains(lang));
            if !certain && !self.clock_follows(at + 1) {
                return None;
            }
            parts.back = Some(back);
            parts.langs = parts.langs.or(sense.langs);
            return Some(at + 1);
        }
        if parts.clock.is_none() {
            // 午後 7:41, du. 7:41: said before the clock.
            if let Some((half, sense)) = self.sense(at, parts.langs, |role| match role {
                Role::Am => Some(false),
                Role::Pm => Some(true),
                _ => None,
            }) {
                let clock = if self.tokens.is(at + 1, '.') { at + 2 } else { at + 1 };
                let shaped = self.tokens.is(clock + 1, ':')
                    || self.tokens.is(clock + 1, '：')
                    || self.tokens.has(clock + 1, |role| role == Role::Hms(0));
                if shaped && HALF_FIRST.iter().any(|&lang| sense.langs.contains(lang)) {
                    return self.clock(clock, Some(half), parts);
                }
            }
        } else if !parts.zoned
            && capital
            && let Some((zone, _)) =
                self.sense(at, parts.langs, |role| if let Role::Zone(zone) = role { Some(zone) } else { None })
        {
            let token = self.tokens.get(at)?;
            if self.tokens.text()[token.start..token.end].chars().all(char::is_uppercase) {
                let mut next = at + 1;
                let mut zone = zone.map(Zone);
                if (self.tokens.glued(next) || self.tokens.glued(next + 1))
                    && let Some((offset, end)) = self.offset(next)
                {
                    (zone, next) = (Some(offset), end);
                }
                (parts.zone, parts.zoned) = (zone, true);
                return Some(next);
            }
        }
        if parts.era.is_none()
            && parts.year.is_none()
            && self.tokens.number(at + 1).is_some()
            && let Some((era, _)) =
                self.sense(at, parts.langs, |role| if let Role::Era(era) = role { Some(era) } else { None })
        {
            parts.era = Some(era);
            return Some(at + 1);
        }
        self.bracketed_weekday(at, parts)
    }

    /// "mar 5 mar": whether the number at this place is followed by a month's name.
    fn month_after_number(&mut self, at: usize) -> bool {
        let number = if self.tokens.is(at, '.') { at + 1 } else { at };
        matches!(self.tokens.number(number), Some((_, 1 | 2))) && self.month_follows(number + 1, false)
    }

    fn in_brackets(&mut self, at: usize) -> bool {
        at > 0
            && matches!(self.tokens.get(at - 1).map(|token| token.kind), Some(Kind::Punct('(' | '（' | '[')))
            && matches!(self.tokens.get(at + 1).map(|token| token.kind), Some(Kind::Punct(')' | '）' | ']' | '.')))
    }

    /// 2020/6/14(日), 2020. 6. 14. (일).
    fn bracketed_weekday(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
        if parts.weekday.is_some() || !self.in_brackets(at) {
            return None;
        }
        let token = self.tokens.get(at)?;
        let weekday = match &self.tokens.text()[token.start..token.end] {
            "月" | "一" | "월" => 0,
            "火" | "二" | "화" => 1,
            "水" | "三" | "수" => 2,
            "木" | "四" | "목" => 3,
            "金" | "五" | "금" => 4,
            "土" | "六" | "토" => 5,
            "日" | "일" => 6,
            _ => return None,
        };
        parts.weekday = Some(weekday);
        Some(at + 1)
    }

    /// `+03:00`, `-0500`, `+3`.
    fn offset(&mut self, at: usize) -> Option<(Zone, usize)> {
        let sign = match self.tokens.get(at)?.kind {
            Kind::Punct('+') => 1,
            Kind::Punct('-' | '−') => -1,
            _ => return None,
        };
        if !self.tokens.glued(at + 1) {
            return None;
        }
        let spaced = !self.tokens.glued(at);
        let (value, digits) = self.tokens.number(at + 1)?;
        let (hours, minutes, next) = match digits {
            4 => (value / 100, value % 100, at + 2),
            1 | 2 => match self.tokens.number(at + 3) {
                Some((minutes, 2)) if self.tokens.is(at + 2, ':') => (value, minutes, at + 4),
                _ if spaced => return None,
                _ => (value, 0, at + 2),
            },
            _ => return None,
        };
        (hours <= 14 && minutes <= 59).then(|| (Zone(sign * (hours * 60 + minutes) as i16), next))
    }

    /// What the slots amount to, where they make a date.
    fn accept(&self, parts: &Parts) -> Option<Made> {
        let zone = parts.zone.filter(|_| parts.clock.is_some());
        if let Some(numeric) = parts.numeric {
            let (year, month, day, order) = resolve_numeric(&numeric, parts, self.hints)?;
            let open = (numeric.digits[2] >= 2
                && numeric.digits[0] <= 2
                && numeric.values[0] <= 31
                && numeric.values[1] <= 31)
                .then_some((numeric.values[0] as u8, numeric.values[1] as u8, order));
            return Some((
                Time::Absolute(When { year, month: Some(month), day: Some(day), clock: parts.clock, zone }),
                open,
            ));
        }
        let time = match (parts.year, parts.month, parts.day) {
            (Some(year), Some(month), Some(day)) => {
                if day > days_in_month(year, month) {
                    return None;
                }
                Time::Absolute(When { year, month: Some(month), day: Some(day), clock: parts.clock, zone })
            }
            (Some(year), Some(month), None) if !parts.weak => {
                // A clock belongs to a day.
                if parts.clock.is_some() {
                    return None;
                }
                Time::Absolute(When { year, month: Some(month), day: None, clock: None, zone: None })
            }
            (None, Some(month), Some(day)) if !parts.weak || parts.clock.is_some() || parts.weekday.is_some() => {
                if day > days_in_month(2000, month) {
                    return None;
                }
                Time::Relative(Relative::Yearless { month, day, clock: parts.clock })
            }
            (None, None, None) => match (parts.back, parts.weekday, parts.clock) {
                (Some(back), _, clock @ Some(_)) => Time::Relative(Relative::Days { back, clock }),
                (Some(back), _, None) if self.lone() => Time::Relative(Relative::Days { back, clock: None }),
                (None, Some(weekday), clock @ Some(_)) => Time::Relative(Relative::Weekday { weekday, clock }),
                (None, Some(weekday), None) if self.hints.bare => {
                    Time::Relative(Relative::Weekday { weekday, clock: None })
                }
                (None, None, Some(clock)) if self.hints.bare => Time::Relative(Relative::Clock(clock)),
                _ => return None,
            },
            (Some(year), None, None) if self.hints.bare => {
                Time::Absolute(When { year, month: None, day: None, clock: None, zone: None })
            }
            _ => return None,
        };
        Some((time, None))
    }

    /// Whether the text is short enough for "today" alone to be a time line.
    fn lone(&self) -> bool {
        self.hints.bare || self.tokens.text().len() <= LONE
    }

    /// The relative wording that begins with this token: "vor 3 Stunden", "3 hours ago", "yesterday", "just now".
    fn relative(&mut self, start: usize) -> Option<Found> {
        let first = self.tokens.get(start)?;
        let mut at = start;
        let (mut before, mut ago, mut closing) = (LangSet::default(), false, false);
        if let Kind::Word { id, .. } = first.kind {
            id?;
            if let Some(((), sense)) = self.sense(at, LangSet::default(), |role| (role == Role::Now).then_some(())) {
                let text = &self.tokens.text()[first.start..first.end];
                let spoken = text.contains(char::is_whitespace)
                    || text.chars().count() > 4
                    || text.chars().any(is_unspaced)
                    || self.hints.language.is_some_and(|lang| sense.langs.contains(lang));
                // A wording that goes on ("acum 3 ore") is none.
                let ends = self.tokens.get(at + 1).is_none_or(|token| matches!(token.kind, Kind::Punct(_)));
                if spoken && ends && self.lone() {
                    let time = Time::Relative(Relative::Ago { months: 0, seconds: 0, unit: Unit::Minute, clock: None });
                    return Some(Found { range: first.start..first.end, time, numeric: None });
                }
            }
            if self.tokens.has(at, |role| matches!(role, Role::DaysBack(_))) {
                return self.named_day(start);
            }
            if let Some(((), sense)) = self.sense(at, LangSet::default(), |role| (role == Role::Pre).then_some(())) {
                before = sense.langs;
                ago = true;
                at += 1;
            } else if self.tokens.has(at, |role| role == Role::Lead) {
                at += 1;
            }
        }
        let (mut months, mut seconds, mut unit, mut amounts) = (0u64, 0u64, Unit::Year, 0);
        let mut langs: Option<LangSet> = None;
        let mut end = at;
        while amounts < 4 {
            while self.tokens.has(at, |role| role == Role::About) && at < end + 3 {
                at += 1;
            }
            let Some(token) = self.tokens.get(at) else { break };
            let after_one = self.past_apostrophe(at + 1);
            let (count, unit_at) = match token.kind {
                Kind::Number { value, digits: 1..=5 } => (u64::from(value), at + 1),
                Kind::Word { .. } if self.tokens.has(at, |role| matches!(role, Role::Two(_))) => (2, at),
                Kind::Word { .. }
                    if self.tokens.has(at, |role| role == Role::One) && self.unit(after_one, before).is_some() =>
                {
                    (1, after_one)
                }
                // "час назад"; but 日前 is no "day ago".
                Kind::Word { .. } if amounts == 0 && !self.tokens.text()[token.start..].starts_with(is_single) => {
                    (1, at)
                }
                _ => break,
            };
            let Some((place, sense, closes)) = self.unit(unit_at, langs.unwrap_or(before)) else { break };
            langs = Some(langs.map_or(sense.langs, |langs| langs.and(sense.langs)));
            let this = Unit::ALL[place as usize];
            match this {
                Unit::Month => months = months.saturating_add(count),
                Unit::Year => months = months.saturating_add(count.saturating_mul(12)),
                _ => seconds = seconds.saturating_add(count.saturating_mul(SECONDS[place as usize])),
            }
            unit = unit.min(this);
            amounts += 1;
            at = unit_at + 1;
            end = at;
            closing |= closes;
            if self.tokens.is(at, '.') && self.tokens.glued(at) {
                at += 1;
            }
            if (self.tokens.is(at, ',') || self.tokens.has(at, |role| role == Role::Of))
                && self.tokens.number(at + 1).is_some()
            {
                at += 1;
            }
        }
        let langs = langs?;
        if let Some(((), sense)) = self.sense(at, langs, |role| (role == Role::Post).then_some(()))
            && !sense.langs.and(langs).is_empty()
        {
            closing = true;
            end = at + 1;
        }
        if ago && before.and(langs).is_empty() {
            ago = false;
        }
        let bare = self.hints.bare && amounts > 0 && self.tokens.number(start).is_some();
        if !(ago || closing || bare) {
            return None;
        }
        let mut clock = None;
        let opens = self.tokens.is(end, '(');
        if opens || self.tokens.has(end, |role| role == Role::At) {
            let mut parts = Parts { back: Some(0), ..Parts::default() };
            if let Some(next) = self.clock(end + 1, None, &mut parts)
                && (!opens || self.tokens.is(next, ')'))
            {
                clock = parts.clock;
                end = next + usize::from(opens);
            }
        }
        let range = first.start..self.tokens.get(end - 1)?.end;
        if !(ago || closing) && self.tokens.text().trim().len() != range.len() {
            return None;
        }
        let time = Relative::Ago { months: u32::try_from(months).ok()?, seconds, unit, clock };
        Some(Found { range, time: Time::Relative(time), numeric: None })
    }

    /// The place after the apostrophe of "un'ora", where one stands here.
    fn past_apostrophe(&mut self, at: usize) -> usize {
        at + usize::from(self.tokens.is(at, '\'') || self.tokens.is(at, '’'))
    }

    /// A unit of time: its number, its sense, and whether its ending says "ago".
    fn unit(&mut self, at: usize, langs: LangSet) -> Option<(u8, Sense, bool)> {
        let ((place, closes), sense) = self.sense(at, langs, |role| match role {
            Role::Unit(place) | Role::Two(place) => Some((place, false)),
            Role::UnitAgo(place) => Some((place, true)),
            _ => None,
        })?;
        Some((place, sense, closes))
    }

    /// "yesterday", "gestern, 14:02", "сегодня в 12:30".
    fn named_day(&mut self, start: usize) -> Option<Found> {
        let mut parts = Parts::default();
        let first = self.tokens.get(start)?;
        let mut at = self.word(start, true, &mut parts)?;
        parts.back?;
        let mut end = at;
        for _ in 0..4 {
            if parts.clock.is_none() {
                if let Some(next) = self.item(at, &mut parts) {
                    if parts.month.is_some() || parts.numeric.is_some() || parts.year.is_some() {
                        // A full date follows: it says more.
                        return None;
                    }
                    at = next;
                    end = next;
                    continue;
                }
            } else if let Some(next) = self.item(at, &mut parts) {
                end = next;
                break;
            }
            if !(self.links(at)
                || self.tokens.is(at, ',')
                || self.tokens.is(at, '-')
                || self.tokens.is(at, '–')
                || self.tokens.is(at, '|')
                || self.tokens.is(at, '@'))
            {
                break;
            }
            at += 1;
        }
        let (time, _) = self.accept(&parts)?;
        Some(Found { range: first.start..self.tokens.get(end - 1)?.end, time, numeric: None })
    }
}

/// Seconds of the units up to the week.
const SECONDS: [u64; 5] = [1, 60, 3600, 86_400, 604_800];

/// Languages that say am or pm before the clock.
const HALF_FIRST: [Lang; 9] = [
    Lang::of("ko"),
    Lang::of("ja"),
    Lang::of("zh"),
    Lang::of("hu"),
    Lang::of("tr"),
    Lang::of("hi"),
    Lang::of("bn"),
    Lang::of("fa"),
    Lang::of("sq"),
];

/// Whether the language writes short dates with dots, so that 1.9.19 is a date and no version.
fn dots_dates(lang: Lang) -> bool {
    matches!(
        lang.code(),
        "de" | "fi"
            | "no"
            | "da"
            | "cs"
            | "sk"
            | "pl"
            | "ru"
            | "uk"
            | "be"
            | "bg"
            | "sr"
            | "hr"
            | "mk"
            | "sl"
            | "hu"
            | "ro"
            | "tr"
            | "az"
            | "lv"
            | "et"
            | "is"
            | "ko"
            | "ka"
            | "hy"
            | "kk"
            | "lt"
    )
}

impl Parts {
    fn has_date(&self) -> bool {
        self.numeric.is_some() || (self.month.is_some() && self.day.is_some())
    }
}

/// A year of the Gregorian calendar from what is written: 1500 to 2199 as it stands, Buddhist years (2400 to 2699) less 543.
fn gregorian(value: u32) -> Option<i16> {
    match value {
        1500..=2199 => Some(value as i16),
        2400..=2699 => Some(value as i16 - 543),
        _ => None,
    }
}

/// Two digits of a year: 69 to 99 are of the last century, as in POSIX `strptime`.
fn full_year(value: u32) -> i16 {
    value as i16 + if value < 69 { 2000 } else { 1900 }
}

/// Year, month and day of a numeric date and the order in which they were read.
fn resolve_numeric(numeric: &Numeric, parts: &Parts, hints: Hints) -> Option<(i16, u8, u8, Order)> {
    let [a, b, c] = numeric.values;
    let made = |year: Option<i16>, month: u32, day: u32, order: Order| {
        let year = year?;
        ((1..=12).contains(&month) && (1..=31).contains(&day) && day as u8 <= days_in_month(year, month as u8))
            .then_some((year, month as u8, day as u8, order))
    };
    if numeric.digits[0] == 4 {
        return made(gregorian(a).filter(|year| *year >= 1900), b, c, Order::Ymd)
            .or_else(|| made(gregorian(a).filter(|year| *year >= 1900), c, b, Order::Ymd));
    }
    let year = |digits: u8, value: u32| match digits {
        4 => gregorian(value).filter(|year| *year >= 1900),
        2 => Some(full_year(value)),
        _ => None,
    };
    let read = |order: Order| match order {
        Order::Dmy => made(year(numeric.digits[2], c), b, a, order),
        Order::Mdy => made(year(numeric.digits[2], c), a, b, order),
        Order::Ymd => made(year(numeric.digits[0], a), b, c, order).filter(|_| numeric.digits[2] <= 2),
    };
    // A day of the week that fits one reading only decides.
    if let Some(day_of_week) = parts.weekday {
        let fits = |order: Order| read(order).filter(|&(year, month, day, _)| weekday(year, month, day) == day_of_week);
        match (fits(Order::Dmy), fits(Order::Mdy)) {
            (Some(found), None) | (None, Some(found)) => return Some(found),
            _ => {}
        }
    }
    let preferred = preferred_order(numeric, parts, hints);
    read(preferred).or_else(|| read(Order::Dmy)).or_else(|| read(Order::Mdy)).or_else(|| read(Order::Ymd))
}

/// The order that the hints, the words around and the signs speak for.
fn preferred_order(numeric: &Numeric, parts: &Parts, hints: Hints) -> Order {
    if let Some(order) = hints.order {
        return order;
    }
    let words = crate::dates::words::Words::embedded();
    let order = match hints.language.filter(|&lang| lang != Lang::EN) {
        Some(lang) => words.order(lang),
        None if parts.half && numeric.sign != '.' && !HALF_FIRST.iter().any(|&lang| parts.langs.contains(lang)) => {
            Some(Order::Mdy)
        }
        // A clock of 24 hours in English goes with the day first.
        None if hints.language == Some(Lang::EN) && parts.clock.is_none() && numeric.sign != '.' => Some(Order::Mdy),
        None => None,
    };
    order.unwrap_or(Order::Dmy)
}

/// As [`preferred_order`], for a date of two numbers.
fn two_number_order(numeric: &Numeric, hints: Hints) -> Order {
    let [a, b, _] = numeric.values;
    if a > 12 || numeric.sign == '.' {
        return Order::Dmy;
    }
    if b > 12 {
        return Order::Mdy;
    }
    match preferred_order(numeric, &Parts::default(), hints) {
        Order::Ymd => Order::Mdy,
        order => order,
    }
}
