//! Amounts as exact decimals, never as floating point numbers.

use crate::error::{Fail, Result};
use etopay_sdk::types::networks::{ApiNetwork, ApiProtocol};
use etopay_wallet::types::CryptoAmount;
use rust_decimal::Decimal;

fn invalid(reason: &str) -> Fail {
    Fail::new("invalid_amount").with("reason", reason)
}

/// An amount in main units that the network can represent.
pub fn parse(text: &str, network: &ApiNetwork) -> Result<CryptoAmount> {
    let value = Decimal::from_str_exact(text).map_err(|_| invalid("it is not a plain decimal number"))?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(invalid("it is negative"));
    }
    let value = value.abs().normalize();
    if value.scale() > network.decimals {
        return Err(invalid("it has more decimals than the network"));
    }
    // Upstream cuts IOTA amounts to 64 bits without a word and cannot show EVM amounts above 96 bits.
    let limit: u128 = match network.protocol {
        ApiProtocol::IotaRebased { .. } => 1 << 63,
        _ => 1 << 96,
    };
    let base = to_base(value, network.decimals).filter(|base| *base < limit);
    base.ok_or_else(|| invalid("it is too large"))?;
    CryptoAmount::try_from(value).map_err(|_| invalid("it is negative"))
}

/// A non-negative amount for the backend, which knows the network's decimals itself.
pub fn to_base(value: Decimal, decimals: u32) -> Option<u128> {
    let value = value.normalize();
    let mantissa = u128::try_from(value.mantissa()).ok()?;
    let factor = 10u128.checked_pow(decimals.checked_sub(value.scale())?)?;
    mantissa.checked_mul(factor)
}

/// Base units as a decimal in main units.
pub fn from_base(value: u128, decimals: u32) -> Result<Decimal> {
    let too_large = || invalid("it is too large");
    let signed = i128::try_from(value).map_err(|_| too_large())?;
    Ok(Decimal::try_from_i128_with_scale(signed, decimals).map_err(|_| too_large())?.normalize())
}
