//! Postident: the user proves their identity at a counter or in a video call of the post office.

use super::{Kind, follow, refuse_other, remember, remember_proof, started, vault};
use crate::core::Core;
use crate::error::{Fail, Result};
use crate::feed;
use etopay_sdk::types::CaseDetailsResponse;
use serde_json::json;

/// Asks for a case. The crate writes down the choice before it asks, and then refuses for ever when asking has
/// failed; here the choice is remembered after the answer, and asking again is allowed.
pub async fn start(core: &Core) -> Result<String> {
    let (username, open) = (core.username().await?, vault(core).await);
    refuse_other(open.as_ref(), Kind::Postident)?;
    let case = core
        .within(async {
            let mut sdk = feed::light(core).await?;
            // The crate refuses a verified user by what it was told last.
            let verified = sdk.is_kyc_status_verified(&username).await?;
            remember_proof(open.as_ref(), verified)?;
            Ok(sdk.start_kyc_verification_for_postident().await?)
        })
        .await?;
    remember(open.as_ref(), |kyc| kyc.kind = Kind::Postident)?;
    Ok(json!({"case_id": case.case_id, "case_url": case.case_url}).to_string())
}

async fn ask(core: &Core) -> Result<CaseDetailsResponse> {
    started(core.within(async { Ok(feed::light(core).await?.get_kyc_details_for_postident().await?) }).await)
}

pub async fn details(core: &Core) -> Result<String> {
    let case = ask(core).await?;
    follow(core, vault(core).await.as_ref()).await;
    Ok(json!({"case_id": case.case_id, "archived": case.archived, "status": case.status}).to_string())
}

pub async fn update(core: &Core, case_id: &str) -> Result<()> {
    if case_id.is_empty() || case_id.len() > 1024 {
        return Err(Fail::invalid("case_id", "it has 1 to 1024 characters"));
    }
    let told = core
        .within(async { Ok(feed::light(core).await?.update_kyc_status_for_postident(case_id).await?) })
        .await;
    if let Err(fail) = told {
        if fail.is_missing() {
            ask(core).await?;
            return Err(Fail::new("not_found").with("what", "case"));
        }
        return Err(fail);
    }
    follow(core, vault(core).await.as_ref()).await;
    Ok(())
}
