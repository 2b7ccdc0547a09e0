//! The command `compose-harden`.

fn main() {}
