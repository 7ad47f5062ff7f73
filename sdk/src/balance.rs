//! Balances, whatever their size: the crate fails from 2^96 base units on.

use crate::chain::Access;
use crate::error::Result;
use crate::rpc::{decimal_string, unreadable};
use alloy_primitives::U256;
use etopay_sdk::types::networks::ApiProtocol;
use rust_decimal::Decimal;
use serde_json::json;

const BALANCE_OF: &str = "0x70a08231";

/// Base units of the network's coin or token.
pub async fn base_units(access: &Access) -> Result<U256> {
    let (rpc, own) = (&access.rpc, access.address.to_lowercase());
    match &access.network.protocol {
        ApiProtocol::IotaRebased { coin_type } => {
            let found = rpc.call("iotax_getBalance", json!([access.address, coin_type])).await?;
            let total = decimal_string(&found["totalBalance"]).and_then(|n| u128::try_from(n).ok());
            total.map(U256::from).ok_or_else(unreadable)
        }
        ApiProtocol::EvmERC20 { contract_address, .. } => {
            let input = format!("{BALANCE_OF}{:0>64}", own.trim_start_matches("0x"));
            let call = json!({"from": own, "to": contract_address.to_lowercase(), "input": input});
            number(&rpc.call("eth_call", json!([call, "latest"])).await?)
        }
        ApiProtocol::Evm { .. } => number(&rpc.call("eth_getBalance", json!([own, "latest"])).await?),
    }
}

fn number(value: &serde_json::Value) -> Result<U256> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).filter(|text| !text.is_empty());
    digits.and_then(|digits| U256::from_str_radix(digits, 16).ok()).ok_or_else(unreadable)
}

/// In main units, without zeros at the end.
pub fn in_main_units(base: U256, decimals: u32) -> String {
    let decimals = decimals as usize;
    let digits = format!("{base:0>width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

/// Whether the balance covers an amount in main units.
pub async fn covers(access: &Access, amount: Decimal) -> Result<bool> {
    let Some(wanted) = crate::amount::to_base(amount, access.network.decimals) else { return Ok(false) };
    Ok(base_units(access).await? >= U256::from(wanted))
}
