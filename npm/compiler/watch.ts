/** Does something again whenever a file changes that it has read, or has looked for, or there is another in a list. */
import { type FSWatcher, existsSync, watch as watchDirectory } from "node:fs";
import { dirname } from "node:path";
import { Complaint, messageOf, reasonOf } from "../base/complaint.js";
import { type Seen, Sources, isUnchanged } from "./sources.js";
import { fail } from "../base/terminal.js";

const QUIET = 50; // milliseconds without a change, as editors write a file in several steps

/** The directory in which a list is to appear: its own, or the one above in which that will be made. */
function above(path: string): string {
  return existsSync(path) ? path : above(dirname(path));
}

/** Directories and not files, as a file may be replaced by another of its name. */
function directoriesOf({ files, lists }: Seen): string[] {
  const ofFiles = Object.keys(files).map((path) => dirname(path));
  const ofLists = Object.keys(lists).map((pattern) => above(dirname(pattern)));
  return [...new Set([...ofFiles.filter((path) => existsSync(path)), ...ofLists])];
}

/** Waits until something is not as it was seen. */
function change(seen: Seen): Promise<void> {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout;
  return new Promise<void>((resolve, reject) => {
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(() => isUnchanged(seen) || resolve(), QUIET);
    };
    try {
      for (const path of directoriesOf(seen)) watchers.push(watchDirectory(path, look).on("error", look));
    } catch (error) {
      reject(new Complaint(`the sources can't be watched: ${reasonOf(error)}`));
    }
    look(); // What has changed before it was watched.
  }).finally(() => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}

/**
 * Acts, and acts again after each change, until the command is ended.
 * @param act reads what it does by these sources; a complaint of it is printed.
 */
export async function watch(act: (sources: Sources) => Promise<void>): Promise<never> {
  for (;;) {
    const sources = new Sources();
    try {
      await act(sources);
    } catch (error) {
      fail(messageOf(error));
    }
    await change(sources.seen);
  }
}
