//! Where a vault lies, and how it is replaced without ever being half there.

use super::format::Sealed;
use crate::error::{Fail, Result};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const CURRENT: &str = "vault";
const PREVIOUS: &str = "vault.previous";
const DAMAGED: &str = "vault.damaged";

#[derive(Clone)]
pub struct VaultFile {
    folder: PathBuf,
}

impl VaultFile {
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub fn exists(&self) -> bool {
        self.folder.join(CURRENT).exists() || self.folder.join(PREVIOUS).exists()
    }

    /// The current file, or the last good copy when the current one is damaged or missing.
    pub fn load(&self, username: &str) -> Result<Sealed> {
        self.load_where(|sealed| sealed.header.username == username)
    }

    /// The same without knowing whose vault it is.
    pub fn load_any(&self) -> Result<Sealed> {
        self.load_where(|_| true)
    }

    fn load_where(&self, fits: impl Fn(&Sealed) -> bool) -> Result<Sealed> {
        match self.read(CURRENT, &fits) {
            Ok(sealed) => Ok(sealed),
            Err(first) => {
                let sealed = self.read(PREVIOUS, &fits).map_err(|_| first)?;
                log::warn!("the vault is damaged, the last good copy is used");
                Ok(sealed)
            }
        }
    }

    fn read(&self, name: &str, fits: impl Fn(&Sealed) -> bool) -> Result<Sealed> {
        let path = self.folder.join(name);
        let bytes = fs::read(&path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                Fail::new("storage_corrupt").with("part", "missing file")
            } else {
                Fail::storage("reading the vault", &error)
            }
        })?;
        let sealed = Sealed::parse(bytes)?;
        if !fits(&sealed) {
            return Err(Fail::new("storage_corrupt").with("part", "owner"));
        }
        Ok(sealed)
    }

    pub fn drop_previous(&self) -> Result<()> {
        fs::remove_file(self.folder.join(PREVIOUS))
            .or_else(absent)
            .map_err(|error| Fail::storage("removing an old copy", &error))
    }

    /// Keeps the file being replaced as the last good copy, unless it is damaged: then it is set aside.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        let current = self.folder.join(CURRENT);
        if current.exists() {
            let good = fs::read(&current).ok().is_some_and(|old| Sealed::parse(old).is_ok());
            if good {
                let previous = self.folder.join(PREVIOUS);
                let aside = self.folder.join("vault.link");
                fs::remove_file(&aside)
                    .or_else(absent)
                    .map_err(|e| Fail::storage("keeping the vault", &e))?;
                fs::hard_link(&current, &aside)
                    .or_else(|_| fs::copy(&current, &aside).map(|_| ()))
                    .and_then(|()| fs::rename(&aside, &previous))
                    .map_err(|error| Fail::storage("keeping the last good copy", &error))?;
                // Renaming one link of a file onto another link of it is defined to do nothing.
                fs::remove_file(&aside)
                    .or_else(absent)
                    .map_err(|e| Fail::storage("keeping the vault", &e))?;
            } else {
                fs::rename(&current, self.folder.join(DAMAGED))
                    .map_err(|error| Fail::storage("setting a damaged vault aside", &error))?;
            }
        }
        replace(&current, bytes)
    }
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Writes a file so that after a crash either the old or the new content is there.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = create_private(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)?;
        sync_folder(path)
    };
    write().map_err(|error| Fail::storage("writing the vault", &error))
}

pub fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let file = options.open(path)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

pub fn create_private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
