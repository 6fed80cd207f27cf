/** The imports that the shipped logic does without, for other policies: what the simulated kernel answers, and its trace. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { live } from "../../npm/testing/simulator.js";
import { run } from "./harness.js";
import { policy } from "./policies.js";

/** Checks the trace of a policy whose `boot` has this body, but for its last call: in this process, and under wasmtime. */
async function check(name: string, body: string, directives: string, trace: string[], open = ""): Promise<void> {
  const module = await policy(name, body);
  const end = ["reboot(RB_POWER_OFF)", `-- the machine powers off${open}`];
  const life = live(module, directives);
  assert.deepEqual(life.trace, [...trace, ...end]);
  assert.equal(life.problem, "");
  assert.deepEqual(await run(directives, module), { trace: [...trace, ...end, ""].join("\n"), problem: "" });
}

describe("the simulated kernel answers", { concurrency: 2 }, () => {
  test("rmdir: a directory that is empty, is not, is none", () =>
    check(
      "rmdir",
      `linux.mkdir("/a", 0o755);
       linux.mkdir("/a/b", 0o755);
       linux.rmdir("/a");
       linux.rmdir("/a/b");
       linux.rmdir("/a");
       linux.rmdir("/a");
       linux.rmdir("/init");
       linux.rmdir("/data");`,
      "fail rmdir /data EBUSY",
      [
        'mkdir("/a", 0755) = 0',
        'mkdir("/a/b", 0755) = 0',
        'rmdir("/a") = -ENOTEMPTY',
        'rmdir("/a/b") = 0',
        'rmdir("/a") = 0',
        'rmdir("/a") = -ENOENT',
        'rmdir("/init") = -ENOTDIR',
        'rmdir("/data") = -EBUSY',
      ],
    ));

  test("pwrite: to a file, and to one that has no offset", () =>
    check(
      "pwrite",
      `const bytes: StaticArray<u8> = [0x61, 0x62, 0, 0x1b];
       linux.pwrite(linux.open("/data", linux.O_RDWR, 0), changetype<usize>(bytes), 4, 512);
       linux.pwrite(linux.open("/fifo", linux.O_RDWR, 0), changetype<usize>(bytes), 1, 0);
       linux.pwrite(9, changetype<usize>(bytes), 1, 0);`,
      "file /data\nfile /fifo is a FIFO",
      [
        'open("/data", O_RDWR, 0) = 3',
        'pwrite(3</data>, "ab\\0\\x1b", 4, 512) = 4',
        'open("/fifo", O_RDWR, 0) = 4',
        'pwrite(4</fifo>, "a", 1, 0) = -ESPIPE',
        'pwrite(9, "a", 1, 0) = -EBADF',
      ],
      "; left open: 3</data> 4</fifo>",
    ));

  test("ioctl: a watchdog, a terminal, and what the host does not know", () =>
    check(
      "ioctl",
      `const fd = linux.open("/dev/watchdog", linux.O_WRONLY | linux.O_CLOEXEC, 0);
       const number: StaticArray<i32> = [10];
       linux.ioctl(fd, linux.WDIOC_SETTIMEOUT, changetype<usize>(number));
       number[0] = 0;
       linux.ioctl(fd, linux.WDIOC_GETTIMEOUT, changetype<usize>(number));
       linux.close(fd);
       linux.ioctl(fd, linux.WDIOC_GETTIMEOUT, changetype<usize>(number));
       linux.ioctl(0, linux.RNDADDTOENTCNT, changetype<usize>(number));
       linux.ioctl(0, linux.TIOCSCTTY, 1);
       linux.ioctl(0, 0x5401, 0);`,
      "file /dev/watchdog\nfail ioctl RNDADDTOENTCNT EPERM",
      [
        'open("/dev/watchdog", O_WRONLY|O_CLOEXEC, 0) = 3',
        "ioctl(3</dev/watchdog>, WDIOC_SETTIMEOUT, [10]) = 0",
        "ioctl(3</dev/watchdog>, WDIOC_GETTIMEOUT, [10]) = 0",
        "close(3</dev/watchdog>) = 0",
        "ioctl(3, WDIOC_GETTIMEOUT, [10]) = -EBADF",
        "ioctl(0</dev/console>, RNDADDTOENTCNT, [10]) = -EPERM",
        "ioctl(0</dev/console>, TIOCSCTTY, 1) = 0",
        "ioctl(0</dev/console>, 0x5401, 0) = -EINVAL",
      ],
    ));

  test("socket and ioctl: the flags of an interface", () =>
    check(
      "interface",
      `const fd = linux.socket(linux.AF_INET, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0);
       const request = new StaticArray<u8>(40);
       memory.copy(changetype<usize>(request), changetype<usize>(String.UTF8.encode("lo")), 2);
       linux.ioctl(fd, linux.SIOCGIFFLAGS, changetype<usize>(request));
       request[16] |= 1;
       linux.ioctl(fd, linux.SIOCSIFFLAGS, changetype<usize>(request));
       request[16] = 0;
       linux.ioctl(fd, linux.SIOCGIFFLAGS, changetype<usize>(request));
       request[2] = 0x30;
       linux.ioctl(fd, linux.SIOCGIFFLAGS, changetype<usize>(request));
       request[2] = 0x31;
       linux.ioctl(fd, linux.SIOCGIFFLAGS, changetype<usize>(request));
       linux.close(fd);`,
      "interface lo0",
      [
        "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, 0) = 3",
        'ioctl(3<AF_INET>, SIOCGIFFLAGS, {ifr_name="lo", ifr_flags=IFF_LOOPBACK}) = 0',
        'ioctl(3<AF_INET>, SIOCSIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP|IFF_LOOPBACK}) = 0',
        'ioctl(3<AF_INET>, SIOCGIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP|IFF_LOOPBACK}) = 0',
        'ioctl(3<AF_INET>, SIOCGIFFLAGS, {ifr_name="lo0", ifr_flags=0}) = 0',
        'ioctl(3<AF_INET>, SIOCGIFFLAGS, {ifr_name="lo1", ifr_flags=0}) = -ENODEV',
        "close(3<AF_INET>) = 0",
      ],
    ));

  test("connect: to an address of vsock", () =>
    check(
      "connect",
      `const fd = linux.socket(linux.AF_VSOCK, linux.SOCK_STREAM, 0);
       const address: StaticArray<u32> = [linux.AF_VSOCK, 9000, 2, 0];
       linux.connect(fd, changetype<usize>(address), 16);
       linux.write(fd, "7\\n");
       linux.close(fd);
       linux.connect(fd, changetype<usize>(address), 16);
       linux.connect(0, changetype<usize>(address), 16);
       linux.socket(linux.AF_INET, linux.SOCK_STREAM, 6);`,
      "fail connect /dev/console ENOTSOCK\nfail socket AF_INET EAFNOSUPPORT",
      [
        "socket(AF_VSOCK, SOCK_STREAM, 0) = 3",
        "connect(3<AF_VSOCK>, {AF_VSOCK, 2, 9000}, 16) = 0",
        'write(3<AF_VSOCK>, "7\\n") = 2',
        "close(3<AF_VSOCK>) = 0",
        "connect(3, {AF_VSOCK, 2, 9000}, 16) = -EBADF",
        "connect(0</dev/console>, {AF_VSOCK, 2, 9000}, 16) = -ENOTSOCK",
        "socket(AF_INET, SOCK_STREAM, 6) = -EAFNOSUPPORT",
      ],
    ));

  test("setsid and setrlimit", () =>
    check(
      "limits",
      `linux.setsid();
       linux.setsid();
       linux.setrlimit(linux.RLIMIT_NOFILE, 1024, linux.RLIM_INFINITY);
       linux.setrlimit(linux.RLIMIT_CORE, 2, 1);
       linux.setrlimit(linux.RLIMIT_MEMLOCK, 1, 1);
       linux.setrlimit(99, 1, 1);`,
      "fail setrlimit RLIMIT_MEMLOCK EPERM",
      [
        "setsid() = 1",
        "setsid() = -EPERM",
        "setrlimit(RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=RLIM_INFINITY}) = 0",
        "setrlimit(RLIMIT_CORE, {rlim_cur=2, rlim_max=1}) = -EINVAL",
        "setrlimit(RLIMIT_MEMLOCK, {rlim_cur=1, rlim_max=1}) = -EPERM",
        "setrlimit(0x63, {rlim_cur=1, rlim_max=1}) = 0",
      ],
    ));

  test("execv: a program that is not there, and one that PID 1 becomes", async () => {
    const body = 'linux.execv("/bin/no", ["now"]); linux.execv("/bin/sh", ["-c", "echo \\"hello\\""]);';
    const { trace, problem } = live(await policy("execv", body), "file /bin/sh\n");
    assert.equal(problem, "");
    assert.deepEqual(trace, [
      'execv("/bin/no", ["now"]) = -ENOENT',
      'execv("/bin/sh", ["-c", "echo \\"hello\\""])',
      "-- the machine goes on as /bin/sh",
    ]);
  });
});
