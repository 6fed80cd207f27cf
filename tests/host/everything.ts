/** A module that uses much of what modules can have, and logs what it computes. */
import { assemble } from "./modules.js";
import { KEPT, RB_POWER_OFF, bytes, text } from "./wat.js";

const INTEGERS: Record<string, string[]> = {
  i32: ["0", "1", "-1", "0x80000000", "0x12345678", "-77"],
  i64: ["0", "1", "-1", "0x8000000000000000", "0x123456789abcdef0", "-77777777777"],
};
const FLOATS = ["-0.0", "1.5", "-2.5", "3.4e38", "1e-40", "0.1", "123456.789", "-inf"];
const COMPARE = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
const COMPUTE = ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"];
const DIVIDE = ["div_s", "div_u", "rem_s", "rem_u"];

type Value = { type: string; code: string };

function integers(type: string): Value[] {
  const values = INTEGERS[type].map((value) => `(${type}.const ${value})`);
  const results: Value[] = [];
  for (const [i, a] of values.entries()) {
    const b = values[(i + 1) % values.length];
    for (const name of ["clz", "ctz", "popcnt"]) results.push({ type, code: `(${type}.${name} ${a})` });
    for (const bits of type === "i32" ? [8, 16] : [8, 16, 32])
      results.push({ type, code: `(${type}.extend${bits}_s ${a})` });
    results.push({ type: "i32", code: `(${type}.eqz ${a})` });
    for (const name of COMPARE) results.push({ type: "i32", code: `(${type}.${name} ${a} ${b})` });
    for (const name of COMPUTE) results.push({ type, code: `(${type}.${name} ${a} ${b})` });
    for (const name of DIVIDE) results.push({ type, code: `(${type}.${name} ${a} (${type}.const -3))` });
    for (const float of ["f32", "f64"])
      for (const sign of "su") results.push({ type: float, code: `(${float}.convert_${type}_${sign} ${a})` });
  }
  return results;
}

/** No result is a NaN, whose bits the specification leaves open. */
function floats(type: string): Value[] {
  const values = FLOATS.map((value) => `(${type}.const ${value})`);
  const results: Value[] = [];
  for (const [i, a] of values.entries()) {
    const b = values[(i + 1) % values.length];
    for (const name of ["abs", "neg", "ceil", "floor", "trunc", "nearest"])
      results.push({ type, code: `(${type}.${name} ${a})` });
    results.push({ type, code: `(${type}.sqrt (${type}.abs ${a}))` });
    for (const name of ["add", "sub", "mul", "div", "min", "max", "copysign"])
      if (i < FLOATS.length - 1) results.push({ type, code: `(${type}.${name} ${a} ${b})` });
    for (const name of ["eq", "ne", "lt", "gt", "le", "ge"])
      results.push({ type: "i32", code: `(${type}.${name} ${a} ${b})` });
    for (const integer of ["i32", "i64"])
      for (const sign of "su") results.push({ type: integer, code: `(${integer}.trunc_sat_${type}_${sign} ${a})` });
  }
  for (const integer of ["i32", "i64"])
    results.push(
      { type: integer, code: `(${integer}.trunc_${type}_s (${type}.const -1234567.9))` },
      { type: integer, code: `(${integer}.trunc_${type}_u (${type}.const 3e9))` },
    );
  return results;
}

const LOADS = [
  "i32.load",
  "i32.load8_s",
  "i32.load8_u",
  "i32.load16_s",
  "i32.load16_u",
  "i64.load",
  "i64.load8_s",
].concat(["i64.load8_u", "i64.load16_s", "i64.load16_u", "i64.load32_s", "i64.load32_u", "f32.load", "f64.load"]);
const STORES = ["i32.store", "i32.store8", "i32.store16", "i64.store", "i64.store8", "i64.store16", "i64.store32"];

