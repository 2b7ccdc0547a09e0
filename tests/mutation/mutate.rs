//! Changes texts at random, in ways that YAML is sensitive to.

/// A small generator of numbers (`SplitMix64`), the same in every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// Returns a number below `bound`; 0 where there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((number ^ (number >> 31)) % bound.max(1) as u64).unwrap_or(0)
    }

    /// Returns one of `choices`.
    pub(crate) fn choose<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.below(choices.len())]
    }
}

/// Pieces that begin, end or change something in YAML or in a Compose file.
const PIECES: [&str; 64] = [
    " ",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "#",
    " #",
    ", ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "&hardening ",
    "*hardening",
    "!",
    "!!str ",
    "!reset ",
    "!override ",
    "!<x> ",
    "|",
    ">",
    "|-\n",
    ">+2\n",
    "\"",
    "'",
    "''",
    "\\",
    "\\n",
    "%",
    "@",
    "`",
    "---",
    "---\n",
    "...\n",
    "<<",
    "<<: ",
    "<<: *a\n",
    "\u{feff}",
    "\u{85}",
    "é",
    "\u{2028}",
    "\0",
    "~",
    "null",
    "x-a: &a {}\n",
    "services:\n",
    "  web:\n",
    "    user: \"\"\n",
    "    extends: web\n",
    "    security_opt: []\n",
    "include: [b.yaml]\n",
    "%YAML 1.1\n",
    "%TAG !e! tag:x,2000:\n",
    "      - a\n",
    "{a: b}",
];

/// Returns `text` with one to `most` changes; `other` is a text to take pieces from.
pub(crate) fn mutate(text: &str, other: &str, most: usize, numbers: &mut Numbers) -> String {
    let mut text = text.to_owned();
    for _ in 0..=numbers.below(most) {
        change(&mut text, other, numbers);
    }
    text
}

fn change(text: &mut String, other: &str, numbers: &mut Numbers) {
    let start = place(text, numbers);
    match numbers.below(9) {
        0 | 1 => text.insert_str(start, pick(&PIECES, numbers)),
        2 => {
            let end = boundary(text, start + 1 + numbers.below(4));
            text.replace_range(start..end, "");
        }
        3 => {
            let end = boundary(text, start + 1);
            text.replace_range(start..end, pick(&PIECES, numbers));
        }
        4 => {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let line = if lines.is_empty() { String::new() } else { pick(&lines, numbers).to_owned() };
            let start = line_start(text, start);
            text.insert_str(start, &line);
        }
        5 => {
            let start = line_start(text, start);
            let end = text[start..].find('\n').map_or(text.len(), |length| start + length + 1);
            text.replace_range(start..end, "");
        }
        6 => {
            let start = line_start(text, start);
            if numbers.below(2) == 0 || !text[start..].starts_with(' ') {
                text.insert_str(start, pick(&[" ", "  ", "    "], numbers));
            } else {
                text.remove(start);
            }
        }
        7 => {
            let from = place(other, numbers);
            let to = boundary(other, from + numbers.below(60));
            text.insert_str(start, &other[from..to]);
        }
        _ => match numbers.below(4) {
            0 => *text = text.replace("\r\n", "\n").replace('\n', "\r\n"),
            1 => text.truncate(start),
            2 => *text = text.trim_end().to_owned(),
            _ => {
                let end = boundary(text, start + numbers.below(40));
                let piece = text[start..end].to_owned();
                text.insert_str(start, &piece);
            }
        },
    }
}

/// Returns the offset of a character, or the end.
fn place(text: &str, numbers: &mut Numbers) -> usize {
    boundary(text, numbers.below(text.len() + 1))
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

fn pick<'p>(pieces: &[&'p str], numbers: &mut Numbers) -> &'p str {
    numbers.choose::<&'p str>(pieces)
}
