//! Backend calls the crate hides or answers too vaguely: here a 404 is told from every other failure.

use crate::config::Settings;
use crate::error::{Fail, Result, http_error};
use crate::refusal;
use crate::rpc::bounded;
use etopay_sdk::secrecy::ExposeSecret;
use etopay_sdk::share::Share;
use etopay_sdk::types::{ApiApplicationMetadata, ApiTxStatus, Order, OrderList};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;
use zeroize::Zeroizing;

pub struct Backend<'a> {
    pub http: &'a reqwest::Client,
    pub settings: &'a Settings,
    pub token: &'a str,
    pub patience: Duration,
}

#[derive(Deserialize)]
struct ShareAnswer {
    share: Zeroizing<String>,
}

#[derive(Deserialize)]
struct PurchaseList {
    txs: Vec<ListedPurchase>,
}

/// A purchase in the backend's list; what is shown of it.
#[derive(Deserialize)]
pub struct ListedPurchase {
    pub index: String,
    pub status: ApiTxStatus,
    pub created_at: String,
    pub incoming: ListedSide,
    pub outgoing: ListedReceiver,
    pub application_metadata: Option<ApiApplicationMetadata>,
}

#[derive(Deserialize)]
pub struct ListedSide {
    pub transaction_id: Option<String>,
    pub username: String,
    pub network: ListedNetwork,
    pub amount: String,
    pub exchange_rate: String,
}

#[derive(Deserialize)]
pub struct ListedReceiver {
    pub username: String,
}

#[derive(Deserialize)]
pub struct ListedNetwork {
    pub display_symbol: String,
}

