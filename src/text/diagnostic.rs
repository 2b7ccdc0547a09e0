//! A message about a place in a source, as data.

use std::path::PathBuf;

use super::Span;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is left as it is.
    Error,
    /// The file is hardened, but somebody should look.
    Warning,
}

/// Words about one span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the words are about.
    pub span: Span,
    /// The words, in lower case and without a full stop; may be empty.
    pub text: String,
}

/// What happened, where, why it matters, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What happened, in one line.
    pub title: String,
    /// The place it is about; none where it is about the file as a whole.
    pub place: Option<Label>,
    /// Other places that explain it, in the same source.
    pub related: Vec<Label>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Returns an error with `title` and nothing else.
    #[must_use]
    pub fn error(title: impl Into<String>) -> Self {
        Self { severity: Severity::Error, title: title.into(), place: None, related: Vec::new(), help: None }
    }

    /// Returns a warning with `title` and nothing else.
    #[must_use]
    pub fn warning(title: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(title) }
    }

    /// Adds the place it is about.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.place = Some(Label { span, text: text.into() });
        self
    }

    /// Adds another place that explains it.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What happened and why, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        match &self.place {
            Some(Label { text, .. }) if !text.is_empty() => format!("{}: {text}", self.title),
            _ => self.title.clone(),
        }
    }

    /// Whether `words` are anywhere in the message.
    #[must_use]
    pub fn mentions(&self, words: &str) -> bool {
        let labels = self.place.iter().chain(&self.related).map(|label| &label.text);
        labels.chain([&self.title]).chain(&self.help).any(|text| text.contains(words))
    }
}

/// A message and the file or directory that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiagnostic {
    /// The file or directory.
    pub path: PathBuf,
    /// The message.
    pub diagnostic: Box<Diagnostic>,
}

impl FileDiagnostic {
    /// Returns the message `diagnostic` about what is at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, diagnostic: Diagnostic) -> Self {
        Self { path: path.into(), diagnostic: Box::new(diagnostic) }
    }
}
