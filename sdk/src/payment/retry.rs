//! Paying what has not been paid when it is asked for again by the same id. As long as the former transaction may
//! still come it is that one that is handed over again, which a new id could not do.

use super::journal::{self, Payment, Stage};
use super::settle::{self, Finding};
use crate::chain::Access;
use crate::core::Core;
use crate::error::Result;
use crate::fee::Bound;
use crate::signing;
use crate::vault::boot;

pub enum Next {
    /// Nothing is to be done; this is what became of it.
    Settled(Payment),
    /// The same payment is handed over again: the chain takes it once at most.
    Repeat(Payment),
    /// The former one cannot come any more, or was undone: another one may be signed.
    Anew,
}

/// `wanted`: the payment as it is asked for now. One that is bound to a purchase or a contract may differ from the
/// former one, in the address that pays for instance; it takes its place only once that one is proven dead.
pub async fn next(
    core: &Core,
    access: &Access,
    known: Payment,
    wanted: &Payment,
    bound: Bound,
) -> Result<Next> {
    let open = &access.open;
    let same = known.check_same(wanted);
    let is_bound = known.purchase_id.is_some() || open.read(|p| p.withdrawals.contains_key(&known.id))?;
    if !is_bound || !known.can_give_way_to(wanted) {
        same.clone()?;
    }
    let known = settle::brought_up_to_date(core, open, known).await;
    let is_undone = known.stage == Stage::Failed;
    // An ordinary payment that was reverted has an outcome: its hash.
    if known.stage != Stage::NotSent && !(is_undone && is_bound) {
        return Ok(Next::Settled(known));
    }
    let own = settle::own_access(core, open, &known).await?;
    match core.within(settle::look(&own, &known, false)).await? {
        Finding::Dead => Ok(Next::Anew),
        Finding::Executed { success: false, fixed: true, .. } if is_undone => Ok(Next::Anew),
        Finding::Absent if !is_undone => {
            // From another address both could be mined.
            same?;
            repeat(core, &own, &known, bound).await.map(Next::Repeat)
        }
        Finding::Absent | Finding::Nothing => Err(same.err().unwrap_or_else(|| known.uncertain())),
        // It came late.
        found => settle::record(open, &known, found).map(Next::Settled),
    }
}

/// The bytes signed before may always go out again; dearer ones are held to the limit of now.
async fn repeat(core: &Core, own: &Access, known: &Payment, bound: Bound) -> Result<Payment> {
    let dearer = core.within(signing::with_higher_fees(own, &known.evidence, bound)).await?;
    own.open.update(|payload| {
        journal::change(payload, &known.id, |payment| {
            if let Some(evidence) = dearer {
                payment.evidence = evidence;
            }
            payment.stage = Stage::Submitting;
            payment.error = None;
            payment.since = boot::now();
        })
    })
}
