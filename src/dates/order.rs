//! In which order a page's numeric dates give day, month and year.

use std::collections::BTreeSet;

use crate::dates::Found;

/// The order of the numbers in a numeric date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// 14/06/2020.
    Dmy,
    /// 06/14/2020.
    Mdy,
    /// 20/06/14.
    Ymd,
}

/// Gathers evidence from all dates of a page, then says in which order they are written.
#[derive(Clone, Debug, Default)]
pub struct OrderVotes {
    first: BTreeSet<u8>,
    second: BTreeSet<u8>,
}

impl OrderVotes {
    /// Takes a date into account, found with or without a hint of the order.
    pub fn add(&mut self, found: &Found) {
        if let Some((first, second, _)) = found.numeric {
            self.first.insert(first);
            self.second.insert(second);
        }
    }

    /// The order; `None` where the dates do not tell.
    ///
    /// A number above 12 is a day. Failing that, days change more often than months: of the two places, the one
    /// with at least two more distinct values, and twice as many, is the day's.
    pub fn order(&self) -> Option<Order> {
        let (first, second) = (self.first.last()?, self.second.last()?);
        match (*first > 12, *second > 12) {
            (true, false) => return Some(Order::Dmy),
            (false, true) => return Some(Order::Mdy),
            (true, true) => return None,
            (false, false) => {}
        }
        let (first, second) = (self.first.len(), self.second.len());
        if first >= 2 * second && first >= second + 2 {
            Some(Order::Dmy)
        } else if second >= 2 * first && second >= first + 2 {
            Some(Order::Mdy)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::{Hints, find_all};

    fn order(text: &str) -> Option<Order> {
        let mut votes = OrderVotes::default();
        find_all(text, &Hints::default()).for_each(|found| votes.add(&found));
        votes.order()
    }

    #[test]
    fn dates_of_a_page_tell_their_order_together() {
        assert_eq!(order("01/02/2020 x 03/02/2020 x 14/02/2020"), Some(Order::Dmy));
        assert_eq!(order("01/02/2020 x 02/14/2020"), Some(Order::Mdy));
        assert_eq!(order("04/01/2020 x 04/03/2020 x 04/09/2020"), Some(Order::Mdy));
        assert_eq!(order("01/02/2020"), None);
        assert_eq!(order("14/13/2020"), None);
    }
}
