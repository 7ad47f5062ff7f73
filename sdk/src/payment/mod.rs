//! Payments that happen at most once and whose outcome becomes known.

pub mod evm;
pub mod iota;
pub mod journal;
pub mod purchase;
mod retry;
pub mod send;
pub mod settle;

use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use journal::Payment;
use serde_json::{Value, json};
use std::sync::Arc;

pub fn describe(payment: &Payment) -> Value {
    json!({
        "payment_id": payment.id, "network_key": payment.network, "address": payment.address,
        "amount": payment.amount, "created_at": payment.created_at, "state": payment.stage,
        "tx_id": payment.tx_id, "purchase_id": payment.purchase_id, "committed": payment.committed,
        "error": payment.error,
    })
}

/// Payments without a final outcome, oldest first.
pub async fn pending(core: &Arc<Core>) -> Result<String> {
    let open = core.open().await?;
    let waiting = open.read(journal::waiting)?;
    Ok(Value::Array(waiting.iter().map(describe).collect()).to_string())
}

/// Looks at the chain and settles one payment.
pub async fn resolve(core: &Arc<Core>, id: &str) -> Result<String> {
    let open = core.open().await?;
    if !send::is_in_flight(core, id)? {
        load(&open, id)?;
    }
    let finished = core.within(async {
        send::wait_until_done(core, id).await?;
        settle::settle(core, &open, load(&open, id)?, false).await
    });
    let payment = match finished.await {
        // Still being made: without a saved intent it may yet be sent, so "not found" would be wrong.
        Err(fail) if fail.code == "network_timeout" && send::is_in_flight(core, id)? => {
            load(&open, id).map_err(|_| Fail::new("uncertain_outcome").with("payment_id", id))?
        }
        other => other?,
    };
    let payment = if payment.purchase_id.is_some() && payment.needs_attention() && !payment.stage.is_open() {
        // What the chain said stands, whether the backend can be told now or later.
        core.within(purchase::commit(core, &open, &payment)).await.unwrap_or(payment)
    } else {
        payment
    };
    Ok(describe(&payment).to_string())
}

pub fn load(open: &Open, id: &str) -> Result<Payment> {
    open.read(|payload| journal::find(payload, id))?
        .ok_or_else(|| Fail::new("not_found").with("what", "payment"))
}
