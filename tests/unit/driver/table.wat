;; The driver can't import the memory of the module under test, as it comes before it. So both find each other here:
;; the slots below 8 are filled by peek.wat, the others by the driver (its option tableBase).
(module
  (table (export "table") 256 funcref))
