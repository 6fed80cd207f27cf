;; Runs `check` of the shipped module, as the host does for `--check`.
(module
  (import "init" "kept" (global $kept i32))
  (import "init" "check" (func $check (result i32)))
  (import "linux" "begin" (func $begin (param i32)))
  (import "linux" "checked" (func $checked (param i32)))

  (func (export "_start")
    (call $begin (global.get $kept))
    (call $checked (call $check))))
