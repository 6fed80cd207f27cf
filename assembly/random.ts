import { O_CLOEXEC, O_CREAT, O_RDONLY, O_RDWR, O_SYNC, O_WRONLY, RNDADDTOENTCNT } from "./linux";
import { _exit, fork, ioctl, open, pwrite, read } from "./linux";
import { closeFile } from "./files";
import { error, failed, info } from "./log";
import { page } from "./page";
import { waitOrLeave } from "./processes";

/** random(4): a seed of the kernel's random numbers is carried from one boot to the next in a file. */

const RANDOM = "/dev/urandom";
const SEEDED = "/dev/random"; // which holds who reads it until the kernel has entropy, and has it look for some

const SEED: u32 = 512; // bytes: as many as systemd-random-seed(8) carries, more than the pool has
const seed = page;
const bits = memory.data(4, 4); // an int

/** Reads a seed from a file; returns bytes, 0 if there are none or it can't. */
function readSeed(path: string, fd: i32): u32 {
  const length = read(fd, seed, SEED);
  return failed("can't read %s: %m", path, length) ? 0 : length;
}

/** Writes a seed to a file; returns whether all of it is there. */
function writeSeed(path: string, fd: i32, length: u32): bool {
  const written = pwrite(fd, seed, length, 0);
  if (failed("can't write %s: %m", path, written)) return false;
  if (<u32>written < length) error("%s is cut short", path);
  return <u32>written == length;
}

/** Makes a new seed, and puts it into the file, on its disk. */
function renew(path: string, random: i32): bool {
  if (readSeed(RANDOM, random) < SEED) return false;
  const fd = open(path, O_WRONLY | O_CREAT | O_SYNC | O_CLOEXEC, 0o600);
  if (failed("can't open %s: %m", path, fd)) return false;
  const isWritten = writeSeed(path, fd, SEED);
  closeFile(path, fd);
  return isWritten;
}

/** Reads the old seed and stirs it in, which alone makes nothing worse; returns how many bytes there were. */
function stir(path: string, random: i32): u32 {
  const fd = open(path, O_RDONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", path, fd)) return 0;
  const length = readSeed(path, fd);
  closeFile(path, fd);
  return length && writeSeed(RANDOM, random, length) ? length : 0;
}

/** Waits for random numbers of the kernel's that are fit for a seed that is to count; returns whether there are. */
function isSeeded(): bool {
  const fd = open(SEEDED, O_RDONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", SEEDED, fd)) return false;
  const length = read(fd, page + SEED, 1);
  closeFile(SEEDED, fd);
  return !failed("can't read %s: %m", SEEDED, length);
}

/** A seed counts only once another one is in its place, as it must never be used twice. */
function carry(path: string): bool {
  const random = open(RANDOM, O_RDWR | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", RANDOM, random)) return false;
  const length = stir(path, random);
  const isRenewed = (length > 0 || isSeeded()) && renew(path, random);
  store<i32>(bits, 8 * length);
  const isCredited =
    length && isRenewed && !failed("can't credit the seed: %m", null, ioctl(random, RNDADDTOENTCNT, bits));
  if (isCredited) info("%d bits of the random seed %s are used", path, 8 * length);
  closeFile(RANDOM, random);
  return isRenewed;
}

/**
 * Seeds the kernel's random numbers from a file, and puts a new seed there: early in the boot, so that nothing waits for
 * them, and once more at its end. A child does, for 30 s at most: a disk may not answer, and the
 * first seed waits for the kernel to have entropy.
 * @param path of the file, on a disk that is private to this machine; made if it is not there.
 * @returns whether a new seed is there; the log says why not.
 */
export function carrySeed(path: string): bool {
  const pid = fork();
  if (failed("can't fork: %m", null, pid)) return false;
  if (pid == 0) _exit(carry(path) ? 0 : 1);
  return waitOrLeave(pid, "%s got no seed in 30 s: its disk does not answer, or there is no entropy", path) == 0;
}