/** Values that code computes by the rest of the module. */
const OTHERS: Value[] = [
  { type: "f32", code: "(f32.demote_f64 (f64.const 0.1))" },
  { type: "f64", code: "(f64.promote_f32 (f32.const 0.1))" },
  { type: "i64", code: "(i64.extend_i32_s (i32.const -5))" },
  { type: "i64", code: "(i64.extend_i32_u (i32.const -5))" },
  { type: "i32", code: "(i32.wrap_i64 (i64.const 0x123456789))" },
  { type: "i64", code: "(i64.reinterpret_f64 (f64.const -0.1))" },
  { type: "f64", code: "(f64.reinterpret_i64 (i64.const 0x3ff8000000000000))" },
  { type: "i32", code: "(i32.reinterpret_f32 (f32.const 0.1))" },
  { type: "f32", code: "(f32.reinterpret_i32 (i32.const 0x40490fdb))" },
  { type: "i64", code: "(select (i64.const 5) (i64.const 6) (global.get $i32))" },
  { type: "f32", code: "(select (f32.const 5) (f32.const 6) (i32.const 0))" },
  { type: "i64", code: "(call $factorial (i64.const 20))" },
  { type: "f64", code: "(call $harmonic (i32.const 100))" },
  ...LOADS.map((load) => ({ type: load.slice(0, 3), code: `(${load} offset=3 (i32.const 4996))` })),
  ...[0, 1, 2, 3, 5].map((i) => ({ type: "i32", code: `(call_indirect (type $binary) ${I32(9, 4, i)})` })),
  ...[0, 1, 5, -1].map((i) => ({ type: "i32", code: `(call $near ${I32(i)})` })),
  ...[0, 127, 128, 129, 199, 200, -1].map((i) => ({ type: "i32", code: `(call $middle ${I32(i)})` })),
  ...[0, 1, 2, 3].map((i) => ({ type: "i32", code: `(call $further ${I32(i)})` })),
];

function I32(...values: number[]): string {
  return values.map((value) => `(i32.const ${value})`).join(" ");
}

const TO_I64: Record<string, (code: string) => string> = {
  i32: (code) => `(i64.extend_i32_s ${code})`,
  i64: (code) => code,
  f32: (code) => `(i64.extend_i32_u (i32.reinterpret_f32 ${code}))`,
  f64: (code) => `(i64.reinterpret_f64 ${code})`,
};

function out({ type, code }: Value): string {
  return `(call $out ${TO_I64[type](code)})`;
}

/** A function of `depth` blocks that branches to one of `targets`, and says which. */
export function branching(name: string, depth: number, targets: number[]): string {
  let code = `(br_table ${targets.map((target) => `$b${target}`).join(" ")} (local.get $to))`;
  for (let i = 0; i < depth; i++)
    code = `(block $b${i} ${code}) (if (i32.eqz (local.get $zero)) (then (return (i32.const ${i * 7 + 1}))))`;
  return `(func $${name} (param $to i32) (result i32) (local $zero i32) ${code} (i32.const -1))`;
}

export const upTo = (count: number) => [...Array(count).keys()];

/** Data that overlaps, is not in order, and begins anywhere. */
function data(pages: number): string {
  const segment = (at: number, content: Uint8Array) => `(data (i32.const ${at}) "${bytes(content)}")`;
  const random = (length: number, seed: number) =>
    Uint8Array.from(upTo(length), (i) => ((i + seed) * 2654435761) >> 13);
  const second = [
    segment(65531, Buffer.from("from page to page")), // odd, too
    segment(65600, Buffer.from("n".repeat(20000), "utf16le")), // longer than a run
    segment(106001, random(24000, 5)),
    segment(131071, Uint8Array.of(0x7a)), // the last byte
  ];
  return [
    text(40004, "Zażółć gęślą jaźń 🐢 日本 plain"),
    text(4100, "the first, but written second"),
    segment(5001, random(333, 1)),
    segment(5100, Buffer.from("overlaps")),
    segment(5104, Uint8Array.of(0, 0, 0, 1)),
    segment(5099, Uint8Array.of(0xff, 0, 0xff)),
    segment(4999, random(3, 9)),
    segment(6000, Uint8Array.of()),
    segment(6001, Uint8Array.from([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 3, 3, 0, 0, 4, 4])),
    ...(pages > 1 ? second : [segment(65535, Uint8Array.of(0x7b))]),
  ].join("\n");
}

/**
 * In its first life it ends by a trap, in its second by power-off. Strings of the log are made at 2048; blocks of
 * 2048 bytes from 4096 on are hashed.
 */
