//! Dates written for machines: ISO 8601 and its relaxed kin, RFC 822 and 850, Unix time.

use crate::dates::when::days_in_month;
use crate::dates::{Clock, Hints, When, Zone, find};
use crate::language::Lang;

/// Reads the value of a `datetime`, `content` or `data-time` attribute or of a JSON-LD field: ISO 8601 (also
/// without punctuation, with a blank for `T`, to any precision), RFC 822, Unix time in seconds, milliseconds or
/// microseconds, and whatever [`find`] can read in it. Precision and zone stay as given; fractions of a second are dropped.
pub fn parse_machine(value: &str) -> Option<When> {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    if value.is_empty() || value.len() > 128 {
        return None;
    }
    iso(value).or_else(|| unix(value)).or_else(|| {
        let hints = Hints { language: Some(Lang::EN), ..Hints::default() };
        find(value, &hints)?.when()
    })
}

/// Years that a page's Unix times can lie in: 1990 to 2099.
const UNIX: std::ops::Range<i64> = 631_152_000..4_102_444_800;

fn unix(value: &str) -> Option<When> {
    let value = value.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")).unwrap_or(value);
    let whole = value.split_once('.').map_or(value, |(whole, _)| whole);
    if !(9..=16).contains(&whole.len()) || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let seconds = match whole.len() {
        ..=10 => number,
        11..=13 => number / 1000,
        _ => number / 1_000_000,
    };
    UNIX.contains(&seconds).then(|| When::from_unix(seconds)).flatten()
}

fn iso(value: &str) -> Option<When> {
    let mut rest = Cursor { bytes: value.as_bytes() };
    let year = rest.number(4)? as i16;
    if year == 0 {
        return None;
    }
    let mut when = When { year, month: None, day: None, clock: None, zone: None };
    if rest.bytes.is_empty() {
        return (1000..2200).contains(&year).then_some(when);
    }
    let dashed = rest.eat(b'-') || rest.eat(b'/') || rest.eat(b'.');
    let month = if dashed { rest.number_up_to(2)? } else { rest.number(2)? } as u8;
    if !(1..=12).contains(&month) {
        return None;
    }
    when.month = Some(month);
    if rest.bytes.is_empty() {
        return dashed.then_some(when);
    }
    if dashed && !(rest.eat(b'-') || rest.eat(b'/') || rest.eat(b'.')) {
        return None;
    }
    let day = if dashed { rest.number_up_to(2)? } else { rest.number(2)? } as u8;
    if day == 0 || day > days_in_month(year, month) {
        return None;
    }
    when.day = Some(day);
    if rest.bytes.is_empty() {
        return Some(when);
    }
    if !dashed && !matches!(rest.bytes[0], b'T' | b't' | b' ') {
        // Fourteen digits in a row.
        return rest.clock(&mut when, true).filter(|()| rest.bytes.is_empty()).map(|()| when);
    }
    let blank = rest.bytes[0] == b' ';
    if !(rest.eat(b'T') || rest.eat(b't') || rest.eat(b' ') || rest.eat(b'_')) {
        return None;
    }
    rest.skip_blanks();
    let before = rest;
    if rest.clock(&mut when, false).is_none() {
        // A zone or rubbish after the day: the day holds all the same.
        when.clock = None;
        return (before.bytes.is_empty() || !blank).then_some(when);
    }
    rest.skip_blanks();
    rest.zone(&mut when).then_some(when)
}

