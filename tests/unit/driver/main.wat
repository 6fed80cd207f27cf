;; Runs `boot` of the shipped module, as the host does in PID 1.
(module
  (import "init" "kept" (global $kept i32))
  (import "init" "boot" (func $boot))
  (import "linux" "begin" (func $begin (param i32)))
  (import "linux" "returned" (func $returned))

  (func (export "_start")
    (call $begin (global.get $kept))
    (call $boot)
    (call $returned)))
