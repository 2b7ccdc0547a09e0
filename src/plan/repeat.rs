//! Whether two items of a list are one to Docker Compose, which compares them once it knows its variables.

use std::borrow::Cow;

use super::RefusalReason;

/// How certain it is that an item is a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Repeat {
    /// It is, for some value of a variable.
    Possible,
    /// It is.
    Certain,
}

impl Repeat {
    /// How certain it is that one of `items` is one of the `few`.
    pub(super) fn between<'i>(few: &[String], items: impl Iterator<Item = Cow<'i, str>>) -> Option<Self> {
        let is_variable = |item: &str| item.contains('$');
        let has_variable = few.iter().any(|item| is_variable(item));
        let of_few = |item: &str| few.iter().filter_map(|one| Self::of(one, item)).max();
        let is_certain = |item: &str| few.iter().any(|one| one == item).then_some(Self::Certain);
        // There may be many items, and few have a variable.
        items
            .filter_map(
                |item| if has_variable || is_variable(&item) { of_few(&item) } else { is_certain(&item) },
            )
            .max()
    }

    /// Whether two of `items` may be one.
    pub(super) fn is_within(items: &[String]) -> bool {
        let mut places = items.iter().enumerate();
        places.any(|(place, item)| items[..place].iter().any(|other| Self::of(other, item).is_some()))
    }

    /// Compares two items.
    fn of(one: &str, other: &str) -> Option<Self> {
        let fixed = |item: &str| item.find('$').unwrap_or(item.len());
        let [one_fixed, other_fixed] = [fixed(one), fixed(other)];
        if one == other {
            Some(Self::Certain)
        } else if one_fixed == one.len() && other_fixed == other.len() {
            None
        } else {
            let [one, other] = [&one[..one_fixed], &other[..other_fixed]];
            // After the fixed part, a variable may stand for anything.
            (one.starts_with(other) || other.starts_with(one)).then_some(Self::Possible)
        }
    }

    /// Why a service is not hardened whose layers repeat an item like this.
    pub(super) fn refusal(self, service: String) -> RefusalReason {
        match self {
            Self::Possible => RefusalReason::PerhapsTwice(service),
            Self::Certain => RefusalReason::Twice(service),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_may_stand_for_anything() {
        let plain = "no-new-privileges=true";
        for item in ["no-new-privileges=${NNP:-true}", "$OPTION", "no-new-$A", "no-new-privileges=true$A"] {
            assert_eq!(Repeat::of(plain, item), Some(Repeat::Possible), "{item}");
            assert_eq!(Repeat::of(item, plain), Some(Repeat::Possible), "{item}");
            assert_eq!(Repeat::of(item, "${ANY}"), Some(Repeat::Possible), "{item}");
        }
    }

    #[test]
    fn what_is_fixed_tells_items_apart() {
        let plain = "no-new-privileges=true";
        for item in ["seccomp=${FILE}", "no-new-privileges=false", "no-new-privileges:$NNP", ""] {
            assert_eq!(Repeat::of(plain, item), None, "{item}");
        }
        assert_eq!(Repeat::of(plain, plain), Some(Repeat::Certain));
        assert_eq!(Repeat::of("seccomp=$A", "apparmor=$A"), None);
    }
}
