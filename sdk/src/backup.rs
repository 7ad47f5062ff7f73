//! What a backup file demands, looked at before the work is done.
//!
//! A KDBX file names memory and time of its own key derivation; nothing proves these before they are spent.

use crate::error::{Fail, Result};

const MAX_FILE: usize = 4 * 1024 * 1024;
const MAX_MEMORY: u64 = 512 * 1024 * 1024;
/// Memory times passes: some ten seconds.
const MAX_WORK: u64 = 16 * 1024 * 1024 * 1024;
const MAX_LANES: u64 = 16;
const MAX_ROUNDS: u64 = 100_000_000;
const SIGNATURE: [u8; 8] = [0x03, 0xd9, 0xa2, 0x9a, 0x67, 0xfb, 0x4b, 0xb5];
const ROUNDS_FIELD: u8 = 6;
const KDF_FIELD: u8 = 11;

fn refuse(reason: &str) -> Fail {
    Fail::new("invalid_backup").with("reason", reason)
}

/// Reads on in a byte slice; `None` when it ends too early.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self, width: usize) -> Option<u64> {
        Some(little(self.take(width)?))
    }
}

/// A number of at most eight bytes; a longer one is too large for anything.
fn little(bytes: &[u8]) -> u64 {
    if bytes.len() > 8 {
        return u64::MAX;
    }
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

pub fn check(data: &[u8]) -> Result<()> {
    if data.len() > MAX_FILE {
        return Err(refuse("it is too large"));
    }
    match is_affordable(data) {
        Some(true) => Ok(()),
        Some(false) => Err(refuse("it demands too much memory or time")),
        None => Err(refuse("it is no backup file")),
    }
}

fn is_affordable(data: &[u8]) -> Option<bool> {
    let mut bytes = Bytes(data);
    if bytes.take(SIGNATURE.len())? != SIGNATURE {
        return None;
    }
    bytes.take(2)?;
    let length_width = if bytes.number(2)? >= 4 { 4 } else { 2 };
    loop {
        let field = bytes.number(1)?;
        let length = usize::try_from(bytes.number(length_width)?).ok()?;
        let value = bytes.take(length)?;
        let fine = match u8::try_from(field).ok()? {
            0 => return Some(true),
            ROUNDS_FIELD => little(value) <= MAX_ROUNDS,
            KDF_FIELD => is_affordable_kdf(value)?,
            _ => true,
        };
        if !fine {
            return Some(false);
        }
    }
}

/// The parameters are a list of type, name and value; their names are single letters.
fn is_affordable_kdf(value: &[u8]) -> Option<bool> {
    let mut bytes = Bytes(value);
    bytes.take(2)?;
    let (mut memory, mut passes) = (0u64, 1u64);
    while bytes.number(1)? != 0 {
        let length = usize::try_from(bytes.number(4)?).ok()?;
        let name = bytes.take(length)?;
        let length = usize::try_from(bytes.number(4)?).ok()?;
        let number = little(bytes.take(length)?);
        match name {
            b"M" => memory = number,
            b"I" => passes = number,
            b"P" if number > MAX_LANES => return Some(false),
            b"R" if number > MAX_ROUNDS => return Some(false),
            _ => {}
        }
    }
    Some(memory <= MAX_MEMORY && memory.saturating_mul(passes) <= MAX_WORK)
}