export function everything(pages: number): Uint8Array {
  const values = [...["i32", "i64"].flatMap(integers), ...["f32", "f64"].flatMap(floats), ...OTHERS];
  return assemble(`(module
    (type $binary (func (param i32 i32) (result i32)))
    (type $procedure (func))
    (import "linux" "syslog" (func $syslog (param i32 i32 i32 i64) (result i32)))
    (import "linux" "reboot" (func $reboot (param i32) (result i32)))
    (memory (export "memory") ${pages} 4)
    (table 8 funcref)
    (elem (i32.const 3) $add $subtract)
    (elem (i32.const 0) $multiply $add $subtract)
    (elem (i32.const 5) $multiply $inner)
    ${KEPT}
    ${data(pages)}
    (global $i32 (mut i32) (i32.const 7))
    (global $constant i64 (i64.const -3))
    (global $i64 (mut i64) (i64.const 0x1122334455667788))
    (global $f32 (mut f32) (f32.const 0.1))
    (global $f64 (mut f64) (f64.const -1e300))
    (global $zero (mut i32) (i32.const 0))
    (global $started (mut i32) (i32.const 0))

    (func $flush
      (if (i32.load (i32.const 2048)) (then
        (drop (call $syslog (i32.const 6) (i32.const 2052) (i32.const 0) (i64.const 0)))
        (i32.store (i32.const 2048) (i32.const 0)))))
    (func $digit (param $d i32)
      (i32.store16 offset=2052 (i32.load (i32.const 2048))
        (i32.add (local.get $d) (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $d) (i32.const 10)))))
      (i32.store (i32.const 2048) (i32.add (i32.load (i32.const 2048)) (i32.const 2))))
    (func $out (param $value i64) (local $i i32)
      (loop $next
        (local.set $value (i64.rotl (local.get $value) (i64.const 4)))
        (call $digit (i32.and (i32.wrap_i64 (local.get $value)) (i32.const 15)))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 16))))
      (if (i32.ge_u (i32.load (i32.const 2048)) (i32.const 128)) (then (call $flush))))

    (func $hash (local $at i32) (local $hash i64)
      (local.set $at (i32.const 4096))
      (loop $byte
        (local.set $hash (i64.mul (i64.xor (local.get $hash) (i64.load8_u (local.get $at)))
          (i64.const 0x100000001b3)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.eqz (i32.and (local.get $at) (i32.const 2047))) (then (call $out (local.get $hash))))
        (br_if $byte (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))
      (call $flush))
    (func $soil (local $at i32)
      (local.set $at (i32.const 4096))
      (loop $word
        (i64.store (local.get $at) (i64.const -1))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $word (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536))))))
    (func $stores
      ${STORES.map((store, i) => `(${store} (i32.const ${7001 + 16 * i}) (${store.slice(0, 3)}.const -2))`).join("\n")}
      (f32.store (i32.const 7201) (global.get $f32))
      (f64.store (i32.const 7221) (global.get $f64)))
    (func $globals
      (call $out (i64.extend_i32_s (global.get $i32)))
      (call $out (global.get $constant))
      (call $out (global.get $i64))
      (call $out (i64.extend_i32_u (i32.reinterpret_f32 (global.get $f32))))
      (call $out (i64.reinterpret_f64 (global.get $f64)))
      (call $out (i64.extend_i32_s (global.get $started)))
      (call $flush)
      (global.set $i32 (i32.const 8))
      (global.set $i64 (i64.add (global.get $i64) (i64.const 1)))
      (global.set $f32 (f32.add (global.get $f32) (f32.const 1)))
      (global.set $f64 (f64.div (global.get $f64) (f64.const 3))))
    (func $grow
      (call $out (i64.extend_i32_s (memory.size)))
      (call $out (i64.extend_i32_s (memory.grow (i32.const 1))))
      (call $out (i64.extend_i32_s (memory.grow (i32.const 9))))
      (call $out (i64.extend_i32_s (memory.size)))
      (call $out (i64.load (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 8))))
      (call $flush))

    (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
    (func $subtract (type $binary) (i32.sub (local.get 0) (local.get 1)))
    (func $multiply (type $binary) (i32.mul (local.get 0) (local.get 1)))
    (func $factorial (param $n i64) (result i64)
      (if (result i64) (i64.eqz (local.get $n))
        (then (i64.const 1))
        (else (i64.mul (local.get $n) (call $factorial (i64.sub (local.get $n) (i64.const 1)))))))
    (func $harmonic (param $n i32) (result f64) (local $sum f64)
      (loop $next
        (local.set $sum (f64.add (local.get $sum) (f64.div (f64.const 1) (f64.convert_i32_s (local.get $n)))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum))
    ${branching("near", 4, [2, 0, 3, 1])}
    ${branching("middle", 201, [...upTo(200).reverse(), 200])}
    ${branching("further", 201, [3, 200, 128, 127])}

    (func $computes ${values.map(out).join("\n")} (call $flush))

    (func $fail (param $by i32) (call $out (i64.extend_i32_s (i32.div_s (i32.const 1) (local.get $by)))))
    (func $inner (call $fail (global.get $zero)))
    (func $outer (call_indirect (type $procedure) (i32.const 6)))

    (func $start (global.set $started (i32.add (global.get $i32) (i32.const 100))))
    (start $start)
    (func $boot (export "boot")
      (i64.store (i32.const 1028) (i64.add (i64.load (i32.const 1028)) (i64.const 1)))
      (call $out (i64.load (i32.const 1028)))
      (call $out (i64.load (i32.const 1036)))
      (i64.store (i32.const 1036) (i64.const 0x6b657074))
      (call $globals)
      (call $globals)
      (call $hash)
      (call $stores)
      (call $computes)
      (call $grow)
      (call $hash)
      (call $soil)
      (if (i64.eq (i64.load (i32.const 1028)) (i64.const 1)) (then (call $outer)))
      (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
}
