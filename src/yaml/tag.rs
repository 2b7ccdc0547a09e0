//! Tags in full: shorthands resolved by a document's `%TAG` directives (YAML 1.2.2, section 6.8.2).

use std::fmt;

use super::token::TokenId;
use super::tree::Tree;

/// The prefix of the secondary handle `!!` where no directive changes it.
const CORE_PREFIX: &str = "tag:yaml.org,2002:";

/// The tag of a node, whole, however it is written.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'t> {
    /// What its handle stands for.
    prefix: &'t str,
    suffix: &'t str,
}

impl<'t> Tag<'t> {
    /// The tag that is written in `token`.
    pub(super) fn of(tree: &'t Tree<'_>, token: TokenId) -> Self {
        let written = tree.token(token).map_or("!", |(_, span)| tree.slice(span));
        if let Some(uri) = written.strip_prefix("!<") {
            return Self { prefix: "", suffix: uri.trim_end_matches('>') };
        }
        let (handle, suffix) = split_handle(written);
        let declared = tree.tag_prefixes.binary_search_by_key(&token, |(token, _)| *token);
        let prefix = match (declared, handle) {
            (Ok(place), _) => tree.tag_prefixes[place].1,
            (Err(_), "!!") => CORE_PREFIX,
            (Err(_), handle) => handle,
        };
        Self { prefix, suffix }
    }

    /// Whether it is `whole`.
    #[must_use]
    pub fn is(self, whole: &str) -> bool {
        self.bytes().eq(whole.bytes())
    }

    /// Whether it is the one of YAML's own with this name: `map` is that of `!!map`.
    #[must_use]
    pub fn is_core(self, name: &str) -> bool {
        self.bytes().eq(CORE_PREFIX.bytes().chain(name.bytes()))
    }

    /// Its bytes, with `%41` and its like replaced by what they stand for.
    fn bytes(self) -> impl Iterator<Item = u8> {
        let mut written = self.prefix.bytes().chain(self.suffix.bytes());
        std::iter::from_fn(move || {
            let byte = written.next()?;
            if byte != b'%' {
                return Some(byte);
            }
            let mut ahead = written.clone();
            match ahead.next().zip(ahead.next()).and_then(hex) {
                Some(escaped) => {
                    written = ahead;
                    Some(escaped)
                }
                None => Some(byte),
            }
        })
    }
}

impl fmt::Display for Tag<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match String::from_utf8(self.bytes().collect()) {
            Ok(decoded) => formatter.write_str(&decoded),
            Err(_) => write!(formatter, "{}{}", self.prefix, self.suffix),
        }
    }
}

/// Splits a tag shorthand into its handle (`!`, `!!` or `!name!`) and its suffix.
pub(super) fn split_handle(tag: &str) -> (&str, &str) {
    match tag[1..].find('!') {
        Some(at) => tag.split_at(at + 2),
        None => tag.split_at(1),
    }
}

fn hex((high, low): (u8, u8)) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(&[high, low]).ok()?, 16).ok()
}
