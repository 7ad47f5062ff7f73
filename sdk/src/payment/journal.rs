//! What is known about each payment, saved before it is made and after every step.

use crate::error::{Fail, Result};
use crate::signing::Signed;
use crate::vault::boot;
use crate::vault::payload::Payload;
use serde::{Deserialize, Serialize};

/// Settled payments kept in the journal, so that a repeated id still finds its outcome.
const KEPT: usize = 500;

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Saved, then handed to the node; whether it arrived is not known yet.
    Submitting,
    /// The node took it.
    Submitted,
    Confirmed,
    /// Executed and reverted.
    Failed,
    Unknown,
    /// Not there when the chain was asked: dead, or so long unknown that it counts as not made.
    NotSent,
}

impl Stage {
    pub fn is_open(self) -> bool {
        matches!(self, Stage::Submitting | Stage::Submitted | Stage::Unknown)
    }
}

/// The payment as it was signed and what it spends, as evidence for what happened to it.
#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(default)]
pub struct Evidence {
    pub nonce: u64,
    pub block: u64,
    /// EVM: what it was signed for; 0 when an earlier version did it.
    pub chain_id: u64,
    /// Coin objects, with their versions, that an IOTA payment spends.
    pub inputs: Vec<(String, u64)>,
    pub signed: Option<Signed>,
    /// Hashes of the same payment with lower fees, by the same nonce: one of them all can be mined.
    pub earlier: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone)]
pub struct Payment {
    pub id: String,
    pub network: String,
    /// The address that pays. Without one, an earlier version made the payment; an empty one is not known any more.
    #[serde(default)]
    pub sender: Option<String>,
    pub account: u32,
    pub index: u32,
    pub address: String,
    pub amount: String,
    pub data: Option<String>,
    pub purchase_id: Option<String>,
    /// The backend knows the transaction of the purchase.
    pub committed: bool,
    pub created_at: f64,
    /// When it was last handed over, by the clock nobody can set: system start and seconds since.
    #[serde(default)]
    pub since: (String, f64),
    pub stage: Stage,
    pub tx_id: Option<String>,
    pub error: Option<String>,
    pub evidence: Evidence,
}

impl Payment {
    /// Seconds since it was handed over, or at least since the system was started.
    pub fn age(&self) -> f64 {
        boot::since(&self.since)
    }

    pub fn needs_attention(&self) -> bool {
        self.stage.is_open()
            || (self.stage == Stage::Confirmed && self.purchase_id.is_some() && !self.committed)
    }

    /// Every hash it may be found under; one of an earlier version has only what the node had answered.
    pub fn hashes(&self) -> Vec<String> {
        let signed = self.evidence.signed.as_ref().map(|signed| &signed.tx_id);
        let mut hashes: Vec<String> = signed.into_iter().chain(&self.evidence.earlier).cloned().collect();
        if let Some(tx_id) = self.tx_id.as_ref().filter(|tx_id| !hashes.contains(tx_id)) {
            hashes.push(tx_id.clone());
        }
        hashes
    }

    /// Nobody has handed it over or settled it since.
    pub fn is_as(&self, seen: &Payment) -> bool {
        self.stage == seen.stage && self.since == seen.since
    }

    /// The same id for another payment is a mistake of the caller. What is paid from another address is another
    /// payment: whether the first one is dead can only be told by its own address.
    pub fn check_same(&self, other: &Payment) -> Result<()> {
        let same_payer = (self.sender.is_none() || self.sender == other.sender)
            && (self.account, self.index) == (other.account, other.index);
        if same_payer && self.is_to_same(other) {
            return Ok(());
        }
        Err(Fail::new("payment_id_reused").with("payment_id", self.id.clone()))
    }

    /// Whoever pays.
    fn is_to_same(&self, other: &Payment) -> bool {
        self.network == other.network
            && self.address.eq_ignore_ascii_case(&other.address)
            && self.amount == other.amount
            && self.data == other.data
            && self.purchase_id == other.purchase_id
    }

    /// Whether `other` may be made in place of this one, should this one be dead. What a purchase costs, and where it
    /// is paid to, the backend says anew each time.
    pub fn can_give_way_to(&self, other: &Payment) -> bool {
        match &self.purchase_id {
            Some(_) => self.purchase_id == other.purchase_id,
            None => self.is_to_same(other),
        }
    }

    /// What a caller gets for this payment as it stands.
    pub fn outcome(&self) -> Result<String> {
        match (self.stage, &self.tx_id) {
            (Stage::Submitted | Stage::Confirmed | Stage::Failed, Some(tx_id)) => Ok(tx_id.clone()),
            (Stage::NotSent, _) => {
                let code = self.error.as_deref().unwrap_or("payment_not_sent");
                Err(Fail::new(code).with("payment_id", self.id.clone()))
            }
            _ => Err(self.uncertain()),
        }
    }

    pub fn uncertain(&self) -> Fail {
        let fail = Fail::new("uncertain_outcome").with("payment_id", self.id.clone());
        fail.with("tx_id", self.tx_id.clone())
    }
}

pub fn find(payload: &Payload, id: &str) -> Option<Payment> {
    payload.payments.get(id).cloned()
}

/// The payments that have no final outcome yet, or whose purchase is not reported, oldest first.
pub fn waiting(payload: &Payload) -> Vec<Payment> {
    let mut waiting: Vec<Payment> =
        payload.payments.values().filter(|payment| payment.needs_attention()).cloned().collect();
    waiting.sort_by(|a, b| a.created_at.total_cmp(&b.created_at));
    waiting
}

/// Saves a new payment and drops the oldest settled ones.
pub fn insert(payload: &mut Payload, payment: Payment) {
    payload.payments.insert(payment.id.clone(), payment);
    while payload.payments.len() > KEPT {
        let settled = payload.payments.values().filter(|payment| !payment.needs_attention());
        let oldest = settled.min_by(|a, b| a.created_at.total_cmp(&b.created_at)).map(|p| p.id.clone());
        match oldest {
            Some(id) => payload.payments.remove(&id),
            None => return,
        };
    }
}

/// What a payment on the chain no longer needs. Its nonce tells what became of others that had the same.
pub fn forget_evidence(payload: &mut Payload, id: &str) {
    let done = |payment: &&mut Payment| matches!(payment.stage, Stage::Confirmed | Stage::Failed);
    if let Some(payment) = payload.payments.get_mut(id).filter(done) {
        payment.evidence = Evidence { nonce: payment.evidence.nonce, ..Evidence::default() };
    }
}

pub fn change(payload: &mut Payload, id: &str, edit: impl FnOnce(&mut Payment)) -> Result<Payment> {
    let payment =
        payload.payments.get_mut(id).ok_or_else(|| Fail::new("not_found").with("what", "payment"))?;
    edit(payment);
    Ok(payment.clone())
}
