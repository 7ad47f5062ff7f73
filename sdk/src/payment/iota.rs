//! Evidence on IOTA: the coin objects a payment would have used, and what the sender executed since.

use super::journal::{Evidence, Payment};
use super::settle::Finding;
use crate::amount;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{decimal_string, unreadable};
use etopay_sdk::types::networks::ApiProtocol;
use serde_json::{Value, json};
use std::str::FromStr;

const BUDGET: u128 = 5_000_000;
const PAGE: u32 = 50;

async fn coins(access: &Access) -> Result<Vec<Value>> {
    let ApiProtocol::IotaRebased { coin_type } = &access.network.protocol else { return Ok(Vec::new()) };
    let page = access.rpc.page("iotax_getCoins", json!([access.address, coin_type, null, null])).await?;
    Ok(page.0)
}

pub async fn evidence(access: &Access, base: u128) -> Result<Evidence> {
    let coins = coins(access).await?;
    let balances = coins.iter().filter_map(|coin| decimal_string(&coin["balance"]));
    let total: u128 = balances.filter_map(|balance| u128::try_from(balance).ok()).sum();
    if total < base.saturating_add(BUDGET) {
        return Err(Fail::new("insufficient_funds"));
    }
    let digests = recent(access, false, Value::Null).await?.0.iter().filter_map(digest).collect();
    Ok(Evidence { digests, ..Evidence::default() })
}

/// The newest transactions this address has sent, and where the list goes on.
async fn recent(access: &Access, full: bool, cursor: Value) -> Result<(Vec<Value>, Option<Value>)> {
    let query = json!({
        "filter": {"FromAddress": access.address},
        "options": {"showInput": false, "showRawInput": false, "showEffects": full, "showEvents": false,
                    "showObjectChanges": false, "showBalanceChanges": full, "showRawEffects": false},
    });
    access.rpc.page("iotax_queryTransactionBlocks", json!([query, cursor, PAGE, true])).await
}

fn digest(block: &Value) -> Option<String> {
    block["digest"].as_str().map(str::to_owned)
}

async fn details(access: &Access, digest: &str) -> Result<Value> {
    let options = json!({"showInput": false, "showRawInput": false, "showEffects": true, "showEvents": false,
                         "showObjectChanges": false, "showBalanceChanges": true, "showRawEffects": false});
    access.rpc.call("iota_getTransactionBlock", json!([digest, options])).await
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    if let Some(tx_id) = &payment.tx_id
        && let Ok(block) = details(access, tx_id).await
    {
        return Ok(executed(&block, tx_id));
    }
    let taken: Vec<String> = access.open.read(|payload| {
        payload.payments.values().filter(|p| p.id != payment.id).filter_map(|p| p.tx_id.clone()).collect()
    })?;
    let mut cursor = Value::Null;
    // Newest first, down to what was there before the payment.
    'pages: loop {
        let (blocks, next) = recent(access, true, cursor).await?;
        for block in blocks {
            let digest = digest(&block).ok_or_else(unreadable)?;
            if payment.evidence.digests.contains(&digest) {
                break 'pages;
            }
            if taken.contains(&digest) {
                continue;
            }
            let block =
                if block["balanceChanges"].is_array() { block } else { details(access, &digest).await? };
            if fits(access, payment, &block) {
                return Ok(executed(&block, &digest));
            }
        }
        match next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    if patient || payment.tx_id.is_some() {
        return Ok(Finding::Nothing);
    }
    Ok(Finding::Absent)
}

fn executed(block: &Value, digest: &str) -> Finding {
    match block["effects"]["status"]["status"].as_str() {
        Some(status) => Finding::Executed { tx_id: digest.to_owned(), success: status == "success" },
        None => Finding::Waiting { tx_id: digest.to_owned() },
    }
}

/// The receiver got exactly the amount; a payment to oneself shows only what the sender spent.
fn fits(access: &Access, payment: &Payment, block: &Value) -> bool {
    let changes = block["balanceChanges"].as_array().map(Vec::as_slice).unwrap_or_default();
    let owner = |change: &Value| change["owner"]["AddressOwner"].as_str().unwrap_or_default().to_lowercase();
    let moved = |change: &Value| decimal_string(&change["amount"]).unwrap_or_default();
    if payment.address.eq_ignore_ascii_case(&access.address) {
        return changes.iter().all(|change| owner(change) == access.address.to_lowercase());
    }
    let wanted = rust_decimal::Decimal::from_str(&payment.amount)
        .ok()
        .and_then(|value| amount::to_base(value, access.network.decimals))
        .and_then(|base| i128::try_from(base).ok());
    changes
        .iter()
        .any(|change| owner(change) == payment.address.to_lowercase() && Some(moved(change)) == wanted)
}
