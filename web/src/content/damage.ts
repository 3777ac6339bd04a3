// Whether a file in the form of a submission is sound: what the judge would refuse is better refused
// before anything is signed.
import type { Bytes } from "./bytes.ts";
import { crc32, SIDE } from "./png.ts";

const ROW_BYTES = 1 + SIDE * 3;
const MOST_FILTER = 4;

/** Throws when a checksum is wrong, or the pixels are not exactly those of the picture. */
export async function requireSound(bytes: Bytes): Promise<void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Bytes[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) throw damaged();
    if (view.getUint32(at + 4) === 0x49444154) data.push(bytes.slice(at + 8, end)); // IDAT
    at = end + 4;
  }
  const rows = await inflate(data, SIDE * ROW_BYTES).catch(() => null);
  if (rows?.length !== SIDE * ROW_BYTES) throw damaged();
  for (let at = 0; at < rows.length; at += ROW_BYTES)
    if ((rows[at] ?? 0) > MOST_FILTER) throw damaged();
}

const damaged = (): Error =>
  new Error("This PNG file is damaged. Save it again in the program that made it.");

/** At most one byte more than `most`: a small file can unpack to a huge one. */
async function inflate(parts: readonly Bytes[], most: number): Promise<Uint8Array> {
  const stream = new Blob([...parts]).stream().pipeThrough(new DecompressionStream("deflate"));
  const out = new Uint8Array(most + 1);
  let length = 0;
  for (const reader = stream.getReader(); length <= most; ) {
    const { done, value } = await reader.read();
    if (done) return out.subarray(0, length);
    const some = value.subarray(0, out.length - length);
    out.set(some, length);
    length += some.length;
  }
  return out;
}
