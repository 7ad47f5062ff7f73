//! The order of calls and locks.
//!
//! Calls run on several threads and wait for each other, so one that was made before a lock may get its turn
//! after it. It must not open the vault again then: each call carries the number of locks that had been asked
//! for when Python made it.

use crate::core::Core;
use crate::error::{Fail, Result};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static MADE_AFTER: u64;
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

/// Lets `work` know when its call was made: now.
pub fn keep<F: Future>(core: &Core, work: F) -> impl Future<Output = F::Output> + use<F> {
    MADE_AFTER.scope(core.turns.asked(), work)
}
