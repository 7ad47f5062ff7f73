//! The binding's own code, called as `client.rs` calls it for Python.

use crate::config::Settings;
use crate::core::Core;
use crate::payment::send::{self, Request};
use crate::wallet::{self, Source};
use crate::{
    AMOUNT, BACKUP_PASSWORD, Outcome, PASSWORD, PHRASE, PIN, RECEIVER, chain, failed, network, pin, user,
};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

pub struct Side {
    core: Arc<Core>,
}

fn text(plain: &str) -> Zeroizing<String> {
    Zeroizing::new(plain.to_owned())
}

impl Side {
    pub async fn new(networks: &str, folder: &Path) -> Outcome<Self> {
        let settings = json!({
            "backend_url": "http://127.0.0.1:9/api", "auth_provider": "standalone", "log_level": "off",
            "storage_path": folder.join("binding"), "read_timeout": 30.0, "send_timeout": 120.0,
        });
        let settings = Settings::parse(&settings.to_string()).map_err(failed)?;
        let core = Arc::new(Core::new(settings, None).map_err(failed)?);
        user::create_new_user(&core, "alice").await.map_err(failed)?;
        user::init_user(&core, "alice").await.map_err(failed)?;
        wallet::set_password(&core, PIN, text(PASSWORD)).await.map_err(failed)?;
        network::set_networks(&core, networks).await.map_err(failed)?;
        network::set_network(&core, "ETH").await.map_err(failed)?;
        wallet::create(&core, PIN, Source::Phrase(text(PHRASE)), true).await.map_err(failed)?;
        Ok(Self { core })
    }

    pub async fn make(&self, operation: &str) -> Outcome<()> {
        let core = &self.core;
        match operation {
            "noop" => wallet::is_password_set(core).await.map(drop),
            "verify_pin" => pin::unlock(core, PIN).await,
            "create_wallet" => wallet::create(core, PIN, Source::Phrase(text(PHRASE)), true).await.map(drop),
            "address" => chain::address(core, PIN, None).await.map(drop),
            "balance" => chain::balance(core, PIN, None).await.map(drop),
            "send" => match chain::access(core, PIN, None).await {
                Ok(access) => {
                    let (address, amount) = (RECEIVER.to_owned(), AMOUNT.to_owned());
                    let request = Request { id: None, address, amount, data: None, purchase_id: None };
                    send::send(core, access, request).await.map(drop)
                }
                Err(fail) => Err(fail),
            },
            "backup" => wallet::create_backup(core, PIN, text(BACKUP_PASSWORD)).await.map(drop),
            other => return Err(format!("no operation {other}").into()),
        }
        .map_err(failed)
    }
}
