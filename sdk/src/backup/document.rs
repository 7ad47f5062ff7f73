//! Finds the phrase in a document.
//!
//! Takes the same elements for groups, entries and fields as the crate's reader, and applies the stream cipher to the
//! same values in the same order, but keeps its own stack, whose height is bounded.

use super::{MAX_CONTENT, TOO_NESTED, damaged, refuse};
use crate::error::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20::cipher::StreamCipher;
use xml::attribute::OwnedAttribute;
use xml::reader::{EventReader, ParserConfig2, XmlEvent};
use zeroize::Zeroizing;

const TITLE: &str = "mnemonic";
const DOCTYPE: &[u8] = b"<!DOCTYPE";
const MAX_DEPTH: usize = 64;
/// `<Value/>` is the shortest thing other programs write: eight bytes that begin and end. So no document of theirs that is
/// small enough has more, and one that is made of shorter ones is not read to its end.
const MAX_EVENTS: usize = MAX_CONTENT / 4;
/// Three of these are always there, other programs add two.
const MAX_NAMESPACES: usize = 8;
const MAX_ATTRIBUTES: usize = 16;
const MAX_NAME: usize = 256;

type Text = Zeroizing<String>;

enum Frame {
    File,
    Meta,
    CustomData,
    MemoryProtection,
    Root,
    /// With its number; an outer group has a lower one than those in it.
    Group(usize),
    Times,
    Entry(Entry),
    History,
    /// With the element that it is.
    Field(Field, &'static str),
    /// In the pieces that it came in; ends with the first end of any element.
    Text(Use, Vec<Text>),
}

#[derive(Default)]
struct Entry {
    title: Option<Option<Text>>,
    password: Option<Option<Text>>,
}

#[derive(Default)]
struct Field {
    key: String,
    value: Option<Text>,
}

enum Use {
    None,
    Key,
    Value,
    Protected,
}

struct Walk {
    stream: Box<dyn StreamCipher>,
    stack: Vec<Frame>,
    groups: usize,
    found: Option<(usize, Option<Text>)>,
}

/// The password of the first entry of that title; a group's own entries come before those of the groups in it.
pub fn phrase(document: &[u8], stream: Box<dyn StreamCipher>) -> Result<Option<Text>> {
    if has_type(document) {
        return Err(damaged());
    }
    let config = ParserConfig2::new()
        .trim_whitespace(true)
        .cdata_to_characters(true)
        .max_entity_expansion_depth(0)
        .max_attributes(MAX_ATTRIBUTES)
        .max_attribute_length(MAX_NAME)
        .max_name_length(MAX_NAME);
    let mut reader = EventReader::new_with_config(document, config);
    let mut walk = Walk { stream, stack: vec![Frame::File], groups: 0, found: None };
    let mut depth = 0usize;
    for _ in 0..MAX_EVENTS {
        match reader.next().map_err(|_| damaged())? {
            XmlEvent::StartElement { name, attributes, namespace } => {
                depth += 1;
                if depth > MAX_DEPTH || namespace.0.len() > MAX_NAMESPACES {
                    return Err(refuse(TOO_NESTED));
                }
                walk.start(&name.local_name, &attributes);
            }
            XmlEvent::EndElement { name } => {
                depth = depth.saturating_sub(1);
                walk.end(&name.local_name)?;
                if walk.stack.is_empty() {
                    return Ok(walk.found.and_then(|(_, password)| password));
                }
            }
            XmlEvent::Characters(text) => walk.text(Zeroizing::new(text)),
            XmlEvent::EndDocument => return Err(damaged()),
            _ => {}
        }
    }
    Err(refuse(TOO_NESTED))
}

/// Whether the document declares a type, which may have entities that fill the memory while they are read.
/// Without the zeros it is the same text in every encoding that the reader knows.
fn has_type(document: &[u8]) -> bool {
    let mut matched = 0;
    for byte in document.iter().filter(|byte| **byte != 0) {
        matched = match DOCTYPE.get(matched) {
            Some(wanted) if wanted == byte => matched + 1,
            _ => usize::from(*byte == DOCTYPE[0]),
        };
        if matched == DOCTYPE.len() {
            return true;
        }
    }
    false
}

impl Walk {
    fn start(&mut self, name: &str, attributes: &[OwnedAttribute]) {
        let Some(top) = self.stack.last() else { return };
        let next = match (top, name) {
            (Frame::File, "Meta") => Frame::Meta,
            (Frame::File, "Root") => {
                self.found = None;
                Frame::Root
            }
            (Frame::Meta, "CustomData") => Frame::CustomData,
            (Frame::Meta, "MemoryProtection") => Frame::MemoryProtection,
            (Frame::Root | Frame::Group(_), "Group") => {
                self.groups += 1;
                Frame::Group(self.groups)
            }
            (Frame::Group(_) | Frame::Entry(_), "Times") => Frame::Times,
            (Frame::Group(_) | Frame::History, "Entry") => Frame::Entry(Entry::default()),
            (Frame::Entry(_), "History") => Frame::History,
            (Frame::Entry(_), "String") => Frame::Field(Field::default(), "String"),
            (Frame::CustomData, "Item") => Frame::Field(Field::default(), "Item"),
            (Frame::Field(..), "Key") => Frame::Text(Use::Key, Vec::new()),
            (Frame::Field(..), "Value") => {
                let protected = attributes.iter().any(|attribute| {
                    attribute.name.local_name == "Protected" && attribute.value.to_lowercase() == "true"
                });
                Frame::Text(if protected { Use::Protected } else { Use::Value }, Vec::new())
            }
            (top, name) if top.has_text(name) => Frame::Text(Use::None, Vec::new()),
            _ => return,
        };
        self.stack.push(next);
    }

