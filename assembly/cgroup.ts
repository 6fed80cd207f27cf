import { EEXIST, mkdir, rmdir } from "./linux";
import { writeFile } from "./files";
import { failed } from "./log";

/** A control group of version 2: Documentation/admin-guide/cgroup-v2.rst. */
export class Cgroup {
  /** @param path of its directory, such as `/sys/fs/cgroup/web`. */
  constructor(readonly path: string) {}

  /**
   * Makes the group, if it is not there, and lets it have controllers.
   * @param controllers such as `+memory +pids`, which its parent gives it; none if empty.
   * @returns 0, or -errno, logged: ENOENT if the parent has not those controllers.
   */
  create(controllers: string = ""): i32 {
    const made = mkdir(this.path, 0o755);
    if (made != -EEXIST && failed("mkdir %s: %m", this.path, made)) return made;
    if (!controllers.length) return 0;
    const parent = this.path.slice(0, this.path.lastIndexOf("/"));
    return writeFile(parent + "/cgroup.subtree_control", controllers);
  }

  /**
   * Sets what a controller allows.
   * @param file such as `memory.max`, `pids.max` or `cpu.weight`.
   * @param value as that file takes it: `512M`, `200`, `max`.
   * @returns 0, or -errno, logged: ENOENT if the group has not that controller.
   */
  set(file: string, value: string): i32 {
    return writeFile(this.path + "/" + file, value);
  }

  /**
   * Moves the process that calls it into the group: a child does, in `prepare`.
   * @returns 0, or -errno, logged: ENOENT if the group is not there, EBUSY if it gives controllers to groups in it.
   */
  join(): i32 {
    return this.set("cgroup.procs", "0");
  }

  /**
   * Kills all processes of the group and of those in it (Linux 5.14).
   * @returns 0, or -errno, logged: ENOENT before Linux 5.14.
   */
  kill(): i32 {
    return this.set("cgroup.kill", "1");
  }

  /**
   * Removes the group, once its processes have been reaped.
   * @returns 0, or -errno, logged: EBUSY if there is a process or a group in it.
   */
  remove(): i32 {
    const result = rmdir(this.path);
    failed("rmdir %s: %m", this.path, result);
    return result;
  }
}
