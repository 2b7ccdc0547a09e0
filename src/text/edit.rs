//! Changes to a source as data: what goes where, applied all at once.

use std::sync::Arc;

use thiserror::Error;

use super::Span;

/// The replacement of a span by a text; an empty span makes it an insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    span: Span,
    text: Arc<str>,
}

impl Edit {
    /// Returns the edit that puts `text` in the place of `span`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<Arc<str>>) -> Self {
        Self { span, text: text.into() }
    }

    /// Returns the edit that puts `text` before the byte at `offset`.
    #[must_use]
    pub fn insert(offset: u32, text: impl Into<Arc<str>>) -> Self {
        Self::replace(Span::at(offset), text)
    }

    /// Returns the edit with its text in common with `other`, where they have the same.
    #[must_use]
    pub fn sharing(mut self, other: Option<&Self>) -> Self {
        if let Some(other) = other.filter(|other| other.text == self.text) {
            self.text = Arc::clone(&other.text);
        }
        self
    }

    /// The bytes that go.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The text that comes.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Why edits cannot be applied together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// Two edits touch the same bytes.
    #[error("two edits overlap at byte {}", .0.start())]
    Overlap(Span),
}

/// Edits in order of their place, no two of which touch the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<Edit>,
}

impl EditSet {
    /// Orders `edits` by place. Insertions at one offset keep the order they were given in.
    ///
    /// # Errors
    /// [`EditError::Overlap`] where one edit begins before another has ended.
    pub fn new(mut edits: Vec<Edit>) -> Result<Self, EditError> {
        let place = |edit: &Edit| (edit.span.start(), edit.span.end());
        // Sorting takes half as much memory again, and most sets are in order.
        if !edits.is_sorted_by_key(place) {
            edits.sort_by_key(place);
        }
        for pair in edits.windows(2) {
            if pair[1].span.start() < pair[0].span.end() {
                return Err(EditError::Overlap(pair[1].span));
            }
        }
        Ok(Self { edits })
    }

    /// The edits in order of their place.
    #[must_use]
    pub fn as_slice(&self) -> &[Edit] {
        &self.edits
    }

    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Returns `text` with every edit made; bytes outside the edits stay as they are.
    ///
    /// # Panics
    /// Where an edit lies outside `text` or cuts a character.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let added: usize = self.edits.iter().map(|edit| edit.text.len()).sum();
        let mut changed = String::with_capacity(text.len() + added);
        let mut kept = 0;
        for edit in &self.edits {
            let span = edit.span.range();
            changed.push_str(&text[kept..span.start]);
            changed.push_str(&edit.text);
            kept = span.end;
        }
        changed.push_str(&text[kept..]);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applies_edits_given_out_of_order() {
        let edits = EditSet::new(vec![
            Edit::insert(5, "!"),
            Edit::replace(Span::new(0, 1), "J"),
            Edit::insert(5, "?"),
        ])
        .unwrap();
        assert_eq!(edits.apply("hello"), "Jello!?");
    }

    #[test]
    fn rejects_edits_that_overlap() {
        let edits = vec![Edit::replace(Span::new(0, 3), ""), Edit::replace(Span::new(2, 4), "")];
        assert_eq!(EditSet::new(edits), Err(EditError::Overlap(Span::new(2, 4))));
    }
}