#[derive(Clone, Copy)]
struct Cursor<'s> {
    bytes: &'s [u8],
}

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let hit = self.bytes.first() == Some(&byte);
        if hit {
            self.bytes = &self.bytes[1..];
        }
        hit
    }

    fn skip_blanks(&mut self) {
        while self.eat(b' ') {}
    }

    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<u16> {
        let head = self.bytes.get(..digits)?;
        let number = head
            .iter()
            .try_fold(0u16, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u16::from(byte - b'0')))?;
        self.bytes = &self.bytes[digits..];
        Some(number)
    }

    /// A number of at most so many digits, but no more digits after it.
    fn number_up_to(&mut self, digits: usize) -> Option<u16> {
        let have = self.bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (have <= digits).then(|| self.number(have.max(1))).flatten()
    }

    /// `19:41:03.123` or, where `packed` or without colons, `194103`.
    fn clock(&mut self, when: &mut When, packed: bool) -> Option<()> {
        let hour =
            if packed || self.bytes.get(1).is_some_and(u8::is_ascii_digit) { self.number(2)? } else { self.number(1)? }
                as u8;
        let colon = self.eat(b':');
        let minute = match self.number(2) {
            Some(minute) => minute as u8,
            None if colon => return None,
            None => 0,
        };
        let mut second = None;
        if (colon && self.eat(b':')) || (!colon && self.bytes.first().is_some_and(u8::is_ascii_digit)) {
            second = Some((self.number(2)? as u8).min(59));
            if self.eat(b'.') || self.eat(b',') {
                let digits = self.bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
                self.bytes = &self.bytes[digits..];
            }
        }
        // Midnight at the end of the day would need the next day's date; no page means it that way.
        let hour = if hour == 24 && minute == 0 { 0 } else { hour };
        if hour > 23 || minute > 59 {
            return None;
        }
        when.clock = Some(Clock { hour, minute, second });
        Some(())
    }

    /// `Z`, `UTC`, `+03:00`, `+0300`, `+03`, or the end; whether it was one of these.
    fn zone(&mut self, when: &mut When) -> bool {
        if self.bytes.is_empty() {
            return true;
        }
        let text = std::str::from_utf8(self.bytes).unwrap_or_default();
        if ["Z", "z", "UTC", "GMT"].contains(&text) {
            when.zone = Some(Zone(0));
            return true;
        }
        let negative = match self.bytes[0] {
            b'+' => false,
            b'-' => true,
            _ => return false,
        };
        self.bytes = &self.bytes[1..];
        let Some(hours) = self.number(2) else { return false };
        self.eat(b':');
        let minutes = self.number(2).unwrap_or(0);
        if hours > 15 || minutes > 59 || !self.bytes.is_empty() {
            return false;
        }
        let offset = (hours * 60 + minutes) as i16;
        when.zone = Some(Zone(if negative { -offset } else { offset }));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_dates_keep_precision_and_zone() {
        for (value, want) in [
            ("2020-06-14T19:41:00+03:00", "2020-06-14T19:41:00+03:00"),
            ("2020-06-14T19:41:00.123Z", "2020-06-14T19:41:00Z"),
            ("2020-06-14T19:41:00.123456789-0500", "2020-06-14T19:41:00-05:00"),
            ("2020-06-14 19:41:00", "2020-06-14T19:41:00"),
            ("2020-06-14 19:41", "2020-06-14T19:41"),
            ("2020-06-14T1941", "2020-06-14T19:41"),
            ("20200614T194103Z", "2020-06-14T19:41:03Z"),
            ("20200614194103", "2020-06-14T19:41:03"),
            ("20200614", "2020-06-14"),
            ("2020-06-14 19:41:00 +0300", "2020-06-14T19:41:00+03:00"),
            ("2020-06-14 19:41:00 UTC", "2020-06-14T19:41:00Z"),
            ("2020/06/14", "2020-06-14"),
            ("2020-6-4", "2020-06-04"),
            ("2020-06", "2020-06"),
            ("2020", "2020"),
            ("1592163660", "2020-06-14T19:41:00Z"),
            ("1592163660123", "2020-06-14T19:41:00Z"),
            ("1592163660.52", "2020-06-14T19:41:00Z"),
            ("/Date(1592163660123)/", "2020-06-14T19:41:00Z"),
            ("Sun, 14 Jun 2020 19:41:03 GMT", "2020-06-14T19:41:03Z"),
            ("Sun, 14 Jun 2020 19:41:03 +0300", "2020-06-14T19:41:03+03:00"),
            ("Sunday, 14-Jun-20 19:41:03 UTC", "2020-06-14T19:41:03Z"),
            ("Sun Jun 14 2020 19:41:03 GMT+0300 (MSK)", "2020-06-14T19:41:03+03:00"),
            ("Sun Jun 14 19:41:03 2020", "2020-06-14T19:41:03"),
            ("6/14/2020 7:41:00 PM", "2020-06-14T19:41:00"),
            ("June 14, 2020", "2020-06-14"),
            (" \"2020-06-14\" ", "2020-06-14"),
        ] {
            assert_eq!(parse_machine(value).map(|when| when.to_string()).as_deref(), Some(want), "{value}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for value in
            ["", "x", "2020-02-30", "0000-00-00", "0", "12", "-1", "true", "2020-06-14T99:99x", "99999999999999999999"]
        {
            assert!(
                parse_machine(value).is_none_or(|when| when.clock.is_none() && value.starts_with("2020-06-14")),
                "{value}"
            );
        }
    }
}
