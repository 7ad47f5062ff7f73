//! What a vault holds.

use super::boot::Moment;
use super::format::Facts;
use crate::history;
use crate::history::record::{Record, Scan};
use crate::kyc::Kyc;
use crate::payment::journal::Payment;
use crate::signing::Signed;
use etopay_sdk::types::networks::ApiNetwork;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How far the creation of the wallet has come.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Default, Debug)]
#[serde(rename_all = "snake_case")]
pub enum WalletState {
    #[default]
    None,
    /// The phrase is saved, its shares are not yet where they belong.
    Pending,
    Ready,
}

/// Whether the server holds the shares of this phrase under this password.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Default, Debug)]
#[serde(rename_all = "snake_case")]
pub enum SharesState {
    #[default]
    None,
    Pending,
    Uploaded,
    /// The server holds shares of another wallet; they are left alone.
    Conflict,
}

/// The words and the password: cleared from memory when the vault is closed.
#[derive(Serialize, Deserialize, Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct Secrets {
    pub phrase: Option<String>,
    pub password: Option<String>,
    pub recovery_share: Option<String>,
    pub app: BTreeBytes,
}

/// Small values the app wants sealed.
#[derive(Serialize, Deserialize, Clone, Default)]
pub struct BTreeBytes(pub BTreeMap<String, Vec<u8>>);

impl Zeroize for BTreeBytes {
    fn zeroize(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
        self.0.clear();
    }
}

fn unknown_upload() -> bool {
    true
}

#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(default)]
pub struct Payload {
    pub secrets: Secrets,
    pub wallet: WalletState,
    pub shares: SharesState,
    /// The caller of a creation asked to put this phrase in place of what the server holds.
    pub replace_shares: bool,
    /// What it may take the place of: the fingerprint of a recovery share.
    pub replaced_share: Option<String>,
    /// An upload of this phrase's shares may have arrived, whatever was heard of it. Older vaults do not say.
    #[serde(default = "unknown_upload")]
    pub upload_begun: bool,
    /// When an upload was last under way of which nothing was heard.
    pub upload_since: Option<Moment>,
    /// Another one may have been under way then.
    pub upload_repeated: bool,
    /// When a deletion of the shares at the server was last under way of which nothing was heard.
    pub deletion_since: Option<Moment>,
    pub phrase_confirmed: bool,
    pub networks: Vec<ApiNetwork>,
    pub active_network: Option<String>,
    pub account: u32,
    pub index: u32,
    pub payments: BTreeMap<String, Payment>,
    pub history: BTreeMap<String, Vec<Record>>,
    pub scans: BTreeMap<String, Scan>,
    pub kyc: Kyc,
    /// Contracts of withdrawals by the id of their payment.
    pub withdrawals: BTreeMap<String, Value>,
}

impl Payload {
    pub fn facts(&self) -> Facts {
        Facts {
            has_wallet: self.wallet != WalletState::None,
            phrase_confirmed: self.phrase_confirmed,
            password_set: self.secrets.password.is_some(),
            unanswered: [&self.upload_since, &self.deletion_since].into_iter().flatten().cloned().collect(),
        }
    }

    /// Whether this wallet waits to take the place of the one at the server.
    pub fn replaces(&self) -> bool {
        self.wallet != WalletState::None && self.replace_shares && self.shares != SharesState::Uploaded
    }

    /// The server is to get its shares again. It still has those of before.
    pub fn renew_shares(&mut self) {
        if self.shares == SharesState::Uploaded {
            self.shares = SharesState::Pending;
            self.upload_begun = true;
        }
    }

    /// Whether the server may hold shares that belong to this wallet.
    pub fn may_be_at_server(&self) -> bool {
        self.upload_begun || self.shares == SharesState::Uploaded
    }

    pub fn phrase(&self) -> Option<&str> {
        self.secrets.phrase.as_deref()
    }

    /// Puts what an earlier version left there as this one would have written it.
    pub fn bring_up_to_date(&mut self) {
        for payment in self.payments.values_mut() {
            let is_known = payment.sender.as_ref().is_some_and(|sender| !sender.is_empty());
            if !is_known && let Some(sender) = payment.evidence.signed.as_ref().and_then(Signed::sender) {
                payment.sender = Some(sender);
            }
        }
        history::recognise_dead(self);
    }

    /// Removes the wallet and everything that belongs to its keys, but for what keeps a payment from being made
    /// twice when the wallet is restored: its payments, each with the address that made it, and their contracts.
    pub fn forget_wallet(&mut self) {
        self.secrets.phrase.zeroize();
        self.secrets.recovery_share.zeroize();
        self.secrets.phrase = None;
        self.secrets.recovery_share = None;
        self.wallet = WalletState::None;
        self.shares = SharesState::None;
        self.replace_shares = false;
        self.replaced_share = None;
        self.upload_begun = false;
        self.phrase_confirmed = false;
        self.history.clear();
        self.scans.clear();
        for payment in self.payments.values_mut() {
            // Whose it was can be told by its wallet only.
            payment.sender.get_or_insert_default();
        }
        self.withdrawals.retain(|id, _| self.payments.contains_key(id));
    }
}
