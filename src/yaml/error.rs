//! What is wrong with a text that is not YAML 1.2.

use thiserror::Error;

use crate::text::{Diagnostic, Span};

/// A place where the text breaks a rule of YAML 1.2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct SyntaxError {
    /// The rule.
    pub kind: SyntaxErrorKind,
    /// The bytes that break it.
    pub span: Span,
}

/// A rule of YAML 1.2.2 that a text can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SyntaxErrorKind {
    /// Section 5.1: most control characters are not printable.
    #[error("a control character is not allowed here")]
    ControlCharacter,
    /// Section 6.1: indentation is made of spaces only.
    #[error("a tab cannot indent a block collection")]
    TabIndentation,
    /// Section 8.2: an entry is at no collection's column.
    #[error("the indentation of this line matches no enclosing collection")]
    Indentation,
    /// Section 6.6: a comment has white space before it.
    #[error("a comment needs white space before its `#`")]
    CommentWithoutSpace,
    /// Section 6.7: separation lines of flow collections and quoted scalars are indented more than their parent.
    #[error("this line must be indented more than the collection it is in")]
    FlowIndentation,
    /// Section 6.8: a malformed directive.
    #[error("this is not a directive")]
    Directive,
    /// Section 6.8.1: two `%YAML` directives.
    #[error("a document can have only one %YAML directive")]
    RepeatedDirective,
    /// Section 9.1.4: a directive with no document after it.
    #[error("a directive needs a document after it, opened by `---`")]
    DirectiveWithoutDocument,
    /// Section 9.1: content after a document that has ended.
    #[error("content is not allowed here: the document has ended")]
    AfterDocument,
    /// Section 6.8.2: a tag's handle that no `%TAG` directive declares.
    #[error("no %TAG directive declares this tag's handle")]
    UndeclaredTagHandle,
    /// Section 6.9.1: a malformed tag.
    #[error("this is not a tag")]
    Tag,
    /// Section 6.9.2: an anchor or alias without a name.
    #[error("an anchor or alias needs a name")]
    AnchorName,
    /// Section 6.9: two anchors or two tags of one node, or none separated from what follows.
    #[error("a node can have only one anchor and one tag")]
    RepeatedProperty,
    /// Section 6.9: a property with no white space after it.
    #[error("white space is missing after this anchor or tag")]
    PropertyWithoutSpace,
    /// Section 7.1: an alias with an anchor or a tag.
    #[error("an alias cannot have an anchor or a tag")]
    AliasWithProperty,
    /// Section 7.3.1: an escape sequence that does not exist.
    #[error("there is no such escape sequence")]
    Escape,
    /// Section 7.3: a quoted scalar without its end.
    #[error("this quoted scalar has no closing quote")]
    UnclosedQuote,
    /// Section 9.1.2: a document marker inside a scalar or flow collection.
    #[error("a document marker cannot be inside a quoted scalar or flow collection")]
    MarkerInside,
    /// Section 7.4: a flow collection without its end.
    #[error("this flow collection has no closing bracket")]
    UnclosedFlow,
    /// Section 7.4: a bracket that closes another kind of collection, or none.
    #[error("this bracket does not close the collection it is in")]
    MismatchedBracket,
    /// Section 7.4: an entry without content.
    #[error("an entry is missing before this comma")]
    MissingFlowEntry,
    /// Section 7.4: two entries without a comma between them.
    #[error("a comma is missing before this")]
    MissingComma,
    /// Section 7.4.2 and 8.2.2: an implicit key is on one line.
    #[error("a key must be on one line with its colon")]
    MultilineKey,
    /// Section 7.4.2 and 8.2.2: an implicit key is at most 1,024 characters long.
    #[error("a key can be at most 1,024 characters long (MAX_IMPLICIT_KEY)")]
    LongKey,
    /// Section 8.2.2: a key without its `:`.
    #[error("a colon is missing after this key")]
    MissingColon,
    /// Section 8.2.2: a mapping on the line of the key it is the value of.
    #[error("a mapping cannot begin on this line")]
    MappingNotAllowed,
    /// Section 8.2.1: a block sequence on the line of its key or property.
    #[error("a block sequence cannot begin on this line")]
    SequenceNotAllowed,
    /// Section 8.1.1: a malformed block scalar header.
    #[error("this is not the header of a block scalar")]
    BlockHeader,
    /// Section 8.1.1.1: leading blank lines of a block scalar have more spaces than its first line.
    #[error("this blank line has more spaces than the first line of its block scalar")]
    BlockIndentation,
    /// Section 7.3.3: a character that begins no node.
    #[error("no value can begin with this character")]
    ForbiddenStart,
    /// Content after a complete node on its line.
    #[error("this cannot follow the value before it")]
    TrailingContent,
    /// Collections inside one another, more than `MAX_DEPTH` deep.
    #[error("collections are nested more than 10,000 levels deep (MAX_DEPTH)")]
    TooDeep,
    /// More nodes than `MAX_NODES`, and less than `MIN_BYTES_PER_NODE` for each.
    #[error(
        "from here on there are more than 1,000,000 nodes (MAX_NODES), of less than 5 bytes each (MIN_BYTES_PER_NODE)"
    )]
    TooManyNodes,
    /// The lines of a block scalar begin beyond column 65,535.
    #[error("the lines of this block scalar are indented by more than 65,535 columns")]
    TooIndented,
}

impl SyntaxError {
    /// Returns the message for people.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (title, help) = match self.kind {
            SyntaxErrorKind::TooManyNodes => ("this file is too dense", "divide it into several files"),
            _ => ("not valid YAML", "fix the file first; `docker compose config` rejects it as well"),
        };
        Diagnostic::error(title).at(self.span, self.kind.to_string()).help(help)
    }
}

/// A place where the text breaks YAML 1.2.2 in a way that Docker Compose's reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relaxation {
    /// The rule of YAML 1.2.2 that is broken.
    pub kind: SyntaxErrorKind,
    /// Where white space would mend it.
    pub offset: u32,
    /// How many spaces would mend it.
    pub spaces: u32,
}
