//! One error type for everything the binding can fail with.
//!
//! The texts of the upstream errors are never forwarded: some of them print share bytes, others echo
//! whatever a server answered. They are only looked at here to find the code.

use crate::refusal;
use etopay_sdk::core::viviswap::ViviswapError;
use etopay_sdk::types::error::TypeError;
use etopay_sdk::{Error as SdkError, ErrorKind, WalletError as SdkWalletError};
use etopay_wallet::WalletError as ChainError;
use pyo3::prelude::*;
use serde_json::{Map, Value, json};

/// Characters of a text in an error's details.
const LONGEST_DETAIL: usize = 128;

pub type Result<T> = core::result::Result<T, Fail>;

/// A failure: a stable code and facts that may be shown. Python turns it into its exception class.
#[derive(Debug, Clone)]
pub struct Fail {
    pub code: String,
    pub details: Map<String, Value>,
}

impl Fail {
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), details: Map::new() }
    }

    /// Texts may come from outside, so they are cut; but for the id that a payment is asked for by.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let mut value = value.into();
        if key != "payment_id"
            && let Value::String(text) = &mut value
            && let Some((end, _)) = text.char_indices().nth(LONGEST_DETAIL)
        {
            text.truncate(end);
        }
        self.details.insert(key.to_owned(), value);
        self
    }

    pub fn storage(what: &str, error: &std::io::Error) -> Self {
        log::warn!("storage: {what} failed: {:?}", error.kind());
        Self::new("storage_error").with("operation", what).with("reason", format!("{:?}", error.kind()))
    }

    pub fn internal(place: &str) -> Self {
        Self::new("internal_error").with("place", place)
    }

    pub fn invalid(field: &str, reason: &str) -> Self {
        Self::new("invalid_argument").with("field", field).with("reason", reason)
    }

    pub fn not_initialized(kind: &str) -> Self {
        Self::new("wallet_not_initialized").with("kind", kind)
    }

    /// True when the service answered that there is no such thing.
    pub fn is_missing(&self) -> bool {
        self.details.get("status").is_some_and(|status| *status == 404)
    }

    /// True when the failure proves nothing about what the other side did.
    pub fn is_transport(&self) -> bool {
        matches!(self.code.as_str(), "network_error" | "network_timeout")
    }
}

impl From<Fail> for PyErr {
    fn from(fail: Fail) -> Self {
        Python::attach(|py| {
            let details = Value::Object(fail.details).to_string();
            let built = py
                .import("etopay_sdk.exceptions")
                .and_then(|module| module.getattr("build"))
                .and_then(|build| build.call1((fail.code, details)));
            match built {
                Ok(exception) => PyErr::from_value(exception),
                Err(error) => error,
            }
        })
    }
}

impl From<TypeError> for Fail {
    fn from(error: TypeError) -> Self {
        match error {
            TypeError::EmptyPin | TypeError::WeakPin | TypeError::NonNumericPin => Fail::new("invalid_pin"),
            TypeError::EmptyPassword | TypeError::WeakPassword => Fail::new("weak_password"),
            TypeError::EmptyAccessToken => Fail::invalid("token", "it is empty"),
            TypeError::InvalidPinOrPassword => Fail::new("wrong_pin"),
            TypeError::InvalidCurrency(_) => {
                Fail::new("invalid_network").with("reason", "unsupported currency")
            }
            TypeError::PasswordEncryption => Fail::internal("password encryption"),
        }
    }
}

impl From<SdkError> for Fail {
    fn from(error: SdkError) -> Self {
        match error {
            SdkError::MissingAccessToken => Fail::new("no_token"),
            SdkError::MissingNetwork => Fail::new("no_network"),
            SdkError::NetworkUnavailable(key) => {
                Fail::new("not_found").with("what", "network").with("name", key)
            }
            SdkError::UserNotInitialized | SdkError::UserRepoNotInitialized => Fail::new("no_user"),
            SdkError::SetConfig(_) | SdkError::MissingConfig => Fail::new("invalid_config"),
            SdkError::Parse(_) => Fail::invalid("purchase_type", "it must be CLIK or CPIC"),
            SdkError::CryptoAmount(_) | SdkError::Decimal(_) => Fail::new("invalid_amount"),
            SdkError::Type(inner) => inner.into(),
            SdkError::BackendApi(inner) => backend_text(&inner),
            SdkError::Wallet(inner) => inner.into(),
            SdkError::WalletImplError(inner) => inner.into(),
            SdkError::UserAlreadyKycVerified => Fail::new("kyc_already_verified"),
            SdkError::Viviswap(inner) => inner.into(),
            _ => Fail::internal("sdk"),
        }
    }
}

impl From<ViviswapError> for Fail {
    fn from(error: ViviswapError) -> Self {
        let mut fields = Map::new();
        collect_fields(&error, &mut fields);
        if !fields.is_empty() {
            return Fail::new("invalid_kyc_details").with("fields", fields);
        }
        match error {
            ViviswapError::InvalidState => Fail::new("invalid_kyc_state"),
            ViviswapError::UserStateExisting | ViviswapError::MissingUser => Fail::new("kyc_not_started"),
            ViviswapError::Api(text) if text.contains("IBAN") => Fail::new("not_found").with("what", "iban"),
            ViviswapError::Api(text) if text.starts_with("Payment method not found") => {
                Fail::new("not_found").with("what", "payment method")
            }
            _ => Fail::new("backend_error").with("status", 200).with("reason", "incomplete answer"),
        }
    }
}

