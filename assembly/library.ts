/**
 * What a policy is made of: the package `wasinit`. The files beside this one, which it is made of, can be had by their names,
 * too: `wasinit/linux` has the system calls.
 */
export { checkKernel, loadKernel } from "./update";
export { finish } from "./shutdown";
export { life, Phase } from "./life";
export { error, failed, info, warning } from "./log";
export { makeLinks } from "./links";
export { mountFileSystems } from "./mounts";
export { openStandardStreams } from "./stdio";
export { readSettings } from "./settings";
export { runBoot, runReboot } from "./stages";
export { setUp } from "./setup";
