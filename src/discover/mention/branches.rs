//! Which lines of a text exclude each other: the branches of `if`, `case` and `ifeq`, as far as words and indentation tell.
//!
//! The text may be a script, a Makefile, prose or YAML. A block that is not seen makes what is in it certain; one that is
//! seen for no reason makes it uncertain only.

/// How deep blocks may be in each other; those below it are not told apart.
const MAX_DEPTH: usize = 16;

/// How many branches may be known of a run.
const MAX_CONDITIONS: usize = 32;

/// One of the ways through a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Branch {
    block: usize,
    number: usize,
}

/// What is known of a run that comes to a place: the branches that it takes, and some that it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions {
    /// In order.
    taken: Vec<Branch>,
    /// In order.
    avoided: Vec<Branch>,
}

impl Conditions {
    /// Returns the conditions of what happens under both; none where no run is under both.
    pub(super) fn with(&self, other: &Self) -> Option<Self> {
        let union = |one: &[Branch], other: &[Branch]| {
            let mut all = [one, other].concat();
            all.sort_unstable();
            all.dedup();
            all
        };
        let taken = union(&self.taken, &other.taken);
        let avoided = union(&self.avoided, &other.avoided);
        let agree = taken.windows(2).all(|pair| pair[0].block != pair[1].block)
            && taken.iter().all(|branch| avoided.binary_search(branch).is_err());
        (agree && taken.len() + avoided.len() <= MAX_CONDITIONS).then_some(Self { taken, avoided })
    }

    /// Whether they hold wherever `others` do.
    pub(super) fn hold_under(&self, others: &Self) -> bool {
        let are_among =
            |own: &[Branch], others: &[Branch]| own.iter().all(|branch| others.binary_search(branch).is_ok());
        are_among(&self.taken, &others.taken) && are_among(&self.avoided, &others.avoided)
    }

    /// Returns these of a run that does not fulfil `others`; the same where it is not one branch that decides.
    pub(super) fn without(self, others: &Self) -> Self {
        let mut missing = others.taken.iter().filter(|branch| self.taken.binary_search(branch).is_err());
        let (Some(branch), None) = (missing.next(), missing.next()) else { return self };
        let are_avoided = others.avoided.iter().all(|branch| self.avoided.binary_search(branch).is_ok());
        let avoided = Self { taken: Vec::new(), avoided: vec![*branch] };
        self.with(&avoided).filter(|_| are_avoided).unwrap_or(self)
    }
}

/// Follows the blocks of a text from line to line.
#[derive(Debug, Default)]
pub(super) struct Branches {
    open: Vec<Open>,
    /// The branch that ended before the line, where another one of its block may begin.
    last: Option<Branch>,
    /// How many blocks there were.
    blocks: usize,
    /// The block whose branches are the targets of a Makefile, which set variables of their own, with their names.
    targets: Option<(usize, Vec<String>)>,
}

#[derive(Debug)]
struct Open {
    branch: Branch,
    /// Twice the indentation of its lines, or one more than that of the line that opens it.
    depth: usize,
    /// Twice the indentation of its first line, once that was seen.
    body: Option<usize>,
    /// Whether only a word ends it, and not a line with the indentation of that which opens it.
    has_end: bool,
}

impl Branches {
    /// Goes on to `line`.
    pub(super) fn enter(&mut self, line: &str) {
        let line = line.split('\n').next().unwrap_or(line);
        let words = line.trim_start_matches([' ', '\t']);
        let trimmed = words.trim_end();
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with(";;") {
            return;
        }
        let depth = 2 * (line.len() - words.len());
        self.last = None;
        while let Some(open) = self.open.pop_if(|open| open.depth > depth + usize::from(open.has_end)) {
            self.last = Some(open.branch);
        }
        match Line::of(trimmed) {
            Line::Opens => self.open(depth + 1, true, None),
            Line::Turns => self.turn(depth + 1),
            Line::Pattern => self.open_next(depth + 1),
            Line::Ends => {
                let is_its = |open: &Open| open.has_end && open.depth == depth + 1;
                if let Some(at) = self.open.iter().rposition(is_its) {
                    self.open.truncate(at);
                }
            }
            Line::Other => {
                self.last = None;
                match self.open.last_mut() {
                    // The first line in a block that a word opened.
                    Some(Open { body: body @ None, .. }) => *body = Some(depth),
                    Some(open) if open.body >= Some(depth) => {}
                    None if depth == 0 => {}
                    _ => self.open(depth, false, Some(depth)),
                }
            }
        }
    }

    /// The conditions of the line.
    pub(super) fn conditions(&self) -> Conditions {
        let mut branches: Vec<Branch> = self.open.iter().map(|open| open.branch).collect();
        branches.sort_unstable();
        Conditions { taken: branches, avoided: Vec::new() }
    }

    /// Returns a branch of a new block.
    pub(super) fn fresh(&mut self) -> Branch {
        self.blocks += 1;
        Branch { block: self.blocks, number: 0 }
    }

    /// Returns the branch of the Makefile's target `name`.
    pub(super) fn target(&mut self, name: &str) -> Branch {
        let block = match &self.targets {
            Some((block, _)) => *block,
            None => self.fresh().block,
        };
        let (_, names) = self.targets.get_or_insert_with(|| (block, Vec::new()));
        let number = names.iter().position(|known| known == name).unwrap_or_else(|| {
            // A few more are taken for one.
            if names.len() < MAX_CONDITIONS {
                names.push(name.to_owned());
            }
            names.len() - 1
        });
        Branch { block, number }
    }