/// What is wrong with which field. The crate's list of errors hides what it holds when it is printed.
fn collect_fields(error: &ViviswapError, fields: &mut Map<String, Value>) {
    match error {
        ViviswapError::Validation(field, reason) => {
            fields.insert(field.clone(), field_reason(field, reason).into());
        }
        ViviswapError::MissingField { field } => {
            fields.insert(field.clone(), "it is missing".into());
        }
        ViviswapError::Aggregate(errors) => errors.iter().for_each(|inner| {
            if let SdkError::Viviswap(inner) = inner {
                collect_fields(inner, fields);
            }
        }),
        _ => {}
    }
}

fn field_reason(field: &str, reason: &str) -> &'static str {
    match field {
        "is_pep" => "politically exposed persons are not accepted",
        "is_us_citizen" => "citizens of the USA are not accepted",
        "is_regulatory_disclosure" => "the disclosure has to be accepted",
        "country_of_residence" | "nationality" => "the country is not accepted",
        "full_name" => "it has 2 to 128 characters",
        "date_of_birth" if reason.contains("YYYY") => "it is no date",
        "date_of_birth" => "the user has to be 18 years old",
        "public_entry_reference" => "a public entry needs a reference",
        "document_residence_proof" => "a proof of residence is needed, unless there is no official document",
        _ => "it is not accepted",
    }
}

impl From<SdkWalletError> for Fail {
    fn from(error: SdkWalletError) -> Self {
        match error {
            SdkWalletError::WrongPinOrPassword => Fail::new("wrong_pin"),
            SdkWalletError::WalletNotInitialized(kind) => Fail::not_initialized(match kind {
                ErrorKind::MissingPassword => "MissingPassword",
                ErrorKind::SetRecoveryShare => "SetRecoveryShare",
                ErrorKind::UseMnemonic => "UseMnemonic",
            }),
            SdkWalletError::InvalidTransaction(_) => Fail::new("invalid_purchase"),
            SdkWalletError::KdbxStorage(_) => Fail::new("invalid_backup"),
            SdkWalletError::Type(inner) => inner.into(),
            SdkWalletError::Share(inner) => inner.into(),
            SdkWalletError::Bip39(_) => Fail::new("invalid_mnemonic"),
            SdkWalletError::BackendApi(inner) => backend_text(&inner),
            SdkWalletError::WalletImplError(inner) => inner.into(),
            SdkWalletError::UserRepository(_) => Fail::internal("user store"),
            SdkWalletError::MissingPassword => Fail::not_initialized("MissingPassword"),
            SdkWalletError::MissingAccessToken => Fail::new("no_token"),
        }
    }
}

impl From<etopay_sdk::share::ShareError> for Fail {
    fn from(error: etopay_sdk::share::ShareError) -> Self {
        match error {
            etopay_sdk::share::ShareError::EncryptionError(_) => Fail::new("password_mismatch"),
            _ => Fail::new("invalid_share"),
        }
    }
}

/// What the crate's wallets fail with: they derive addresses and look up one transaction of an EVM node.
impl From<ChainError> for Fail {
    fn from(error: ChainError) -> Self {
        match error {
            // What is no hash names no transaction.
            ChainError::TransactionNotFound | ChainError::FromHexError(_) => {
                Fail::new("not_found").with("what", "transaction")
            }
            ChainError::ConversionError(_) | ChainError::Decimal(_) => Fail::new("invalid_amount"),
            ChainError::Parse(_) => Fail::new("invalid_network").with("reason", "unusable node address"),
            ChainError::AlloyTransportRpcError(_) => chain_text(&error.to_string()),
            ChainError::InvalidTransaction(_) | ChainError::SolidityError(_) => {
                Fail::new("not_found").with("what", "transfer")
            }
            _ => Fail::internal("chain"),
        }
    }
}

/// The variants of the node's client are private, so its text has to tell what happened.
fn chain_text(text: &str) -> Fail {
    if let Some(rest) = text.to_lowercase().split("error code ").nth(1) {
        let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        return Fail::new("node_error").with("rpc_code", number.parse::<i64>().unwrap_or_default());
    }
    Fail::new("network_error").with("service", "node")
}

/// `ApiError` cannot be named from outside the crate; its source and its text can be looked at.
fn backend_text(error: &(dyn std::error::Error + 'static)) -> Fail {
    let text = error.to_string();
    if text == "Unauthorized: Missing Access Token" {
        return Fail::new("unauthorized");
    }
    if let Some(rest) = text.strip_prefix("Unexpected response: code: ") {
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let body = text.split_once(", body: ").map(|(_, body)| body.as_bytes());
        return refusal::of(number.parse().unwrap_or_default(), body);
    }
    match error.source().and_then(|source| source.downcast_ref::<reqwest::Error>()) {
        Some(inner) => http_error(inner, "backend"),
        None => Fail::new("network_error").with("service", "backend"),
    }
}

/// Failure of one of the binding's own requests.
pub fn http_error(error: &reqwest::Error, service: &str) -> Fail {
    if error.is_timeout() {
        return Fail::new("network_timeout").with("service", service);
    }
    if error.is_decode() {
        return Fail::new("backend_error").with("status", 200).with("reason", "unreadable answer");
    }
    Fail {
        code: "network_error".into(),
        details: json!({"service": service}).as_object().cloned().unwrap_or_default(),
    }
}
