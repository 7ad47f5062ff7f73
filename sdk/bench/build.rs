//! Names the binding's modules as this program's own, so that it can call them without Python in between.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let sources = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../src").canonicalize()?;
    let library = fs::read_to_string(sources.join("lib.rs"))?;
    let mut out = String::new();
    for line in library.lines() {
        let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) else { continue };
        let single = sources.join(format!("{name}.rs"));
        let file = if single.exists() { single } else { sources.join(name).join("mod.rs") };
        out += &format!("#[path = {file:?}]\nmod {name};\n");
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("binding.rs"), out)?;
    println!("cargo::rerun-if-changed={}", sources.display());
    Ok(())
}
