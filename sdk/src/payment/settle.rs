//! Finding out on the chain what became of a payment.

use super::journal::{self, Payment, Stage};
use super::{evm, iota, load, purchase, send};
use crate::chain::{self, Access};
use crate::core::{Core, Followed, Open};
use crate::error::Result;
use crate::history;
use crate::runtime::background;
use crate::signing;
use crate::vault::boot;
use etopay_sdk::types::networks::ApiProtocol;
use std::sync::Arc;
use std::time::Duration;

/// How long a payment the chain does not know may still be on its way.
pub const GRACE_SECONDS: f64 = 45.0;
const PAUSE: Duration = Duration::from_secs(5);
const TRIES: u32 = 120;

/// What the chain says.
pub enum Finding {
    Executed {
        tx_id: String,
        success: bool,
        /// No other block can take the place of its block any more.
        fixed: bool,
    },
    /// Known to the node, not in a block yet.
    Waiting { tx_id: String },
    /// It can never come: what it spends was spent by something else.
    Dead,
    /// Not there, and nothing suggests that it is on its way.
    Absent,
    /// Not there, but it might still come.
    Nothing,
}

/// `answered`: the node itself refused the payment, so there is nothing on its way.
pub async fn settle(core: &Core, open: &Open, payment: Payment, answered: bool) -> Result<Payment> {
    if !payment.stage.is_open() && payment.stage != Stage::NotSent {
        return Ok(payment);
    }
    let access = own_access(core, open, &payment).await?;
    let patient = !answered && payment.stage.is_open() && payment.age() < GRACE_SECONDS;
    match look(&access, &payment, patient).await {
        Ok(Finding::Absent) if payment.stage == Stage::Submitted => hand_over_again(&access, &payment).await,
        Ok(finding) => record(open, &payment, finding),
        // It may have come late, but nobody has to be reachable for what was settled before.
        Err(_) if !payment.stage.is_open() => Ok(payment),
        Err(fail) => Err(fail),
    }
}

/// A payment is looked for from the address that made it, whatever address or wallet is in use now.
pub async fn own_access(core: &Core, open: &Open, payment: &Payment) -> Result<Access> {
    let network = core.network(Some(&payment.network)).await?;
    match payment.sender.clone() {
        Some(sender) => chain::at(core, open, network, sender, (payment.account, payment.index)),
        None => chain::reopen(core, open, network, payment.account, payment.index).await,
    }
}

/// A node took it, and none knows it any more. It has not counted as failed, so it is brought to its end: the
/// very same transaction, which the chain takes once at most.
async fn hand_over_again(access: &Access, payment: &Payment) -> Result<Payment> {
    if let Some(signed) = &payment.evidence.signed
        && let Err(fail) = signing::submit(access, signed).await
    {
        log::warn!("a payment that got lost could not be handed over again: {}", fail.code);
    }
    access.open.update(|payload| {
        journal::change(payload, &payment.id, |p| {
            if p.is_as(payment) {
                p.since = boot::now();
            }
        })
    })
}

/// The same for a payment somebody asks to make again: what cannot be asked now stays as it was.
pub async fn brought_up_to_date(core: &Core, open: &Open, known: Payment) -> Payment {
    if !known.stage.is_open() {
        return known;
    }
    core.within(settle(core, open, known.clone(), false)).await.unwrap_or(known)
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => iota::look(access, payment, patient).await,
        _ => evm::look(access, payment, patient).await,
    }
}

/// `seen`: the payment as it was when the chain was asked. Has it gone on since, the answer is out of date.
pub fn record(open: &Open, seen: &Payment, finding: Finding) -> Result<Payment> {
    let is_dead = matches!(finding, Finding::Dead);
    open.update(|payload| {
        let payment = journal::change(payload, &seen.id, |p| match finding {
            _ if !p.is_as(seen) => {}
            Finding::Executed { tx_id, success, .. } => {
                p.stage = if success { Stage::Confirmed } else { Stage::Failed };
                p.tx_id = Some(tx_id);
                p.error = None;
            }
            Finding::Waiting { tx_id } => {
                p.stage = Stage::Submitted;
                p.tx_id = Some(tx_id);
            }
            Finding::Dead | Finding::Absent => p.stage = Stage::NotSent,
            Finding::Nothing if p.stage.is_open() && p.tx_id.is_none() => p.stage = Stage::Unknown,
            Finding::Nothing => {}
        })?;
        journal::forget_evidence(payload, &seen.id);
        history::learn(payload, &payment, is_dead);
        Ok(payment)
    })
}

/// Keeps looking until the outcome is known, so that nobody has to ask. Between two looks it holds nothing of the
/// wallet. It ends with a lock or another user; `resume` takes it up again.
pub fn follow(core: &Arc<Core>, open: &Open, id: &str) {
    let Ok(owner) = open.owner() else { return };
    let (core, id) = (core.clone(), id.to_owned());
    background(async move {
        let Ok(open) = core.open_of(&owner).await else { return };
        let Some(following) = Following::begin(&open, id) else { return };
        drop(open);
        for _ in 0..TRIES {
            tokio::time::sleep(PAUSE).await;
            let Some(open) = core.open_of(&owner).await.ok().filter(|open| following.is_of(open)) else {
                return;
            };
            if core.while_open(&open, is_done(&core, &open, &following.id)).await.is_ok_and(|done| done) {
                return;
            }
        }
    });
}

/// Follows what an earlier unlocking or an earlier process has left without an outcome, and reports what was paid
/// but not reported, once there is a wallet or a token again.
pub fn resume(core: &Arc<Core>) {
    let core = core.clone();
    background(async move {
        let Ok(open) = core.open().await else { return };
        let Ok(found) = open.read(journal::waiting) else { return };
        let (waiting, paid): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|payment| payment.stage.is_open());
        for payment in waiting {
            follow(&core, &open, &payment.id);
        }
        let report = async {
            for payment in paid {
                if core.within(purchase::commit(&core, &open, &payment)).await.is_err() {
                    follow(&core, &open, &payment.id);
                }
            }
            Ok(())
        };
        let _ = core.while_open(&open, report).await;
    });
}

/// A payment has one follower at a time.
struct Following {
    id: String,
    all: Followed,
}

impl Following {
    fn begin(open: &Open, id: String) -> Option<Self> {
        let all = open.followed.clone();
        let is_first = all.lock().is_ok_and(|mut ids| ids.insert(id.clone()));
        is_first.then_some(Self { id, all })
    }

    /// Whether the wallet has been open ever since.
    fn is_of(&self, open: &Open) -> bool {
        Arc::ptr_eq(&self.all, &open.followed)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Ok(mut ids) = self.all.lock() {
            ids.remove(&self.id);
        }
    }
}

/// Looks once, and reports a purchase that is found paid.
async fn is_done(core: &Core, open: &Open, id: &str) -> Result<bool> {
    let Ok(payment) = load(open, id) else { return Ok(true) };
    if send::is_in_flight(core, id)? {
        return Ok(false);
    }
    let payment = core.within(settle(core, open, payment, false)).await?;
    if payment.stage.is_open() {
        return Ok(false);
    }
    if payment.needs_attention() {
        core.within(purchase::commit(core, open, &payment)).await?;
    }
    Ok(true)
}
