//! What a service sets beside the options of the policy that leaves it weaker than it looks.

/// Something that leaves a service weaker.
pub(super) struct Weakness {
    /// The key of the service.
    pub(super) key: &'static str,
    /// The values that do so, or items of its list; any at all where there is none.
    words: &'static [&'static str],
    /// The title of the note, after the service's name.
    pub(super) title: &'static str,
    /// The reason where such a value is set, and where a variable may stand for one.
    certain: &'static str,
    possible: &'static str,
}

/// What is noted of a service's keys; each has a bit in a set of them.
pub(super) const WEAKNESSES: [Weakness; 7] = [
    Weakness {
        key: "privileged",
        words: &["true", "yes", "y", "on"],
        title: "stays privileged",
        certain: "`privileged` gives it every capability back",
        possible: "`privileged` gives it every capability back if the variable says so",
    },
    Weakness {
        key: "cap_add",
        words: &["ALL", "CAP_ALL"],
        title: "stays privileged",
        certain: "`cap_add: ALL` undoes `cap_drop: ALL`",
        possible: "`cap_add` undoes `cap_drop: ALL` if the variable says `ALL`",
    },
    Weakness {
        key: "devices",
        words: &[],
        title: "reaches into the host",
        certain: "it has devices of the host",
        possible: "it has devices of the host",
    },
    Weakness {
        key: "pid",
        words: &["host"],
        title: "reaches into the host",
        certain: "`pid: host` shows it every process of the host",
        possible: "`pid` shows it every process of the host if the variable says `host`",
    },
    Weakness {
        key: "ipc",
        words: &["host"],
        title: "reaches into the host",
        certain: "`ipc: host` gives it the shared memory of the host",
        possible: "`ipc` gives it the shared memory of the host if the variable says `host`",
    },
    Weakness {
        key: "network_mode",
        words: &["host"],
        title: "reaches into the host",
        certain: "`network_mode: host` gives it every network of the host",
        possible: "`network_mode` gives it every network of the host if the variable says `host`",
    },
    Weakness {
        key: "userns_mode",
        words: &["host"],
        title: "reaches into the host",
        certain: "with `userns_mode: host` its users are those of the host",
        possible: "its users are those of the host if the variable says `host`",
    },
];

/// `privileged` among [`WEAKNESSES`].
pub(super) const PRIVILEGED: &Weakness = &WEAKNESSES[0];

/// The bit of `cap_add` among [`WEAKNESSES`].
pub(super) const CAP_ADD: u8 = 1 << 1;

/// The bit of `key` among [`WEAKNESSES`]; none for another key.
pub(super) fn bit(key: &str) -> u8 {
    WEAKNESSES.iter().position(|weakness| weakness.key == key).map_or(0, |place| 1 << place)
}

impl Weakness {
    /// The reason to say that the value or item `text` does so; none where it does not.
    pub(super) fn of(&self, text: &str) -> Option<&'static str> {
        if self.words.is_empty() || self.words.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            Some(self.certain)
        } else {
            self.words.iter().any(|word| may_become(text, word)).then_some(self.possible)
        }
    }
}

/// Whether variables can make `word` of `text`: what is written before and behind them is a part of it.
fn may_become(text: &str, word: &str) -> bool {
    // A `$$` stands for a dollar sign.
    let Some((before, variable)) = text.split_once('$').filter(|(_, rest)| !rest.starts_with('$')) else {
        return false;
    };
    let behind = variable.rsplit_once('}').map_or("", |(_, behind)| behind);
    let word = word.to_ascii_lowercase();
    word.starts_with(&before.to_ascii_lowercase()) && word.ends_with(&behind.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_bit_of_its_own() {
        let bits = WEAKNESSES.map(|weakness| bit(weakness.key));
        assert_eq!(bits.iter().fold(0, |all, bit| all | bit).count_ones() as usize, bits.len());
        assert_eq!((bit("cap_add"), bit("image"), PRIVILEGED.key), (CAP_ADD, 0, "privileged"));
    }

    #[test]
    fn a_variable_may_stand_for_a_word_that_its_surroundings_are_a_part_of() {
        for (text, may) in [
            ("$MODE", true),
            ("${MODE:-bridge}", true),
            ("HO${X}", true),
            ("h${X}t", true),
            ("service:$X", false),
            ("container:${X}", false),
            ("${X}:a", false),
            ("$$MODE", false),
            ("ho", false),
        ] {
            assert_eq!(may_become(text, "host"), may, "{text}");
        }
    }
}
