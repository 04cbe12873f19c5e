//! Runs inner loops with the widest vectors that the machine at hand has.
//!
//! A build for all machines of a kind may use only what all of them have, which on x86-64 is a quarter of the width
//! of today's. [`wide!`] compiles a loop once for each width and takes the right one when it runs. Order and rounding
//! of floats are the same in all of them, and so is what they give.

use std::sync::LazyLock;

use fearless_simd::Level;

/// What the machine has; asked once.
static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);

/// What the machine has.
pub(crate) fn level() -> Level {
    *LEVEL
}

/// Evaluates an expression with the machine's widest vectors, which `simd => expression` gives a name. What it calls must
/// be `#[inline(always)]` to be part of it.
macro_rules! wide {
    ($simd:ident => $work:expr) => {
        fearless_simd::dispatch!($crate::wide::level(), $simd => $work)
    };
    ($work:expr) => {
        $crate::wide::wide!(_simd => $work)
    };
}

pub(crate) use wide;
