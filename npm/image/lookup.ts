/** Where the paths of an image lead in it. */
import { DIRECTORY, FILE, type Image, type Inode, LINK } from "./cpio.js";

const LINKS_MAX = 40; // as path_resolution(7) has it

/** What is behind a path, but for its last part: `sbin` of `sbin/init`, "" of `init`. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

export function join(directory: string, part: string): string {
  return directory ? `${directory}/${part}` : part;
}

function targetOf(link: Inode): string {
  return Buffer.concat([...link.content()]).toString("latin1");
}

/** The name of what a path leads to, as its links are followed; none if it leads nowhere, or out of the image. */
export function resolve(image: Image, path: string): string | undefined {
  const left = path.split("/");
  let at = "";
  for (let links = 0; left.length;) {
    const part = left.shift()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (!at) return undefined;
      at = parentOf(at);
      continue;
    }
    const next = join(at, part);
    const inode = image.get(next);
    if (inode?.type !== LINK) {
      if (!inode || (left.length && inode.type !== DIRECTORY)) return undefined;
      at = next;
      continue;
    }
    if (++links > LINKS_MAX) return undefined;
    const target = targetOf(inode);
    if (target.startsWith("/")) at = "";
    left.unshift(...target.split("/"));
  }
  return at;
}

/** The inode that a path leads to, without that a link there is followed. */
export function lookUp(image: Image, path: string): Inode | undefined {
  const directory = resolve(image, parentOf(path));
  return directory === undefined ? undefined : image.get(join(directory, path.slice(path.lastIndexOf("/") + 1)));
}

/** Whether a path leads to what can be run, or to a link: where that leads is seen at boot only. */
export function isProgram(image: Image, path: string): boolean {
  const inode = lookUp(image, path);
  return inode?.type === LINK || (inode?.type === FILE && (inode.mode & 0o111) !== 0);
}
