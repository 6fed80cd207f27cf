;; Runs `boot` of the shipped module, after it has given the driver a way into its memory: see peek.ts.
(module
  (import "env" "table" (table 8 funcref))
  (import "init" "memory" (memory 1))
  (import "init" "kept" (global $kept i32))
  (import "init" "boot" (func $boot))
  (import "linux" "begin" (func $begin (param i32)))
  (import "linux" "returned" (func $returned))

  (elem (i32.const 1) $load8 $load16 $load32 $store8 $store32 $store64)
  (func $load8 (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func $load16 (param i32) (result i32) (i32.load16_u (local.get 0)))
  (func $load32 (param i32) (result i32) (i32.load (local.get 0)))
  (func $store8 (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func $store32 (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func $store64 (param i32 i64) (i64.store (local.get 0) (local.get 1)))

  (func (export "_start")
    (call $begin (global.get $kept))
    (call $boot)
    (call $returned)))
