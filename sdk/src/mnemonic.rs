//! Recovery phrases: made, checked, named word by word.

use crate::error::{Fail, Result};
use crate::vault::seal::fill;
use etopay_wallet::bip39::{Language, Mnemonic};
use zeroize::Zeroizing;

const LENGTHS: [usize; 5] = [12, 15, 18, 21, 24];

fn invalid(reason: &str) -> Fail {
    Fail::new("invalid_mnemonic").with("reason", reason)
}

/// 24 words from 256 random bits.
pub fn generate() -> Result<Zeroizing<String>> {
    let mut entropy = Zeroizing::new([0u8; 32]);
    fill(&mut *entropy)?;
    let made =
        Mnemonic::from_entropy(&*entropy, Language::English).map_err(|_| Fail::internal("mnemonic"))?;
    Ok(Zeroizing::new(made.phrase().to_owned()))
}

/// The phrase in its one spelling: lower case, single blanks.
pub fn normalize(phrase: &str) -> Zeroizing<String> {
    let words: Vec<Zeroizing<String>> =
        phrase.split_whitespace().map(|word| Zeroizing::new(word.to_lowercase())).collect();
    let mut joined = Zeroizing::new(String::with_capacity(phrase.len() + 1));
    for (position, word) in words.iter().enumerate() {
        if position > 0 {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// Says what is wrong with a phrase without repeating any of it.
pub fn check(phrase: &str) -> Result<Zeroizing<String>> {
    let phrase = normalize(phrase);
    let words: Vec<&str> = phrase.split(' ').filter(|word| !word.is_empty()).collect();
    let list = Language::English.wordmap();
    for (position, word) in words.iter().enumerate() {
        if list.get_bits(word).is_none() {
            return Err(invalid("word").with("position", position + 1));
        }
    }
    if !LENGTHS.contains(&words.len()) {
        return Err(invalid("length").with("words", words.len()));
    }
    Mnemonic::validate(&phrase, Language::English).map_err(|_| invalid("checksum"))?;
    Ok(phrase)
}

pub fn parse(phrase: &str) -> Result<Mnemonic> {
    Mnemonic::from_phrase(phrase, Language::English).map_err(|_| invalid("checksum"))
}

/// All words a phrase can be made of, in the order of the list.
pub fn words() -> Vec<&'static str> {
    Language::English.wordlist().get_words_by_prefix("").to_vec()
}
