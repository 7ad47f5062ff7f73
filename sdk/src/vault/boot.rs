//! A clock nobody can set: seconds since the machine was started.

use std::fs;
use std::sync::OnceLock;
use std::time::Instant;

/// A moment of this clock.
pub type Moment = (String, f64);

static STARTED: OnceLock<(String, Instant)> = OnceLock::new();

/// Identity of the running system start and the time since then. Where the system does not tell, the
/// process stands in for it: then a restart of the program starts a waiting time anew.
pub fn now() -> Moment {
    let system = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().zip(
        fs::read_to_string("/proc/uptime")
            .ok()
            .and_then(|text| text.split_whitespace().next().and_then(|first| first.parse::<f64>().ok())),
    );
    if let Some((boot, seconds)) = system {
        return (boot.trim().to_owned(), seconds);
    }
    let (name, start) = STARTED.get_or_init(|| {
        let mut id = [0u8; 16];
        // Without random numbers the name is only less unique, which makes a wait longer, never shorter.
        let _ = super::seal::fill(&mut id);
        (hex::encode(id), Instant::now())
    });
    (name.clone(), start.elapsed().as_secs_f64())
}

/// Seconds since a moment told by `now`, or at least since the system was started.
pub fn since(moment: &Moment) -> f64 {
    let (boot, at) = now();
    if boot == moment.0 { at - moment.1 } else { at }
}
