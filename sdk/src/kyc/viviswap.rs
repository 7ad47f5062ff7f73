//! Viviswap: the user types and uploads what the exchange wants to know, step by step.

use super::{Kind, Kyc, Upload, encode, follow, refuse_other, remember, started, vault};
use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::feed;
use etopay_sdk::core::Sdk;
use etopay_sdk::types::viviswap::{ViviswapKycStatus, ViviswapPartiallyKycDetails, ViviswapState};
use etopay_sdk::types::{IdentityOfficialDocumentData, IdentityPersonalDocumentData, OfficialDocumentType};
use serde::Deserialize;
use serde_json::{Value, json};

fn unreadable(field: &str) -> Fail {
    Fail::invalid(field, "it cannot be read")
}

/// Asks the service how far the user is; the crate's other calls go by that.
pub async fn ask(sdk: &mut Sdk) -> Result<ViviswapKycStatus> {
    started(sdk.get_kyc_details_for_viviswap().await.map_err(Fail::from))
}

async fn state(sdk: &Sdk) -> Result<ViviswapState> {
    sdk.get_user().await?.viviswap_state.ok_or_else(|| Fail::new("kyc_not_started"))
}

fn spelled<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Saves what the crate's object knows now; what the user has typed stays when it knows nothing of it.
pub async fn keep(core: &Core, sdk: &Sdk, open: Option<&Open>) -> Result<()> {
    let found = state(sdk).await?;
    let typed = found.partial_kyc_details_input != ViviswapPartiallyKycDetails::new();
    let fresh = json!({
        "verification_status": spelled(&found.verification_status),
        "monthly_limit_eur": found.monthly_limit_eur.to_string(),
        "next_verification_step": spelled(&found.next_verification_step),
        "partial_kyc_details_input": spelled(&found.partial_kyc_details_input),
        "current_iban": spelled(&found.current_iban),
    });
    let Some(open) = open else { return Ok(()) };
    let changed = |kyc: &Kyc| {
        let mut fresh = fresh.clone();
        for (name, known) in
            [("partial_kyc_details_input", typed), ("current_iban", found.current_iban.is_some())]
        {
            if !known && kyc.viviswap.is_object() {
                fresh[name] = kyc.viviswap[name].clone();
            }
        }
        fresh
    };
    // Who only asks has not chosen this provider.
    let begun = fresh["next_verification_step"] != "General" || fresh["verification_status"] != "Unverified";
    let proven = fresh["verification_status"] == "Verified";
    let (next, same, known) = open.read(|payload| {
        let mut next = payload.kyc.clone();
        next.viviswap = changed(&payload.kyc);
        if begun && next.kind == Kind::Undefined {
            next.kind = Kind::Viviswap;
        }
        let same = payload.kyc.viviswap == next.viviswap && payload.kyc.kind == next.kind;
        (next, same, payload.kyc.verified)
    })?;
    if !same {
        remember(Some(open), |kyc| *kyc = next)?;
    }
    if proven != known {
        follow(core, Some(open)).await;
    }
    Ok(())
}

pub async fn start(core: &Core, mail: &str, terms_accepted: bool) -> Result<String> {
    let open = vault(core).await;
    refuse_other(open.as_ref(), Kind::Viviswap)?;
    if mail.len() < 3 || mail.len() > 254 || !mail.contains('@') || mail.chars().any(char::is_whitespace) {
        return Err(Fail::invalid("mail", "it is no mail address"));
    }
    if !terms_accepted {
        return Err(Fail::invalid("terms_accepted", "the terms have to be accepted"));
    }
    let (sdk, username) = core
        .within(async {
            let mut sdk = feed::light(core).await?;
            let user = sdk.start_kyc_verification_for_viviswap(mail, terms_accepted).await?;
            Ok((sdk, user.username))
        })
        .await?;
    remember(open.as_ref(), |kyc| kyc.kind = Kind::Viviswap)?;
    keep(core, &sdk, open.as_ref()).await?;
    Ok(username)
}

pub async fn details(core: &Core) -> Result<String> {
    let open = vault(core).await;
    let (sdk, found) = core
        .within(async {
            let mut sdk = feed::light(core).await?;
            let found = ask(&mut sdk).await?;
            Ok((sdk, found))
        })
        .await?;
    keep(core, &sdk, open.as_ref()).await?;
    Ok(json!({
        "full_name": found.full_name, "submission_step": spelled(&found.submission_step),
        "verified_step": spelled(&found.verified_step),
        "verification_status": spelled(&found.verification_status),
        "monthly_limit_eur": found.monthly_limit_eur.to_string(),
    })
    .to_string())
}

fn typed(open: &Open) -> Result<ViviswapPartiallyKycDetails> {
    let kept = open.read(|payload| payload.kyc.viviswap["partial_kyc_details_input"].clone())?;
    Ok(serde_json::from_value(kept).unwrap_or_default())
}

fn over(new: ViviswapPartiallyKycDetails, old: ViviswapPartiallyKycDetails) -> ViviswapPartiallyKycDetails {
    ViviswapPartiallyKycDetails {
        is_individual: new.is_individual.or(old.is_individual),
        is_pep: new.is_pep.or(old.is_pep),
        is_us_citizen: new.is_us_citizen.or(old.is_us_citizen),
        is_regulatory_disclosure: new.is_regulatory_disclosure.or(old.is_regulatory_disclosure),
        country_of_residence: new.country_of_residence.or(old.country_of_residence),
        nationality: new.nationality.or(old.nationality),
        full_name: new.full_name.or(old.full_name),
        date_of_birth: new.date_of_birth.or(old.date_of_birth),
    }
}

