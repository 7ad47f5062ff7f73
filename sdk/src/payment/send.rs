//! Making a payment: save, submit, settle. Runs as its own task, whoever waits for it.

use super::journal::{self, Evidence, Payment, Stage};
use super::retry::{self, Next};
use super::{load, purchase, settle};
use crate::address;
use crate::amount;
use crate::chain::Access;
use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::fee::Bound;
use crate::history;
use crate::runtime::background;
use crate::signing::{self, Transfer};
use crate::store::now;
use crate::vault::boot;
use crate::vault::seal::fill;
use etopay_sdk::types::networks::{ApiNetwork, ApiProtocol};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

const WAIT_FOR_TURN: Duration = Duration::from_secs(15);

pub struct Request {
    pub id: Option<String>,
    pub address: String,
    pub amount: String,
    pub data: Option<Vec<u8>>,
    pub purchase_id: Option<String>,
    pub max_fee: Option<String>,
}

/// Whether it is decided if a payment is begun or called off; the first to decide wins. Nothing is saved before
/// that and nothing can have been sent, so whoever stops waiting there is told so, and it is never made.
#[derive(Clone, Default)]
struct Start(Arc<AtomicBool>);

impl Start {
    fn begin(&self) -> Result<()> {
        if self.0.swap(true, Ordering::SeqCst) { Err(Fail::new("network_timeout")) } else { Ok(()) }
    }

    fn call_off(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }
}

/// Marks a payment as being worked on, also when the work panics.
struct Flight {
    core: Arc<Core>,
    id: String,
}

impl Flight {
    fn start(core: &Arc<Core>, id: &str) -> Result<Option<Self>> {
        let mut ids = core.in_flight.lock().map_err(|_| Fail::internal("payments"))?;
        if !ids.insert(id.to_owned()) {
            return Ok(None);
        }
        Ok(Some(Self { core: core.clone(), id: id.to_owned() }))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Ok(mut ids) = self.core.in_flight.lock() {
            ids.remove(&self.id);
        }
    }
}

pub fn check_id(id: &str) -> Result<()> {
    if (1..=128).contains(&id.len()) && id.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Fail::invalid("payment_id", "it must have 1 to 128 visible ASCII characters"))
}

/// An id that a caller has chosen.
pub fn check_own_id(id: &str) -> Result<()> {
    if id.starts_with(purchase::PREFIX) {
        return Err(Fail::invalid("payment_id", "ids that begin so belong to purchases"));
    }
    check_id(id)
}

