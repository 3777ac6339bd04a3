// WebP pictures upright: browsers differ in whether they turn them as their EXIF data says, so the page
// does it for all of them, and hides that data from the browser.
import type { Bytes } from "./bytes.ts";

const RIFF = 0x52494646;
const WEBP = 0x57454250;
const EXIF = 0x45584946;
const ORIENTATION = 0x0112;
const SHORT = 3;

export interface Webp {
  /** The file without its EXIF data. */
  readonly bytes: Bytes;
  /** EXIF's orientation, 1 to 8. */
  readonly turn: number;
}

/** Null for what is no WebP file, or has nothing to say about its orientation. */
export function turnedWebp(file: Bytes): Webp | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || view.getUint32(0) !== RIFF || view.getUint32(8) !== WEBP) return null;
  for (let at = 12; at + 8 <= file.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = file.subarray(at + 8, at + 8 + size);
    if (view.getUint32(at) === EXIF) {
      const bytes = file.slice();
      bytes.fill(0x20, at, at + 4); // a chunk that nobody knows
      return { bytes, turn: orientationOf(body) };
    }
    at += 8 + size + (size & 1);
  }
  return null;
}

/**
 * What the first directory of EXIF data says; 1 where that cannot be read. As browsers and the command
 * (scoring/submission/orientation.py) have it, only one number of 16 bits counts.
 */
function orientationOf(exif: Bytes): number {
  const start = String.fromCharCode(...exif.subarray(0, 4)) === "Exif" ? 6 : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, Math.max(0, exif.length - start));
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i;
      if (view.getUint16(entry, little) !== ORIENTATION) continue;
      const isOneShort =
        view.getUint16(entry + 2, little) === SHORT && view.getUint32(entry + 4, little) === 1;
      const turn = view.getUint16(entry + 8, little);
      return isOneShort && turn >= 1 && turn <= 8 ? turn : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it ends too early: the picture is fine
  }
  return 1;
}
