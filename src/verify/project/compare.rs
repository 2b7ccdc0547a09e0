//! Whether the services of a project differ by exactly what the project promises.

use foldhash::{HashMap, HashMapExt};

use crate::plan::{EffectivePromise, ProjectPromise};

use super::super::budget::Exhausted;
use super::super::project_fault::{ProjectFault, ProjectPlace};
use super::super::verdict::Doubt;
use super::load::Loader;
use super::state::{KeyId, Pin, Slot, State};
use super::value::{Rule, Value};

/// Checks one project.
pub(super) fn check(loader: &mut Loader<'_, '_>, project: &ProjectPromise) -> Result<(), Doubt> {
    let Some(main) = project.files.first() else { return Ok(()) };
    let doubt = |service: Option<&str>, fault| {
        let path = loader.files.at(main).map_or(main.as_path(), |file| loader.files.path(file)).to_owned();
        let place = ProjectPlace { path, service: service.map(str::to_owned) };
        Doubt::Project { place, fault: Box::new(fault) }
    };
    let files = project.files.iter().map(|path| {
        let missing = || doubt(None, ProjectFault::MissingFile(path.display().to_string()));
        loader.files.at(path).ok_or_else(missing)
    });
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let result = loader.load(files, &project.directory)?;
    let mut promises = HashMap::with_capacity(project.services.len());
    for promise in &project.services {
        let is_new = promises.insert(&*promise.name, promise).is_none();
        if !is_new || !result.services.contains_key(&*promise.name) {
            return Err(doubt(Some(&promise.name), ProjectFault::NoSuchService));
        }
    }
    let nothing = EffectivePromise { name: Box::default(), gains: [].into(), extended: [].into() };
    let mut services: Vec<_> = result.services.iter().collect();
    services.sort_unstable_by_key(|(name, _)| **name);
    for (name, state) in services {
        let promise = match promises.get(name) {
            Some(promise) => Some(*promise),
            // For a service with one layer the promise of its file is complete.
            None if state.layers <= 1 && !state.pinned || !state.changed => None,
            None => Some(&nothing),
        };
        let in_doubt = |error| match error {
            ServiceError::Fault(fault) => doubt(Some(*name), fault),
            ServiceError::TooMuchWork(exhausted) => exhausted.into(),
        };
        if let Some(promise) = promise {
            check_service(loader, state, promise).map_err(in_doubt)?;
        }
        check_pin(loader, state).map_err(in_doubt)?;
    }
    Ok(())
}

/// Why a service is not proved to be as promised.
enum ServiceError {
    Fault(ProjectFault),
    TooMuchWork(Exhausted),
}

impl From<ProjectFault> for ServiceError {
    fn from(fault: ProjectFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Exhausted> for ServiceError {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMuchWork(exhausted)
    }
}

/// Checks that what a pin keeps off one layer of a service comes from another.
fn check_pin(loader: &mut Loader<'_, '_>, state: &State) -> Result<(), ServiceError> {
    let Some(Pin { key, block }) = state.pin else { return Ok(()) };
    let options = loader.models.blocks[block as usize].iter();
    let promised =
        options.clone().find(|(option, _)| *option == key).map_or(Value::Unset, |(_, value)| *value);
    let there = loader.values.items(state.slot(key).after);
    let lost = loader.values.items(promised).iter().find(|item| !there.contains(item)).copied();
    loader.values.spend(there.len())?;
    let Some(item) = lost else { return Ok(()) };
    let key = loader.models.keys.names[key as usize].to_owned();
    Err(ProjectFault::LostItem { key, item: loader.values.words(item).to_owned() }.into())
}

/// What became of a key.
enum KeyChange {
    None,
    Gained,
    Extended,
    Other,
}

fn check_service(
    loader: &mut Loader<'_, '_>,
    state: &State,
    promise: &EffectivePromise,
) -> Result<(), ServiceError> {
    if let Some(unclear) = state.unclear.filter(|_| state.changed) {
        return Err(ProjectFault::Unclear(unclear).into());
    }
    let models = loader.models;
    let (mut gains, mut extended) = (Vec::new(), Vec::new());
    loader.values.spend(models.keys.names.len())?;
    for (key, name) in (0..).zip(&models.keys.names) {
        let slot = state.slot(key);
        match change(loader, key, slot)? {
            KeyChange::None => {}
            KeyChange::Gained => gains.push((*name).to_owned()),
            // Where the block's items were already in front, both ways to say so are true.
            KeyChange::Extended
                if slot.before == slot.after && !promise.extended.iter().any(|it| it == name) => {}
            KeyChange::Extended => extended.push((*name).to_owned()),
            KeyChange::Other => return Err(ProjectFault::OtherValue((*name).to_owned()).into()),
        }
    }
    let same = |found: &[String], promised: &[String]| {
        found.len() == promised.len() && found.iter().all(|key| promised.contains(key))
    };
    if same(&gains, &promise.gains) && same(&extended, &promise.extended) {
        return Ok(());
    }
    let [promised_gains, promised_extended] = [promise.gains.to_vec(), promise.extended.to_vec()];
    Err(ProjectFault::Gains { gains, extended, promised_gains, promised_extended }.into())
}

fn change(loader: &mut Loader<'_, '_>, key: KeyId, slot: Slot) -> Result<KeyChange, Exhausted> {
    let rule = loader.models.keys.rules[key as usize];
    let options = slot.block.map(|block| &loader.models.blocks[block as usize]);
    let value = options.and_then(|options| options.iter().find(|(option, _)| *option == key));
    let Some((_, value)) = value else {
        return Ok(if slot.before == slot.after { KeyChange::None } else { KeyChange::Other });
    };
    let is_gained = match rule {
        // One layer alone sets it, and gains it from the block.
        Rule::Unknown => loader.values.setters(slot.after) == 1,
        _ => slot.after == *value,
    };
    if slot.before == Value::Unset && is_gained {
        return Ok(KeyChange::Gained);
    }
    if matches!(rule, Rule::Append | Rule::AppendOnce) && slot.before != Value::Unset {
        let in_front = loader.values.merge(rule, *value, slot.before)?;
        if in_front == slot.after {
            return Ok(KeyChange::Extended);
        }
    }
    Ok(if slot.before == slot.after { KeyChange::None } else { KeyChange::Other })
}