impl Backend<'_> {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.settings.backend_url))
            .timeout(self.patience)
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-app-name", &self.settings.auth_provider)
    }

    async fn send(request: RequestBuilder) -> Result<Response> {
        request.send().await.map_err(|error| http_error(&error, "backend"))
    }

    /// Without a look at the body, which may hold a share.
    fn refuse(status: StatusCode) -> Fail {
        refusal::of(status.as_u16(), None)
    }

    async fn refused(answer: Response) -> Fail {
        let status = answer.status().as_u16();
        let body = bounded(answer, "backend").await.ok().flatten();
        refusal::of(status, body.as_deref())
    }

    /// Proves that the token is good, and for whom.
    pub async fn prove_token(&self) -> Result<String> {
        let answer = Self::send(self.request(Method::GET, "/kyc/check-status")).await?;
        if answer.status() != StatusCode::OK {
            return Err(Self::refuse(answer.status()));
        }
        let body: Value = Self::read(answer).await?.1;
        body["username"].as_str().map(str::to_owned).ok_or_else(|| Self::refuse(StatusCode::OK))
    }

    async fn share(&self, path: &str) -> Result<Option<Share>> {
        let Some(text) = self.share_text(path).await? else { return Ok(None) };
        Ok(Some(text.parse::<Share>()?))
    }

    async fn share_text(&self, path: &str) -> Result<Option<Zeroizing<String>>> {
        let answer = Self::send(self.request(Method::GET, path)).await?;
        match answer.status() {
            StatusCode::OK => {
                let (body, found) = Self::read::<ShareAnswer>(answer).await?;
                let _cleared = Zeroizing::new(body);
                Ok(Some(found.share))
            }
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(Self::refuse(status)),
        }
    }

    /// The same without looking at the share: what cannot be read is there all the same.
    async fn has_share(&self, path: &str) -> Result<bool> {
        let answer = Self::send(self.request(Method::GET, path)).await?;
        match answer.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            status => Err(Self::refuse(status)),
        }
    }

    pub async fn has_recovery_share(&self) -> Result<bool> {
        self.has_share("/user/shares/recovery").await
    }

    pub async fn has_backup_share(&self) -> Result<bool> {
        self.has_share("/user/shares/backup").await
    }

    pub async fn recovery_share(&self) -> Result<Option<Share>> {
        self.share("/user/shares/recovery").await
    }

    /// As it came, also where it is no share at all.
    pub async fn recovery_share_text(&self) -> Result<Option<Zeroizing<String>>> {
        self.share_text("/user/shares/recovery").await
    }

    pub async fn backup_share(&self) -> Result<Option<Share>> {
        self.share("/user/shares/backup").await
    }

    /// Puts both in place of what is there. They go along with a redirect within the backend's origin only.
    pub async fn put_shares(&self, backup: &Share, recovery: &Share) -> Result<()> {
        if !backup.is_encrypted() {
            return Err(Fail::internal("backup share"));
        }
        let (backup, recovery) = (backup.to_string(), recovery.to_string());
        let body =
            json!({"backup_share": backup.expose_secret(), "recovery_share": recovery.expose_secret()});
        let answer = Self::send(self.request(Method::PUT, "/user/shares").json(&body)).await?;
        match answer.status() {
            StatusCode::OK => Ok(()),
            status => Err(Self::refuse(status)),
        }
    }

    /// Deletes the shares; a server that has none agrees as well.
    pub async fn delete_shares(&self) -> Result<()> {
        let answer = Self::send(self.request(Method::DELETE, "/user/shares")).await?;
        match answer.status() {
            StatusCode::OK | StatusCode::NOT_FOUND => Ok(()),
            status => Err(Self::refuse(status)),
        }
    }

    /// Tells the backend which transaction pays a purchase; the same pair may be told again.
    pub async fn commit_purchase(&self, purchase_id: &str, tx_id: &str) -> Result<()> {
        let body = json!({"index": purchase_id, "transaction_id": tx_id});
        let answer = Self::send(self.request(Method::POST, "/transactions/commit").json(&body)).await?;
        match answer.status() {
            StatusCode::ACCEPTED => Ok(()),
            _ => Err(Self::refused(answer).await),
        }
    }

    fn unreadable() -> Fail {
        Self::refuse(StatusCode::OK).with("reason", "unreadable answer")
    }

    /// The body of an answer, and what it says.
    async fn exact<T: DeserializeOwned>(request: RequestBuilder) -> Result<(Vec<u8>, T)> {
        let answer = Self::send(request).await?;
        match answer.status() {
            StatusCode::OK => {}
            _ => return Err(Self::refused(answer).await),
        }
        Self::read(answer).await
    }

    async fn read<T: DeserializeOwned>(answer: Response) -> Result<(Vec<u8>, T)> {
        let body = bounded(answer, "backend").await?.ok_or_else(Self::unreadable)?;
        let parsed = serde_json::from_slice(&body).map_err(|_| Self::unreadable())?;
        Ok((body, parsed))
    }

    /// An answer that is what `T` says, as it came: its numbers are exact that way.
    async fn text<T: DeserializeOwned>(request: RequestBuilder) -> Result<String> {
        let (body, _) = Self::exact::<T>(request).await?;
        String::from_utf8(body).map_err(|_| Self::unreadable())
    }

    pub async fn purchases(&self, start: u32, limit: u32) -> Result<Vec<ListedPurchase>> {
        let page = [("start", start), ("limit", limit)];
        let request = self.request(Method::GET, "/transactions/txs-details");
        let request = request.query(&[("is_sender", false)]).query(&page);
        let found = Self::exact::<PurchaseList>(request).await?.1.txs;
        let plain = |text: &str| Decimal::from_str_exact(text).is_ok();
        let readable = |side: &ListedSide| plain(&side.amount) && plain(&side.exchange_rate);
        if found.iter().all(|listed| readable(&listed.incoming)) {
            Ok(found)
        } else {
            Err(Self::unreadable())
        }
    }

    pub async fn swaps(&self, start: u32, limit: u32) -> Result<String> {
        let request =
            self.request(Method::GET, "/viviswap/orders").query(&[("start", start), ("limit", limit)]);
        Self::text::<OrderList>(request).await
    }

    pub async fn swap(&self, id: &str) -> Result<String> {
        let request = self.request(Method::GET, "/viviswap/orders").query(&[("id", id)]);
        Self::text::<Order>(request).await.map_err(|fail| {
            if fail.is_missing() {
                Fail::new("not_found").with("what", "order").with("name", id)
            } else {
                fail
            }
        })
    }
}
