//! Times of day and zones.

use crate::dates::read::{Parts, Reader};
use crate::dates::token::Kind;
use crate::dates::words::Role;
use crate::dates::{Clock, Zone};
use crate::language::Lang;

impl Reader<'_, '_> {
    /// Whether a clock stands here, past signs and linking words.
    pub(super) fn clock_follows(&mut self, mut at: usize) -> bool {
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

    /// A time of day: 19:41, 7:41:03 pm, 19h41, 19.41 after a date, 午後7時41分. `half`: am or pm said before it.
    pub(super) fn clock(&mut self, at: usize, half: Option<bool>, parts: &mut Parts) -> Option<usize> {
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
    pub(super) fn is_half(&mut self, at: usize, hour: u32, parts: &Parts) -> bool {
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

    /// `+03:00`, `-0500`, `+3`.
    pub(super) fn offset(&mut self, at: usize) -> Option<(Zone, usize)> {
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
}
