//! Personal data in a text of others: e-mail addresses, bank accounts, telephone and card numbers, however they are
//! spaced. What only looks similar (amounts, dates, short numbers) is left alone, since it may be what explains.

use std::ops::Range;

const LEFT_OUT: &str = "…";
/// An IBAN has 15 to 34 characters, mostly in groups of four.
const IBAN: Range<usize> = 15..35;
const IBAN_GROUP: usize = 4;
/// Some countries have letters in it, but none has more of them than digits.
const FEWEST_IBAN_DIGITS: usize = 8;
/// Digits of a number that says by its beginning (+, 0) that it may be dialled.
const FEWEST_DIALLED: usize = 7;
/// Digits of any other number in groups, or in one piece.
const FEWEST_GROUPED: usize = 9;
const FEWEST_BARE: usize = 11;
const LONGEST_WHOLE: usize = 10;

/// The text with an ellipsis in place of each.
pub fn left_out(text: &str) -> String {
    let (mut kept, mut end) = (String::with_capacity(text.len()), 0);
    for found in places(text) {
        kept.push_str(&text[end..found.start]);
        kept.push_str(LEFT_OUT);
        end = found.end;
    }
    kept.push_str(&text[end..]);
    kept
}

/// What stands between blanks, brackets, quotes and the like.
struct Group<'a> {
    text: &'a str,
    at: usize,
    /// Nothing but blanks and the like is between it and the one before.
    goes_on: bool,
}

impl Group<'_> {
    fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// Also what nobody sees, and every dash but the one of dates.
fn is_soft(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "()_".contains(c)
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{2060}' | '\u{2212}' | '\u{feff}')
}

fn is_hard(c: char) -> bool {
    ":=;,'\"`[]{}<>|?!".contains(c)
}

fn groups(text: &str) -> Vec<Group<'_>> {
    let (mut found, mut goes_on, mut start) = (Vec::new(), false, None);
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        let is_gap = is_soft(c) || is_hard(c);
        match start {
            None if !is_gap => start = Some(at),
            Some(first) if is_gap => {
                let word = text[first..at].trim_end_matches('.');
                if !word.is_empty() {
                    found.push(Group { text: word, at: first, goes_on });
                    // A full stop ends a number too.
                    goes_on = word.len() == at - first;
                }
                start = None;
            }
            _ => {}
        }
        if is_hard(c) {
            goes_on = false;
        }
    }
    found
}

fn places(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let (mut found, mut next) = (Vec::new(), 0);
    while let Some(group) = groups.get(next) {
        let length = iban(&groups[next..]).or_else(|| number(&groups[next..]));
        let length = length.or_else(|| is_other(group.text).then_some(1));
        if let Some(length) = length {
            let last = groups.get(next + length - 1).unwrap_or(group);
            found.push(group.at..last.end());
        }
        next += length.unwrap_or(1);
    }
    found
}

/// An e-mail address, or digits of another script, which the rules for numbers do not know.
fn is_other(word: &str) -> bool {
    let has_at = word.contains(['@', '＠']) || word.contains("%40");
    (has_at && word.chars().any(char::is_alphanumeric))
        || word.chars().any(|c| c.is_numeric() && !c.is_ascii())
}

fn digits(word: &str) -> usize {
    word.bytes().filter(u8::is_ascii_digit).count()
}

/// How many groups are an account number.
fn iban(groups: &[Group<'_>]) -> Option<usize> {
    let head = groups.first()?.text;
    let plain = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let country = head.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_alphabetic()));
    let checked = head.get(2..4).is_some_and(|two| two.bytes().all(|b| b.is_ascii_digit()));
    if !country || !checked || !plain(head) {
        return None;
    }
    let (mut count, mut length, mut numbers) = (1, head.len(), digits(head));
    for group in &groups[1..] {
        let word = group.text;
        let looks_so = digits(word) > 0 || word.bytes().all(|b| b.is_ascii_uppercase());
        let is_group = word.len() <= IBAN_GROUP || digits(word) == word.len();
        let fits = group.goes_on && plain(word) && is_group && looks_so;
        if !fits || length + word.len() >= IBAN.end {
            break;
        }
        (count, length, numbers) = (count + 1, length + word.len(), numbers + digits(word));
    }
    (IBAN.contains(&length) && numbers >= FEWEST_IBAN_DIGITS).then_some(count)
}

/// How many groups are one telephone or card number.
fn number(groups: &[Group<'_>]) -> Option<usize> {
    let is_part =
        |word: &str| digits(word) > 0 && word.bytes().all(|b| b.is_ascii_digit() || b"+-/.".contains(&b));
    let rest = groups.iter().enumerate().take_while(|(place, group)| *place == 0 || group.goes_on);
    let parts = rest.take_while(|(_, group)| is_part(group.text) && !is_plain(group.text));
    let (mut count, mut total) = (0, 0);
    for (_, group) in parts {
        (count, total) = (count + 1, total + digits(group.text));
    }
    let first = groups.first()?.text;
    let is_bare = count == 1 && first.bytes().all(|b| b.is_ascii_digit());
    let fewest = match () {
        () if first.starts_with(['+', '0']) => FEWEST_DIALLED,
        () if is_bare => FEWEST_BARE,
        () => FEWEST_GROUPED,
    };
    (count > 0 && total >= fewest).then_some(count)
}

/// A decimal number or a date.
fn is_plain(word: &str) -> bool {
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if let Some((whole, part)) = word.split_once('.')
        && all(whole)
        && all(part)
    {
        return whole.len() <= LONGEST_WHOLE && (whole == "0" || !whole.starts_with('0'));
    }
    ['-', '.', '/'].iter().any(|gap| {
        let parts: Vec<&str> = word.split(*gap).collect();
        let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let is_date = matches!(widths[..], [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4]);
        is_date && parts.iter().all(|part| all(part))
    })
}
