//! Anchors, tags, aliases and directives (YAML 1.2.2, sections 6.8, 6.9 and 7.1).

use super::super::chars::{FLOW, is, is_blank, is_break};
use super::super::error::SyntaxErrorKind;
use super::super::tag::split_handle;
use super::super::token::{TokenId, TokenKind};
use super::super::tree::flag;
use super::frame::Properties;
use super::scan::Context;
use super::state::Parser;

impl<'s> Parser<'s> {
    /// Takes the anchor or tag at the cursor and adds it to `properties`.
    pub(super) fn take_property(&mut self, properties: Properties, context: Context) -> Properties {
        let column = self.column();
        let start = self.at;
        let flags = if self.peek() == Some(b'&') { flag::ANCHOR } else { flag::TAG };
        let token = if flags == flag::ANCHOR { self.take_name(TokenKind::Anchor) } else { self.take_tag() };
        let separated = match context {
            Context::Block => self.is_separated(self.at),
            Context::Flow => !self.is_plain_safe(self.at, Context::Flow),
        };
        if !self.failed && !separated {
            self.fail_at(SyntaxErrorKind::PropertyWithoutSpace, start);
        }
        self.join(properties, Properties { first: Some(token), flags, column })
    }

    /// Takes an anchor or an alias: its indicator and its name (`ns-anchor-name`).
    pub(super) fn take_name(&mut self, kind: TokenKind) -> TokenId {
        let rest = &self.bytes[self.at + 1..];
        let length = rest.iter().position(|byte| is_blank(*byte) || is_break(*byte) || is(*byte, FLOW));
        let length = length.unwrap_or(rest.len());
        if length == 0 {
            self.fail(SyntaxErrorKind::AnchorName);
        }
        self.take(kind, 1 + length)
    }

    fn take_tag(&mut self) -> TokenId {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = if rest.starts_with(b"!<") {
            rest.iter().position(|byte| *byte == b'>' || is_blank(*byte) || is_break(*byte)).map(|at| at + 1)
        } else {
            rest.iter().position(|byte| is_blank(*byte) || is_break(*byte) || is(*byte, FLOW))
        };
        let tag = &self.text[start..start + length.unwrap_or(rest.len())];
        self.check_tag(tag);
        let token = self.take(TokenKind::Tag, tag.len());
        if let Some(prefix) = self.declared_prefix(tag) {
            self.tag_prefixes.push((token, prefix));
        }
        token
    }

    /// What a directive says that the handle of a shorthand stands for; `!` by itself is none.
    fn declared_prefix(&self, tag: &str) -> Option<&'s str> {
        if self.tag_handles.is_empty() || tag == "!" || tag.starts_with("!<") {
            return None;
        }
        self.tag_handles.get(split_handle(tag).0).copied()
    }

    fn check_tag(&mut self, tag: &str) {
        if let Some(uri) = tag.strip_prefix("!<") {
            if uri.strip_suffix('>').is_none_or(|uri| uri.is_empty() || !is_uri(uri)) {
                self.fail(SyntaxErrorKind::Tag);
            }
            return;
        }
        let (handle, suffix) = split_handle(tag);
        let suffix_missing = suffix.is_empty() && handle != "!";
        if suffix_missing || !is_uri(suffix) || suffix.contains('!') || !is_handle(handle) {
            self.fail(SyntaxErrorKind::Tag);
        } else if !matches!(handle, "!" | "!!") && !self.tag_handles.contains_key(handle) {
            self.fail(SyntaxErrorKind::UndeclaredTagHandle);
        }
    }

    /// Takes a directive, without the rest of its line; whether it is a `%YAML` directive.
    pub(super) fn directive(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let mut line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        if let Some(comment) = line.find(" #").into_iter().chain(line.find("\t#")).min() {
            line = &line[..comment];
        }
        let line = line.trim_end_matches([' ', '\t']);
        let mut words = line[1..].split([' ', '\t']).filter(|word| !word.is_empty());
        let name = words.next().unwrap_or_default();
        let parameters: Vec<&'s str> = words.collect();
        let valid = match name {
            "YAML" => matches!(parameters[..], [version] if is_version(version)),
            "TAG" => {
                matches!(parameters[..], [handle, prefix] if is_handle(handle) && is_tag_prefix(prefix))
            }
            _ => !name.is_empty(),
        };
        if !valid || line[1..].starts_with([' ', '\t']) {
            self.fail(SyntaxErrorKind::Directive);
        }
        if let ("TAG", [handle, prefix]) = (name, &parameters[..])
            && self.tag_handles.insert(handle, prefix).is_some()
        {
            self.fail(SyntaxErrorKind::RepeatedDirective);
        }
        self.take(TokenKind::Directive, line.len());
        name == "YAML"
    }
}

fn is_handle(handle: &str) -> bool {
    let name = handle.strip_prefix('!').map(|rest| rest.strip_suffix('!').unwrap_or(rest));
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let closed = handle.len() == 1 || handle.ends_with('!');
    closed && name.is_some_and(|name| name.bytes().all(is_word))
}

fn is_version(version: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.split_once('.').is_some_and(|(major, minor)| digits(major) && digits(minor))
}

/// Whether `text` is an `ns-tag-prefix`.
fn is_tag_prefix(text: &str) -> bool {
    is_uri(text) && !text.starts_with([',', '[', ']'])
}

/// Whether `text` is made of `ns-uri-char` only, and what it escapes is UTF-8.
fn is_uri(text: &str) -> bool {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => bytes.next().zip(bytes.next()).and_then(|(high, low)| hex_byte(high, low)),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Some(byte),
            _ => b"-#;/?:@&=+$,_.!~*'()[]".contains(&byte).then_some(byte),
        };
        match byte {
            Some(byte) => decoded.push(byte),
            None => return false,
        }
    }
    str::from_utf8(&decoded).is_ok()
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}
