//! The texts, written piece by piece: the memory of the test must not be taken for that of the program.

use std::io::{self, Write};

use super::run::Expect;

/// A text of any size.
pub(crate) struct Text {
    pub(crate) name: &'static str,
    /// Writes the text, so and so large.
    pub(crate) write: fn(&mut dyn Write, usize) -> io::Result<()>,
    pub(crate) expect: Expect,
    /// How large it is in full size.
    pub(crate) size: usize,
}

const SERVICE: &[u8] = b"services:\n  web:\n    image: nginx\n";

fn repeat(out: &mut dyn Write, piece: &[u8], count: usize) -> io::Result<()> {
    (0..count).try_for_each(|_| out.write_all(piece))
}

fn spaces(out: &mut dyn Write, count: usize) -> io::Result<()> {
    write!(out, "{:count$}", "")
}

pub(crate) const TEXTS: &[Text] = &[
    Text {
        name: "flow sequences inside one another",
        write: |out, size| {
            out.write_all(b"x-deep: ")?;
            repeat(out, b"[", size)?;
            repeat(out, b"]", size)?;
            out.write_all(b"\n")?;
            out.write_all(SERVICE)
        },
        expect: Expect::Limit("MAX_DEPTH"),
        size: 100_000,
    },
    Text {
        name: "flow sequences without an end",
        write: |out, size| {
            out.write_all(SERVICE)?;
            out.write_all(b"x-deep: ")?;
            repeat(out, b"[", size)
        },
        expect: Expect::Refused("compose.yaml"),
        size: 100_000,
    },
    Text {
        name: "flow mappings inside one another",
        write: |out, size| {
            out.write_all(b"x-deep: ")?;
            repeat(out, b"{a: ", size)?;
            repeat(out, b"}", size)?;
            out.write_all(b"\n")?;
            out.write_all(SERVICE)
        },
        expect: Expect::Limit("MAX_DEPTH"),
        size: 100_000,
    },
    Text {
        name: "block sequences inside one another",
        write: |out, size| {
            out.write_all(b"x-deep:\n  ")?;
            repeat(out, b"- ", size)?;
            out.write_all(b"a\n")?;
            out.write_all(SERVICE)
        },
        expect: Expect::Limit("MAX_DEPTH"),
        size: 100_000,
    },
    Text {
        name: "block mappings inside one another",
        write: |out, size| {
            out.write_all(b"x-deep:\n")?;
            for level in 1..=size {
                spaces(out, level)?;
                out.write_all(b"a:\n")?;
            }
            out.write_all(SERVICE)
        },
        expect: Expect::Anything,
        // Lines grow with the depth: 50 MB.
        size: 9_900,
    },
    Text {
        name: "block and flow in turn",
        write: |out, size| {
            out.write_all(b"x-deep:\n  ")?;
            repeat(out, b"- ? - ", size / 6)?;
            repeat(out, b"[{a: ", size / 2)?;
            repeat(out, b"}]", size / 2)?;
            out.write_all(b"\n")?;
            out.write_all(SERVICE)
        },
        expect: Expect::Limit("MAX_DEPTH"),
        size: 100_000,
    },
    Text {
        name: "one long line",
        write: |out, size| {
            out.write_all(SERVICE)?;
            out.write_all(b"    command: ")?;
            repeat(out, b"word ", size / 5)?;
            out.write_all(b"\n")
        },
        expect: Expect::Hardened,
        size: 50_000_000,
    },
    Text {
        name: "one long line of flow entries",
        write: |out, size| {
            out.write_all(SERVICE)?;
            out.write_all(b"    command: [")?;
            repeat(out, b"a, ", size / 3)?;
            out.write_all(b"b]\n")
        },
        expect: Expect::Hardened,
        size: 10_000_000,
    },
    Text {
        name: "many services",
        write: |out, size| {
            out.write_all(b"services:\n")?;
            (0..size).try_for_each(|number| write!(out, "  s{number}:\n    image: a\n"))
        },
        expect: Expect::Hardened,
        size: 1_000_000,
    },
    Text {
        name: "many services in one line",
        write: |out, size| {
            out.write_all(b"services: {")?;
            (0..size).try_for_each(|number| write!(out, "s{number}: {{image: a}}, "))?;
            out.write_all(b"}\n")
        },
        expect: Expect::Hardened,
        size: 200_000,
    },
    Text {
        name: "lists that hold one another many times",
        write: |out, size| {
            out.write_all(b"x-0: &a0 [a]\n")?;
            for level in 1..size {
                write!(out, "x-{level}: &a{level} [")?;
                (0..9).try_for_each(|_| write!(out, "*a{}, ", level - 1))?;
                out.write_all(b"]\n")?;
            }
            out.write_all(SERVICE)
        },
        expect: Expect::Hardened,
        size: 1_000,
    },
    Text {
        name: "mappings that merge one another many times",
        write: |out, size| {
            out.write_all(b"x-0: &a0 {image: a}\n")?;
            for level in 1..size {
                write!(out, "x-{level}: &a{level}\n  <<: [")?;
                (0..9).try_for_each(|_| write!(out, "*a{}, ", level - 1))?;
                out.write_all(b"]\n")?;
            }
            write!(out, "services:\n  web:\n    <<: *a{}\n", size - 1)
        },
        expect: Expect::Anything,
        size: 1_000,
    },
    Text {
        name: "services that merge all before them",
        write: |out, size| {
            out.write_all(b"services:\n  s0: &s0\n    image: a\n")?;
            (1..size).try_for_each(|number| {
                write!(out, "  s{number}: &s{number}\n    <<: *s{}\n    k{number}: b\n", number - 1)
            })
        },
        expect: Expect::Anything,
        size: 20_000,
    },
    Text {
        name: "services that extend all before them",
        write: |out, size| {
            out.write_all(b"services:\n  s0:\n    image: a\n")?;
            (1..size).try_for_each(|number| write!(out, "  s{number}:\n    extends: s{}\n", number - 1))
        },
        expect: Expect::Anything,
        size: 100_000,
    },
    Text {
        name: "a mapping that merges itself",
        write: |out, _| out.write_all(b"services:\n  web: &web\n    <<: *web\n    image: a\n"),
        expect: Expect::Refused("compose.yaml:3"),
        size: 1,
    },
    Text {
        name: "many anchors",
        write: |out, size| {
            out.write_all(SERVICE)?;
            out.write_all(b"x-anchors:\n")?;
            (0..size).try_for_each(|number| writeln!(out, "  - &a{number} b"))
        },
        expect: Expect::Hardened,
        size: 100_000,
    },
    Text {
        name: "one anchor many times",
        write: |out, size| {
            out.write_all(SERVICE)?;
            out.write_all(b"x-anchors:\n")?;
            (0..size).try_for_each(|_| out.write_all(b"  - &a b\n  - *a\n"))
        },
        expect: Expect::Hardened,
        size: 100_000,
    },
    Text {
        name: "many aliases",
        write: |out, size| {
            out.write_all(b"x-a: &a {b: c}\nx-aliases:\n")?;
            repeat(out, b"  - *a\n", size)?;
            out.write_all(SERVICE)
        },
        expect: Expect::Hardened,
        size: 100_000,
    },
    Text {
        name: "a long key",
        write: |out, size| {
            out.write_all(b"x-")?;
            repeat(out, b"k", size)?;
            out.write_all(b": a\n")?;
            out.write_all(SERVICE)
        },
        expect: Expect::Limit("MAX_IMPLICIT_KEY"),
        size: 1_000_000,
    },
    Text {
        name: "a long explicit key",
        write: |out, size| {
            out.write_all(b"? x-")?;
            repeat(out, b"k", size)?;
            out.write_all(b"\n: a\n")?;
            out.write_all(SERVICE)
        },
        expect: Expect::Hardened,
        size: 1_000_000,
    },
    Text {
        name: "a long name of a service",
        write: |out, size| {
            out.write_all(b"services:\n  ? ")?;
            repeat(out, b"k", size)?;
            out.write_all(b"\n  : image: a\n")
        },
        expect: Expect::Limit("MAX_NAME_BYTES"),
        size: 1_000_000,
    },
    Text {
        name: "many comments",
        write: |out, size| {
            repeat(out, b"# c\n", size)?;
            out.write_all(SERVICE)
        },
        expect: Expect::Hardened,
        size: 1_000_000,
    },
    Text {
        name: "many documents",
        write: |out, size| repeat(out, b"---\nservices:\n  web:\n    image: a\n", size),
        expect: Expect::Anything,
        size: 10_000,
    },
    Text {
        name: "many duplicate keys",
        write: |out, size| {
            out.write_all(SERVICE)?;
            repeat(out, b"    image: a\n", size)
        },
        expect: Expect::Refused("there twice"),
        size: 1_000_000,
    },
    Text {
        name: "many tags",
        write: |out, size| {
            out.write_all(b"%TAG !t! tag:x\n---\n")?;
            (0..size).try_for_each(|number| writeln!(out, "x-{number}: !t!a{number} b"))?;
            out.write_all(SERVICE)
        },
        expect: Expect::Hardened,
        size: 20_000,
    },
    Text {
        name: "a NUL",
        write: |out, _| out.write_all(b"services:\n  web: {image: \"a\0b\"}\n"),
        expect: Expect::Refused("U+0000"),
        size: 1,
    },
    Text {
        name: "a form feed",
        write: |out, _| out.write_all(b"services:\n\x0c  web: {image: a}\n"),
        expect: Expect::Refused("U+000C"),
        size: 1,
    },
    Text {
        name: "U+0085",
        write: |out, _| out.write_all("services:\n  web: {image: a} # b\u{85}    user: root\n".as_bytes()),
        expect: Expect::Refused("U+0085"),
        size: 1,
    },
    Text {
        name: "U+2028",
        write: |out, _| {
            out.write_all("services:\n  web: # b\u{2028}    user: root\n    image: a\n".as_bytes())
        },
        expect: Expect::Refused("U+2028"),
        size: 1,
    },
    Text {
        name: "a byte order mark in the middle",
        write: |out, _| out.write_all("x-a: b\n\u{feff}services:\n  web: {image: a}\n".as_bytes()),
        expect: Expect::Refused("U+FEFF"),
        size: 1,
    },
    Text {
        name: "lone carriage returns",
        write: |out, _| out.write_all(b"services:\r  web:\r    image: a\r"),
        expect: Expect::Refused("carriage return"),
        size: 1,
    },
    Text {
        name: "bytes that are not UTF-8",
        write: |out, _| out.write_all(b"services:\n  web: {image: \"\xff\"}\n"),
        expect: Expect::Refused("not UTF-8"),
        size: 1,
    },
    Text {
        name: "UTF-16",
        write: |out, _| out.write_all(b"\xff\xfes\0e\0r\0"),
        expect: Expect::Refused("UTF-16"),
        size: 1,
    },
    Text { name: "nothing", write: |_, _| Ok(()), expect: Expect::Anything, size: 1 },
];
