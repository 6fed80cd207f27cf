/** Where files are that are only needed meanwhile. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Complaint, reasonOf } from "./complaint.js";
import { ELSEWHERE, atEnd, temporaries, unwritable } from "./files.js";

/** A directory of its own; it is removed when it is disposed of, or the command ends. */
export class Temporary {
  private readonly directory = makeDirectory();
  private readonly forget = atEnd(() => this.remove());

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Makes a file; returns its path. */
  write(name: string, content: string | Uint8Array): string {
    return this.make(name, (path) => writeFileSync(path, content));
  }

  /** Makes a directory that is empty; returns its path. */
  mkdir(name: string): string {
    return this.make(name, (path) => mkdirSync(path));
  }

  dispose(): void {
    this.remove();
    this.forget();
  }

  private make(name: string, act: (path: string) => void): string {
    const path = this.path(name);
    try {
      act(path);
    } catch (error) {
      throw unwritable(path, error);
    }
    return path;
  }

  private remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function makeDirectory(): string {
  try {
    const directory = mkdtempSync(join(tmpdir(), "wasinit-"));
    temporaries.add(directory);
    return directory;
  } catch (error) {
    throw new Complaint(`${tmpdir()} can't be written to: ${reasonOf(error)}\n(${ELSEWHERE})`);
  }
}
