//! Writes random modules that are valid, and mutations of valid ones. The same arguments make the same modules.
//!
//! usage: smith fuzz COUNT DIRECTORY IMPORTS MODULE...
//!        smith compare SEED COUNT DIRECTORY IMPORTS MODULE...
//!
//! COUNT modules are made by wasm-smith, with some of the imports that the module IMPORTS has, and as many by
//! wasm-mutate, of those and of each MODULE that is valid; a third is padded (see pad.rs). `fuzz` makes seeds for the
//! fuzzer of the engine. `compare` makes modules whose results tell whether two engines are the same: they export all
//! that they have, end soon, and have one kind of NaN; and with each NAME.wasm a NAME.json, of what is to be asked: see
//! asks.rs.

mod asks;
mod pad;

use arbitrary::Unstructured;
use std::{env, error::Error, fs, path::Path};
use wasm_mutate::WasmMutate;
use wasm_smith::{Config, Module};

/// (module (func (export "boot")) (global (export "kept") i32 (i32.const 0)))
const EXPORTS: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x04\x01\x60\0\0\
    \x03\x02\x01\0\
    \x06\x06\x01\x7f\0\x41\0\x0b\
    \x07\x0f\x02\x04boot\0\0\x04kept\x03\0\
    \x0a\x04\x01\x02\0\x0b";

/// (module (func (export "boot") (result i64) (i64.const 0)) (global (export "kept") i64 (i64.const 0)))
const OTHER_EXPORTS: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x05\x01\x60\0\x01\x7e\
    \x03\x02\x01\0\
    \x06\x06\x01\x7e\0\x42\0\x0b\
    \x07\x0f\x02\x04boot\0\0\x04kept\x03\0\
    \x0a\x06\x01\x04\0\x42\0\x0b";

/// Bytes of a mutation: the fuzzer would cut a longer one.
const SIZE_MAX: usize = 16384;

/// Calls and turns of loops that a module which is compared may do: recursion fits both engines' stacks.
const FUEL: u32 = 500;

/// What host/engine/engine.cmake has the engine take, and sizes that leave time for many.
fn config(imports: &[u8]) -> Config {
    Config {
        available_imports: Some(imports.to_vec()),
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        generate_custom_sections: true,
        max_data_segments: 4,
        max_elements: 10,
        max_element_segments: 4,
        max_globals: 8,
        max_instructions: 60,
        max_memory32_bytes: 1 << 20,
        max_table_elements: 100,
        max_tables: 3,
        ..Config::default()
    }
}

fn config_to_fuzz(imports: &[u8], random: &mut Random) -> Config {
    let exports = if random.below(8) > 0 { EXPORTS } else { OTHER_EXPORTS };
    Config { exports: Some(exports.to_vec()), ..config(imports) }
}

/// All memories and tables have a maximum: how far others grow, engines may choose.
fn config_to_compare(imports: &[u8]) -> Config {
    Config {
        canonicalize_nans: true,
        export_everything: true,
        generate_custom_sections: false,
        max_instructions: 200,
        memory_max_size_required: true,
        min_funcs: 1,
        table_max_size_required: true,
        ..config(imports)
    }
}

/// Bytes from a generator of pseudorandom numbers: xorshift64*.
pub struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 56) as u8).collect()
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 32) as usize % end
    }
}

/// Makes a module; not all bytes make one.
fn make(imports: &[u8], compare: bool, random: &mut Random) -> Vec<u8> {
    loop {
        let config = if compare { config_to_compare(imports) } else { config_to_fuzz(imports, random) };
        let size = if compare { 2048 } else { 256 } << random.below(6);
        let bytes = random.bytes(size);
        let Ok(mut module) = Module::new(config, &mut Unstructured::new(&bytes)) else { continue };
        if compare {
            module.ensure_termination(FUEL).expect("all of its instructions are made here");
        }
        return module.to_bytes();
    }
}

/// Mutates a module some times; a mutation that isn't possible is left out.
fn mutate(module: &[u8], random: &mut Random) -> Vec<u8> {
    let mut mutated = module.to_vec();
    for _ in 0..1 + random.below(8) {
        let mut mutation = WasmMutate::default();
        mutation.seed(random.next()).fuel(1000);
        let next = mutation.run(&mutated).ok().and_then(|mut all| all.next()?.ok());
        mutated = next.filter(|it| it.len() <= SIZE_MAX && !asks::has_vectors(it)).unwrap_or(mutated);
    }
    mutated
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (compare, seed, count, directory, imports, modules) = match &args[..] {
        ["fuzz", count, directory, imports, modules @ ..] => (false, "1", count, directory, imports, modules),
        ["compare", seed, count, directory, imports, modules @ ..] => (true, *seed, count, directory, imports, modules),
        _ => return Err("usage: smith fuzz|compare SEED COUNT DIRECTORY IMPORTS MODULE...".into()),
    };
    let (count, directory) = (count.parse::<usize>()?, Path::new(directory));
    let imports = fs::read(imports)?;
    let mut valid = modules.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    valid.retain(|module| wasmparser::validate(module).is_ok() && !asks::has_vectors(module));
    valid.retain(|module| !compare || asks::is_bounded(module));
    let mut random = Random(seed.parse::<u64>()?.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);

    for i in 0..2 * count {
        let (name, module) = if i < count {
            let module = make(&imports, compare, &mut random);
            valid.push(module.clone());
            (format!("smith-{i:05}"), module)
        } else {
            (format!("mutant-{:05}", i - count), mutate(&valid[random.below(valid.len())], &mut random))
        };
        let module = if random.below(3) == 0 { pad::pad(&module, &mut random).unwrap_or(module) } else { module };
        fs::write(directory.join(&name).with_extension("wasm"), &module)?;
        if compare {
            fs::write(directory.join(&name).with_extension("json"), asks::of(&module, &mut random))?;
        }
    }
    Ok(())
}
