//! What belongs to one call from Python: when and for which user it was made, and how long it may take.
//!
//! Calls run on several threads and wait for each other, so one that was made before a lock may get its turn
//! after it. It must not open the vault again then: each call carries the number of locks that had been asked
//! for when Python made it. So it is with users: a call made for one of them must not act on the account of another
//! who has become active meanwhile.

use crate::core::Core;
use crate::error::{Fail, Result};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

tokio::task_local! {
    static MADE_AFTER: u64;
    static MADE_UNDER: u64;
    static MADE_AT: Instant;
    static PATIENCE: Option<Duration>;
}

/// Counts the locks asked for, and how often a user was left.
#[derive(Default)]
pub struct Turns {
    locks: AtomicU64,
    users: AtomicU64,
}

impl Turns {
    pub fn ask_for_lock(&self) -> u64 {
        self.locks.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub fn asked(&self) -> u64 {
        self.locks.load(Ordering::SeqCst)
    }

    /// The number of locks the running call was made after; work nobody waits for is always in time.
    pub fn of_call(&self) -> u64 {
        MADE_AFTER.try_with(|number| *number).unwrap_or_else(|_| self.asked())
    }

    /// Refuses a call that was made before the latest lock.
    pub fn check(&self, made_after: u64) -> Result<()> {
        if made_after < self.asked() { Err(Fail::new("locked")) } else { Ok(()) }
    }

    /// Whoever was active is not any more.
    pub fn leave_user(&self) {
        self.users.fetch_add(1, Ordering::SeqCst);
    }

    /// How many users had been left when the running call was made; work nobody waits for knows whose it is.
    pub fn user_of_call(&self) -> u64 {
        MADE_UNDER.try_with(|number| *number).unwrap_or_else(|_| self.users.load(Ordering::SeqCst))
    }

    /// Refuses a call that was made for a user who was left meanwhile. To be asked under the lock of the state.
    pub fn check_user(&self, made_under: u64) -> Result<()> {
        let is_same = made_under == self.users.load(Ordering::SeqCst);
        if is_same { Ok(()) } else { Err(Fail::new("user_changed")) }
    }
}

/// Lets `work` know when its call was made (now), and how long the caller wants to wait.
pub fn keep<F: Future>(
    core: &Core,
    patience: Option<Duration>,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    let work = MADE_AT.scope(Instant::now(), PATIENCE.scope(patience, work));
    MADE_AFTER.scope(core.turns.asked(), MADE_UNDER.scope(core.turns.user_of_call(), work))
}

/// What is left of this time, which began with the running call.
pub fn left_of(time: Duration) -> Duration {
    let passed = MADE_AT.try_with(Instant::elapsed).unwrap_or_default();
    time.saturating_sub(passed)
}

/// What the caller of the running call asked for in place of the configured time.
pub fn patience() -> Option<Duration> {
    PATIENCE.try_with(|patience| *patience).unwrap_or_default()
}
