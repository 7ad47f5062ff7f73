//! Checked settings of one SDK object.

use crate::error::{Fail, Result};
use crate::fee;
use crate::transport;
use etopay_sdk::core::Config;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Deserialize)]
struct Raw {
    backend_url: String,
    auth_provider: String,
    storage_path: PathBuf,
    log_level: String,
    read_timeout: f64,
    send_timeout: f64,
    #[serde(default)]
    allow_insecure_http: bool,
    max_evm_fee: String,
}

pub struct Settings {
    pub backend_url: reqwest::Url,
    pub auth_provider: String,
    pub storage_path: PathBuf,
    pub log_level: log::LevelFilter,
    pub read_timeout: Duration,
    pub send_timeout: Duration,
    pub allow_insecure_http: bool,
    /// What a payment on an EVM chain may cost where its caller names no limit, in main units.
    pub max_evm_fee: Decimal,
}

fn invalid(field: &str, reason: &str) -> Fail {
    Fail::new("invalid_config").with("field", field).with("reason", reason)
}

pub fn seconds(field: &str, value: f64) -> Result<Duration> {
    if !(0.05..=3600.0).contains(&value) {
        return Err(invalid(field, "it must be between 0.05 and 3600 seconds"));
    }
    Ok(Duration::from_secs_f64(value))
}

impl Settings {
    pub fn parse(json: &str) -> Result<Self> {
        let raw: Raw = serde_json::from_str(json).map_err(|_| invalid("config", "it is incomplete"))?;
        // The crate joins "{url}/user": without a path, or with a slash at the end, it would ask "//user".
        let trimmed = raw.backend_url.trim();
        let url =
            reqwest::Url::parse(trimmed).map_err(|_| invalid("backend_url", "it is not an absolute URL"))?;
        if !transport::is_web(&url) {
            return Err(invalid("backend_url", "it must start with http:// or https://"));
        }
        if !raw.allow_insecure_http && !transport::is_protected(&url) {
            return Err(invalid("backend_url", transport::IN_THE_CLEAR));
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(invalid("backend_url", "it must have no query, fragment or user name"));
        }
        if url.path() == "/" || url.path().ends_with('/') {
            return Err(invalid("backend_url", "it must have a path without a slash at the end, like …/api"));
        }
        if raw.auth_provider.is_empty() || !raw.auth_provider.chars().all(|c| c.is_ascii_graphic()) {
            return Err(invalid("auth_provider", "it must be a name without blanks"));
        }
        let log_level = raw.log_level.parse().map_err(|_| {
            invalid("log_level", "it must be off, error, warn, info, debug or trace, or a level of logging")
        })?;
        let max_evm_fee = fee::parse(&raw.max_evm_fee)
            .map_err(|_| invalid("max_evm_fee", "it must be a decimal number, not below zero"))?;
        Ok(Self {
            backend_url: url,
            auth_provider: raw.auth_provider,
            storage_path: raw.storage_path,
            log_level,
            read_timeout: seconds("read_timeout", raw.read_timeout)?,
            send_timeout: seconds("send_timeout", raw.send_timeout)?,
            allow_insecure_http: raw.allow_insecure_http,
            max_evm_fee,
        })
    }

    /// What the crate wants to know. It keeps nothing on disk, see ADR 0003.
    pub fn for_crate(&self) -> Config {
        Config {
            path_prefix: self.storage_path.clone().into_boxed_path(),
            auth_provider: self.auth_provider.clone(),
            backend_url: self.backend_url.clone(),
            log_level: log::LevelFilter::Off,
        }
    }
}
