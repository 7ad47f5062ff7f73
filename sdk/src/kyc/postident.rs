//! Postident: the user proves their identity at a counter or in a video call of the post office.

use super::{Kind, refuse_other, remember, vault};
use crate::core::Core;
use crate::error::{Fail, Result};
use crate::feed;
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
            sdk.is_kyc_status_verified(&username).await?;
            Ok(sdk.start_kyc_verification_for_postident().await?)
        })
        .await?;
    remember(open.as_ref(), |kyc| kyc.kind = Kind::Postident)?;
    Ok(json!({"case_id": case.case_id, "case_url": case.case_url}).to_string())
}

pub async fn details(core: &Core) -> Result<String> {
    let case =
        core.within(async { Ok(feed::light(core).await?.get_kyc_details_for_postident().await?) }).await?;
    Ok(json!({"case_id": case.case_id, "archived": case.archived, "status": case.status}).to_string())
}

pub async fn update(core: &Core, case_id: &str) -> Result<()> {
    if case_id.is_empty() || case_id.len() > 1024 {
        return Err(Fail::invalid("case_id", "it has 1 to 1024 characters"));
    }
    core.within(async { Ok(feed::light(core).await?.update_kyc_status_for_postident(case_id).await?) }).await
}
