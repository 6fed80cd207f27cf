;; Gives the driver a way into the memory of the module under test: see peek.ts.
(module
  (import "env" "table" (table 8 funcref))
  (import "init" "memory" (memory 1))

  (elem (i32.const 1) $load8 $load16 $load32 $store8 $store32 $store64)
  (func $load8 (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func $load16 (param i32) (result i32) (i32.load16_u (local.get 0)))
  (func $load32 (param i32) (result i32) (i32.load (local.get 0)))
  (func $store8 (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func $store32 (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func $store64 (param i32 i64) (i64.store (local.get 0) (local.get 1))))
