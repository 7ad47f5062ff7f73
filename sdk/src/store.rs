//! The storage folder: one lock, one sub-folder per user.

use crate::error::{Fail, Result};
use crate::vault::attempts::Attempts;
use crate::vault::file::{VaultFile, create_private, create_private_folder, replace, sync_folder};
use fs4::fs_std::FileExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

/// Folders open in this process: some systems grant a process its own file lock a second time.
static OPEN: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

pub struct Store {
    root: PathBuf,
    lock: Mutex<Option<File>>,
    process: u32,
}

#[derive(Serialize, Deserialize)]
struct UserFile {
    username: String,
    created_at: f64,
}

pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|passed| passed.as_secs_f64()).unwrap_or_default()
}

pub fn check_username(name: &str) -> Result<()> {
    let fine = (1..=128).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._@-".contains(&b))
        && name != "."
        && name != "..";
    if fine { Ok(()) } else { Err(Fail::new("invalid_username")) }
}

impl Store {
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| Fail::storage("opening the storage folder", &error);
        create_private_folder(path).map_err(failed)?;
        create_private_folder(&path.join("users")).map_err(failed)?;
        let root = fs::canonicalize(path).map_err(failed)?;
        let mut guard = OPEN.lock().map_err(|_| Fail::internal("store"))?;
        let open = guard.get_or_insert_default();
        if open.contains(&root) {
            return Err(Fail::new("storage_in_use"));
        }
        let lock = create_private(&root.join("lock")).map_err(failed)?;
        if !lock.try_lock_exclusive().map_err(failed)? {
            return Err(Fail::new("storage_in_use"));
        }
        open.insert(root.clone());
        Ok(Self { root, lock: Mutex::new(Some(lock)), process: std::process::id() })
    }

    /// Whether this is the process that opened the folder, not a child that was forked from it.
    pub fn is_at_home(&self) -> bool {
        self.process == std::process::id()
    }

    pub fn close(&self) {
        // The lock of a forked child is its parent's: giving it back would open the folder to others.
        if !self.is_at_home() {
            return;
        }
        let taken = self.lock.lock().ok().and_then(|mut lock| lock.take());
        if let Some(lock) = taken {
            let _ = FileExt::unlock(&lock);
            if let Ok(mut guard) = OPEN.lock()
                && let Some(open) = guard.as_mut()
            {
                open.remove(&self.root);
            }
        }
    }

    /// Does work on the folder, which stays this store's own until it is done.
    fn while_own<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let lock = self.lock.lock().map_err(|_| Fail::internal("store"))?;
        if lock.is_some() { work() } else { Err(Fail::new("closed")) }
    }

    /// The folder name tells nothing about the user and is safe on every file system.
    pub fn folder(&self, username: &str) -> PathBuf {
        let mut hash = Sha256::new();
        hash.update(b"etopay user folder|");
        hash.update(username.as_bytes());
        self.root.join("users").join(hex::encode(&hash.finalize()[..16]))
    }

    pub fn create_user(&self, username: &str) -> Result<()> {
        let folder = self.folder(username);
        if folder.join("user.json").exists() {
            return Err(Fail::new("user_exists"));
        }
        create_private_folder(&folder)
            .map_err(|error| Fail::storage("creating the user's folder", &error))?;
        sync_folder(&folder).map_err(|error| Fail::storage("creating the user's folder", &error))?;
        let file = UserFile { username: username.to_owned(), created_at: now() };
        let bytes = serde_json::to_vec(&file).map_err(|_| Fail::internal("user file"))?;
        replace(&folder.join("user.json"), &bytes)
    }

    pub fn has_user(&self, username: &str) -> bool {
        let folder = self.folder(username);
        folder.join("user.json").exists() || VaultFile::in_folder(&folder).exists()
    }

    pub fn remove_user(&self, username: &str) -> Result<()> {
        let folder = self.folder(username);
        if !folder.exists() {
            return Err(Fail::new("not_found").with("what", "user"));
        }
        // The rename makes the removal one step: a crash leaves either the user or a folder nobody reads.
        let gone = folder.with_extension("removed");
        self.while_own(|| {
            let _ = fs::remove_dir_all(&gone);
            fs::rename(&folder, &gone)
                .and_then(|()| sync_folder(&folder))
                .and_then(|()| fs::remove_dir_all(&gone))
                .map_err(|error| Fail::storage("removing the user", &error))
        })
    }

    /// What is known about the users of this folder without any PIN.
    pub fn users(&self) -> Result<Vec<Value>> {
        let folder = self.root.join("users");
        let entries = fs::read_dir(&folder).map_err(|error| Fail::storage("listing the users", &error))?;
        let mut users = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if path.extension().is_some() {
                let _ = fs::remove_dir_all(&path);
                continue;
            }
            if let Some(user) = Self::describe(&path) {
                users.push(user);
            }
        }
        let created = |user: &Value| user["created_at"].as_f64().unwrap_or_default();
        users.sort_by(|a, b| created(a).total_cmp(&created(b)));
        Ok(users)
    }

    fn describe(folder: &Path) -> Option<Value> {
        let file: Option<UserFile> =
            fs::read(folder.join("user.json")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let vault = VaultFile::in_folder(folder);
        let header = if vault.exists() { Some(vault.load_any()) } else { None };
        let (username, created_at) = match (&file, &header) {
            (Some(file), _) => (file.username.clone(), file.created_at),
            (None, Some(Ok(sealed))) => (sealed.header.username.clone(), 0.0),
            _ => return None,
        };
        let damaged = matches!(&header, Some(Err(_)));
        let facts =
            header.and_then(|loaded| loaded.ok()).map(|sealed| sealed.header.facts).unwrap_or_default();
        let (attempts_left, retry_after) = Attempts::in_folder(folder).standing();
        Some(json!({
            "username": username, "created_at": created_at, "has_wallet": facts.has_wallet,
            "phrase_confirmed": facts.phrase_confirmed, "password_set": facts.password_set,
            "damaged": damaged, "attempts_left": attempts_left, "retry_after": retry_after,
        }))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}
