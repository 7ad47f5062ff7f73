//! Which addresses may be asked, and where a redirect may lead: nothing that matters travels in the clear.

use reqwest::Url;
use reqwest::redirect::Policy;
use std::net::IpAddr;

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

/// The token goes along with a redirect that stays on a host, so none may leave https.
pub fn redirects(insecure_allowed: bool) -> Policy {
    Policy::custom(move |attempt| {
        let was_encrypted = attempt.previous().iter().any(|url| url.scheme() == "https");
        let is_downgrade = was_encrypted && attempt.url().scheme() != "https";
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("too many redirects")
        } else if is_downgrade || !(insecure_allowed || is_protected(attempt.url())) {
            attempt.stop()
        } else {
            attempt.follow()
        }
    })
}
