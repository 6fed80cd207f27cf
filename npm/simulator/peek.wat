;; Gives the simulated kernel a way into the memory of an instance of the module under test: see peek.ts. It can't import
;; that memory, as it is there before it: both find each other in a table, whose slots below 8 are those of the instance
;; that was activated last.
(module
  (import "env" "table" (table 8 funcref))
  (import "init" "memory" (memory 0))

  (elem declare func $load8 $load16 $load32 $store8 $size)
  (func $load8 (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func $load16 (param i32) (result i32) (i32.load16_u (local.get 0)))
  (func $load32 (param i32) (result i32) (i32.load (local.get 0)))
  (func $store8 (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func $size (result i32) (i32.shl (memory.size) (i32.const 16)))

  (func (export "activate")
    (table.set (i32.const 1) (ref.func $load8))
    (table.set (i32.const 2) (ref.func $load16))
    (table.set (i32.const 3) (ref.func $load32))
    (table.set (i32.const 4) (ref.func $store8))
    (table.set (i32.const 5) (ref.func $size))))
