//! Which addresses may be asked, and where a redirect may lead: nothing that matters travels in the clear.

use crate::error::{Fail, Result};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};
use std::net::IpAddr;
use std::time::Duration;

/// Said of an address that was refused.
pub const IN_THE_CLEAR: &str = "http:// can be read on the way; use https://, or allow_insecure_http in a private \
                                test network";
const MOST_REDIRECTS: usize = 10;

/// http or https with a host.
pub fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

/// What goes to this very device stays on it, encrypted or not.
fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || literal.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

pub fn is_protected(url: &Url) -> bool {
    url.scheme() == "https" || is_loopback(url)
}

/// The token and whatever a request holds go along with a redirect, so none may leave for another scheme, host or port.
fn redirects() -> Policy {
    Policy::custom(|attempt| {
        let origin = attempt.url().origin();
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("too many redirects")
        } else if attempt.previous().iter().all(|url| url.origin() == origin) {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

/// The binding's own requests.
pub struct Web {
    client: Client,
    /// What stays on this device is no business of a proxy.
    here: Client,
}

impl Web {
    pub fn new(patience: Duration) -> Result<Self> {
        let builder = || Client::builder().connect_timeout(patience).redirect(redirects());
        let made = |builder: ClientBuilder| builder.build().map_err(|_| Fail::internal("http client"));
        Ok(Self { client: made(builder())?, here: made(builder().no_proxy())? })
    }

    pub fn to(&self, url: &str) -> &Client {
        if Url::parse(url).is_ok_and(|url| is_loopback(&url)) { &self.here } else { &self.client }
    }
}
