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
/// Digits of a number whose groups have commas or full stops between them, as lists of small numbers have too.
const FEWEST_LISTED: usize = 12;
const THOUSANDS: usize = 3;
/// Nobody reads more than this of a text; a little more is looked at, for what goes on there.
const LONGEST: usize = 2048;
const MARGIN: usize = 256;

/// The beginning of the text with an ellipsis in place of each.
pub fn left_out(text: &str) -> String {
    let shown = text.floor_char_boundary(LONGEST);
    let (mut kept, mut end) = (String::new(), 0);
    let mut hidden = places(&text[..text.floor_char_boundary(LONGEST + MARGIN)]);
    hidden.sort_by_key(|found| found.start);
    for found in hidden {
        if found.start >= shown {
            break;
        }
        if found.start >= end {
            kept.push_str(&text[end..found.start]);
            kept.push_str(LEFT_OUT);
        }
        end = found.end.max(end);
    }
    if end < shown {
        kept.push_str(&text[end..shown]);
    }
    kept
}

/// What stands between blanks, brackets, quotes and the like.
struct Group<'a> {
    text: &'a str,
    at: usize,
    /// Nothing but blanks and the like is between it and the one before.
    goes_on: bool,
    /// Or one comma, semicolon or full stop too.
    is_listed: bool,
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
    let (mut found, mut start) = (Vec::new(), None);
    // Commas and the like since the last group, and what ends every number.
    let (mut commas, mut is_ended) = (0, true);
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        let is_gap = is_soft(c) || is_hard(c);
        match start {
            None if !is_gap => start = Some(at),
            Some(first) if is_gap => {
                let word = text[first..at].trim_end_matches('.');
                if !word.is_empty() {
                    let (goes_on, is_listed) = (!is_ended && commas == 0, !is_ended && commas < 2);
                    found.push(Group { text: word, at: first, goes_on, is_listed });
                    // A full stop ends a number too.
                    (commas, is_ended) = (at - first - word.len(), false);
                }
                start = None;
            }
            _ => {}
        }
        if ",;".contains(c) {
            commas += 1;
        } else if is_hard(c) {
            is_ended = true;
        }
    }
    found
}

fn places(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let (mut found, mut next) = (Vec::new(), 0);
    while let Some(group) = groups.get(next) {
        let length = iban(&groups[next..]).or_else(|| number(&groups[next..]));
        if let Some(length) = length {
            let last = groups.get(next + length - 1).unwrap_or(group);
            found.push(group.at..last.end());
        } else if is_other(group.text) {
            found.push(around(text, group));
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

/// The whole of an e-mail address: its first part may have anything in it, even blanks between quotes.
fn around(text: &str, group: &Group<'_>) -> Range<usize> {
    let is_outside = |c: char| c.is_whitespace() || c.is_control() || "()[]{}<>'\"`".contains(c);
    let (before, after) = (&text[..group.at], &text[group.end()..]);
    let is_after_quotes = group.text.starts_with(['@', '＠', '%']);
    let start = match before.strip_suffix('"').filter(|_| is_after_quotes) {
        Some(quoted) => quoted.rfind('"').unwrap_or(0),
        None => before
            .rfind(is_outside)
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8)),
    };
    let end = after.find(|c| is_outside(c) || ",;".contains(c)).unwrap_or(after.len());
    start..group.end() + end
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
        let fits = group.is_listed && plain(word) && is_group && looks_so;
        if !fits || length + word.len() >= IBAN.end {
            break;
        }
        (count, length, numbers) = (count + 1, length + word.len(), numbers + digits(word));
    }
    (IBAN.contains(&length) && numbers >= FEWEST_IBAN_DIGITS).then_some(count)
}

/// How many groups are one telephone or card number.
fn number(groups: &[Group<'_>]) -> Option<usize> {
    let first = groups.first()?.text;
    let (count, total) = run(groups, |group| group.goes_on);
    let is_bare = count == 1 && first.bytes().all(|b| b.is_ascii_digit());
    let fewest = match () {
        () if first.starts_with(['+', '0']) => FEWEST_DIALLED,
        () if is_bare => FEWEST_BARE,
        () => FEWEST_GROUPED,
    };
    if count > 0 && total >= fewest {
        return Some(count);
    }
    let (count, total) = run(groups, |group| group.is_listed);
    let fewest = if first.starts_with('+') { FEWEST_DIALLED } else { FEWEST_LISTED };
    let is_thousands = groups[..count].iter().skip(1).all(|group| group.text.len() == THOUSANDS);
    (count > 1 && total >= fewest && (first.starts_with('+') || !is_thousands)).then_some(count)
}

/// How many groups of digits follow one another, and how many digits they have.
fn run(groups: &[Group<'_>], follows: impl Fn(&Group<'_>) -> bool) -> (usize, usize) {
    let is_part =
        |word: &str| digits(word) > 0 && word.bytes().all(|b| b.is_ascii_digit() || b"+-/.".contains(&b));
    let parts = groups.iter().enumerate().take_while(|(place, group)| {
        (*place == 0 || follows(group)) && is_part(group.text) && !is_plain(group.text)
    });
    parts.fold((0, 0), |(count, total), (_, group)| (count + 1, total + digits(group.text)))
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
