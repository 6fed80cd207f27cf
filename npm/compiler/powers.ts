/** What an init is able to do: whatever it imports, and nothing else. */

export interface Import {
  module: string;
  name: string;
}

/** A power, in the words of "can ...", and the imports of which each gives it. */
const POWERS: [power: string, imports: string[]][] = [
  ["mount and unmount", ["mount", "umount2"]],
  ["change what / is", ["chroot"]],
  ["write files", ["write", "pwrite"]],
  ["make and remove files", ["mkdir", "chmod", "symlink", "unlink", "rmdir"]],
  ["start programs", ["spawn", "execv"]],
  ["become another program", ["execve"]],
  ["signal processes", ["kill"]],
  ["limit resources", ["setrlimit"]],
  ["drive devices", ["ioctl"]],
  ["use sockets", ["socket", "connect"]],
  ["load a kernel", ["kexec_file_load"]],
  ["end the machine", ["reboot"]],
];

/** WASI's calls that write, by the power that they give. */
const WASI: Record<string, string[]> = {
  "write files": ["fd_write", "fd_pwrite", "fd_allocate", "fd_filestat_set_size"],
  "make and remove files": [
    "path_create_directory",
    "path_link",
    "path_open",
    "path_remove_directory",
    "path_rename",
    "path_symlink",
    "path_unlink_file",
  ],
};

/** The imports of a module, `module.name`, sorted: what its lock holds. */
export function importsOf(wasm: Uint8Array): string[] {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm as BufferSource));
  return imports.map(({ module, name }) => `${module}.${name}`).sort();
}

/** The powers that these imports give, and those that are lacking. */
export function powersOf(imports: string[]): { can: string[]; cannot: string[] } {
  const has = (module: string, name: string) => imports.includes(`${module}.${name}`);
  const can = POWERS.filter(
    ([power, names]) =>
      names.some((name) => has("linux", name)) || WASI[power]?.some((name) => has("wasi_snapshot_preview1", name)),
  ).map(([power]) => power);
  return { can, cannot: POWERS.map(([power]) => power).filter((power) => !can.includes(power)) };
}
