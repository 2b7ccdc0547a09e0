//! A layer of a service: one definition, and where it is in the order of merging.

use foldhash::HashSet;

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

/// Chains of layers that were found to be of the same definitions, each by its latest layer.
#[derive(Debug, Default)]
pub(super) struct EqualChains(HashSet<(LayerId, LayerId)>);

impl EqualChains {
    /// Whether the chains of `layers` up to `one` and up to `other` are of the same definitions.
    ///
    /// Chains end in those of the services that they extend, and many may end in the same: none is walked twice.
    pub(super) fn compare(&mut self, layers: &[Layer], one: LayerId, other: LayerId) -> bool {
        let mut next = (Some(one), Some(other));
        let mut walked = Vec::new();
        while let (Some(one), Some(other)) = next {
            if one == other || self.0.contains(&(one, other)) {
                next = (None, None);
                break;
            }
            let [one_layer, other_layer] = [one, other].map(|id| &layers[id as usize]);
            if one_layer.definition != other_layer.definition {
                return false;
            }
            walked.push((one, other));
            next = (one_layer.below, other_layer.below);
        }
        let is_equal = next == (None, None);
        if is_equal {
            self.0.extend(walked);
        }
        is_equal
    }
}
