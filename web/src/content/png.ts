// Writes the one file format of a submission: 512×512, 8-bit RGB, three chunks and nothing else.
import type { Bytes } from "./bytes.ts";

export const SIDE = 512;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** `rgb` holds SIDE × SIDE pixels. */
export async function encodePng(rgb: Uint8Array): Promise<Bytes> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, SIDE);
  view.setUint32(4, SIDE);
  header.set([8, 2, 0, 0, 0], 8);
  const body = await deflate(filterRows(rgb));
  return concat([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", body),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** Every row with the filter "up": simple, and good on pictures. */
function filterRows(rgb: Uint8Array): Bytes {
  const stride = SIDE * 3;
  const rows = new Uint8Array(SIDE * (1 + stride));
  const at = (y: number, x: number) => (y < 0 ? 0 : (rgb[y * stride + x] ?? 0));
  for (let y = 0; y < SIDE; y++) {
    const start = y * (1 + stride);
    rows[start] = 2;
    for (let x = 0; x < stride; x++) rows[start + 1 + x] = at(y, x) - at(y - 1, x);
  }
  return rows;
}

async function deflate(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function chunk(kind: string, body: Bytes): Bytes {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  out.set(new TextEncoder().encode(kind), 4);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc32(out.subarray(4, 8 + body.length)));
  return out;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (TABLE[(c ^ byte) & 255] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

export function concat(parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
