//! Writes random modules that are valid, and mutations of valid ones: seeds for the fuzzer of the engine. The same
//! arguments make the same modules.
//!
//! usage: smith COUNT DIRECTORY IMPORTS MODULE...
//!
//! COUNT modules are made by wasm-smith, with some of the imports that the module IMPORTS has, and as many by
//! wasm-mutate, of those and of each MODULE.

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

/// What host/engine/engine.cmake has the engine take, and sizes that leave the fuzzer time for many.
fn config(imports: &[u8], exports: &[u8]) -> Config {
    Config {
        available_imports: Some(imports.to_vec()),
        exports: Some(exports.to_vec()),
        bulk_memory_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
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
        ..Config::default()
    }
}

/// Bytes from a generator of pseudorandom numbers: xorshift64*.
struct Random(u64);

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
fn make(imports: &[u8], random: &mut Random) -> Vec<u8> {
    loop {
        let exports = if random.below(8) > 0 { EXPORTS } else { OTHER_EXPORTS };
        let size = 256 << random.below(6);
        let bytes = random.bytes(size);
        if let Ok(module) = Module::new(config(imports, exports), &mut Unstructured::new(&bytes)) {
            return module.to_bytes();
        }
    }
}

/// Mutates a module some times; a mutation that isn't possible is left out.
fn mutate(module: &[u8], random: &mut Random) -> Vec<u8> {
    let mut mutated = module.to_vec();
    for _ in 0..1 + random.below(8) {
        let mut mutation = WasmMutate::default();
        mutation.seed(random.next()).fuel(1000);
        let next = mutation.run(&mutated).ok().and_then(|mut all| all.next()?.ok());
        mutated = next.filter(|it| it.len() <= SIZE_MAX).unwrap_or(mutated);
    }
    mutated
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [count, directory, imports, modules @ ..] = &args[..] else {
        return Err("usage: smith COUNT DIRECTORY IMPORTS MODULE...".into());
    };
    let (count, directory) = (count.parse::<usize>()?, Path::new(directory));
    let imports = fs::read(imports)?;
    let mut valid = modules.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    let mut random = Random(0x5eed);

    for i in 0..count {
        let module = make(&imports, &mut random);
        fs::write(directory.join(format!("smith-{i:04}")), &module)?;
        valid.push(module);
    }
    for i in 0..count {
        let module = mutate(&valid[random.below(valid.len())], &mut random);
        fs::write(directory.join(format!("mutant-{i:04}")), module)?;
    }
    Ok(())
}
