/**
 * What a module that forks needs: a child goes first, until it ends or becomes a program. Then its parent's life is lived
 * again by a new instance, which is told what the one before it was told, up to the fork, and goes on from there.
 */

import { Answer, Caller, Write, self, setSelf } from "./caller";
import { again } from "./env";
import { forgetString, putBytes } from "./peek";

/** How many of its answers the instance that runs was told. */
let told = 0;
/** What the call that is being answered has written. */
let writes: Write[] = [];

/** Whether the next call was answered before. */
export function isTold(): bool {
  return told < self.answers.length;
}

/** The answer of before; its writes are made again. */
export function again64(): i64 {
  const answer = self.answers[told++];
  for (let i = 0; i < answer.writes.length; i++) putBytes(answer.writes[i].address, answer.writes[i].bytes);
  return answer.result;
}

export function again32(): i32 {
  return <i32>again64();
}

export function first64(result: i64): i64 {
  self.answers.push(new Answer(result, writes));
  writes = [];
  forgetString();
  told++;
  return result;
}

export function first32(result: i32): i32 {
  return <i32>first64(result);
}

/** Remembers a byte that is written for the call that is being answered. */
export function noteByte(address: usize, value: u8): void {
  const last = writes.length - 1;
  if (last >= 0 && writes[last].address + writes[last].bytes.length == address) {
    writes[last].bytes.push(value);
    return;
  }
  const write = new Write(address);
  write.bytes.push(value);
  writes.push(write);
}

/** Goes on as a process, where its last call returned `result`. */
export function goOnAs(caller: Caller): void {
  setSelf(caller);
  writes = [];
  told = 0;
  again();
  unreachable();
}

/** Begins PID 1's life anew, in the same world, as the host does after a trap. */
export function forget(): void {
  self.answers = [];
  writes = [];
  told = 0;
}
