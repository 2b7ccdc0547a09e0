//! What a file has besides bytes, permissions and an owner: extended attributes, among them access control lists and
//! security labels.

#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) use system::keep_attributes;

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn keep_attributes(_: &std::fs::File, _: &std::fs::File) -> Result<(), super::WriteError> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod system {
    use std::collections::BTreeMap;
    use std::fs::File;
    use std::io;

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::io::Errno;

    use super::super::WriteError;

    /// Attributes that the system makes of the old bytes, and that would be wrong for the new ones.
    const OF_THE_BYTES: [&str; 2] = ["security.ima", "security.evm"];

    const FIRST_BUFFER: usize = 4096;

    /// More bytes than Linux allows for a value or for all names (64 KiB).
    const LAST_BUFFER: usize = FIRST_BUFFER << 6;

    type Attributes = BTreeMap<Vec<u8>, Vec<u8>>;

    /// Gives `new` the attributes of `old`, and takes from it those that it has from its folder alone.
    ///
    /// # Errors
    /// [`WriteError::Attribute`] where one cannot be read or set.
    pub(in super::super) fn keep_attributes(old: &File, new: &File) -> Result<(), WriteError> {
        let want = attributes(old)?;
        let have = attributes(new)?;
        for (name, value) in &want {
            if have.get(name) != Some(value) {
                if OF_THE_BYTES.iter().any(|of_the_bytes| of_the_bytes.as_bytes() == name) {
                    return Err(failure(name, Errno::PERM));
                }
                let set = fsetxattr(new, name.as_slice(), value, XattrFlags::empty());
                set.map_err(|error| failure(name, error))?;
            }
        }
        for name in have.keys().filter(|name| !want.contains_key(*name)) {
            fremovexattr(new, name.as_slice()).map_err(|error| failure(name, error))?;
        }
        Ok(())
    }

    fn attributes(file: &File) -> Result<Attributes, WriteError> {
        let names = match grown(|buffer| flistxattr(file, buffer)) {
            // The file system has none.
            Err(Errno::NOTSUP | Errno::NOSYS) => Vec::new(),
            names => names.map_err(|error| failure(b"list", error))?,
        };
        let mut attributes = Attributes::new();
        for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            let value =
                grown(|buffer| fgetxattr(file, name, buffer)).map_err(|error| failure(name, error))?;
            attributes.insert(name.to_vec(), value);
        }
        Ok(attributes)
    }

    /// Calls `read` with a buffer that is large enough for what it returns.
    fn grown(read: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
        let mut buffer = vec![0; FIRST_BUFFER];
        loop {
            match read(&mut buffer) {
                Err(Errno::RANGE) if buffer.len() < LAST_BUFFER => buffer.resize(buffer.len() * 4, 0),
                Err(error) => return Err(error),
                Ok(length) => {
                    buffer.truncate(length);
                    return Ok(buffer);
                }
            }
        }
    }

    fn failure(name: &[u8], error: Errno) -> WriteError {
        WriteError::Attribute { name: name.escape_ascii().to_string(), error: io::Error::from(error) }
    }
}