async fn put(sdk: &mut Sdk, typed: ViviswapPartiallyKycDetails) -> Result<ViviswapPartiallyKycDetails> {
    let merged = sdk
        .update_kyc_partially_status_for_viviswap(
            typed.is_individual,
            typed.is_pep,
            typed.is_us_citizen,
            typed.is_regulatory_disclosure,
            typed.country_of_residence,
            typed.nationality,
            typed.full_name,
            typed.date_of_birth,
        )
        .await?;
    Ok(merged)
}

/// Checks and keeps what the user has typed, together with what they had typed before.
pub async fn update(core: &Core, details: &str) -> Result<String> {
    let open = core.open().await?;
    let given: ViviswapPartiallyKycDetails =
        serde_json::from_str(details).map_err(|_| unreadable("details"))?;
    let wanted = over(given, typed(&open)?);
    let (sdk, merged) = core
        .within(async {
            let mut sdk = feed::light(core).await?;
            ask(&mut sdk).await?;
            let merged = put(&mut sdk, wanted).await?;
            Ok((sdk, merged))
        })
        .await?;
    keep(core, &sdk, Some(&open)).await?;
    Ok(spelled(&merged).to_string())
}

/// Hands in what was typed. The crate goes by the step it knew before the last answer of the service, and
/// would hand in the first part again at a repetition; here the service is asked before and after.
pub async fn submit(core: &Core) -> Result<()> {
    let open = core.open().await?;
    let kept = typed(&open)?;
    let sdk = core
        .within(async {
            let mut sdk = feed::light(core).await?;
            ask(&mut sdk).await?;
            put(&mut sdk, kept).await?;
            sdk.submit_kyc_partially_status_for_viviswap().await?;
            ask(&mut sdk).await?;
            Ok(sdk)
        })
        .await?;
    keep(core, &sdk, Some(&open)).await
}

#[derive(Deserialize)]
struct Residence {
    country_code: String,
    region: String,
    zip_code: String,
    city: String,
    address_line_1: String,
    address_line_2: String,
    is_public_entry: bool,
    public_entry_reference: Option<String>,
    has_no_official_document: bool,
}

pub async fn residence(core: &Core, details: &str, proof: Option<Upload>) -> Result<()> {
    let given: Residence = serde_json::from_str(details).map_err(|_| unreadable("details"))?;
    let proof = encode(proof, "document_residence_proof")?;
    let told = core.within(async {
        let sdk = feed::light(core).await?;
        Ok(sdk
            .set_viviswap_kyc_residence_details(
                given.country_code,
                given.region,
                given.zip_code,
                given.city,
                given.address_line_1,
                given.address_line_2,
                given.is_public_entry,
                given.public_entry_reference,
                given.has_no_official_document,
                proof,
            )
            .await?)
    });
    started(told.await)
}

#[derive(Deserialize)]
struct Document {
    /// Kind of an official document, or the id of one that is asked for.
    kind: String,
    expiration_date: String,
    document_number: String,
}

pub async fn identity(
    core: &Core,
    document: &str,
    front: Upload,
    back: Option<Upload>,
    video: Upload,
) -> Result<()> {
    let given: Document = serde_json::from_str(document).map_err(|_| unreadable("official_document"))?;
    let official = IdentityOfficialDocumentData {
        r#type: given.kind.parse::<OfficialDocumentType>().map_err(|_| unreadable("type"))?,
        expiration_date: given.expiration_date,
        document_number: given.document_number,
        front_image: front.encode("front_image")?,
        back_image: encode(back, "back_image")?,
    };
    let personal = IdentityPersonalDocumentData { video: video.encode("video")? };
    let told = core.within(async {
        Ok(feed::light(core).await?.set_viviswap_kyc_identity_details(official, personal).await?)
    });
    started(told.await)
}

pub async fn questions(core: &Core) -> Result<String> {
    let asked =
        core.within(async { Ok(feed::light(core).await?.get_viviswap_kyc_amla_open_questions().await?) });
    let found = started(asked.await)?;
    Ok(spelled(&found).to_string())
}

pub async fn answer(
    core: &Core,
    question_id: String,
    answers: Vec<String>,
    freetext: Option<String>,
) -> Result<()> {
    let told = core.within(async {
        let sdk = feed::light(core).await?;
        Ok(sdk.set_viviswap_kyc_amla_answer(question_id, answers, freetext).await?)
    });
    known(core, told.await, "question").await
}

/// "Not there" may be about the user or about `what` was answered.
async fn known(core: &Core, told: Result<()>, what: &str) -> Result<()> {
    match told {
        Err(fail) if fail.is_missing() => {
            core.within(async { ask(&mut feed::light(core).await?).await }).await?;
            Err(Fail::new("not_found").with("what", what))
        }
        other => other,
    }
}

pub async fn documents(core: &Core) -> Result<String> {
    let asked = core.within(async { Ok(feed::light(core).await?.get_viviswap_kyc_open_documents().await?) });
    let found = started(asked.await)?;
    Ok(spelled(&found).to_string())
}

pub async fn document(
    core: &Core,
    document: &str,
    front: Option<Upload>,
    back: Option<Upload>,
) -> Result<()> {
    let given: Document = serde_json::from_str(document).map_err(|_| unreadable("document"))?;
    let (front, back) = (encode(front, "front_image")?, encode(back, "back_image")?);
    let told = core.within(async {
        let sdk = feed::light(core).await?;
        let (date, number) = (given.expiration_date, given.document_number);
        Ok(sdk.set_viviswap_kyc_document(given.kind, date, number, front, back).await?)
    });
    known(core, told.await, "document").await
}
