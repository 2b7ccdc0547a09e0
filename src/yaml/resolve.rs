//! What plain scalars are when nothing else says so: strings, numbers, booleans, null.
//!
//! By the rules of Docker Compose's reader, which are those of YAML 1.2's core schema with the integers,
//! underscores and dates of YAML 1.1.

/// The type that a plain scalar resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarType {
    /// Text.
    String,
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Boolean,
    /// An integer or a floating point number.
    Number,
    /// A date, with or without a time.
    Timestamp,
    /// The merge key `<<`.
    Merge,
}

/// Returns what the plain scalar `text` resolves to.
#[must_use]
pub fn resolve_plain(text: &str) -> ScalarType {
    // Most scalars begin with a letter that begins nothing else.
    if text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() && !b"ntfNTF".contains(&first)) {
        return ScalarType::String;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => ScalarType::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarType::Boolean,
        "<<" => ScalarType::Merge,
        _ if is_number(text) => ScalarType::Number,
        _ if is_timestamp(text) => ScalarType::Timestamp,
        _ => ScalarType::String,
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // An underscore may stand in front only after a sign.
    let start = if unsigned.len() < text.len() { unsigned.trim_start_matches('_') } else { text };
    if !start.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return false;
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let digits: String = unsigned.chars().filter(|character| *character != '_').collect();
    let radix = |prefix: &str, valid: fn(&u8) -> bool| {
        let (start, rest) = digits.split_at_checked(prefix.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(prefix) && !rest.is_empty() && rest.as_bytes().iter().all(valid)
    };
    radix("0x", u8::is_ascii_hexdigit)
        || radix("0o", |digit| matches!(digit, b'0'..=b'7'))
        || radix("0b", |digit| matches!(digit, b'0' | b'1'))
        || is_decimal(&digits) && (!text.starts_with('.') || separates_digits(text))
}

/// Whether each underscore of `text` is between two digits, as it must be after a dot.
fn separates_digits(text: &str) -> bool {
    text.split('_').skip(1).all(|part| part.starts_with(|first: char| first.is_ascii_digit()))
        && text.rsplit('_').skip(1).all(|part| part.ends_with(|last: char| last.is_ascii_digit()))
}

fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_valid = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // What is too large for a number stays text.
    let is_finite = || text.parse().is_ok_and(f64::is_finite);
    exponent_valid
        && is_finite()
        && digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
}

fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let date = text.split(['T', 't', ' ', '\t']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split('-').collect();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let [year, month, day] = parts[..] else { return false };
    let date_valid = year.len() == 4
        && (1..=2).contains(&month.len())
        && (1..=2).contains(&day.len())
        && [year, month, day].into_iter().all(digits);
    let time = &text[date.len()..];
    date_valid && (time.is_empty() || (bytes.len() > date.len() + 4 && time[1..].contains(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_strings_from_what_looks_like_them() {
        for text in [
            "web",
            "0web",
            "a.b",
            "1.2.3",
            "20:20",
            "yes",
            "on",
            "-",
            "1e",
            "0x",
            "-dash",
            ".hidden",
            "2024-01-01x",
            "._5",
            "_1",
            "-_x",
            ".5_",
            ".5__0",
            "1e400",
            "1__e",
        ] {
            assert_eq!(resolve_plain(text), ScalarType::String, "{text}");
        }
        for text in [
            "1",
            "-1",
            "3.8",
            "1_000",
            "1_0.5_0e+1_0",
            "-1_.5",
            ".5_0",
            "-._5",
            "-_1",
            "+__0x1",
            "0x1F",
            "0o7",
            "0B1",
            "0O7",
            "1e3",
            ".5",
            ".inf",
            "-.inf",
        ] {
            assert_eq!(resolve_plain(text), ScalarType::Number, "{text}");
        }
        assert_eq!(resolve_plain("2024-01-01"), ScalarType::Timestamp);
        assert_eq!(resolve_plain("2024-01-01 10:00:00"), ScalarType::Timestamp);
        assert_eq!(resolve_plain("~"), ScalarType::Null);
        assert_eq!(resolve_plain("True"), ScalarType::Boolean);
    }
}
