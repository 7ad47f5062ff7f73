//! Between Python's values and the engine's.

use alloy_primitives::{Address, B256, U256};
use num_bigint::BigUint;

use crate::error::{EvmError, Result};

pub fn address(text: &str) -> Result<Address> {
    text.parse()
        .map_err(|_| EvmError::argument("address", "0x and 40 hex digits"))
}

pub fn hash(text: &str) -> Result<B256> {
    text.parse()
        .map_err(|_| EvmError::argument("hash", "0x and 64 hex digits"))
}

pub fn word(number: &BigUint) -> Result<U256> {
    U256::try_from_be_slice(&number.to_bytes_be())
        .ok_or_else(|| EvmError::argument("number", "below 2**256"))
}

pub fn number(word: U256) -> BigUint {
    BigUint::from_bytes_be(&word.to_be_bytes::<32>())
}

/// Lower case, as nodes answer; `Display` would give the checksummed form.
pub fn lower(address: Address) -> String {
    format!("{address:#x}")
}
