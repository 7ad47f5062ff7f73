//! Bank account numbers carry a checksum; the crate sends whatever it gets.

use crate::error::{Fail, Result};

fn invalid(reason: &str) -> Fail {
    Fail::new("invalid_iban").with("reason", reason)
}

/// The number without blanks, in capitals (ISO 13616).
pub fn check(text: &str) -> Result<String> {
    let number: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if !(15..=34).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(invalid("it has 15 to 34 letters and digits"));
    }
    let (head, rest) = number.split_at(4);
    let (country, digits) = head.split_at(2);
    if !country.bytes().all(|b| b.is_ascii_uppercase()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid("it begins with two letters and two digits"));
    }
    let remainder = rest.bytes().chain(head.bytes()).fold(0u32, |sum, b| match b {
        b'0'..=b'9' => (sum * 10 + u32::from(b - b'0')) % 97,
        letter => (sum * 100 + u32::from(letter - b'A') + 10) % 97,
    });
    if remainder == 1 { Ok(number) } else { Err(invalid("its check digits are wrong")) }
}
