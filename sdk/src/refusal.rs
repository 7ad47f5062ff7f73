//! What the backend says about input that it does not take, as far as a developer may see it.
//!
//! A server may echo what it was sent. So only the members are read that are meant to explain, and words that look
//! like a value and not like language are left out.

use crate::error::Fail;
use crate::personal;
use serde_json::Value;

const LONGEST_ANSWER: usize = 400;
const MOST_PROBLEMS: usize = 8;
const LONGEST_NAME: usize = 64;
/// From here on a word with a digit in it may be a value: an account, an address, a token, a share.
const LONGEST_VALUE: usize = 12;
/// Digits, sign and point of the longest amounts there are.
const LONGEST_AMOUNT: usize = 31;
/// To the nanosecond, with an offset.
const LONGEST_MOMENT: usize = 35;
/// Longer than this, only names of fields are words.
const LONGEST_WORD: usize = 24;

/// The failure for an HTTP status; `body` is what came with it, where that may be looked at.
pub fn of(status: u16, body: Option<&[u8]>) -> Fail {
    if status == 401 {
        return Fail::new("unauthorized");
    }
    // The rest of 4xx says that the same request will not do later either.
    if !(400..500).contains(&status) || matches!(status, 408 | 425 | 429) {
        return Fail::new("backend_error").with("status", status);
    }
    let mut fail = Fail::new("backend_refused").with("status", status);
    let parsed = body.and_then(|body| serde_json::from_slice::<Value>(body).ok()).unwrap_or_default();
    if let Some(code) = ["code", "error", "type"].iter().find_map(|name| code(&parsed[*name])) {
        fail.details.insert("answer_code".to_owned(), code.into());
    }
    let told = ["detail", "message", "error_description", "title"]
        .iter()
        .find_map(|name| explanation(&parsed[*name]).filter(|text| !text.is_empty()));
    if let Some(text) = told {
        fail.details.insert("answer".to_owned(), text.into());
    }
    fail
}

fn code(value: &Value) -> Option<&str> {
    let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '-' | '.');
    value.as_str().filter(|text| !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(plain))
}

/// A sentence, or a list of problems with where each is, as pydantic writes them.
fn explanation(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(shown(text)),
        Value::Array(problems) => {
            let told: Vec<String> = problems.iter().take(MOST_PROBLEMS).filter_map(problem).collect();
            Some(shown(&told.join("; ")))
        }
        _ => None,
    }
}

fn problem(value: &Value) -> Option<String> {
    let what = value["msg"].as_str()?;
    let part =
        |part: &Value| part.as_str().map(str::to_owned).or_else(|| part.as_u64().map(|n| n.to_string()));
    let place: Vec<String> = value["loc"].as_array()?.iter().filter_map(part).collect();
    Some(format!("{}: {what}", place.join(".")))
}

fn shown(text: &str) -> String {
    let (text, mut kept) = (personal::left_out(text), String::new());
    for word in text.split_whitespace() {
        let word = if is_language(word) { word } else { "…" };
        if kept.len() + word.len() >= LONGEST_ANSWER {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept
}

fn is_language(word: &str) -> bool {
    let length = word.chars().count();
    let plain = !word.chars().any(char::is_control);
    let name = |c: char| c.is_ascii_lowercase() || "_.:,;`'\"".contains(c);
    if is_number_or_date(word) {
        return true;
    }
    let may_be_value = length > LONGEST_VALUE && word.chars().any(|c| c.is_ascii_digit());
    let is_name = length <= LONGEST_NAME && word.chars().all(name);
    plain && !may_be_value && (length <= LONGEST_WORD || is_name)
}

/// An amount with all its decimals, a moment as computers write it.
fn is_number_or_date(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "`'\"(),;:.".contains(c));
    let is_amount = word.len() <= LONGEST_AMOUNT
        && word.split_once('.').is_some_and(|(whole, part)| {
            let all = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
            (1..=LONGEST_VALUE).contains(&whole.len()) && all(whole) && all(part)
        });
    let is_moment = word.len() <= LONGEST_MOMENT
        && word
            .bytes()
            .zip("0000-00-00T00:00".bytes())
            .filter(|(have, form)| have == form || (have.is_ascii_digit() && *form == b'0'))
            .count()
            == 16
        && word.bytes().skip(16).all(|b| b.is_ascii_digit() || b":.+-Z".contains(&b));
    is_amount || is_moment
}
