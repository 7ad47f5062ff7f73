//! Evidence on EVM chains: the hash of a payment, and the nonce it would have used.

use super::journal::{Evidence, Payment};
use super::settle::Finding;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{quantity, unreadable};
use etopay_sdk::types::networks::ApiProtocol;
use futures::future::join_all;
use serde_json::{Value, json};

/// Blocks looked through in one go for the transaction that used a nonce.
const SCAN: u64 = 5_000;
const AT_ONCE: u64 = 8;

pub async fn evidence(access: &Access) -> Result<Evidence> {
    if let ApiProtocol::Evm { chain_id } | ApiProtocol::EvmERC20 { chain_id, .. } = access.network.protocol
        && access.rpc.number("eth_chainId", json!([])).await? != chain_id
    {
        // What is signed for one chain must not be valid on another.
        return Err(Fail::new("invalid_network")
            .with("network", access.network.key.clone())
            .with("reason", "its node belongs to another chain"));
    }
    let nonce = access.rpc.number("eth_getTransactionCount", json!([access.address, "pending"])).await?;
    let block = access.rpc.number("eth_blockNumber", json!([])).await?;
    Ok(Evidence { nonce, block, ..Evidence::default() })
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    let Some(signed) = &payment.evidence.signed else { return Ok(Finding::Nothing) };
    let found = access.rpc.call("eth_getTransactionByHash", json!([signed.tx_id])).await?;
    if found.is_object() {
        return receipt(access, &signed.tx_id).await;
    }
    let used = access.rpc.number("eth_getTransactionCount", json!([access.address, "latest"])).await?;
    if used > payment.evidence.nonce {
        return Ok(match user_of_nonce(access, payment).await? {
            Some(tx_id) if tx_id.eq_ignore_ascii_case(&signed.tx_id) => receipt(access, &tx_id).await?,
            // One transaction per nonce: this one can never be mined.
            Some(_) => Finding::Dead,
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

/// The hash of the mined transaction of this address with the payment's nonce; nothing when the blocks do
/// not show it, which proves nothing.
async fn user_of_nonce(access: &Access, payment: &Payment) -> Result<Option<String>> {
    let head = access.rpc.number("eth_blockNumber", json!([])).await?;
    let mut number = first_used(access, payment, head).await;
    let last = head.min(number.saturating_add(SCAN));
    while number <= last {
        let end = last.min(number + AT_ONCE - 1);
        for block in join_all((number..=end).map(|number| block(access, number))).await {
            if let Some(tx_id) = with_nonce(access, payment, &block?) {
                return Ok(Some(tx_id));
            }
        }
        number = end + 1;
    }
    Ok(None)
}

/// A block a node does not have, or not any more, is a failure: its transactions are not known.
async fn block(access: &Access, number: u64) -> Result<Value> {
    let block = access.rpc.call("eth_getBlockByNumber", json!([format!("0x{number:x}"), true])).await?;
    if block["transactions"].is_array() { Ok(block) } else { Err(unreadable()) }
}

/// The block that used the payment's nonce, by halving; without old states at the node, the block the
/// payment was made at.
async fn first_used(access: &Access, payment: &Payment, head: u64) -> u64 {
    let (mut low, mut high) = (payment.evidence.block, head);
    while low < high {
        let middle = low + (high - low) / 2;
        let at = json!([access.address, format!("0x{middle:x}")]);
        match access.rpc.number("eth_getTransactionCount", at).await {
            Ok(count) if count > payment.evidence.nonce => high = middle,
            Ok(_) => low = middle + 1,
            Err(_) => return payment.evidence.block,
        }
    }
    low
}

fn with_nonce(access: &Access, payment: &Payment, block: &Value) -> Option<String> {
    let transactions = block["transactions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = transactions.iter().find(|tx| {
        tx["from"].as_str().is_some_and(|from| from.eq_ignore_ascii_case(&access.address))
            && quantity(&tx["nonce"]) == Some(u128::from(payment.evidence.nonce))
    });
    found.and_then(|tx| tx["hash"].as_str()).map(str::to_owned)
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
