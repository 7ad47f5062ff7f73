//! What belongs to one call from Python: when it was made, and how long it may take.
//!
//! Calls run on several threads and wait for each other, so one that was made before a lock may get its turn
//! after it. It must not open the vault again then: each call carries the number of locks that had been asked
//! for when Python made it.

use crate::core::Core;
use crate::error::{Fail, Result};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

tokio::task_local! {
    static MADE_AFTER: u64;
    static PATIENCE: Option<Duration>;
}

/// Counts the locks asked for.
#[derive(Default)]
pub struct Turns(AtomicU64);

impl Turns {
    pub fn ask_for_lock(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub fn asked(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// The number of locks the running call was made after; work nobody waits for is always in time.
    pub fn of_call(&self) -> u64 {
        MADE_AFTER.try_with(|number| *number).unwrap_or_else(|_| self.asked())
    }

    /// Refuses a call that was made before the latest lock.
    pub fn check(&self, made_after: u64) -> Result<()> {
        if made_after < self.asked() { Err(Fail::new("locked")) } else { Ok(()) }
    }
}

/// Lets `work` know when its call was made (now), and how long the caller wants to wait.
pub fn keep<F: Future>(
    core: &Core,
    patience: Option<Duration>,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    MADE_AFTER.scope(core.turns.asked(), PATIENCE.scope(patience, work))
}

/// What the caller of the running call asked for in place of the configured time.
pub fn patience() -> Option<Duration> {
    PATIENCE.try_with(|patience| *patience).unwrap_or_default()
}
