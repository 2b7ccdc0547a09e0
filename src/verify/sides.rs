//! What exists for both texts.

use super::unreadable::Side;

/// One of each text.
#[derive(Debug, Default)]
pub(super) struct Sides<T> {
    pub(super) before: T,
    pub(super) after: T,
}

impl<T> Sides<T> {
    pub(super) fn of(&mut self, side: Side) -> &mut T {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }
}
