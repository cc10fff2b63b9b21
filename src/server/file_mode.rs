//! The modes of files that only the program's user should be able to read.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

const ROOT: u32 = 0;

/// Whether users other than its owner have any access to a file. The group may read a file of root,
/// because Kubernetes and systemd provide secrets in this way to a program with another user. A
/// file that does not exist is not exposed.
#[must_use]
pub fn is_exposed(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| {
        let is_given_to_us = metadata.uid() == ROOT && own_user().is_some_and(|own| own != ROOT);
        grants_access(metadata.permissions().mode(), is_given_to_us)
    })
}

/// Returns the user that the program runs as, on Linux.
fn own_user() -> Option<u32> {
    fs::metadata("/proc/self").ok().map(|own| own.uid())
}

const fn grants_access(mode: u32, is_given_to_us: bool) -> bool {
    let refused = if is_given_to_us { 0o037 } else { 0o077 };
    mode & refused != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_access_of_group_or_others_exposes_a_file() {
        for mode in [0o100_600, 0o400, 0o700, 0] {
            assert!(!grants_access(mode, false), "{mode:o}");
        }
        for mode in [0o100_644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777] {
            assert!(grants_access(mode, false), "{mode:o}");
        }
    }

    #[test]
    fn the_group_may_read_a_file_that_root_gives_to_the_program() {
        assert!(!grants_access(0o640, true) && !grants_access(0o440, true));
        for mode in [0o660, 0o650, 0o644, 0o604] {
            assert!(grants_access(mode, true), "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_does_not_exist_is_not_exposed() {
        assert!(!is_exposed(Path::new("no/such/file")));
    }
}
