//! Log lines for Python's `logging`.
//!
//! Only lines of the binding itself pass: upstream writes addresses, amounts, answers of the server and, in
//! one error, share bytes. Installed before the crate's own logger, so that no log file ever grows.

use log::{LevelFilter, Log, Metadata, Record};
use pyo3::prelude::*;
use std::collections::VecDeque;
use std::sync::Mutex;

const KEPT: usize = 256;
static LINES: Mutex<VecDeque<(u8, String)>> = Mutex::new(VecDeque::new());
static BACKEND: Backend = Backend;

struct Backend;

impl Log for Backend {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("_native")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        if let Ok(mut lines) = LINES.lock() {
            if lines.len() == KEPT {
                lines.pop_front();
            }
            lines.push_back((record.level() as u8, record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

pub fn install() {
    // Another crate in the process may have been first; then our lines go where it sends them.
    let _ = log::set_logger(&BACKEND);
}

pub fn set_level(level: LevelFilter) {
    log::set_max_level(level);
}

/// Hands the waiting lines over: (level from 1 = error to 5 = trace, text).
#[pyfunction]
pub fn take_log_lines() -> Vec<(u8, String)> {
    LINES.lock().map(|mut lines| lines.drain(..).collect()).unwrap_or_default()
}