    fn text(&mut self, more: Text) {
        if let Some(Frame::Text(_, pieces)) = self.stack.last_mut() {
            pieces.push(more);
        }
    }

    fn end(&mut self, name: &str) -> Result<()> {
        if !self.stack.last().is_some_and(|top| top.ends_with(name)) {
            return Ok(());
        }
        match (self.stack.pop(), self.stack.last_mut()) {
            (Some(Frame::Text(purpose, pieces)), Some(Frame::Field(field, _))) => {
                let content = joined(&pieces);
                match purpose {
                    Use::Key => field.key = content.ok_or_else(damaged)?.to_string(),
                    Use::Protected => {
                        field.value = content.map(|text| reveal(&text, &mut *self.stream)).transpose()?;
                    }
                    _ => field.value = content,
                }
            }
            (Some(Frame::Field(field, _)), Some(Frame::Entry(entry))) => entry.add(field),
            (Some(Frame::Entry(entry)), Some(Frame::Group(number))) => {
                let named = entry.title.flatten().is_some_and(|title| *title == TITLE);
                if named && self.found.as_ref().is_none_or(|(group, _)| *number < *group) {
                    self.found = Some((*number, entry.password.flatten()));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Frame {
    fn ends_with(&self, name: &str) -> bool {
        match self {
            Self::File => name == "KeePassFile",
            Self::Meta => name == "Meta",
            Self::CustomData => name == "CustomData",
            Self::MemoryProtection => name == "MemoryProtection",
            Self::Root => name == "Root",
            Self::Group(_) => name == "Group",
            Self::Times => name == "Times",
            Self::Entry(_) => name == "Entry",
            Self::History => name == "History",
            Self::Field(_, element) => name == *element,
            Self::Text(..) => true,
        }
    }

    /// Elements of which nothing is kept; no element in them counts until one ends.
    fn has_text(&self, name: &str) -> bool {
        match self {
            Self::Meta => matches!(name, "Generator" | "DatabaseName" | "DatabaseDescription"),
            Self::MemoryProtection => name.starts_with("Protect"),
            Self::Group(_) => matches!(name, "UUID" | "Name"),
            Self::Entry(_) => name == "UUID",
            Self::Times => {
                name.ends_with("Time") || matches!(name, "LocationChanged" | "Expires" | "UsageCount")
            }
            _ => false,
        }
    }
}

impl Entry {
    /// Of several fields with one key the first counts, also when it is empty.
    fn add(&mut self, field: Field) {
        let place = match field.key.as_str() {
            "Title" => &mut self.title,
            "Password" => &mut self.password,
            _ => return,
        };
        place.get_or_insert(field.value);
    }
}

fn joined(pieces: &[Text]) -> Option<Text> {
    let mut whole = Zeroizing::new(String::with_capacity(pieces.iter().map(|piece| piece.len()).sum()));
    pieces.iter().for_each(|piece| whole.push_str(piece));
    (!pieces.is_empty()).then_some(whole)
}

fn reveal(text: &str, stream: &mut dyn StreamCipher) -> Result<Text> {
    let mut data = Zeroizing::new(STANDARD.decode(text).map_err(|_| damaged())?);
    stream.try_apply_keystream(&mut data).map_err(|_| damaged())?;
    core::str::from_utf8(&data).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| damaged())
}