pub fn random_id() -> Result<String> {
    let mut bytes = [0u8; 16];
    fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

fn draft(request: &Request, id: String, access: &Access) -> Result<Payment> {
    address::check(&request.address, &access.network)?;
    let value = amount::parse(&request.amount, &access.network)?;
    let has_data = matches!(access.network.protocol, ApiProtocol::Evm { .. })
        && request.data.as_ref().is_some_and(|data| !data.is_empty());
    // What a purchase costs, the backend says.
    if value.inner().is_zero() && !has_data && request.purchase_id.is_none() {
        return Err(Fail::new("invalid_amount").with("reason", "it is zero"));
    }
    Ok(Payment {
        id,
        network: access.network.key.clone(),
        sender: Some(access.address.clone()),
        account: access.account,
        index: access.index,
        address: request.address.clone(),
        amount: value.inner().to_string(),
        data: request.data.as_ref().map(hex::encode),
        purchase_id: request.purchase_id.clone(),
        committed: false,
        created_at: now(),
        since: boot::now(),
        stage: Stage::Submitting,
        tx_id: None,
        error: None,
        evidence: Evidence::default(),
    })
}

/// Pays and waits for the outcome at most as long as configured; the work itself goes on.
pub async fn send(core: &Arc<Core>, access: Access, request: Request) -> Result<String> {
    let id = match &request.id {
        Some(id) => id.clone(),
        None => random_id()?,
    };
    check_id(&id)?;
    let payment = draft(&request, id, &access)?;
    let bound = Bound::of(&access, request.max_fee.as_deref())?;
    let (tell, told) = oneshot::channel();
    let (worker, work, open) = (core.clone(), payment.clone(), access.open.clone());
    let start = Start::default();
    let started = start.clone();
    let patience = core.send_timeout();
    background(async move {
        // Whoever asked may be gone; the journal has the outcome.
        let id = work.id.clone();
        let outcome = run(&worker, access, (work, bound), patience, &started).await;
        let _ = tell.send(outcome.map_err(|fail| match fail.code.as_str() {
            "fee_too_high" => fail.with("payment_id", id),
            _ => fail,
        }));
    });
    match timeout(patience, told).await {
        Ok(Ok(outcome)) => outcome,
        // The work broke off; without a saved intent nothing can have been sent.
        Ok(Err(_)) if load(&open, &payment.id).is_err() => Err(Fail::internal("payment")),
        Err(_) if start.call_off() && load(&open, &payment.id).is_err() => Err(Fail::new("network_timeout")),
        Ok(Err(_)) | Err(_) => Err(payment.uncertain()),
    }
}

async fn run(
    core: &Arc<Core>,
    access: Access,
    (payment, bound): (Payment, Bound),
    patience: Duration,
    start: &Start,
) -> Result<String> {
    let Some(flight) = Flight::start(core, &payment.id)? else {
        // The other call's payment is not this one's to call off.
        start.begin()?;
        return join(core, &access.open, &payment).await;
    };
    let turn =
        timeout(WAIT_FOR_TURN, core.sending.lock()).await.map_err(|_| Fail::new("payment_in_progress"))?;
    let known = access.open.read(|payload| journal::find(payload, &payment.id))?;
    let next = match known {
        Some(known) => retry::next(core, &access, known, &payment, bound).await?,
        None => Next::Anew,
    };
    let payment = match next {
        Next::Settled(known) => return known.outcome(),
        Next::Repeat(known) => {
            start.begin()?;
            known
        }
        Next::Anew => begin(core, &access, (payment, bound), start).await?,
    };
    // A little less than the caller waits, so that there is time to look at the chain.
    let settled = hand_over(core, &access, &payment, patience.mul_f64(0.8)).await;
    drop(turn);
    drop(flight);
    settled.outcome()
}

/// Signs the payment and saves it; from here on it can be told what became of it.
async fn begin(
    core: &Core,
    access: &Access,
    (mut payment, bound): (Payment, Bound),
    start: &Start,
) -> Result<Payment> {
    let transfer = Transfer::of(access, &payment)?;
    payment.evidence = core.within(signing::sign(access, &transfer, bound)).await?;
    payment.since = boot::now();
    start.begin()?;
    access.open.update(|payload| {
        journal::insert(payload, payment.clone());
        Ok(())
    })?;
    Ok(payment)
}

async fn hand_over(core: &Arc<Core>, access: &Access, payment: &Payment, patience: Duration) -> Payment {
    let started = Instant::now();
    let Some(signed) = &payment.evidence.signed else { return payment.clone() };
    let outcome = match timeout(patience, signing::submit(access, signed)).await {
        Ok(Ok(())) => {
            let taken = note(access, payment, |p| {
                p.stage = Stage::Submitted;
                p.tx_id = Some(signed.tx_id.clone());
                p.since = boot::now();
            });
            signing::wait(access, &signed.tx_id, patience.saturating_sub(started.elapsed())).await;
            let looked = core.within(settle::settle(core, &access.open, taken.clone(), false)).await;
            looked.unwrap_or(taken)
        }
        Ok(Err(fail)) => refused(core, access, payment, fail).await,
        Err(_) => refused(core, access, payment, Fail::new("network_timeout")).await,
    };
    after(core, access, outcome)
}

pub fn is_in_flight(core: &Core, id: &str) -> Result<bool> {
    Ok(core.in_flight.lock().map_err(|_| Fail::internal("payments"))?.contains(id))
}

pub async fn wait_until_done(core: &Core, id: &str) -> Result<()> {
    while is_in_flight(core, id)? {
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// A second call for a payment that is being made waits for the first one.
async fn join(core: &Arc<Core>, open: &Open, payment: &Payment) -> Result<String> {
    wait_until_done(core, &payment.id).await?;
    let known = load(open, &payment.id)?;
    known.check_same(payment)?;
    known.outcome()
}

/// After the submission nothing that fails here may hide it: a full disk is no reason to pay again.
fn note(access: &Access, payment: &Payment, edit: impl Fn(&mut Payment)) -> Payment {
    let saved = access.open.update(|payload| journal::change(payload, &payment.id, &edit));
    saved.unwrap_or_else(|fail| {
        log::warn!("the state of a payment could not be saved: {}", fail.code);
        let mut known = payment.clone();
        edit(&mut known);
        known
    })
}

/// Codes by which a node says that it has not taken a transaction. Others (a time-out while waiting for
/// finality, an internal error) come after it was taken as well.
const REFUSALS: [i64; 4] = [-32000, -32600, -32601, -32602];
/// At an IOTA node: the transaction is not valid. At an EVM node the same number may mean "too slow".
const IOTA_REFUSAL: i64 = -32002;

fn is_refusal(access: &Access, fail: &Fail) -> bool {
    let is_iota = matches!(access.network.protocol, ApiProtocol::IotaRebased { .. });
    match fail.code.as_str() {
        "insufficient_funds" => true,
        // With a reason, the code alone does not tell.
        "node_error" if !fail.details.contains_key("reason") => {
            let code = fail.details.get("rpc_code").and_then(serde_json::Value::as_i64);
            code.is_some_and(|code| REFUSALS.contains(&code) || (is_iota && code == IOTA_REFUSAL))
        }
        _ => false,
    }
}

/// The submission reported a failure. Only the chain knows whether it is one.
async fn refused(core: &Arc<Core>, access: &Access, payment: &Payment, fail: Fail) -> Payment {
    log::warn!("a payment reported {}, the chain is asked", fail.code);
    let noted = note(access, payment, |p| {
        p.stage = Stage::Unknown;
        p.error = Some(fail.code.clone());
        p.since = boot::now();
    });
    let answered = is_refusal(access, &fail);
    let looked = core.within(settle::settle(core, &access.open, noted.clone(), answered)).await;
    looked.unwrap_or(noted)
}

fn after(core: &Arc<Core>, access: &Access, payment: Payment) -> Payment {
    if payment.stage.is_open() {
        settle::follow(core, &access.open, &payment.id);
    }
    if payment.tx_id.is_some()
        && let Err(fail) = history::note_sent(access, &payment)
    {
        log::warn!("a sent payment is missing in the history: {}", fail.code);
    }
    payment
}

/// Pays a purchase; its id makes the payment unique.
pub async fn pay_purchase(
    core: &Arc<Core>,
    access: Access,
    purchase_id: &str,
    (to, value): (String, String),
    max_fee: Option<String>,
) -> Result<String> {
    let network: &ApiNetwork = &access.network;
    let data = matches!(network.protocol, ApiProtocol::Evm { .. }).then(|| purchase_id.as_bytes().to_vec());
    let request = Request {
        id: Some(purchase::payment_id(purchase_id)),
        address: to,
        amount: value,
        data,
        purchase_id: Some(purchase_id.to_owned()),
        max_fee,
    };
    send(core, access, request).await
}
