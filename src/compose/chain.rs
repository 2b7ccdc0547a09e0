//! A layer of a service: one definition, and where it is in the order of merging.

use super::Definition;

/// The place of a layer in a [`Project`](super::Project).
pub type LayerId = u32;

/// A layer of a service, and the one that it is merged over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What is merged.
    pub definition: Definition,
    /// What it is merged over; none for the earliest layer.
    pub below: Option<LayerId>,
    /// Where it is in a chain that is merged over another one as a whole, as that of a service that is extended.
    pub joined: Option<Joined>,
}

/// The place of a layer in a chain that is merged over another one as a whole: what its tags remove or replace, they
/// do in its own chain alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The same layer where its chain stands by itself.
    pub alone: LayerId,
    /// The latest layer of the other chain.
    pub over: LayerId,
    /// The latest layer that its tags do not reach.
    pub shielded: LayerId,
}
