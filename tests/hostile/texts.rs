//! The texts, written piece by piece: the memory of the test must not be taken for that of the program.

use std::io::{self, Write};

use super::run::Expect::{self, Anything, Hardened, Limit, Refused};

/// A text of any size.
pub(crate) struct Text {
    pub(crate) name: &'static str,
    made: Made,
    /// How large it is in full size.
    pub(crate) size: usize,
    pub(crate) expect: Expect,
}

/// How a text is made.
enum Made {
    /// As it is, whatever its size.
    Of(&'static [u8]),
    /// From pieces, so and so many of them.
    By(fn(&mut dyn Write, usize) -> io::Result<()>),
}

use Made::{By, Of};

impl Text {
    pub(crate) fn write(&self, out: &mut dyn Write, size: usize) -> io::Result<()> {
        match self.made {
            Of(text) => out.write_all(text),
            By(write) => write(out, size),
        }
    }
}

const SERVICE: &[u8] = b"services:\n  web:\n    image: nginx\n";

const BLOCK: &[u8] = br#"x-common-hardening-opts: &hardening
  security_opt:
    - "no-new-privileges=true"
  cap_drop:
    - ALL
  user: "${UID:-1000}:${GID:-1000}"
  runtime: runsc
services:
  web:
    <<: *hardening
    image: nginx
"#;

/// Writes `start`, then `piece` so many times, then `end`.
fn repeat(out: &mut dyn Write, start: &[u8], piece: &[u8], count: usize, end: &[u8]) -> io::Result<()> {
    out.write_all(start)?;
    (0..count).try_for_each(|_| out.write_all(piece))?;
    out.write_all(end)
}

/// Writes what `piece` writes for each number, after `start`.
fn count(
    out: &mut dyn Write,
    start: &[u8],
    numbers: impl IntoIterator<Item = usize>,
    piece: impl Fn(&mut dyn Write, usize) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(start)?;
    numbers.into_iter().try_for_each(|number| piece(out, number))
}

/// Writes so many services of two lines each.
fn services(out: &mut dyn Write, size: usize) -> io::Result<()> {
    count(out, b"services:\n", 0..size, |out, it| write!(out, "  s{it}:\n    image: a\n"))
}

/// Writes a service, and a list after it of so many items like `item`.
fn list(out: &mut dyn Write, item: &[u8], items: usize) -> io::Result<()> {
    out.write_all(SERVICE)?;
    repeat(out, b"x-list:\n", item, items, b"")
}

/// Writes an extension field that nests so and so deep, and a service.
fn nested(out: &mut dyn Write, open: &[u8], close: &[u8], depth: usize) -> io::Result<()> {
    repeat(out, b"x-deep: ", open, depth, b"")?;
    repeat(out, b"", close, depth, b"\n")?;
    out.write_all(SERVICE)
}

/// Writes a list at `&l` of so many items, and a block whose items but the last are like them.
fn long_list(out: &mut dyn Write, items: usize) -> io::Result<()> {
    count(out, b"x-l: &l [", 0..items, |out, it| write!(out, "o{it}=a, "))?;
    out.write_all(b"]\nx-common-hardening-opts: &hardening\n  security_opt: [")?;
    count(out, b"", 0..63, |out, it| write!(out, "o{it}=b, "))?;
    out.write_all(b"last]\n")
}

/// Writes nine aliases of `&a…`, one after the other.
fn nine_aliases(out: &mut dyn Write, number: usize) -> io::Result<()> {
    (0..9).try_for_each(|_| write!(out, "*a{number}, "))
}

#[rustfmt::skip]
pub(crate) const TEXTS: &[Text] = &[
    // What nests.
    Text { name: "flow sequences inside one another", size: 100_000, expect: Limit("MAX_DEPTH"),
        made: By(|out, size| nested(out, b"[", b"]", size)) },
    Text { name: "flow mappings inside one another", size: 100_000, expect: Limit("MAX_DEPTH"),
        made: By(|out, size| nested(out, b"{a: ", b"}", size)) },
    Text { name: "flow sequences without an end", size: 100_000, expect: Refused("compose.yaml"),
        made: By(|out, size| { out.write_all(SERVICE)?; repeat(out, b"x-deep: ", b"[", size, b"") }) },
    Text { name: "block sequences inside one another", size: 100_000, expect: Limit("MAX_DEPTH"),
        made: By(|out, size| { repeat(out, b"x-deep:\n  ", b"- ", size, b"a\n")?; out.write_all(SERVICE) }) },
    // Lines grow with the depth: 50 MB.
    Text { name: "block mappings inside one another", size: 9_900, expect: Anything,
        made: By(|out, size| {
            count(out, b"x-deep:\n", 1..=size, |out, level| writeln!(out, "{:level$}a:", ""))?;
            out.write_all(SERVICE)
        }) },
    Text { name: "block and flow in turn", size: 100_000, expect: Limit("MAX_DEPTH"),
        made: By(|out, size| {
            repeat(out, b"x-deep:\n  ", b"- ? - ", size / 6, b"")?;
            repeat(out, b"", b"[{a: ", size / 2, b"")?;
            repeat(out, b"", b"}]", size / 2, b"\n")?;
            out.write_all(SERVICE)
        }) },
    // What is long.
    Text { name: "one long line", size: 50_000_000, expect: Hardened,
        made: By(|out, size| { out.write_all(SERVICE)?; repeat(out, b"    command: ", b"word ", size / 5, b"\n") }) },
    Text { name: "one long line of flow entries", size: 10_000_000, expect: Hardened,
        made: By(|out, size| { out.write_all(SERVICE)?; repeat(out, b"    command: [", b"word, ", size / 6, b"b]\n") }) },
    Text { name: "one long line of flow entries of one byte", size: 10_000_000, expect: Limit("MAX_NODES"),
        made: By(|out, size| { out.write_all(SERVICE)?; repeat(out, b"    command: [", b"a, ", size / 3, b"b]\n") }) },
    Text { name: "the densest nodes that are not too many", size: 333_000, expect: Hardened,
        made: By(|out, size| { out.write_all(SERVICE)?; repeat(out, b"x-pairs: [", b"a: ,", size, b"]\n") }) },
    Text { name: "the densest nodes in block style", size: 10_000_000, expect: Limit("MAX_NODES"),
        made: By(|out, size| { out.write_all(SERVICE)?; repeat(out, b"x-list:\n", b"-\n", size / 2, b"") }) },
    Text { name: "a long key", size: 1_000_000, expect: Limit("MAX_IMPLICIT_KEY"),
        made: By(|out, size| { repeat(out, b"x-", b"k", size, b": a\n")?; out.write_all(SERVICE) }) },
    Text { name: "a long explicit key", size: 1_000_000, expect: Hardened,
        made: By(|out, size| { repeat(out, b"? x-", b"k", size, b"\n: a\n")?; out.write_all(SERVICE) }) },
    Text { name: "a long name of a service", size: 1_000_000, expect: Limit("MAX_NAME_BYTES"),
        made: By(|out, size| repeat(out, b"services:\n  ? ", b"k", size, b"\n  : image: a\n")) },
    // What is many.
    Text { name: "many services", size: 20_000, expect: Hardened, made: By(services) },
    // 50 MB.
    Text { name: "the densest services that are not too many", size: 100_000, expect: Hardened,
        made: By(|out, size| {
            let rest = "-".repeat(500);
            count(out, b"services:\n", 0..size, |out, it| write!(out, "  s{it}:\n    image: a\n    # {rest}\n"))
        }) },
    Text { name: "too many services", size: 1_000_000, expect: Limit("MAX_SERVICES"), made: By(services) },
    Text { name: "many services in one line", size: 20_000, expect: Hardened,
        made: By(|out, size| {
            count(out, b"services: {", 0..size, |out, it| write!(out, "s{it}: {{image: a}}, "))?;
            out.write_all(b"}\n")
        }) },
    Text { name: "many services with a list of merges in one line", size: 20_000, expect: Hardened,
        made: By(|out, size| {
            let start = b"x-a: &a {init: true}\nservices: {";
            count(out, start, 0..size, |out, it| write!(out, "s{it}: {{<<: [*a], image: a}}, "))?;
            out.write_all(b"}\n")
        }) },
    Text { name: "many services that are no container", size: 20_000, expect: Anything,
        made: By(|out, size| count(out, b"services:\n", 0..size, |out, it| write!(out, "  s{it}:\n    init: true\n"))) },
    Text { name: "many privileged services", size: 20_000, expect: Hardened,
        made: By(|out, size| {
            count(out, b"services:\n", 0..size, |out, it| writeln!(out, "  s{it}: {{image: a, privileged: true}}"))
        }) },
    Text { name: "many services with dotted names", size: 19_999, expect: Anything,
        made: By(|out, size| {
            count(out, b"services:\n  s: {image: a}\n", 0..size, |out, it| writeln!(out, "  s.{it}: {{image: a}}"))
        }) },
    Text { name: "many comments", size: 1_000_000, expect: Hardened,
        made: By(|out, size| repeat(out, b"", b"# c\n", size, SERVICE)) },
    Text { name: "many documents", size: 10_000, expect: Anything,
        made: By(|out, size| repeat(out, b"", b"---\nservices:\n  web:\n    image: a\n", size, b"")) },
    Text { name: "too many documents", size: 100_000, expect: Limit("MAX_DOCUMENTS"),
        made: By(|out, size| repeat(out, b"", b"---\nservices:\n  web:\n    image: a\n", size, b"")) },
    Text { name: "many documents that delete the same keys", size: 9_999, expect: Hardened,
        made: By(|out, size| {
            let piece = b"---\nservices:\n  web: {user: !reset null, runtime: !reset null, \
                security_opt: !reset null, cap_drop: !reset null}\n";
            repeat(out, SERVICE, piece, size, b"")
        }) },
    Text { name: "many documents with anchors that use one block", size: 9_999, expect: Hardened,
        made: By(|out, size| {
            let block = b"x-common-hardening-opts: &hardening {init: true}\n";
            count(out, block, 0..size, |out, it| write!(out, "---\nx-a: &a{it} b\nservices: {{s{it}: {{image: a}}}}\n"))
        }) },
    Text { name: "many documents that use one block behind many keys", size: 9_999, expect: Hardened,
        made: By(|out, size| {
            count(out, b"", 0..size, |out, it| writeln!(out, "x-{it}: a"))?;
            let used = |out: &mut dyn Write, it| write!(out, "---\nservices:\n  s{it}: {{image: a}}\n");
            count(out, BLOCK, 0..size, used)
        }) },
    Text { name: "many duplicate keys", size: 1_000_000, expect: Refused("duplicate key"),
        made: By(|out, size| repeat(out, SERVICE, b"    image: a\n", size, b"")) },
    Text { name: "many tags", size: 20_000, expect: Hardened,
        made: By(|out, size| {
            count(out, b"%TAG !t! tag:x\n---\n", 0..size, |out, it| writeln!(out, "x-{it}: !t!a{it} b"))?;
            out.write_all(SERVICE)
        }) },
    Text { name: "many anchors", size: 100_000, expect: Hardened,
        made: By(|out, size| { list(out, b"", 0)?; count(out, b"", 0..size, |out, it| writeln!(out, "  - &a{it} b")) }) },
    Text { name: "one anchor many times", size: 100_000, expect: Hardened,
        made: By(|out, size| list(out, b"  - &a b\n  - *a\n", size)) },
    Text { name: "many aliases", size: 100_000, expect: Hardened,
        made: By(|out, size| { out.write_all(b"x-a: &a {b: c}\n")?; list(out, b"  - *a\n", size) }) },
    // What refers to other things.
    Text { name: "lists that hold one another many times", size: 1_000, expect: Limit("MAX_ALIASED_NODES"),
        made: By(|out, size| {
            count(out, b"x-0: &a0 [a]\n", 1..size, |out, level| {
                write!(out, "x-{level}: &a{level} [")?;
                nine_aliases(out, level - 1)?;
                out.write_all(b"]\n")
            })?;
            out.write_all(SERVICE)
        }) },
    Text { name: "mappings that merge one another many times", size: 1_000, expect: Anything,
        made: By(|out, size| {
            count(out, b"x-0: &a0 {image: a}\n", 1..size, |out, level| {
                write!(out, "x-{level}: &a{level}\n  <<: [")?;
                nine_aliases(out, level - 1)?;
                out.write_all(b"]\n")
            })?;
            write!(out, "services:\n  web:\n    <<: *a{}\n", size - 1)
        }) },
    Text { name: "services that merge all before them", size: 20_000, expect: Anything,
        made: By(|out, size| {
            count(out, b"services:\n  s0: &s0\n    image: a\n", 1..size, |out, it| {
                write!(out, "  s{it}: &s{it}\n    <<: *s{}\n    k{it}: b\n", it - 1)
            })
        }) },
    Text { name: "services that extend all before them", size: 20_000, expect: Anything,
        made: By(|out, size| {
            let start = b"services:\n  s0:\n    image: a\n";
            count(out, start, 1..size, |out, it| write!(out, "  s{it}:\n    extends: s{}\n", it - 1))
        }) },
    Text { name: "services that merge a large template", size: 20_000, expect: Limit("MAX_ALIASED_NODES"),
        made: By(|out, size| {
            count(out, b"x-t: &t\n", 0..size, |out, it| writeln!(out, "  k{it}: a"))?;
            count(out, b"services:\n", 0..size, |out, it| writeln!(out, "  s{it}: {{<<: *t}}"))
        }) },
    Text { name: "services that extend one chain in two ways", size: 10_000, expect: Hardened,
        made: By(|out, size| {
            let start = b"services:\n  s0: {image: a}\n";
            count(out, start, 1..size, |out, it| writeln!(out, "  s{it}: {{extends: s{}}}", it - 1))?;
            count(out, b"", 0..size, |out, it| {
                let user = if it % 2 == 0 { "" } else { ", user: a" };
                writeln!(out, "  t{it}: {{extends: s{}{user}}}", size - 1)
            })
        }) },
    Text { name: "aliases of a large template beside a block", size: 20_000, expect: Limit("MAX_ALIASED_NODES"),
        made: By(|out, size| {
            out.write_all(b"x-common-hardening-opts: &hardening {user: a}\nx-t: &t\n  image: a\n  labels:\n")?;
            count(out, b"", 0..size, |out, it| writeln!(out, "    l{it}: a"))?;
            count(out, b"services:\n", 0..size, |out, it| writeln!(out, "  s{it}: *t"))
        }) },
    Text { name: "services that share a long list", size: 1_500, expect: Hardened,
        made: By(|out, size| {
            long_list(out, size)?;
            out.write_all(b"  user: a\n")?;
            count(out, b"services:\n", 0..size, |out, it| writeln!(out, "  s{it}: {{image: a, security_opt: *l}}"))
        }) },
    Text { name: "services that add a long list to the hardening", size: 1_500, expect: Anything,
        made: By(|out, size| {
            long_list(out, size)?;
            let start = b"services:\n  s: {image: a}\n";
            count(out, start, 0..size, |out, it| writeln!(out, "  s{it}: {{extends: s, security_opt: *l}}"))
        }) },
    Text { name: "a long list in the block", size: 9_999, expect: Limit("MAX_BLOCK_ITEMS"),
        made: By(|out, size| {
            let start = b"services: {web: {image: a}}\nx-common-hardening-opts: &hardening\n  security_opt:\n";
            count(out, start, 0..size, |out, it| writeln!(out, "  - o{it}"))?;
            repeat(out, b"", b"---\nservices: {web: {init: true}}\n", size, b"")
        }) },
    Text { name: "a mapping that merges itself", size: 1, expect: Refused("compose.yaml:3"),
        made: Of(b"services:\n  web: &web\n    <<: *web\n    image: a\n") },
    // What is no text, or not the text it seems.
    Text { name: "nothing", size: 1, expect: Anything, made: Of(b"") },
    Text { name: "a NUL", size: 1, expect: Refused("U+0000"),
        made: Of(b"services:\n  web: {image: \"a\0b\"}\n") },
    Text { name: "a form feed", size: 1, expect: Refused("U+000C"),
        made: Of(b"services:\n\x0c  web: {image: a}\n") },
    Text { name: "U+0085", size: 1, expect: Refused("U+0085"),
        made: Of("services:\n  web: {image: a} # b\u{85}    user: root\n".as_bytes()) },
    Text { name: "U+2028", size: 1, expect: Refused("U+2028"),
        made: Of("services:\n  web: # b\u{2028}    user: root\n    image: a\n".as_bytes()) },
    Text { name: "a byte order mark in the middle", size: 1, expect: Refused("U+FEFF"),
        made: Of("x-a: b\n\u{feff}services:\n  web: {image: a}\n".as_bytes()) },
    Text { name: "lone carriage returns", size: 1, expect: Refused("carriage return"),
        made: Of(b"services:\r  web:\r    image: a\r") },
    Text { name: "bytes that are not UTF-8", size: 1, expect: Refused("not UTF-8"),
        made: Of(b"services:\n  web: {image: \"\xff\"}\n") },
    Text { name: "UTF-16", size: 1, expect: Refused("UTF-16"),
        made: Of(b"\xff\xfes\0e\0r\0") },
];
