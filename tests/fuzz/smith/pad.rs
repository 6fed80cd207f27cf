//! Writes numbers in a module's code in more bytes than they need, as linkers do: it is the same module.

use crate::Random;
use wasm_encoder::{CodeSection, Module, RawSection, SectionId};
use wasmparser::{BinaryReader, CodeSectionReader, FunctionBody, Parser};

/// What follows an opcode, each letter one thing: u and s are numbers without and with a sign, l is the
/// same of 64 bits, T the type of a block, v a list of numbers. What is not named is copied.
fn immediates(opcode: u8) -> &'static str {
    match opcode {
        0x02..=0x04 => "T",
        0x0c | 0x0d | 0x10 | 0x20..=0x26 | 0xd2 => "u",
        0x0e => "vu",
        0x11 | 0x28..=0x3e => "uu",
        0x1c => "u",
        0x41 => "s",
        0x42 => "l",
        _ => "",
    }
}

/// Behind the prefix 0xfc.
fn immediates_of_misc(opcode: u8) -> &'static str {
    match opcode {
        8 | 9 | 13 | 15..=17 => "u",
        12 | 14 => "uu",
        _ => "",
    }
}

struct Padder<'a> {
    code: &'a [u8], // what is left of the instruction
    out: Vec<u8>,
    random: &'a mut Random,
}

impl Padder<'_> {
    fn byte(&mut self) -> u8 {
        let byte = self.code[0];
        self.code = &self.code[1..];
        byte
    }

    /// Copies a number of at most `most` bytes, and makes it longer; returns its lowest 7 bits.
    fn number(&mut self, most: usize, has_sign: bool) -> u8 {
        let mut bytes = vec![self.byte()];
        while bytes[bytes.len() - 1] & 0x80 != 0 {
            bytes.push(self.byte());
        }
        let fill = if has_sign && bytes[bytes.len() - 1] & 0x40 != 0 { 0x7f } else { 0 };
        while bytes.len() < most && self.random.below(3) == 0 {
            let last = bytes.len() - 1;
            bytes[last] |= 0x80;
            bytes.push(fill);
        }
        self.out.extend(&bytes);
        bytes[0] & 0x7f
    }

    fn immediates(&mut self, letters: &str) {
        for letter in letters.chars() {
            match letter {
                'u' => _ = self.number(5, false),
                's' => _ = self.number(5, true),
                'l' => _ = self.number(10, true),
                'T' if self.code[0] & 0xc0 == 0 => _ = self.number(5, true),
                'v' if self.code[0] & 0x80 == 0 => {
                    for _ in 0..self.number(5, false) {
                        self.number(5, false);
                    }
                }
                _ => return, // a type that is one byte; a list of more than 127
            }
        }
    }

    fn instruction(&mut self) {
        let opcode = self.byte();
        self.out.push(opcode);
        match opcode {
            0xfc => {
                let misc = self.number(5, false);
                self.immediates(immediates_of_misc(misc));
            }
            _ => self.immediates(immediates(opcode)),
        }
        self.out.extend(self.code);
    }
}

fn body(module: &[u8], body: &FunctionBody, random: &mut Random) -> wasmparser::Result<Vec<u8>> {
    let mut operators = body.get_operators_reader()?;
    let mut start = operators.original_position();
    let mut padder = Padder { code: &[], out: module[body.range().start..start].to_vec(), random };
    while !operators.eof() {
        operators.read()?;
        let end = operators.original_position();
        padder.code = &module[start..end];
        padder.instruction();
        start = end;
    }
    Ok(padder.out)
}

pub fn pad(module: &[u8], random: &mut Random) -> wasmparser::Result<Vec<u8>> {
    let mut out = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let Some((id, range)) = payload?.as_section() else { continue };
        if id != SectionId::Code as u8 {
            out.section(&RawSection { id, data: &module[range] });
            continue;
        }
        let mut code = CodeSection::new();
        for function in CodeSectionReader::new(BinaryReader::new(&module[range.clone()], range.start))? {
            code.raw(&body(module, &function?, random)?);
        }
        out.section(&code);
    }
    Ok(out.finish())
}
