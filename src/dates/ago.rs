//! Wordings that count back from the present: "3 hours ago", "yesterday at 19:41", "just now".

use crate::dates::read::{Parts, Reader};
use crate::dates::relative::{Relative, Unit};
use crate::dates::token::Kind;
use crate::dates::words::{Role, Sense};
use crate::dates::{Found, Time};
use crate::language::{LangSet, is_single, is_unspaced};

/// Seconds of the units up to the week.
const SECONDS: [u64; 5] = [1, 60, 3600, 86_400, 604_800];

impl Reader<'_, '_> {
    /// The relative wording that begins with this token: "vor 3 Stunden", "3 hours ago", "yesterday", "just now".
    pub(super) fn relative(&mut self, start: usize) -> Option<Found> {
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
