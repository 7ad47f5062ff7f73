//! Recipient addresses are checked before anything is built from them.

use crate::error::{Fail, Result};
use etopay_sdk::types::networks::{ApiNetwork, ApiProtocol};
use sha3::{Digest, Keccak256};

fn invalid(reason: &str) -> Fail {
    Fail::new("invalid_address").with("reason", reason)
}

pub fn check(address: &str, network: &ApiNetwork) -> Result<()> {
    match network.protocol {
        ApiProtocol::IotaRebased { .. } => hex_digits(address, 64).map(|_| ()),
        ApiProtocol::Evm { .. } | ApiProtocol::EvmERC20 { .. } => check_evm(address),
    }
}

fn hex_digits(address: &str, length: usize) -> Result<&str> {
    let digits = address.strip_prefix("0x").ok_or_else(|| invalid("it must start with 0x"))?;
    if digits.len() != length {
        return Err(invalid("it has the wrong length for this network"));
    }
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(invalid("it holds a character that is not a hexadecimal digit"));
    }
    Ok(digits)
}

/// EIP-55: an address in mixed case carries a checksum in its letters.
pub fn check_evm(address: &str) -> Result<()> {
    let digits = hex_digits(address, 40)?;
    let mixed =
        digits.bytes().any(|b| b.is_ascii_uppercase()) && digits.bytes().any(|b| b.is_ascii_lowercase());
    if mixed && checksummed(digits) != digits {
        return Err(invalid("its checksum is wrong"));
    }
    Ok(())
}

/// The digits of an EVM address in their EIP-55 spelling, without 0x.
pub fn checksummed(digits: &str) -> String {
    let lower = digits.to_ascii_lowercase();
    let hash = hex::encode(Keccak256::digest(lower.as_bytes()));
    lower
        .chars()
        .zip(hash.bytes())
        .map(|(digit, nibble)| if nibble >= b'8' { digit.to_ascii_uppercase() } else { digit })
        .collect()
}
