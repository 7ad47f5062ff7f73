//! Opens a backup file (KDBX 4 and 3) and reads the recovery phrase in it.
//!
//! The file comes from outside and the crate's reader trusts it: nested groups end the process, and a gzip of
//! four megabytes becomes four gigabytes. So it is read here, by the same rules, with bounds on everything that
//! a file can make large or slow; only what the XML reader holds meanwhile cannot be wiped.

mod blocks;
mod document;
mod header;
mod inflate;
mod kdf;
mod stream;

use crate::error::{Fail, Result};
use crate::mnemonic;
use blocks::Keys;
use header::Header;
use stream::Inner;
use zeroize::Zeroizing;

const MAX_FILE: usize = 4 * 1024 * 1024;
/// What the file may hold once it is unpacked: the document and its attachments.
const MAX_CONTENT: usize = 16 * 1024 * 1024;

const NO_BACKUP: &str = "it is no backup file";
const TOO_LARGE: &str = "it is too large";
const OTHER_VERSION: &str = "it is of another version; save it as KDBX 4";
const UNSUPPORTED: &str = "it is encrypted in an unknown way; save it as KDBX 4 with AES-256 and Argon2";
const TOO_COSTLY: &str = "it demands too much memory or time";
const WRONG_KEY: &str = "the password is wrong, or the file was changed";
const DAMAGED: &str = "it is damaged";
const TOO_NESTED: &str = "its content is too large or too deeply nested";
const NO_PHRASE: &str = "it has no entry named mnemonic with a recovery phrase";

fn refuse(reason: &str) -> Fail {
    Fail::new("invalid_backup").with("reason", reason)
}

fn damaged() -> Fail {
    refuse(DAMAGED)
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
        little(self.take(width)?)
    }

    /// A value with its length before it.
    fn value(&mut self, width: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number(width)?).ok()?;
        self.take(length)
    }
}

/// A number of at most eight bytes.
fn little(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// The phrase in the entry `mnemonic`. Takes as long as the file's key derivation: not for the async threads.
pub fn open(data: &[u8], password: &str) -> Result<Zeroizing<String>> {
    if data.len() > MAX_FILE {
        return Err(refuse(TOO_LARGE));
    }
    let header = Header::read(data)?;
    let keys = Keys::derive(&header, password)?;
    let mut content = blocks::decrypt(&header, &keys)?;
    if header.zipped {
        content = inflate::gunzip(&content, MAX_CONTENT)?;
    }
    let Inner { stream, document } = Inner::read(&header, &content)?;
    let found = document::phrase(document, stream)?.ok_or_else(|| refuse(NO_PHRASE))?;
    let phrase = mnemonic::parse(&found).map_err(|_| refuse(NO_PHRASE))?;
    Ok(Zeroizing::new(phrase.phrase().to_owned()))
}
