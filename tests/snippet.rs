//! What messages promise: the form, the right place, nothing a terminal would obey, and no text that breaks them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use compose_harden::output::snippet::{Colour, Messages, render_for_path};
use compose_harden::text::{Diagnostic, Source, Span};

fn source(text: &str) -> Source {
    Source::from_bytes("compose.yml", text.as_bytes().to_vec()).unwrap()
}

fn render(text: &str, diagnostic: &Diagnostic) -> String {
    Messages::new(&source(text), Colour::Plain).render(diagnostic)
}

fn span_of(text: &str, part: &str) -> Span {
    let start = u32::try_from(text.find(part).unwrap()).unwrap();
    Span::new(start, start + u32::try_from(part.len()).unwrap())
}

#[test]
fn shows_the_place_the_words_and_the_help() {
    let text = format!("{}    security_opt: [\"no-new-privileges=true\"]\n", "a: 1\n".repeat(11));
    let diagnostic = Diagnostic::error("service `web` sets its list twice")
        .at(span_of(&text, "security_opt"), "already in base.yml:4")
        .help("remove it here; the hardening block in compose.yml provides it");
    assert_eq!(
        render(&text, &diagnostic),
        "\
error: service `web` sets its list twice
  --> compose.yml:12:5
   |
12 |     security_opt: [\"no-new-privileges=true\"]
   |     ^^^^^^^^^^^^ already in base.yml:4
   = help: remove it here; the hardening block in compose.yml provides it
"
    );
}

#[test]
fn shows_near_places_together_and_far_ones_apart() {
    let text = format!("a: 1\nb: 2\nc: 3\n{}z: 9\n", "\n".repeat(1000));
    let diagnostic = Diagnostic::warning("three places")
        .at(span_of(&text, "c"), "here")
        .related(span_of(&text, "a"), "first here")
        .related(span_of(&text, "z"), "");
    assert_eq!(
        render(&text, &diagnostic),
        "\
warning: three places
    --> compose.yml:3:1
     |
   1 | a: 1
     | - first here
   2 | b: 2
   3 | c: 3
     | ^ here
     |
    ::: compose.yml:1004:1
     |
1004 | z: 9
     | -
"
    );
}

#[test]
fn names_the_file_alone_where_there_is_no_place() {
    let diagnostic = Diagnostic::error("not a Compose file").help("leave it out");
    let shown = "error: not a Compose file\n  --> compose.yml\n   = help: leave it out\n";
    assert_eq!(render("a", &diagnostic), shown);
    assert_eq!(render_for_path(&diagnostic, Path::new("compose.yml"), Colour::Plain), shown);
    let bare = Diagnostic::error("not a Compose file");
    assert_eq!(render("a", &bare), "error: not a Compose file\n  --> compose.yml\n");
}

#[test]
fn counts_lines_that_end_in_any_way_and_columns_in_characters() {
    for (text, place) in [
        ("a\r\nb\rc\né: x\r\n", "4:4"),
        ("\u{feff}x: 1", "1:2"),
        ("x", "1:1"),
        ("\r\r\rx\r\r", "4:1"),
        ("\t\tx", "1:3"),
        ("世界 x", "1:4"),
    ] {
        let shown = render(text, &Diagnostic::error("t").at(span_of(text, "x"), "here"));
        assert!(shown.contains(&format!("--> compose.yml:{place}\n")), "{shown}");
    }
}

#[test]
fn colours_only_when_asked() {
    let text = "a: 1\n";
    let source = source(text);
    let placed = Diagnostic::error("t").at(span_of(text, "a"), "here").help("h");
    for diagnostic in [placed, Diagnostic::warning("t").help("h")] {
        let plain = Messages::new(&source, Colour::Plain).render(&diagnostic);
        let ansi = Messages::new(&source, Colour::Ansi).render(&diagnostic);
        assert!(!plain.contains('\u{1b}') && ansi.contains("\u{1b}["));
        let mut bare = String::new();
        for (at, part) in ansi.split("\u{1b}[").enumerate() {
            bare.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert_eq!(bare, plain);
    }
}

#[test]
fn lets_no_control_character_through() {
    let text = "a: \u{1b}[31mred\u{7}\u{0}\u{9b}x\u{202e}\u{c}\u{10FFFD}0:1 # \u{85}\u{2028}";
    let diagnostic = Diagnostic::error("service `\u{1b}[2J\n\r`")
        .at(span_of(text, "red"), "\u{8}\u{7f}\n\u{2066}")
        .help("do \u{1b}]0;x\u{7}\nerror: forged");
    let source = Source::from_bytes("dir\n\u{1b}/\u{10FFFD}1:compose.yml", text.as_bytes().to_vec()).unwrap();
    let placeless = Diagnostic { place: None, ..diagnostic.clone() };
    for diagnostic in [diagnostic, placeless] {
        let shown = Messages::new(&source, Colour::Plain).render(&diagnostic);
        assert!(!shown.contains(|char: char| char.is_control() && char != '\n'), "{shown:?}");
        assert!(!shown.contains(['\u{202e}', '\u{2066}', '\u{2028}', '\u{10FFFD}']), "{shown:?}");
        assert!(shown.contains("service `␛[2J␊␍`\n"), "{shown}");
        assert!(shown.contains("--> dir␊␛/\u{FFFD}1:compose.yml"), "{shown}");
        assert!(shown.contains("help: do ␛]0;x␇␊error: forged\n"), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn shows_the_bytes_of_a_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt as _;

    let path = Path::new(std::ffi::OsStr::from_bytes(b"caf\xE9.yml"));
    let shown = render_for_path(&Diagnostic::error("t"), path, Colour::Plain);
    assert_eq!(shown, "error: t\n  --> caf\\xE9.yml\n");
}

#[test]
fn trims_long_lines_names_and_messages() {
    let long = "é".repeat(30_000);
    let text = format!("a: [{long}, x, {long}]\n");
    let diagnostic = Diagnostic::error(&long).at(span_of(&text, "x"), &long).help(&long);
    let shown = render(&text, &diagnostic);
    assert!(shown.contains("--> compose.yml:1:30007\n"));
    assert!(shown.len() < 10_000, "{}", shown.len());
    let whole = Diagnostic::error("t").at(Span::new(0, u32::try_from(text.len()).unwrap()), "all");
    assert!(render(&text, &whole).len() < 2_000);
}

#[test]
fn survives_every_span_of_nasty_texts() {
    let texts = [
        "",
        "\n",
        "\r",
        "\r\n",
        "\n\n\r\r",
        "a",
        "a\r\nb\r\n",
        "\u{feff}",
        "\u{feff}a: 1\r\n\tb",
        "\t\ta\t",
        "a\rb\rc\r",
        "é世\u{200d}👩\u{200d}🚀 \u{301}x",
        "\0\u{1b}\u{85}\u{2028}\u{202e}\n",
        "   \n  \n a",
    ];
    for text in texts {
        let source = source(text);
        for colour in [Colour::Plain, Colour::Ansi] {
            let messages = Messages::new(&source, colour);
            let most = u32::try_from(text.len()).unwrap() + 2;
            // Spans that cut characters or lie after the end are wrong, but no reason to crash.
            for (start, end) in (0..=most).flat_map(|start| (start..=most).map(move |end| (start, end))) {
                for other in 0..=most {
                    let diagnostic = Diagnostic::error("t")
                        .at(Span::new(start, end), "one")
                        .related(Span::new(other, end), "two")
                        .related(Span::at(other), "");
                    let shown = messages.render(&diagnostic);
                    assert!(shown.contains("compose.yml:"), "{shown}");
                    assert!(shown.ends_with('\n') && !shown.contains('\u{10FFFD}'), "{shown}");
                }
            }
        }
    }
}

#[test]
fn stays_short_for_many_messages_about_a_long_line_or_many_lines() {
    for unit in ["a: 1, ", "a: 1\n", "\n"] {
        let text = unit.repeat(8_000_000 / unit.len());
        let source = source(&text);
        let messages = Messages::new(&source, Colour::Plain);
        for number in 0..2_000_u32 {
            let at = number * 4_000;
            let shown = messages.render(&Diagnostic::warning("t").at(Span::new(at, at + 1), "here"));
            assert!(shown.len() < 2_000);
        }
    }
}
