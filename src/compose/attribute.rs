//! The attributes of services that hardening is about, and the types that the Compose Specification gives them.

use std::borrow::Cow;

use foldhash::{HashSet, HashSetExt};

use super::{Aliases, ComposeError, ComposeRule, is_compose_tag};
use crate::yaml::dialect::is_string;
use crate::yaml::{Entry, Node, NodeKind, ScalarType, resolve_plain};

/// What the value of an attribute is, and thus how Docker Compose merges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string, which replaces that of earlier layers.
    Text,
    /// A list, which is appended to those of earlier layers.
    List,
    /// Such a list whose items Docker Compose requires to differ.
    UniqueList,
}

/// The attribute whose items must differ.
pub(super) const UNIQUE_LIST: &str = "security_opt";

/// The attributes that hardening is about. The second reader has a table of its own: a fault here must not hide there.
const HARDENED: [(&str, Kind); 5] = [
    ("user", Kind::Text),
    ("runtime", Kind::Text),
    (UNIQUE_LIST, Kind::UniqueList),
    ("cap_drop", Kind::List),
    ("cap_add", Kind::List),
];

/// The kind of the attribute `key`, if hardening is about it.
pub(super) fn kind_of(key: &str) -> Option<Kind> {
    HARDENED.iter().find(|(known, _)| *known == key).map(|(_, kind)| *kind)
}

/// The attributes of a service, extensions aside.
const ATTRIBUTES: [&str; 94] = [
    "annotations",
    "attach",
    "blkio_config",
    "build",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpus",
    "cpuset",
    "credential_spec",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "driver_opts",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "isolation",
    "label_file",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_stop",
    "privileged",
    "profiles",
    "provider",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volume_driver",
    "volumes",
    "volumes_from",
    "working_dir",
];

/// Those of the attributes that hardening is about which a service sets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SetAttributes(u8);

impl SetAttributes {
    /// Adds `key`, if hardening is about it; whether it was there already.
    pub(super) fn add(&mut self, key: &str) -> bool {
        let place = HARDENED.iter().position(|(known, _)| *known == key);
        let bit = place.map_or(0, |place| 1 << place);
        let is_known = self.0 & bit != 0;
        self.0 |= bit;
        is_known
    }
}

/// Whether `key` is a list whose items are checked.
pub(super) fn is_list(key: &str) -> bool {
    kind_of(key).is_some_and(|kind| kind != Kind::Text)
}

/// Checks the value of the attribute `key`, if hardening is about it, as Docker Compose does.
///
/// A null is for the caller to judge: in a later layer it keeps the earlier value.
///
/// # Errors
/// A value of another type, or a list whose items are not strings or not all different.
pub fn check_attribute<'t>(key: &str, entry: &Entry<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    let Some(kind) = kind_of(key).filter(|_| !is_compose_tag(entry.value)) else { return Ok(()) };
    let value = aliases.resolve(entry.value);
    let error = |rule, node: Node<'_>| {
        let span = if node.span().is_empty() { entry.key.span() } else { node.span() };
        Err(ComposeError { rule, span })
    };
    if is_null(value) {
        return Ok(());
    }
    if kind == Kind::Text {
        let rule = ComposeRule::NotString(key.to_owned());
        return if is_string(value) { Ok(()) } else { error(rule, entry.value) };
    }
    if !value.is_sequence() {
        return error(ComposeRule::NotList(key.to_owned()), entry.value);
    }
    let mut items = HashSet::new();
    for item in value.children() {
        let node = aliases.resolve(item);
        if !is_string(node) {
            return error(ComposeRule::ItemNotString(key.to_owned()), item);
        }
        // compose-go makes the other lists unique by itself.
        if !items.insert(node.scalar().unwrap_or_default()) && kind == Kind::UniqueList {
            return error(ComposeRule::SameItem(key.to_owned()), item);
        }
    }
    Ok(())
}

/// Whether `key` is an attribute that a service can have.
#[must_use]
pub fn is_service_attribute(key: &str) -> bool {
    key.starts_with("x-") || ATTRIBUTES.contains(&key)
}

/// Whether `node` is nothing, or a scalar that says so: a plain one, or one with the tag `!!null`.
#[must_use]
pub fn is_null(node: Node<'_>) -> bool {
    let is_plain = || matches!(node.kind(), NodeKind::Plain | NodeKind::Empty);
    match node.tag() {
        Some(tag) if !tag.is("!") => {
            let is_null_word = |text: Cow<'_, str>| resolve_plain(&text) == ScalarType::Null;
            tag.is_core("null") && node.scalar().is_some_and(is_null_word)
        }
        // What says so is on one line, and needs no decoding.
        _ => is_plain() && resolve_plain(node.tree().slice(node.content_span())) == ScalarType::Null,
    }
}
