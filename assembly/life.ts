/** How far PID 1 is in its life: `Boot` and `Reboot` are those in which a stage runs. */
export enum Phase {
  SetUp, // Nothing is there yet but the kernel.
  Ready, // The system is set up.
  Boot, // `/etc/boot` runs.
  Reboot, // `/etc/reboot` runs.
  End, // The machine is about to end, or userland to start again.
  Left, // `/` is the new root that the machine is being handed over to: after a trap there is no way back.
}

/** What is known of the life of PID 1: the first of the kept bytes, with names. */
@unmanaged
export class Life {
  /** Monotonic time, in milliseconds, at which `/etc/boot` was started. */
  started: i64;
  phase: Phase;
  /** The pid of the stage, or of what `run` runs, while that runs, else 0. */
  pid: i32;
  /** What signals have asked for: bits of `Request`. */
  asked: u32;
  /** Whether a signal has asked for the end of what runs. */
  ending: u32;
  /** Whether a signal has asked for something since `/etc/boot` was started. */
  signalled: u32;
  /** Seconds to wait before `/etc/boot` is started again. */
  delay: u32;
}

/**
 * What outlives a trap: the host saves these bytes and puts them back before it calls `boot` again, so that the logic
 * goes on with what is running instead of starting a second one.
 */
export const kept: StaticArray<i64> = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

const LIFE: usize = 32; // bytes
const RUNS: usize = 32;
/** Bytes that services.ts has. */
export const SERVICES: usize = 384;

if (offsetof<Life>() > LIFE || LIFE + RUNS + SERVICES > 56 * sizeof<i64>()) ERROR("`kept` is too short");

/** How far this life is: it outlives a trap. */
export const life = changetype<Life>(kept);

/** The kept bytes of once.ts. */
export const keptRuns = changetype<usize>(kept) + LIFE;

/** The kept bytes of services.ts. */
export const keptServices = keptRuns + RUNS;
