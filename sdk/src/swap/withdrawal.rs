//! Coins for euros: a contract with the service, then a payment like any other.
//!
//! The crate pays inside its own call, drops the hash, and makes another contract and payment when it is repeated.

use super::{key, with_session};
use crate::amount;
use crate::balance;
use crate::chain::{self, Access};
use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::fee;
use crate::payment::send;
use serde_json::{Value, json};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Contracts remembered beside the payments that belong to them.
const KEPT: usize = 200;

pub struct Order {
    pub amount: String,
    pub data: Option<Vec<u8>>,
    pub payment_id: Option<String>,
    pub network: Option<String>,
    pub max_fee: Option<String>,
}

/// With a PIN the coins are sent as well.
pub async fn make(core: &Arc<Core>, given: Option<Zeroizing<String>>, order: Order) -> Result<String> {
    order.max_fee.as_deref().map(fee::parse).transpose()?;
    let key = key(core, order.network.as_deref()).await?;
    let Some(given) = given else {
        let open = core.open().await?;
        let mut contract = sign(core, &open, &order, &key).await?;
        contract["transaction_hash"] = Value::Null;
        return Ok(contract.to_string());
    };
    let access = chain::access(core, &given, Some(&key)).await?;
    let id = order.payment_id.clone().map_or_else(send::random_id, Ok)?;
    send::check_own_id(&id)?;
    let contract = contract(core, &access, &id, &key, &order).await?;
    let request = send::Request {
        id: Some(id),
        address: contract["details"]["crypto_address"].as_str().unwrap_or_default().to_owned(),
        amount: order.amount,
        data: order.data,
        purchase_id: None,
        max_fee: order.max_fee,
    };
    let tx_id = send::send(core, access, request).await?;
    let mut paid = contract;
    paid["transaction_hash"] = json!(tx_id);
    Ok(paid.to_string())
}

/// The contract that belongs to this id; saved before anything is paid for it.
async fn contract(core: &Core, access: &Access, id: &str, key: &str, order: &Order) -> Result<Value> {
    let _one_at_a_time = core.contracting.lock().await;
    if let Some(contract) = known(&access.open, id, key, order)? {
        return Ok(contract);
    }
    if access.open.read(|payload| payload.payments.contains_key(id))? {
        // Another payment has the id: no contract is made that could not be paid.
        return Err(Fail::new("payment_id_reused").with("payment_id", id));
    }
    let value = amount::parse(&order.amount, &access.network)?;
    if !core.within(balance::covers(access, value.inner())).await? {
        return Err(Fail::new("insufficient_funds"));
    }
    let contract = sign(core, &access.open, order, key).await?;
    remember(&access.open, id, key, order, &contract)?;
    Ok(contract)
}

async fn sign(core: &Core, open: &Open, order: &Order, key: &str) -> Result<Value> {
    let value = amount::parse(&order.amount, &core.network(Some(key)).await?)?;
    if value.inner().is_zero() {
        return Err(Fail::new("invalid_amount").with("reason", "it is zero"));
    }
    let found = with_session(core, open, Some(key), |mut sdk| async move {
        // The crate only looks at what it remembers.
        sdk.get_iban_for_viviswap().await?;
        let found = sdk.create_withdrawal_with_viviswap(value, None, None).await?;
        Ok((sdk, found))
    })
    .await?;
    Ok(json!({
        "contract_id": found.contract_id, "deposit_address": found.deposit_address, "details": found.details,
    }))
}

/// The contract of a withdrawal that was begun with this id.
fn known(open: &Open, id: &str, key: &str, order: &Order) -> Result<Option<Value>> {
    let Some(kept) = open.read(|payload| payload.withdrawals.get(id).cloned())? else { return Ok(None) };
    if kept["network"] != key || kept["amount"] != order.amount.as_str() {
        return Err(Fail::new("payment_id_reused").with("payment_id", id));
    }
    Ok(Some(kept["contract"].clone()))
}

fn remember(open: &Open, id: &str, key: &str, order: &Order, contract: &Value) -> Result<()> {
    open.update(|payload| {
        if payload.withdrawals.len() >= KEPT {
            let payments = &payload.payments;
            payload.withdrawals.retain(|id, _| payments.contains_key(id));
        }
        let kept = json!({"network": key, "amount": order.amount, "contract": contract});
        payload.withdrawals.insert(id.to_owned(), kept);
        Ok(())
    })
}
