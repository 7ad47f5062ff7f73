//! What a payment may cost at the most. The prices come from a node, which may be wrong or lie.

use crate::chain::Access;
use crate::error::{Fail, Result};
use alloy_primitives::U256;
use alloy_primitives::utils::format_units;
use etopay_sdk::types::networks::{ApiNetwork, ApiProtocol};
use rust_decimal::Decimal;

/// Of the coin that pays on EVM chains, whatever decimals a token has.
const NATIVE_EVM_DECIMALS: u32 = 18;
const MOST_DECIMALS: usize = 18;

/// The highest fee that is signed for, in base units of the coin that pays it.
#[derive(Clone, Copy)]
pub struct Bound {
    most: U256,
    decimals: u32,
}

fn decimals(network: &ApiNetwork) -> u32 {
    match network.protocol {
        ApiProtocol::IotaRebased { .. } => network.decimals,
        _ => NATIVE_EVM_DECIMALS,
    }
}

/// A limit in main units; what is finer than the coin is left out.
pub fn parse(text: &str) -> Result<Decimal> {
    let invalid = |reason| Fail::invalid("max_fee", reason);
    // A quotient of Python's has more decimals than any coin.
    let end = text.find('.').map_or(text.len(), |point| text.len().min(point + 1 + MOST_DECIMALS));
    let value = Decimal::from_str_exact(text.get(..end).unwrap_or(text))
        .map_err(|_| invalid("it is not a plain decimal number"))?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(invalid("it is negative"));
    }
    Ok(value.abs())
}

impl Bound {
    /// The caller's limit; without one, that of the config. On IOTA the gas budget, which is fixed, is one already.
    pub fn of(access: &Access, given: Option<&str>) -> Result<Self> {
        let is_iota = matches!(access.network.protocol, ApiProtocol::IotaRebased { .. });
        let decimals = decimals(&access.network);
        let most = match given {
            Some(text) => base_units(parse(text)?, decimals),
            None if is_iota => U256::MAX,
            None => base_units(access.max_evm_fee, decimals),
        };
        Ok(Self { most, decimals })
    }

    /// `fee`: what the transaction can cost at the very most, before it is signed.
    pub fn check(&self, fee: U256) -> Result<()> {
        if fee <= self.most {
            return Ok(());
        }
        Err(Fail::new("fee_too_high")
            .with("fee", in_main_units(fee, self.decimals))
            .with("max_fee", in_main_units(self.most, self.decimals)))
    }
}

fn base_units(value: Decimal, decimals: u32) -> U256 {
    let value = value.trunc_with_scale(decimals).normalize();
    let factor = U256::from(10).pow(U256::from(decimals.saturating_sub(value.scale())));
    U256::from(value.mantissa().unsigned_abs()).saturating_mul(factor)
}

fn in_main_units(value: U256, decimals: u32) -> String {
    let digits = u8::try_from(decimals).unwrap_or(u8::MAX);
    let text = format_units(value, digits).unwrap_or_else(|_| value.to_string());
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}
