//! Dates in numbers, and which of the numbers is the day.

use crate::dates::read::{HALF_FIRST, Parts, Reader};
use crate::dates::token::{Kind, Token};
use crate::dates::when::{days_in_month, weekday};
use crate::dates::words::{Role, Words};
use crate::dates::{Hints, Order};
use crate::language::Lang;

/// A date in numbers, before it is known which is the day.
#[derive(Clone, Copy)]
pub(super) struct Numeric {
    pub(super) values: [u32; 3],
    pub(super) digits: [u8; 3],
    pub(super) sign: char,
}

impl Reader<'_, '_> {
    /// 14/06/2020, 2020-06-14, 14. 6. 20, and with a clock after it 14.6. or 06-14.
    pub(super) fn numeric(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
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
    pub(super) fn two_numbers(&mut self, at: usize, parts: &mut Parts) -> Option<usize> {
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
}

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

/// A year of the Gregorian calendar from what is written: 1500 to 2199 as it stands, Buddhist years (2400 to 2699) less 543.
pub(super) fn gregorian(value: u32) -> Option<i16> {
    match value {
        1500..=2199 => Some(value as i16),
        2400..=2699 => Some(value as i16 - 543),
        _ => None,
    }
}

/// Two digits of a year: 69 to 99 are of the last century, as in POSIX `strptime`.
pub(super) fn full_year(value: u32) -> i16 {
    value as i16 + if value < 69 { 2000 } else { 1900 }
}

/// Year, month and day of a numeric date and the order in which they were read.
pub(super) fn resolve_numeric(numeric: &Numeric, parts: &Parts, hints: Hints) -> Option<(i16, u8, u8, Order)> {
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
    let order = match hints.language.filter(|&lang| lang != Lang::EN) {
        Some(lang) => Words::embedded().order(lang),
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
