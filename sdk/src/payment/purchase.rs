//! Purchases: asked for at the backend, paid like any payment, then reported to the backend.
//!
//! The crate's own confirm call pays again when it is repeated after a failed report, so the parts are put
//! together here: its details call, a payment of ours, and the report as a step that can be repeated.

use super::journal::{self, Payment, Stage};
use super::{load, send, settle};
use crate::amount;
use crate::chain;
use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::fee;
use crate::feed;
use crate::pin;
use etopay_sdk::types::ApiTxStatus;
use etopay_sdk::types::transactions::PurchaseDetails;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::timeout;

/// What the ids of their payments begin with.
pub const PREFIX: &str = "purchase:";

pub fn payment_id(purchase_id: &str) -> String {
    format!("{PREFIX}{purchase_id}")
}

fn check_id(purchase_id: &str) -> Result<()> {
    send::check_id(&payment_id(purchase_id))
        .map_err(|_| Fail::invalid("purchase_id", "it is empty or too long"))
}

/// What a purchase is about, in the words of the backend.
pub struct Order {
    pub receiver: String,
    pub amount: String,
    pub product_hash: String,
    pub app_data: String,
    pub kind: String,
}

pub async fn create(core: &Arc<Core>, order: Order, key: Option<&str>) -> Result<String> {
    let network = core.network(key).await?;
    let value = amount::parse(&order.amount, &network)?;
    core.within(async {
        let mut sdk = feed::light(core).await?;
        feed::select(&mut sdk, &network).await?;
        let id = sdk
            .create_purchase_request(
                &order.receiver,
                value,
                &order.product_hash,
                &order.app_data,
                &order.kind,
            )
            .await?;
        Ok(id)
    })
    .await
}

async fn fetch(core: &Core, purchase_id: &str) -> Result<PurchaseDetails> {
    check_id(purchase_id)?;
    let found =
        core.within(async { Ok(feed::light(core).await?.get_purchase_details(purchase_id).await?) }).await;
    found.map_err(|fail: Fail| match fail.is_missing() {
        true => Fail::new("not_found").with("what", "purchase").with("name", purchase_id),
        false => fail,
    })
}

fn status(status: &ApiTxStatus) -> Value {
    serde_json::to_value(status).unwrap_or_default()
}

pub async fn details(core: &Arc<Core>, purchase_id: &str) -> Result<String> {
    let found = fetch(core, purchase_id).await?;
    Ok(json!({
        "system_address": found.system_address, "amount": found.amount.inner().to_string(),
        "status": status(&found.status), "network": found.network,
    })
    .to_string())
}

pub async fn confirm(
    core: &Arc<Core>,
    given: &str,
    purchase_id: &str,
    max_fee: Option<String>,
) -> Result<()> {
    check_id(purchase_id)?;
    max_fee.as_deref().map(fee::parse).transpose()?;
    let open = pin::authorize(core, given).await?;
    core.token_of(&open).await?;
    if let Some(known) = open.read(|payload| journal::find(payload, &payment_id(purchase_id)))? {
        if known.purchase_id.as_deref() != Some(purchase_id) {
            // An ordinary payment was once made under this id; it says nothing about the purchase.
            return Err(Fail::new("payment_id_reused").with("payment_id", known.id));
        }
        // Another call may be paying it right now.
        let _ = timeout(core.send_timeout(), send::wait_until_done(core, &known.id)).await;
        let known = settle::brought_up_to_date(core, &open, load(&open, &known.id)?).await;
        if !matches!(known.stage, Stage::NotSent | Stage::Failed) {
            return finish(core, &open, known).await;
        }
    }
    let found = fetch(core, purchase_id).await?;
    if found.status != ApiTxStatus::Valid {
        return Err(Fail::new("invalid_purchase").with("status", status(&found.status)));
    }
    // The network is taken by its key from our own list: an answer must not bring its own node.
    let key = found.network.key.clone();
    let access = chain::access(core, given, Some(&key)).await?;
    if access.network.protocol != found.network.protocol || access.network.decimals != found.network.decimals
    {
        return Err(Fail::new("invalid_network")
            .with("network", key)
            .with("reason", "the purchase names another one"));
    }
    let value = found.amount.inner().to_string();
    send::pay_purchase(core, access, purchase_id, (found.system_address, value), max_fee).await?;
    finish(core, &open, load(&open, &payment_id(purchase_id))?).await
}

async fn finish(core: &Arc<Core>, open: &Open, payment: Payment) -> Result<()> {
    payment.outcome()?;
    if payment.stage == Stage::Failed {
        let fail = Fail::new("payment_not_sent").with("payment_id", payment.id.clone());
        return Err(fail.with("tx_id", payment.tx_id.clone()));
    }
    if payment.committed {
        return Ok(());
    }
    match core.within(commit(core, open, &payment)).await {
        Ok(_) => Ok(()),
        Err(fail) => {
            log::warn!("a paid purchase is not reported yet: {}", fail.code);
            settle::follow(core, open, &payment.id);
            Err(payment.uncertain())
        }
    }
}

/// Reports the transaction of a paid purchase; repeating the same report changes nothing.
pub async fn commit(core: &Core, open: &Open, payment: &Payment) -> Result<Payment> {
    let (Some(purchase_id), Some(tx_id)) = (&payment.purchase_id, &payment.tx_id) else {
        return Ok(payment.clone());
    };
    let token = core.token_of(open).await?;
    let backend = core.backend(&token);
    backend.commit_purchase(purchase_id, tx_id).await?;
    open.update(|payload| journal::change(payload, &payment.id, |p| p.committed = true))
}

/// Purchases of the user in both directions. The crate turns the amounts into binary floating point numbers.
pub async fn list(core: &Arc<Core>, start: u32, limit: u32) -> Result<String> {
    core.username().await?;
    let token = core.token().await?;
    let found = core.within(core.backend(&token).purchases(start, limit)).await?;
    let entries: Vec<Value> = found
        .iter()
        .map(|tx| {
            json!({
                "date": tx.created_at, "sender": tx.incoming.username, "receiver": tx.outgoing.username,
                "reference_id": tx.index, "application_metadata": tx.application_metadata,
                "amount": tx.incoming.amount, "currency": tx.incoming.network.display_symbol,
                "status": status(&tx.status), "transaction_hash": tx.incoming.transaction_id,
                "course": tx.incoming.exchange_rate,
            })
        })
        .collect();
    Ok(Value::Array(entries).to_string())
}
