//! Evidence on EVM chains: the nonce a payment would have used.

use super::journal::{Evidence, Payment};
use super::settle::Finding;
use crate::amount;
use crate::chain::Access;
use crate::error::Result;
use crate::rpc::quantity;
use etopay_sdk::types::networks::ApiProtocol;
use serde_json::{Value, json};
use std::str::FromStr;

/// Blocks looked through in one go when a payment's hash is not known.
const SCAN: u64 = 5_000;

pub async fn evidence(access: &Access) -> Result<Evidence> {
    let nonce = access.rpc.number("eth_getTransactionCount", json!([access.address, "pending"])).await?;
    let block = access.rpc.number("eth_blockNumber", json!([])).await?;
    Ok(Evidence { nonce, block, ..Evidence::default() })
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    if let Some(tx_id) = &payment.tx_id {
        let found = access.rpc.call("eth_getTransactionByHash", json!([tx_id])).await?;
        if found.is_object() {
            return receipt(access, tx_id).await;
        }
    }
    let used = access.rpc.number("eth_getTransactionCount", json!([access.address, "latest"])).await?;
    if used > payment.evidence.nonce {
        return match scan(access, payment).await? {
            Some(tx_id) => receipt(access, &tx_id).await,
            // The nonce went to another transaction: this one can never be mined.
            None => Ok(Finding::Absent),
        };
    }
    let waiting = access.rpc.number("eth_getTransactionCount", json!([access.address, "pending"])).await?;
    if waiting > payment.evidence.nonce {
        let block =
            access.rpc.call("eth_getBlockByNumber", json!(["pending", true])).await.unwrap_or_default();
        return Ok(match hit(access, payment, &block) {
            Some(tx_id) => Finding::Waiting { tx_id },
            None => Finding::Nothing,
        });
    }
    Ok(if patient || payment.tx_id.is_some() { Finding::Nothing } else { Finding::Absent })
}

async fn receipt(access: &Access, tx_id: &str) -> Result<Finding> {
    let receipt = access.rpc.call("eth_getTransactionReceipt", json!([tx_id])).await?;
    Ok(match quantity(&receipt["status"]) {
        Some(status) => Finding::Executed { tx_id: tx_id.to_owned(), success: status == 1 },
        None => Finding::Waiting { tx_id: tx_id.to_owned() },
    })
}

async fn scan(access: &Access, payment: &Payment) -> Result<Option<String>> {
    let head = access.rpc.number("eth_blockNumber", json!([])).await?;
    let last = head.min(payment.evidence.block.saturating_add(SCAN));
    for number in payment.evidence.block..=last {
        let block = access.rpc.call("eth_getBlockByNumber", json!([format!("0x{number:x}"), true])).await?;
        if let Some(tx_id) = hit(access, payment, &block) {
            return Ok(Some(tx_id));
        }
    }
    Ok(None)
}

/// The hash of the transaction in `block` that is this payment: same sender, nonce, receiver and value.
fn hit(access: &Access, payment: &Payment, block: &Value) -> Option<String> {
    block["transactions"].as_array()?.iter().find_map(|tx| {
        let from = tx["from"].as_str()?.eq_ignore_ascii_case(&access.address);
        let nonce = quantity(&tx["nonce"])? == u128::from(payment.evidence.nonce);
        (from && nonce && fits(access, payment, tx)).then(|| tx["hash"].as_str().map(str::to_owned))?
    })
}

fn fits(access: &Access, payment: &Payment, tx: &Value) -> bool {
    let value = rust_decimal::Decimal::from_str(&payment.amount)
        .ok()
        .and_then(|value| amount::to_base(value, access.network.decimals));
    let to = tx["to"].as_str().unwrap_or_default();
    match &access.network.protocol {
        ApiProtocol::EvmERC20 { contract_address, .. } => {
            let input = tx["input"].as_str().unwrap_or_default();
            to.eq_ignore_ascii_case(contract_address)
                && transfer(input).is_some_and(|(receiver, moved)| {
                    receiver.eq_ignore_ascii_case(&payment.address) && Some(moved) == value
                })
        }
        _ => to.eq_ignore_ascii_case(&payment.address) && quantity(&tx["value"]) == value,
    }
}

/// Receiver and amount of `transfer(address,uint256)` calldata.
pub fn transfer(input: &str) -> Option<(String, u128)> {
    let digits = input.strip_prefix("0xa9059cbb")?;
    if digits.len() != 128 || !digits.is_ascii() {
        return None;
    }
    let (receiver, value) = digits.split_at(64);
    let value = value.trim_start_matches('0');
    let value = if value.is_empty() { 0 } else { u128::from_str_radix(value, 16).ok()? };
    Some((format!("0x{}", &receiver[24..]), value))
}
