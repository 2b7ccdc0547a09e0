//! A patch as a mail that `git am` takes: from a commit's identity, message and diff to bytes.
//!
//! Knows nothing of files and repositories.

use std::fmt::Write as _;

use super::Message;

/// The longest line of an encoded body, as RFC 2045 wants it.
const MAX_LINE: usize = 75;

/// The longest word of a header before it is encoded; each byte may take three.
const MAX_WORD: usize = 18;

/// Who makes a commit, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) name: String,
    pub(super) email: String,
    /// Seconds since 1970.
    pub(super) time: i64,
    /// Hours and minutes east of Greenwich, as `+0130`.
    pub(super) zone: String,
}

impl Author {
    /// Takes apart what `git var GIT_AUTHOR_IDENT` prints: `NAME <EMAIL> SECONDS ZONE`.
    pub(super) fn parse(ident: &str) -> Option<Self> {
        let (name, rest) = ident.split_once(" <").or_else(|| Some(("", ident.strip_prefix('<')?)))?;
        let (email, when) = rest.split_once("> ")?;
        let (time, zone) = when.trim_end().split_once(' ')?;
        zone.parse::<i32>().ok()?;
        Some(Self {
            name: name.to_owned(),
            email: email.to_owned(),
            time: time.parse().ok()?,
            zone: zone.to_owned(),
        })
    }
}

/// Returns the mail of `author` with `message` and `diff`.
///
/// `git am` takes a carriage return off the end of a line unless the body is encoded; so it is where that matters.
pub(super) fn mail(author: &Author, message: &Message, diff: &[u8]) -> Vec<u8> {
    let (subject, text) = message.subject_and_body();
    let mut body = text.as_bytes().to_vec();
    if !body.is_empty() {
        body.push(b'\n');
    }
    body.extend_from_slice(b"---\n\n");
    body.extend_from_slice(diff);
    body.extend_from_slice(concat!("-- \ncompose-harden ", env!("CARGO_PKG_VERSION"), "\n\n").as_bytes());
    // A line that starts with `From ` would be the start of the next mail.
    let encode =
        body.contains(&b'\r') || body.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"From "));
    let encoding = if encode { "quoted-printable" } else { "8bit" };
    let mut mail = format!(
        "From {:040} Mon Sep 17 00:00:00 2001\nFrom: {} <{}>\nDate: {}\nSubject: [PATCH] {}\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: {encoding}\n\n",
        0,
        person(&author.name),
        author.email,
        date(author.time, &author.zone),
        header(&subject),
    )
    .into_bytes();
    if encode {
        quote(&body, &mut mail);
    } else {
        mail.extend_from_slice(&body);
    }
    mail
}

/// Writes `body` in quoted-printable, line by line.
fn quote(body: &[u8], out: &mut Vec<u8>) {
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let (line, feed) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |line| (line, b"\n"));
        let mut length = 0;
        for (at, byte) in line.iter().enumerate() {
            let is_last = at + 1 == line.len();
            let starts_mail = at == 0 && line.starts_with(b"From ");
            let plain = match byte {
                b' ' | b'\t' => !is_last,
                b'=' => false,
                _ => byte.is_ascii_graphic() && !starts_mail,
            };
            let written = if plain { 1 } else { 3 };
            if length + written > MAX_LINE {
                out.extend_from_slice(b"=\n");
                length = 0;
            }
            if plain {
                out.push(*byte);
            } else {
                out.extend_from_slice(format!("={byte:02X}").as_bytes());
            }
            length += written;
        }
        out.extend_from_slice(feed);
    }
}

/// Returns a name as it is before an address.
fn person(name: &str) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || " -_'".contains(letter);
    if name.chars().all(is_word) || !name.is_ascii() {
        header(name)
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Returns a text as a header holds it: as it is in ASCII, in encoded words otherwise.
fn header(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("=?") {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > MAX_WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let encoded = words.iter().map(|word| {
        let mut encoded = "=?UTF-8?q?".to_owned();
        for byte in word.bytes() {
            let done = if byte.is_ascii_alphanumeric() {
                encoded.write_char(char::from(byte))
            } else {
                write!(encoded, "={byte:02X}")
            };
            done.expect("a string takes every text");
        }
        encoded + "?="
    });
    encoded.collect::<Vec<_>>().join("\n ")
}

/// Returns the date of a mail, as RFC 2822 wants it.
fn date(time: i64, zone: &str) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    let east: i64 = zone.parse().unwrap_or_default();
    let local = time.saturating_add((east / 100 * 60 + east % 100) * 60);
    let (days, seconds) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let name = |names: &[&'static str], at: i64| usize::try_from(at).map_or("", |at| names[at % names.len()]);
    format!(
        "{}, {day} {} {year} {:02}:{:02}:{:02} {zone}",
        name(&DAYS, days.rem_euclid(7)),
        name(&MONTHS, month),
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Returns the year, the month from 0 and the day from 1 of a day that is counted from 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years that begin in March end with the leap day, and 400 of them have the same days again.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = (month + 2) % 12;
    (year + era * 400 + i64::from(month < 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_dates_in_their_zone() {
        assert_eq!(date(0, "+0000"), "Thu, 1 Jan 1970 00:00:00 +0000");
        assert_eq!(date(951_782_400, "+0000"), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(date(1_700_000_000, "-0330"), "Tue, 14 Nov 2023 18:43:20 -0330");
    }

    #[test]
    fn takes_an_identity_apart() {
        let author = Author::parse("A. B <a@b.c> 17 +0130").unwrap();
        assert_eq!((author.name.as_str(), author.email.as_str()), ("A. B", "a@b.c"));
        assert_eq!((author.time, author.zone.as_str()), (17, "+0130"));
        assert_eq!(Author::parse("A. B"), None);
    }

    #[test]
    fn encodes_what_a_mail_would_lose() {
        let quoted = |body: &str| {
            let mut out = Vec::new();
            quote(body.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(quoted("a=\u{e9} b\r\nc \nFrom x"), "a=3D=C3=A9 b=0D\nc=20\n=46rom x");
        assert_eq!(quoted(&"x".repeat(80)), format!("{}=\n{}", "x".repeat(75), "x".repeat(5)));
        assert_eq!(person("A. B"), "\"A. B\"");
        assert_eq!(header("\u{e9}t\u{e9}"), "=?UTF-8?q?=C3=A9t=C3=A9?=");
    }
}
