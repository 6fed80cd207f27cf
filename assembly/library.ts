/**
 * What a policy is made of: the package `wasinit`. The system calls are `wasinit/linux`; each file beside this one can be had
 * by its name, too.
 *
 * What can fail tells so by its result: a value below 0 is `-errno`, and the log has it in words. Nothing is thrown.
 * @packageDocumentation
 */
export { Cgroup } from "./cgroup";
export { now } from "./clock";
export { option } from "./cmdline";
export { rescueShell, takeTerminal } from "./console";
export { debugExit } from "./debugexit";
export { isDirectory, isProgram, look, writeFile } from "./files";
export { Life, Phase, life } from "./life";
export { limit } from "./limits";
export { makeLinks } from "./links";
export { error, failed, info, warning } from "./log";
export { mountAt, mountFileSystems, umount } from "./mounts";
export { raiseLoopback } from "./network";
export { ALL, GONE, NEVER, NOBODY, RUNNING, reapNext, waitFor } from "./processes";
export { Program } from "./programs";
export { carrySeed } from "./random";
export { run, runProgram } from "./run";
export { Service, supervise } from "./services";
export { setUp } from "./setup";
export { endAll, finish, halt, powerOff, restart, shutDown, startKernel, switchRoot } from "./shutdown";
export { Request } from "./signals";
export { runBoot, runReboot } from "./stages";
export { openStandardStreams } from "./stdio";
export { setHostname, sysctl } from "./sysctl";
export { checkKernel, loadKernel } from "./update";
export { VMADDR_CID_HOST, sendVsock } from "./vsock";
export { startWatchdog } from "./watchdog";
