/** How an image is compressed: in ways that the kernel knows, and so that the bytes are those of any computer. */
import { gzip } from "./gzip/gzip.js";

type Filter = (pieces: Iterable<Uint8Array>) => Iterable<Uint8Array>;

const ZSTD_LEVEL = 19; // the highest whose window is that of the kernel, whatever memory it has

/** By a module of WebAssembly: which zstd this computer has, if any, makes no difference. */
async function loadZstd(): Promise<Filter> {
  const { Zstd } = await import("@hpcc-js/wasm-zstd");
  const zstd = await Zstd.load();
  return function* (pieces) {
    zstd.reset();
    zstd.setCompressionLevel(ZSTD_LEVEL);
    for (const piece of pieces) yield zstd.compressChunk(piece);
    yield zstd.compressEnd();
  };
}

const FILTERS = {
  gzip: () => gzip,
  zstd: loadZstd,
  none: () => (pieces: Iterable<Uint8Array>) => pieces,
} as const;

export type Compression = keyof typeof FILTERS;

export const COMPRESSIONS = Object.keys(FILTERS) as Compression[];

/** What the name of a file says: `.zst`, `.cpio`, or gzip. */
export function compressionOf(path: string): Compression {
  return path.endsWith(".zst") ? "zstd" : path.endsWith(".cpio") ? "none" : "gzip";
}

export async function filterOf(compression: Compression): Promise<Filter> {
  return FILTERS[compression]();
}
