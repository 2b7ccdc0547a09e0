//! Tags in full: shorthands resolved by a document's `%TAG` directives (YAML 1.2.2, section 6.8.2).

use super::node::Node;
use super::parser::split_handle;
use super::token::TokenKind;

/// The prefix of the secondary handle `!!` where no directive changes it.
const CORE_PREFIX: &str = "tag:yaml.org,2002:";

/// What the handles of one document stand for.
#[derive(Debug)]
pub struct TagHandles<'t> {
    declared: Vec<(&'t str, &'t str)>,
}

impl<'t> TagHandles<'t> {
    /// Reads the `%TAG` directives of `document`.
    #[must_use]
    pub fn of(document: Node<'t>) -> Self {
        let tree = document.tree();
        let mut declared = Vec::new();
        let mut token = document.first_token();
        while let Some((kind, span)) = tree.token(token) {
            if kind == TokenKind::Directive {
                let mut words = tree.slice(span).split([' ', '\t']).filter(|word| !word.is_empty());
                if let (Some("%TAG"), Some(handle), Some(prefix)) = (words.next(), words.next(), words.next())
                {
                    declared.push((handle, prefix));
                }
            } else if !kind.is_trivia() {
                break;
            }
            token += 1;
        }
        Self { declared }
    }

    /// The whole tag that `tag`, as written, stands for.
    #[must_use]
    pub fn resolve(&self, tag: &str) -> String {
        if let Some(uri) = tag.strip_prefix("!<") {
            return uri.trim_end_matches('>').to_owned();
        }
        let (handle, suffix) = split_handle(tag);
        let declared = self.declared.iter().find(|(name, _)| *name == handle).map(|(_, prefix)| *prefix);
        let prefix = match (declared, handle) {
            (Some(prefix), _) => prefix,
            (None, "!!") => CORE_PREFIX,
            (None, handle) => handle,
        };
        unescape_uri(&format!("{prefix}{suffix}"))
    }
}

/// The name that `tag`, as written, has among YAML's own.
pub(super) fn core_name(tag: &str) -> Option<&str> {
    let verbatim = || tag.strip_prefix("!<")?.strip_suffix('>')?.strip_prefix(CORE_PREFIX);
    tag.strip_prefix("!!").or_else(verbatim)
}

/// Replaces `%41` and its like by the bytes they stand for, where these are UTF-8.
fn unescape_uri(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}
