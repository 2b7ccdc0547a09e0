//! Messages for people: from a [`Diagnostic`] and its source to the text a terminal shows.
//!
//! Shows the first line of each place, trimmed, with nothing in it that a terminal would obey. Knows nothing of
//! terminals; the caller says whether to colour.

mod clean;
mod excerpt;

use std::path::Path;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use crate::text::{Diagnostic, LineIndex, Severity, Source};
use clean::PLACEHOLDER;
pub use clean::{message as clean_message, path as clean_path};
use excerpt::{Excerpt, Mark};

/// Whether messages hold the escape sequences that colour them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Text alone.
    #[default]
    Plain,
    /// Text with ANSI escape sequences.
    Ansi,
}

/// Renders the messages about one source.
///
/// The lines of the source are found once, at the first message with a place, so that many messages about a big
/// file cost one pass.
pub struct Messages<'a> {
    index: LineIndex<'a>,
    path: String,
    colour: Colour,
}

impl<'a> Messages<'a> {
    /// Takes the source that the spans of the messages are of.
    #[must_use]
    pub fn new(source: &'a Source, colour: Colour) -> Self {
        Self { index: LineIndex::new(source.text()), path: clean::path(source.path()), colour }
    }

    /// Returns `diagnostic` as lines of text, the last of them ended by a line feed.
    ///
    /// Of a span that goes over several lines the first is shown. A span outside the source is moved into it.
    #[must_use]
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let excerpts = excerpt::excerpts(&self.index, diagnostic);
        if excerpts.is_empty() {
            return render_without_place(diagnostic, &self.path, self.colour);
        }
        let paths: Vec<_> = (0..excerpts.len()).map(|number| format!("{PLACEHOLDER}{number}")).collect();
        let snippets = excerpts.iter().zip(&paths).map(|(excerpt, path)| snippet(excerpt, path));
        let title = level(diagnostic.severity).primary_title(clean::message(&diagnostic.title));
        let laid_out = renderer(self.colour).render(&[title.elements(snippets)]);

        let mut out = self.put_places(&laid_out, &excerpts);
        out.push('\n');
        let last_line = excerpts.iter().map(Excerpt::last_line).max().unwrap_or(1);
        push_help(&mut out, diagnostic, last_line.to_string().len(), self.colour);
        out
    }

    /// Puts the true path, line and column where the placeholder and the column within the excerpt are.
    fn put_places(&self, laid_out: &str, excerpts: &[Excerpt]) -> String {
        let mut parts = laid_out.split(PLACEHOLDER);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|char: char| char.is_ascii_digit() || char == ':');
            let number = part.split(':').next().and_then(|number| number.parse::<usize>().ok());
            if let Some(excerpt) = number.and_then(|number| excerpts.get(number)) {
                out += &self.path;
                out.extend([excerpt.line(), excerpt.column()].map(|number| format!(":{number}")));
            }
            out.push_str(rest);
        }
        out
    }
}

/// Returns `diagnostic` about the file at `path` as a whole; places it may have are not shown.
///
/// For files that no [`Source`] could be made of.
#[must_use]
pub fn render_for_path(diagnostic: &Diagnostic, path: &Path, colour: Colour) -> String {
    render_without_place(diagnostic, &clean::path(path), colour)
}

fn render_without_place(diagnostic: &Diagnostic, path: &str, colour: Colour) -> String {
    let title = level(diagnostic.severity).primary_title(clean::message(&diagnostic.title));
    let mut out = renderer(colour).render(&[annotate_snippets::Group::with_title(title)]);
    let arrow = paint(colour, styles::LINE_NUMBER, "-->");
    out.extend(["\n  ", &arrow, " ", path, "\n"]);
    push_help(&mut out, diagnostic, 2, colour);
    out
}

fn push_help(out: &mut String, diagnostic: &Diagnostic, indent: usize, colour: Colour) {
    if let Some(help) = &diagnostic.help {
        let sign = paint(colour, styles::LINE_NUMBER, "=");
        let name = paint(colour, styles::HELP, "help");
        out.extend([&" ".repeat(indent + 1), &sign, " ", &name, ": ", &clean::message(help), "\n"]);
    }
}

fn snippet<'a>(excerpt: &'a Excerpt, path: &'a str) -> Snippet<'a, Annotation<'a>> {
    let marks = excerpt.marks().iter().map(|Mark { range, text, primary }| {
        let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(range.clone()).label(text.as_str())
    });
    Snippet::source(excerpt.text()).path(path).line_start(excerpt.first_line()).annotations(marks)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

fn renderer(colour: Colour) -> Renderer {
    match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Ansi => Renderer::styled(),
    }
}

/// The styles of what is laid out here, the same as those of the crate.
mod styles {
    use annotate_snippets::renderer::{DEFAULT_EMPHASIS_STYLE, DEFAULT_LINE_NUM_STYLE, Style};

    pub(super) const LINE_NUMBER: Style = DEFAULT_LINE_NUM_STYLE;
    pub(super) const HELP: Style = DEFAULT_EMPHASIS_STYLE;
}

fn paint(colour: Colour, style: annotate_snippets::renderer::Style, text: &str) -> String {
    match colour {
        Colour::Plain => text.to_owned(),
        Colour::Ansi => format!("{style}{text}{style:#}"),
    }
}
