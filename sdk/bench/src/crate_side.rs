//! The crate `etopay-sdk` as a Rust program uses it.

use crate::{AMOUNT, BACKUP_PASSWORD, Outcome, PASSWORD, PHRASE, PIN, RECEIVER};
use etopay_sdk::core::{Config, Sdk};
use etopay_sdk::types::newtypes::{EncryptionPin, PlainPassword};
use etopay_wallet::types::CryptoAmount;
use rust_decimal::Decimal;
use std::path::Path;

pub struct Side {
    sdk: Sdk,
    pin: EncryptionPin,
    backup_password: PlainPassword,
}

impl Side {
    pub async fn new(networks: &str, folder: &Path) -> Outcome<Self> {
        let folder = folder.join("crate");
        std::fs::create_dir_all(&folder)?;
        let mut sdk = Sdk::new(Config {
            path_prefix: folder.into_boxed_path(),
            auth_provider: "standalone".to_owned(),
            backend_url: "http://127.0.0.1:9/api".parse()?,
            log_level: log::LevelFilter::Off,
        })?;
        let pin = EncryptionPin::try_from_string(PIN)?;
        sdk.create_new_user("alice").await?;
        sdk.init_user("alice").await?;
        sdk.set_networks(serde_json::from_str(networks)?);
        sdk.set_network("ETH".to_owned()).await?;
        sdk.set_wallet_password(&pin, &PlainPassword::try_from_string(PASSWORD)?).await?;
        sdk.create_wallet_from_existing_mnemonic(&pin, PHRASE).await?;
        Ok(Self { sdk, pin, backup_password: PlainPassword::try_from_string(BACKUP_PASSWORD)? })
    }

    pub async fn make(&mut self, operation: &str) -> Outcome<()> {
        let pin = &self.pin;
        match operation {
            "noop" => drop(self.sdk.is_wallet_password_set().await?),
            "verify_pin" => self.sdk.verify_pin(pin).await?,
            "create_wallet" => self.sdk.create_wallet_from_existing_mnemonic(pin, PHRASE).await?,
            "address" => drop(self.sdk.generate_new_address(pin).await?),
            "balance" => drop(self.sdk.get_balance(pin).await?),
            "send" => {
                let amount = CryptoAmount::try_from(Decimal::from_str_exact(AMOUNT)?)?;
                drop(self.sdk.send_amount(pin, RECEIVER, amount, None).await?);
            }
            "backup" => drop(self.sdk.create_wallet_backup(pin, &self.backup_password).await?),
            other => return Err(format!("no operation {other}").into()),
        }
        Ok(())
    }
}
