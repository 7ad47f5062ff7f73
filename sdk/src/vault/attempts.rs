//! Wrong PINs are counted before the PIN is looked at, and cost time.

use super::{boot, file};
use crate::error::{Fail, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Seconds to wait after the first, second, … wrong PIN.
const DELAYS: [f64; 9] = [0.0, 0.0, 0.0, 10.0, 30.0, 60.0, 300.0, 900.0, 1800.0];
/// From the tenth wrong PIN on: one guess a day.
const FINAL_DELAY: f64 = 24.0 * 3600.0;
const FREE: u32 = 10;

#[derive(Serialize, Deserialize, Clone, Default)]
struct Count {
    wrong: u32,
    /// Seconds still to wait, counted by the clock since the system start `boot`.
    wait: f64,
    boot: String,
    at: f64,
}

pub struct Attempts {
    path: PathBuf,
    has_vault: bool,
}

impl Attempts {
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("attempts"), has_vault: file::VaultFile::in_folder(folder).exists() }
    }

    fn load(&self) -> Count {
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| Self::worst()),
            // It is made before the vault is: a vault without a counter has lost it to somebody.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.has_vault => Count::default(),
            Err(_) => Self::worst(),
        }
    }

    /// An unreadable counter must not be a way around it.
    fn worst() -> Count {
        let (boot, at) = boot::now();
        Count { wrong: FREE - 1, wait: DELAYS[DELAYS.len() - 1], boot, at }
    }

    fn store(&self, count: &Count) -> Result<()> {
        let bytes = serde_json::to_vec(count).map_err(|_| Fail::internal("attempts"))?;
        file::replace(&self.path, &bytes)
    }

    /// Brings the remaining wait up to date. After a new system start only the time since then is
    /// known to have passed.
    fn aged(mut count: Count) -> Count {
        let (boot, at) = boot::now();
        let passed = if boot == count.boot { at - count.at } else { at };
        count.wait = (count.wait - passed.max(0.0)).max(0.0);
        count.boot = boot;
        count.at = at;
        count
    }

    /// Guesses left and seconds to wait, for a look before any PIN is typed.
    pub fn standing(&self) -> (u32, f64) {
        let count = Self::aged(self.load());
        (FREE.saturating_sub(count.wrong), count.wait)
    }

    /// Call before looking at a PIN: refuses while waiting, else counts the attempt as wrong.
    pub fn begin(&self) -> Result<()> {
        let count = Self::aged(self.load());
        if count.wait > 0.0 {
            self.store(&count)?;
            return Err(locked(&count));
        }
        let wrong = count.wrong.saturating_add(1);
        let wait = DELAYS.get(wrong as usize - 1).copied().unwrap_or(FINAL_DELAY);
        self.store(&Count { wrong, wait, ..count })
    }

    /// Compares the PIN of an open session. While waiting even the right one is refused, or the answer
    /// would tell a guesser that it is right.
    pub fn check(&self, matches: impl FnOnce() -> bool) -> Result<()> {
        let count = Self::aged(self.load());
        if count.wait > 0.0 {
            return Err(locked(&count));
        }
        if !matches() {
            self.begin()?;
            return Err(self.wrong());
        }
        if count.wrong > 0 { self.clear() } else { Ok(()) }
    }

    /// The PIN was right.
    pub fn clear(&self) -> Result<()> {
        self.store(&Count::default())
    }

    /// The failure to report for a wrong PIN, after `begin`.
    pub fn wrong(&self) -> Fail {
        let count = Self::aged(self.load());
        Fail::new("wrong_pin")
            .with("attempts_left", FREE.saturating_sub(count.wrong))
            .with("retry_after", count.wait)
    }

    /// Takes back a counted attempt that never reached the PIN (say, a damaged file).
    pub fn undo(&self) -> Result<()> {
        let mut count = self.load();
        count.wrong = count.wrong.saturating_sub(1);
        count.wait = 0.0;
        self.store(&count)
    }
}

fn locked(count: &Count) -> Fail {
    Fail::new("pin_locked")
        .with("attempts_left", FREE.saturating_sub(count.wrong))
        .with("retry_after", count.wait)
}
