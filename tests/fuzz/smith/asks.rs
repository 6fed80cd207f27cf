//! What is to be asked of an instance of a module, as JSON: a list of calls of its exported functions with constants, and
//! in between of its globals and memories:
//!
//!     { "verb": "call", "name": "66", "args": ["ff"], "params": ["i32"], "results": ["f64"] }
//!
//! A name is in hexadecimal, as are the bits of an argument. A module that can't be read has nothing to be asked.

use crate::Random;
use wasmparser::{ExternalKind, Parser, Payload, RefType, TypeRef, ValType};

const CALLS: usize = 3; // of each function

struct Export {
    name: String,
    kind: ExternalKind,
    index: usize,
}

/// What the exports are of: indices into these.
#[derive(Default)]
struct Entities {
    /// Whether it imports no more than functions, and says how far it may grow.
    is_bounded: bool,
    types: Vec<(Vec<ValType>, Vec<ValType>)>,
    functions: Vec<u32>,
    globals: Vec<ValType>,
    exports: Vec<Export>,
}

fn read(module: &[u8]) -> wasmparser::Result<Entities> {
    let mut it = Entities { is_bounded: true, ..Entities::default() };
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(types) => {
                for ty in types.into_iter_err_on_gc_types() {
                    let ty = ty?;
                    it.types.push((ty.params().to_vec(), ty.results().to_vec()));
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports {
                    match import?.ty {
                        TypeRef::Func(ty) => it.functions.push(ty),
                        TypeRef::Global(global) => it.globals.push(global.content_type),
                        _ => it.is_bounded = false,
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                for function in functions {
                    it.functions.push(function?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    it.is_bounded &= table?.ty.maximum.is_some();
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    it.is_bounded &= memory?.maximum.is_some();
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    it.globals.push(global?.ty.content_type);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    let name = export.name.bytes().map(|byte| format!("{byte:02x}")).collect();
                    it.exports.push(Export { name, kind: export.kind, index: export.index as usize });
                }
            }
            _ => {}
        }
    }
    Ok(it)
}

/// Whether a type is of vectors, which wasm-mutate likes to add, and the engine has not.
pub fn has_vectors(module: &[u8]) -> bool {
    let it = read(module).unwrap_or_default();
    it.types.iter().any(|(params, results)| params.iter().chain(results).any(|ty| *ty == ValType::V128))
}

/// How far a memory or a table grows that has no maximum, engines may choose.
pub fn is_bounded(module: &[u8]) -> bool {
    read(module).is_ok_and(|it| it.is_bounded)
}

fn name_of(ty: &ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::Ref(reference) if *reference == RefType::EXTERNREF => "externref",
        ValType::Ref(_) => "funcref",
    }
}

/// Bits of a value: corners, small numbers, and any that is no NaN.
fn value_of(ty: &ValType, random: &mut Random) -> u64 {
    const I32: [u32; 6] = [0, 1, u32::MAX, 1 << 31, (1 << 31) - 1, 65535];
    const I64: [u64; 6] = [0, 1, u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 32];
    const F32: [f32; 8] = [0.0, -0.0, 1.5, -1.0, f32::INFINITY, f32::MIN, f32::MIN_POSITIVE, 4294967296.0];
    const F64: [f64; 8] = [0.0, -0.0, 1.5, -1.0, f64::NEG_INFINITY, f64::MAX, 5e-324, 18446744073709551616.0];

    let (kind, corner, any) = (random.below(3), random.below(8), random.next());
    let small = any % 64;
    match (ty, kind) {
        (ValType::I32, 0) => I32[corner % 6].into(),
        (ValType::I32, 1) => small,
        (ValType::I32, _) => any >> 32,
        (ValType::I64, 0) => I64[corner % 6],
        (ValType::I64, 1) => small,
        (ValType::I64, _) => any,
        (ValType::F32, 0) => F32[corner].to_bits().into(),
        (ValType::F32, 1) => (small as f32).to_bits().into(),
        (ValType::F32, _) => {
            Some(f32::from_bits(any as u32)).filter(|it| !it.is_nan()).unwrap_or(f32::NAN).to_bits().into()
        }
        (ValType::F64, 0) => F64[corner].to_bits(),
        (ValType::F64, 1) => (small as f64).to_bits(),
        (ValType::F64, _) => Some(f64::from_bits(any)).filter(|it| !it.is_nan()).unwrap_or(f64::NAN).to_bits(),
        _ => u32::MAX.into(), // the engine's null
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(","))
}

fn ask(verb: &str, name: &str, args: &[u64], params: &[ValType], results: &[ValType]) -> String {
    let args = list(args.iter().map(|bits| format!("{bits:x}")));
    let [params, results] = [params, results].map(|types| list(types.iter().map(|ty| name_of(ty).into())));
    format!(r#"{{"verb":"{verb}","name":"{name}","args":{args},"params":{params},"results":{results}}}"#)
}

/// What is to be seen without a call.
fn looks(it: &Entities) -> Vec<String> {
    it.exports
        .iter()
        .filter_map(|export| match export.kind {
            ExternalKind::Global => {
                let ty = it.globals.get(export.index)?;
                Some(ask("get", &export.name, &[], &[], &[*ty]))
            }
            ExternalKind::Memory => Some(ask("memory", &export.name, &[], &[], &[])),
            _ => None,
        })
        .collect()
}

pub fn of(module: &[u8], random: &mut Random) -> String {
    let it = read(module).unwrap_or_default();
    let mut asks = looks(&it);
    for _ in 0..CALLS {
        for export in it.exports.iter().filter(|export| export.kind == ExternalKind::Func) {
            let ty = it.functions.get(export.index).and_then(|ty| it.types.get(*ty as usize));
            let Some((params, results)) = ty else { continue };
            let args: Vec<u64> = params.iter().map(|ty| value_of(ty, random)).collect();
            asks.push(ask("call", &export.name, &args, params, results));
        }
        asks.extend(looks(&it));
    }
    format!("[{}]\n", asks.join(",\n"))
}
