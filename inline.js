/**
 * Inlines each function of a module that has one caller, however long: in /init a function is some 110 bytes of tables
 * beside its code. asc stops at 80 bytes of code. usage: node inline.js MODULE
 */
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";

const [, , path] = process.argv;
const module = binaryen.readBinary(readFileSync(path));
binaryen.setOptimizeLevel(3);
binaryen.setShrinkLevel(2);
binaryen.setDebugInfo(true); // the names of the functions, for call stacks
binaryen.setOneCallerInlineMaxSize(0xffff);
binaryen.setAlwaysInlineMaxSize(13);
module.runPasses(["inlining-optimizing", "dae-optimizing", "inlining-optimizing"]);
module.optimize();
if (!module.validate()) process.exit(1);
writeFileSync(path, module.emitBinary());
