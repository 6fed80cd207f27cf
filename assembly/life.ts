/** How far PID 1 is in its life: `Boot` and `Reboot` are those in which a stage runs. */
export enum Phase {
  SetUp,
  Ready,
  Boot,
  Reboot,
  End,
}

/** The kept bytes, with names. */
@unmanaged
export class Life {
  /** Monotonic time, in milliseconds, at which `/etc/boot` was started. */
  started: i64;
  phase: Phase;
  /** The stage's pid while it runs, else 0. */
  pid: i32;
  /** What signals have asked for: bits of `Request`. */
  asked: u32;
  /** Whether a signal has asked for the end of the stage that runs. */
  ending: u32;
  /** Whether a signal has asked for something since `/etc/boot` was started. */
  signalled: u32;
  /** Seconds to wait before `/etc/boot` is started again. */
  delay: u32;
}

/**
 * What outlives a trap: the host saves these bytes and puts them back before it calls `boot` again, so that the logic
 * goes on with the stage that is running instead of starting a second one.
 */
export const kept: StaticArray<i64> = [0, 0, 0, 0];

if (offsetof<Life>() > 4 * sizeof<i64>()) ERROR("`kept` is shorter than Life");

export const life = changetype<Life>(kept);
