//! Transactions are built and signed here, by the rules of the crate.
//!
//! The crate signs and submits in one step, so that a payment's hash is known only to who hears the answer. Made
//! here, it is in the journal before any node has the transaction. The crate also prints every EVM amount to
//! standard output, and fails where nobody reads that.

pub mod evm;
pub mod iota;

use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::fee::Bound;
use crate::payment::journal::{Evidence, Payment};
use etopay_sdk::types::networks::ApiProtocol;
use etopay_wallet::types::GasCostEstimation;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A transaction ready for the node. Handing it over again changes nothing: it is the same one.
#[derive(Serialize, Deserialize, Clone)]
pub struct Signed {
    pub tx_id: String,
    raw: String,
    /// IOTA carries it beside the transaction.
    signature: Option<String>,
}

impl Signed {
    /// The address it was signed by: the signature tells.
    pub fn sender(&self) -> Option<String> {
        match &self.signature {
            Some(signature) => iota::signer_of(signature),
            None => evm::signer_of(&self.raw),
        }
    }
}

/// What a payment is about, as far as the chain is concerned.
pub struct Transfer {
    pub to: String,
    pub base: u128,
    pub data: Vec<u8>,
}

impl Transfer {
    pub fn new(access: &Access, to: &str, amount: Decimal, data: Option<Vec<u8>>) -> Result<Self> {
        let base = crate::amount::to_base(amount, access.network.decimals)
            .ok_or_else(|| Fail::new("invalid_amount").with("reason", "it is too large"))?;
        Ok(Self { to: to.to_owned(), base, data: data.unwrap_or_default() })
    }

    pub fn of(access: &Access, payment: &Payment) -> Result<Self> {
        let amount = Decimal::from_str(&payment.amount).map_err(|_| Fail::internal("amount"))?;
        let data = payment.data.as_ref().and_then(|data| hex::decode(data).ok());
        Self::new(access, &payment.address, amount, data)
    }
}

pub async fn estimate(access: &Access, transfer: &Transfer) -> Result<GasCostEstimation> {
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => iota::estimate(access, transfer).await,
        _ => evm::estimate(access, transfer).await,
    }
}

/// Signs a payment whose highest fee is within bounds; what comes back is to be saved before it is submitted.
pub async fn sign(access: &Access, transfer: &Transfer, bound: Bound) -> Result<Evidence> {
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => iota::sign(access, transfer, bound).await,
        _ => evm::sign(access, transfer, bound).await,
    }
}

/// The same payment with the fees of now, where those of then are too low. Where a chain has no fees to raise, or
/// they still do, there is none.
pub async fn with_higher_fees(
    access: &Access,
    evidence: &Evidence,
    bound: Bound,
) -> Result<Option<Evidence>> {
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => Ok(None),
        _ => evm::with_higher_fees(access, evidence, bound).await,
    }
}

/// What answers with another hash than that of the transaction has not taken it.
fn foreign_answer() -> Fail {
    Fail::new("network_error").with("service", "node").with("reason", "it answered for another transaction")
}

pub async fn submit(access: &Access, signed: &Signed) -> Result<()> {
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => iota::submit(access, signed).await,
        _ => evm::submit(access, signed).await,
    }
}

/// Waits until the chain has executed it, at most for `patience`.
pub async fn wait(access: &Access, tx_id: &str, patience: Duration) {
    let _ = timeout(patience, async {
        let mut pause = FIRST_PAUSE;
        loop {
            let done = match access.network.protocol {
                ApiProtocol::IotaRebased { .. } => iota::is_executed(access, tx_id).await,
                _ => evm::is_executed(access, tx_id).await,
            };
            if done.unwrap_or(false) {
                return;
            }
            sleep(pause).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    })
    .await;
}
