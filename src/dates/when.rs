//! A point in time as a page gives it: to any precision, in the page's own time, with a zone only where one is given.

use std::fmt;

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59 (a leap second reads as 59), where given.
    pub second: Option<u8>,
}

/// Minutes east of UTC, -1439 to 1439.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(pub i16);

/// A date with or without a time of day, to the precision given. Its [`fmt::Display`] is ISO 8601:
/// `2020`, `2020-06`, `2020-06-14`, `2020-06-14T19:41`, `2020-06-14T19:41:00+03:00`, `2020-06-14T16:41Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// Year of the Gregorian calendar, 1 to 9999.
    pub year: i16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31; only with a month.
    pub day: Option<u8>,
    /// Only with a day.
    pub clock: Option<Clock>,
    /// Only with a clock.
    pub zone: Option<Zone>,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        let Some(month) = self.month else { return Ok(()) };
        write!(f, "-{month:02}")?;
        let Some(day) = self.day else { return Ok(()) };
        write!(f, "-{day:02}")?;
        let Some(clock) = self.clock else { return Ok(()) };
        write!(f, "T{:02}:{:02}", clock.hour, clock.minute)?;
        if let Some(second) = clock.second {
            write!(f, ":{second:02}")?;
        }
        match self.zone {
            None => Ok(()),
            Some(Zone(0)) => f.write_str("Z"),
            Some(Zone(minutes)) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }
}

impl When {
    /// A whole day.
    pub const fn day(year: i16, month: u8, day: u8) -> Self {
        Self { year, month: Some(month), day: Some(day), clock: None, zone: None }
    }

    /// The second since 1970-01-01T00:00 at which it begins, in its own zone where it has one, else as if in UTC.
    pub fn seconds(&self) -> i64 {
        let days = days_from_civil(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        let clock = self.clock.map_or(0, |clock| {
            i64::from(clock.hour) * 3600 + i64::from(clock.minute) * 60 + i64::from(clock.second.unwrap_or(0))
        });
        days * 86_400 + clock - i64::from(self.zone.map_or(0, |zone| zone.0)) * 60
    }

    /// The point in time `seconds` after 1970-01-01T00:00 UTC, in UTC and to the second; `None` outside the years 1 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        Some(Self { zone: Some(Zone(0)), ..Self::from_seconds(seconds)? })
    }

    /// As [`When::from_unix`], without a zone.
    pub(super) fn from_seconds(seconds: i64) -> Option<Self> {
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400))?;
        let rest = seconds.rem_euclid(86_400);
        let clock =
            Clock { hour: (rest / 3600) as u8, minute: (rest / 60 % 60) as u8, second: Some((rest % 60) as u8) };
        Some(Self { clock: Some(clock), ..Self::day(year, month, day) })
    }

    /// The day `days` later (earlier, where negative), without a clock.
    pub(super) fn plus_days(&self, days: i64) -> Option<Self> {
        let base = days_from_civil(self.year, self.month?, self.day?);
        let (year, month, day) = civil_from_days(base + days)?;
        Some(Self::day(year, month, day))
    }

    /// The day of the week, 0 is Monday.
    pub(super) fn weekday(&self) -> Option<u8> {
        Some(weekday(self.year, self.month?, self.day?))
    }
}

/// The day of the week, 0 is Monday.
pub(super) fn weekday(year: i16, month: u8, day: u8) -> u8 {
    (days_from_civil(year, month, day) + 3).rem_euclid(7) as u8
}

/// How many days the month has.
pub(super) fn days_in_month(year: i16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i16, month: u8, day: u8) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`]; `None` outside the years 1 to 9999.
fn civil_from_days(days: i64) -> Option<(i16, u8, u8)> {
    let days = days.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (1..=9999).contains(&year).then_some((year as i16, month as u8, day as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_keeps_the_precision_given() {
        let clock = Clock { hour: 19, minute: 41, second: None };
        let day = When::day(2020, 6, 14);
        assert_eq!(day.to_string(), "2020-06-14");
        assert_eq!(When { day: None, ..day }.to_string(), "2020-06");
        assert_eq!(When { month: None, day: None, ..day }.to_string(), "2020");
        assert_eq!(When { clock: Some(clock), ..day }.to_string(), "2020-06-14T19:41");
        assert_eq!(When { clock: Some(clock), zone: Some(Zone(-90)), ..day }.to_string(), "2020-06-14T19:41-01:30");
    }

    #[test]
    fn seconds_and_days_go_there_and_back() {
        assert_eq!(
            When::from_unix(1_592_163_660).map(|when| when.to_string()).as_deref(),
            Some("2020-06-14T19:41:00Z")
        );
        assert_eq!(When::day(1970, 1, 1).seconds(), 0);
        assert_eq!(When::from_unix(i64::MAX), None);
        for seconds in (-3_000_000_000..4_000_000_000).step_by(86_399_771) {
            assert_eq!(When::from_unix(seconds).map(|when| when.seconds()), Some(seconds));
        }
        assert_eq!(When::day(2020, 6, 14).weekday(), Some(6));
        assert_eq!(When::day(2020, 3, 1).plus_days(-1), Some(When::day(2020, 2, 29)));
    }
}
