//! Reads the date that begins at a place of a text.
//!
//! Items (a day of the week, a month's name, a number, a clock, a zone) are gathered into the slots of one date as
//! long as the next item finds its slot empty. The longest row of items that makes a date wins. So any order of
//! the parts is read with one set of rules, whatever the language.

use crate::dates::numeric::{Numeric, full_year, gregorian, resolve_numeric};
use crate::dates::relative::Relative;
use crate::dates::token::{Kind, Tokens};
use crate::dates::when::days_in_month;
use crate::dates::words::{Role, Sense};
use crate::dates::{Clock, Found, Hints, Order, Time, When, Zone};
use crate::language::{Lang, LangSet, digit, is_single, is_unspaced, is_word_char};

/// "today" alone is a time only in a text of at most so many bytes.
const LONE: usize = 48;
/// Most items, words and signs of one date.
const STEPS: usize = 24;

/// Languages that say am or pm before the clock.
pub(super) const HALF_FIRST: [Lang; 9] = [
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

/// The slots of one date.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts {
    pub(super) year: Option<i16>,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
    pub(super) weekday: Option<u8>,
    /// "today", "yesterday".
    pub(super) back: Option<u8>,
    pub(super) clock: Option<Clock>,
    /// The clock said am or pm.
    pub(super) half: bool,
    pub(super) zone: Option<Zone>,
    /// A zone was named, be its offset known or not.
    pub(super) zoned: bool,
    pub(super) numeric: Option<Numeric>,
    /// An era was named: the number of the year is to be added to it.
    pub(super) era: Option<i16>,
    /// The month is a name that is also an everyday word or a fragment of one.
    pub(super) weak: bool,
    /// A word is certain to belong to these languages; empty: none seen.
    pub(super) langs: LangSet,
}

/// What slots amount to, with [`Found::numeric`].
pub(super) type Made = (Time, Option<(u8, u8, Order)>);

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

pub(super) struct Reader<'s, 't> {
    pub(super) tokens: &'s mut Tokens<'t>,
    pub(super) hints: Hints,
}

impl<'s, 't> Reader<'s, 't> {
    pub(super) fn new(tokens: &'s mut Tokens<'t>, hints: Hints) -> Self {
        Self { tokens, hints }
    }

    /// The sense of a word in a role, with preference for the hinted language and those of the words before.
    pub(super) fn sense<T>(
        &mut self,
        index: usize,
        langs: LangSet,
        role: impl Fn(Role) -> Option<T>,
    ) -> Option<(T, Sense)> {
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
    pub(super) fn free_right(&mut self, index: usize) -> bool {
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
    pub(super) fn date(&mut self, start: usize) -> Option<Found> {
        let left = self.left(start);
        if left == Left::Taken {
            return None;
        }
        if left == Left::Free {
            if let Some(found) = self.relative(start) {
                return Some(found);
            }
        } else if !self.begins_plainly(start) {
            return None;
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

    /// Whether the token is what a date begins with whatever stands before it: a day's number, a full numeric date, the full
    /// name of a month or of a day of the week.
    fn begins_plainly(&mut self, index: usize) -> bool {
        match self.tokens.get(index).map(|token| token.kind) {
            Some(Kind::Number { digits: 4, .. }) => {
                self.tokens.is(index + 1, '-') || self.tokens.is(index + 1, '/') || self.tokens.is(index + 1, '.')
            }
            Some(Kind::Number { .. }) => true,
            Some(Kind::Word { capital, .. }) => {
                let long = self.text_of(index).chars().count() > 3;
                capital
                    && self
                        .tokens
                        .has(index, |role| matches!(role, Role::Month(_)) || long && matches!(role, Role::Weekday(_)))
            }
            _ => false,
        }
    }

    /// Times that count only as the whole text.
    fn stands_alone_only(time: &Time) -> bool {
        match time {
            Time::Absolute(when) => when.month.is_none(),
            Time::Relative(relative) => matches!(relative, Relative::Clock(_) | Relative::Weekday { clock: None, .. }),
        }
    }

    /// The token as it stands.
    pub(super) fn text_of(&mut self, index: usize) -> &'t str {
        let text = self.tokens.text();
        self.tokens.get(index).map_or("", |token| &text[token.start..token.end])
    }

    /// Whether the word may stand between two parts of a date.
    pub(super) fn links(&mut self, index: usize) -> bool {
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
    pub(super) fn item(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
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
        let year = day;
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
                        matches!(role, Role::Of | Role::Nth | Role::Ymd(_) | Role::Weekday(_))
                            || !year && role == Role::At
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

    pub(super) fn word(&mut self, at: usize, capital: bool, parts: &mut Parts) -> Option<usize> {
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
            // The Hungarian "ma" is another word in most languages, and the French "hier" in German.
            let text = self.text_of(at);
            let certain = text.chars().count() > if self.hints.language.is_some() { 4 } else { 3 }
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

    /// What the slots amount to, where they make a date.
    pub(super) fn accept(&self, parts: &Parts) -> Option<Made> {
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
    pub(super) fn lone(&self) -> bool {
        self.hints.bare || self.tokens.text().len() <= LONE
    }
}

impl Parts {
    pub(super) fn has_date(&self) -> bool {
        self.numeric.is_some() || (self.month.is_some() && self.day.is_some())
    }
}
