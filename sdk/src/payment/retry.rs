//! Paying a purchase again whose payment has not been made. Its id is fixed, so the journal decides.

use super::journal::{self, Payment, Stage};
use super::settle::{self, Finding};
use crate::chain::Access;
use crate::core::Core;
use crate::error::Result;
use crate::vault::boot;

pub enum Next {
    /// Nothing is to be done; this is what became of it.
    Settled(Payment),
    /// The same transaction is handed over again: the chain takes it once at most.
    Repeat(Payment),
    /// What the former one spends was spent otherwise: it is dead, another one may be signed.
    Anew,
}

pub async fn next(core: &Core, access: &Access, known: Payment) -> Result<Next> {
    let known = settle::brought_up_to_date(core, &access.open, known).await;
    if known.purchase_id.is_none() || known.stage != Stage::NotSent {
        return Ok(Next::Settled(known));
    }
    let open = &access.open;
    match core.within(settle::look(access, &known, false)).await? {
        Finding::Dead => Ok(Next::Anew),
        Finding::Absent => open
            .update(|payload| {
                journal::change(payload, &known.id, |payment| {
                    payment.stage = Stage::Submitting;
                    payment.error = None;
                    payment.since = boot::now();
                })
            })
            .map(Next::Repeat),
        Finding::Nothing => Err(known.uncertain()),
        // It came late.
        found => settle::record(open, &known.id, found).map(Next::Settled),
    }
}
