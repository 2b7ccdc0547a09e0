//! The rules of Docker Compose's reader, and what is said where a text breaks one.

use thiserror::Error;

use crate::text::{Diagnostic, Span};

/// A rule of Docker Compose's reader that a text breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DialectRule {
    /// Characters that its scanner rejects.
    #[error("the character U+{:04X} is not allowed in a Compose file", u32::from(*.0))]
    Character(char),
    /// U+0085, U+2028 and U+2029 end a line there, and nowhere else.
    #[error("Docker Compose alone takes the character U+{:04X} for a line break", u32::from(*.0))]
    HiddenLineBreak(char),
    /// It supports only YAML 1.1, and only the directives `%YAML` and `%TAG`.
    #[error("Docker Compose rejects this directive")]
    Directive,
    /// Names of anchors are made of `[A-Za-z0-9_-]` there.
    #[error("Docker Compose allows only ASCII letters, digits, `_` and `-` in the name of an anchor")]
    AnchorName,
    /// Tabs cannot begin a line of a block collection there, nor follow `-`, `?` or the `:` of a complex key; nor
    /// begin a line after a plain scalar, unless they are indented.
    #[error("Docker Compose does not allow a tab here")]
    Tab,
    /// A document after `...` needs its `---` there.
    #[error("Docker Compose needs `---` before this document")]
    BareDocument,
    /// Keys in flow collections are on one line with their `:` there.
    #[error("Docker Compose needs this key and its colon on one line")]
    MultilineFlowKey,
    /// Keys in flow collections have their `:` within 1,024 characters there.
    #[error("Docker Compose allows a key in a flow collection at most 1,024 characters (MAX_IMPLICIT_KEY)")]
    LongFlowKey,
    /// `?` ends a plain scalar in a flow collection there, and `:` begins a value.
    #[error("Docker Compose reads this plain scalar differently; quote it")]
    FlowScalar,
    /// A tag in a flow collection takes the comma or bracket after it for a part of itself there.
    #[error("Docker Compose needs white space after this tag")]
    FlowTag,
    /// It decodes what this tag is on, which no other part of this program does.
    #[error("write the text itself instead of its Base64 form")]
    Binary,
    /// `\/` is not an escape sequence there.
    #[error("Docker Compose does not know the escape sequence `\\/`")]
    Escape,
    /// A key occurs only once in a mapping.
    #[error("duplicate key `{0}`")]
    DuplicateKey(String),
    /// Keys are strings.
    #[error("Docker Compose allows only strings as keys")]
    KeyType,
}

/// A broken rule and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialectError {
    /// The rule.
    pub rule: DialectRule,
    /// The bytes that break it.
    pub span: Span,
    /// The first of two keys that are the same.
    pub first: Option<Span>,
}

impl DialectError {
    pub(super) fn new(rule: DialectRule, span: Span) -> Self {
        Self { rule, span, first: None }
    }

    /// Returns the message for people.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error("Docker Compose would reject or misread this file");
        let diagnostic = diagnostic.at(self.span, self.rule.to_string());
        match self.first {
            Some(first) => diagnostic.related(first, "first here").help("remove or rename one of the two"),
            None => diagnostic.help("fix the file first; `docker compose config` shows what it makes of it"),
        }
    }
}
