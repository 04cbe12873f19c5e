//! Wordings that mean a time only together with the time at which the page was read.

use crate::dates::when::days_in_month;
use crate::dates::{Clock, When};

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Unit {
    /// Second.
    Second,
    /// Minute.
    Minute,
    /// Hour.
    Hour,
    /// Day.
    Day,
    /// Week.
    Week,
    /// Month.
    Month,
    /// Year.
    Year,
}

impl Unit {
    pub(super) const ALL: [Self; 7] =
        [Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];
}

/// A relative time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relative {
    /// "2 hours ago", "1 year, 3 months ago", "just now".
    Ago {
        /// Whole months back.
        months: u32,
        /// Seconds back, besides the months.
        seconds: u64,
        /// The finest unit named: the precision of the wording.
        unit: Unit,
        /// A time of day given besides.
        clock: Option<Clock>,
    },
    /// "today", "yesterday at 19:41".
    Days {
        /// How many days back.
        back: u8,
        /// The time of day, where given.
        clock: Option<Clock>,
    },
    /// "Friday at 19:41": the last such day.
    Weekday {
        /// 0 is Monday.
        weekday: u8,
        /// The time of day, where given.
        clock: Option<Clock>,
    },
    /// "June 14", "10.2. 19:34": the last such day.
    Yearless {
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
        /// The time of day, where given.
        clock: Option<Clock>,
    },
    /// "21:00" alone.
    Clock(Clock),
}

impl Relative {
    /// The point in time that was meant when the page was captured, to the wording's own precision: to the minute for
    /// hours and minutes, to the day for days and weeks, to the month for months. `None` where the time of capture is
    /// not precise enough.
    pub fn resolve(&self, captured: &When) -> Option<When> {
        let today = When::day(captured.year, captured.month?, captured.day?);
        match *self {
            Self::Ago { months, seconds, unit, clock } => {
                let total =
                    i32::from(captured.year) * 12 + i32::from(captured.month? - 1) - i32::try_from(months).ok()?;
                let (year, month) = (i16::try_from(total.div_euclid(12)).ok()?, (total.rem_euclid(12) + 1) as u8);
                let day = captured.day?.min(days_in_month(year, month));
                let base = When { year, month: Some(month), day: Some(day), ..*captured };
                if unit <= Unit::Hour && captured.clock.is_none() {
                    return None;
                }
                // In the capture's own local time: the zone is put aside and given back.
                let local = When { zone: None, ..base }.seconds().checked_sub(i64::try_from(seconds).ok()?)?;
                let moment = When { zone: captured.zone, ..When::from_seconds(local)? };
                if !(1..=9999).contains(&moment.year) {
                    return None;
                }
                Some(match unit {
                    Unit::Second => moment,
                    Unit::Minute | Unit::Hour => {
                        When { clock: moment.clock.map(|clock| Clock { second: None, ..clock }), ..moment }
                    }
                    Unit::Day | Unit::Week => When { clock, zone: None, ..moment },
                    Unit::Month => When { day: None, clock: None, zone: None, ..moment },
                    Unit::Year => When { month: None, day: None, clock: None, zone: None, ..moment },
                })
            }
            Self::Days { back, clock } => Some(When { clock, ..today.plus_days(-i64::from(back))? }),
            Self::Weekday { weekday, clock } => {
                let mut back = (i64::from(today.weekday()?) - i64::from(weekday)).rem_euclid(7);
                if back == 0
                    && clock
                        .zip(captured.clock)
                        .is_some_and(|(clock, now)| (clock.hour, clock.minute) > (now.hour, now.minute))
                {
                    back = 7;
                }
                Some(When { clock, ..today.plus_days(-back)? })
            }
            Self::Yearless { month, day, clock } => {
                // A day ahead may be another zone's today.
                let latest = today.plus_days(1)?;
                (0..8).map(|back| captured.year - back).find_map(|year| {
                    let date = When::day(year, month, day);
                    (day <= days_in_month(year, month) && year > 0 && date <= latest).then_some(When { clock, ..date })
                })
            }
            Self::Clock(clock) => Some(When { clock: Some(clock), ..today }),
        }
    }
}