    fn open(&mut self, depth: usize, has_end: bool, body: Option<usize>) {
        if self.open.len() < MAX_DEPTH {
            let branch = self.fresh();
            self.open.push(Open { branch, depth, body, has_end });
        }
    }

    /// Opens the next branch of the block that has just ended, or one of a new block.
    fn open_next(&mut self, depth: usize) {
        match self.last.take() {
            Some(last) if self.open.len() < MAX_DEPTH => {
                self.open.push(Open { branch: last.after(1), depth, body: None, has_end: false });
            }
            _ => self.open(depth, false, None),
        }
    }

    /// Goes on to the next branch of the block that the line with `else` is in.
    fn turn(&mut self, depth: usize) {
        let Some(at) = self.open.iter().rposition(|open| open.has_end && open.depth <= depth) else {
            return self.open_next(depth);
        };
        self.open.truncate(at + 1);
        self.open[at].branch = self.open[at].branch.after(1);
        self.open[at].body = None;
    }
}

impl Branch {
    /// The one of its block so many branches later.
    pub(super) fn after(self, branches: usize) -> Self {
        Self { number: self.number + branches, ..self }
    }

    /// As the only condition.
    pub(super) fn alone(self) -> Conditions {
        Conditions { taken: vec![self], avoided: Vec::new() }
    }
}

/// What a line is to the blocks.
enum Line {
    /// `ifeq (a,b)`, `if a; then`.
    Opens,
    /// `else`, `elif a; then`, `} else {`.
    Turns,
    /// `dev)` in a `case`.
    Pattern,
    /// `endif`, `fi`.
    Ends,
    Other,
}

impl Line {
    fn of(line: &str) -> Self {
        let is_end = |letter: char| !letter.is_ascii_alphanumeric();
        let word = |text: &str| text.split(is_end).next().map_or(0, str::len);
        let behind = line.trim_start_matches(['}', ')', ' ']);
        match &behind[..word(behind)] {
            "else" | "elif" | "elseif" | "elsif" => return Self::Turns,
            _ => {}
        }
        match &line[..word(line)] {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => Self::Opens,
            "if" if line.ends_with("then") => Self::Opens,
            "then" if line.len() == "then".len() => Self::Opens,
            "endif" | "fi" => Self::Ends,
            _ if is_pattern(line) => Self::Pattern,
            _ => Self::Other,
        }
    }
}

/// Whether `line` opens with a pattern of a shell's `case`.
fn is_pattern(line: &str) -> bool {
    let end = line.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.*?|\"' ".contains(letter)));
    end.is_some_and(|end| end > 0 && line[end..].starts_with(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the conditions of each line with `at`.
    fn conditions(text: &str) -> Vec<Conditions> {
        let mut branches = Branches::default();
        let mut found = Vec::new();
        for line in text.split('\n') {
            branches.enter(line);
            if line.contains("at") {
                found.push(branches.conditions());
            }
        }
        found
    }

    #[test]
    fn branches_of_one_block_exclude_each_other() {
        for text in [
            "ifeq (a,b)\nat\nelse\nat\nendif\nat",
            "ifdef A\n  at\nelse ifdef B\n  at\nendif\nat",
            "if a; then\n  at\nelse\n  at\nfi\nat",
            "if a\nthen\nat\n# why\nelif b; then\nat\nfi\nat",
            "case $1 in\n  dev) at;;\n  *) at;;\nesac\nat",
            "case $1 in\na|b)\n  at\n  ;;\n\"c\")\n  at\n;;\nesac\nat",
            "if a {\n  at\n} else {\n  at\n}\nat",
            "if a:\n  if b:\n    at\nelse:\n  at\nat",
            "ifdef A\nifdef B\nat\nendif\nelse\nat\nendif\nat",
        ] {
            let [one, other, behind] = &conditions(text)[..] else { panic!("{text}") };
            assert_eq!(one.with(other), None, "{text}");
            assert_eq!(behind, &Conditions::default(), "{text}");
        }
    }

    #[test]
    fn blocks_after_each_other_do_not() {
        for text in [
            "if a; then\n  at\nfi\nif b; then\n  at\nfi",
            "ifdef A\nat\nendif\nifdef B\nat\nendif",
            "a:\n  at\nb:\n  at",
            "case a in\n  a) at;;\nesac\ncase b in\n  b) at;;\nesac",
        ] {
            let [one, other] = &conditions(text)[..] else { panic!("{text}") };
            let both = one.with(other).unwrap();
            assert!(one.hold_under(&both) && !both.hold_under(one) && !other.hold_under(one), "{text}");
        }
    }

    #[test]
    fn targets_exclude_each_other() {
        let mut branches = Branches::default();
        let [one, other] = ["dev", "prod"].map(|name| branches.target(name).alone());
        assert_eq!((one.with(&other), branches.target("dev").alone()), (None, one));
    }

    #[test]
    fn deep_blocks_are_not_told_apart() {
        let mut text = String::new();
        for depth in 0..100 {
            text.push_str(&" ".repeat(depth));
            text.push_str("at\n");
        }
        text.push_str(&"ifdef A\nat\n".repeat(100));
        assert!(conditions(&text).iter().all(|found| found.taken.len() <= MAX_DEPTH));
    }
}
