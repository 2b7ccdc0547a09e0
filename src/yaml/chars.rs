//! Classes of bytes, by the productions of YAML 1.2.2 chapter 5.
//!
//! Everything that YAML gives a meaning to is ASCII, so bytes are enough; bytes of longer characters are
//! in no class.

pub(super) const BLANK: u8 = 1;
pub(super) const BREAK: u8 = 1 << 1;
pub(super) const FLOW: u8 = 1 << 2;
/// Bytes at which a plain scalar in block context may end.
pub(super) const PLAIN_STOP: u8 = 1 << 3;
/// Bytes with a meaning inside a double-quoted scalar.
pub(super) const DOUBLE_STOP: u8 = 1 << 4;
pub(super) const INDICATOR: u8 = 1 << 5;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    add(&mut classes, b" \t", BLANK);
    add(&mut classes, b"\n\r", BREAK | PLAIN_STOP | DOUBLE_STOP);
    add(&mut classes, b",[]{}", FLOW);
    add(&mut classes, b":#", PLAIN_STOP);
    add(&mut classes, b"\"\\", DOUBLE_STOP);
    add(&mut classes, b"-?:,[]{}#&*!|>'\"%@`", INDICATOR);
    classes
}

const fn add(classes: &mut [u8; 256], bytes: &[u8], class: u8) {
    let mut at = 0;
    while at < bytes.len() {
        classes[bytes[at] as usize] |= class;
        at += 1;
    }
}

/// Whether `byte` is in one of `classes`.
pub(super) fn is(byte: u8, classes: u8) -> bool {
    CLASSES[byte as usize] & classes != 0
}

/// Whether `byte` is a space or a tab (`s-white`).
pub(super) fn is_blank(byte: u8) -> bool {
    is(byte, BLANK)
}

/// Whether `byte` ends a line (`b-char`).
pub(super) fn is_break(byte: u8) -> bool {
    is(byte, BREAK)
}

/// The length of the line break that `bytes` begins with; 0 where it begins with none.
pub(super) fn break_len(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
