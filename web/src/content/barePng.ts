// PNG files before the browser sees them, in the words of the strict reader (scoring/submission/png.py)
// and by the rule of the command (bare_png.py): what is broken beside the pixels hides no picture, and
// a picture whose pixels are broken is refused, before anything is signed.
import { say } from "../words/html.ts";
import type { Bytes } from "./bytes.ts";
import { BadStream, type Inflated, inflate } from "./inflate.ts";
import { adler32, chunk, concat, crc32, SIDE } from "./png.ts";

const HEADER_BYTES = 25; // of the whole chunk
const PALETTE = 3;
const GREY = new Set([0, 4]);
/** The bytes at the start of a profile that say what it is of. */
const PROFILE_HEAD = 20;
const MOST_PIXELS = 64_000_000;
const MOST_BYTES = 1_048_576;
const SIGNATURE = 0x89504e470d0a1a0an;
/** What changes the pixels or how they are shown. Other chunks are left out, those of animations too. */
const SHOWN = new Set(["tRNS", "iCCP", "eXIf"]);
/** Samples of a pixel, by colour type. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** First row and column of each pass of an interlaced picture, and the steps from there. */
const PASSES = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;

const END = Uint8Array.of(0, 0, 0, 0, 73, 69, 78, 68, 0xae, 0x42, 0x60, 0x82);

export interface BarePng {
  /** The file without what is not shown. */
  readonly bytes: Bytes;
  /** Whether the file itself is a submission of three kinds of chunks alone: its bytes may be kept. */
  readonly isSubmission: boolean;
}

/** Null for what is no PNG file. Throws what is wrong with its pixels. */
export function barePng(file: Bytes): BarePng | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 8 || view.getBigUint64(0) !== SIGNATURE) return null;
  const kept: Bytes[] = [file.subarray(0, 8)];
  const data: Bytes[] = [];
  let [at, kind, plain, first] = [8, "", true, true];
  while (at + 12 <= file.length && kind !== "IEND") {
    const end = at + 12 + view.getUint32(at);
    kind = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (end > file.length) throw damaged(say`ends inside its ${kind} chunk`);
    const holds = crc32(file.subarray(at + 4, end - 4)) === view.getUint32(end - 4);
    const critical = kind.charCodeAt(0) < 97;
    if (critical && !holds) throw damaged(say`has a wrong CRC in its ${kind} chunk`);
    const whole = file.subarray(at, end);
    if (kind === "PLTE" && kept[1]?.length === HEADER_BYTES) kept.push(fullPalette(whole, kept[1]));
    else if (critical || (holds && SHOWN.has(kind) && isOfPicture(kind, whole, kept[1])))
      kept.push(whole);
    plain &&= (kind === "IHDR") === first && /^(IHDR|IDAT|IEND)$/.test(kind);
    plain &&= kind !== "IEND" || (end === at + 12 && end === file.length);
    if (kind === "IDAT") data.push(file.subarray(at + 8, end - 4));
    first = false;
    at = end;
  }
  const header = kept[1];
  if (header?.length !== HEADER_BYTES) throw damaged("does not begin with a 13-byte IHDR chunk");
  const isWhole = requirePixels(headerOf(header), concat(data));
  const isSubmission =
    plain && kind === "IEND" && isWhole && isPlain(header) && file.length <= MOST_BYTES;
  if (kind !== "IEND") kept.push(END); // nothing but the end is missing
  return { bytes: concat(kept), isSubmission };
}

/** False for a profile of other colours than the picture's, which some browsers apply all the same. */
function isOfPicture(kind: string, whole: Bytes, header: Bytes | undefined): boolean {
  if (kind !== "iCCP" || header?.length !== HEADER_BYTES) return true;
  const body = whole.subarray(8, -4);
  const packed = body.subarray(body.indexOf(0) + 2); // after a name and the kind of compression
  try {
    const space = String.fromCharCode(...inflate(packed, PROFILE_HEAD).data.subarray(16, 20));
    return space === "RGB " || (space === "GRAY" && GREY.has(headerOf(header).colour));
  } catch (error) {
    if (error instanceof BadStream) return false;
    throw error;
  }
}

/** All colours that a pixel can name, the missing ones black: what else they are is each browser's own. */
function fullPalette(palette: Bytes, header: Bytes): Bytes {
  const { depth, colour } = headerOf(header);
  if (colour !== PALETTE || depth > 8) return palette;
  const colours = new Uint8Array(3 << depth);
  colours.set(palette.subarray(8, Math.min(palette.length - 4, 8 + colours.length)));
  return chunk("PLTE", colours);
}

/** 512×512, 8 bits, RGB; interlaced or not. */
const isPlain = (chunk: Bytes): boolean => {
  const { width, height, depth, colour } = headerOf(chunk);
  return width === SIDE && height === SIDE && depth === 8 && colour === 2;
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
}

function headerOf(chunk: Bytes): Header {
  const view = new DataView(chunk.buffer, chunk.byteOffset + 8);
  const [depth, colour, compression, filter, interlace] = chunk.subarray(16, 21);
  if (compression || filter || (interlace ?? 0) > 1)
    throw damaged("names a compression, filter or interlace unknown");
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, depth: depth ?? 0, colour: colour ?? 0, interlaced: interlace === 1 };
}

/** Throws unless all pixels are there; false where more than they are there. */
function requirePixels(header: Header, stream: Bytes): boolean {
  if (header.width * header.height > MOST_PIXELS)
    throw new Error(
      "This picture has more than 64 million pixels. Shrink it first: 512×512 are used.",
    );
  const rows = rowsOf(header);
  const size = rows.reduce((sum, [count, bytes]) => sum + count * bytes, 0);
  const wanted = say`${header.width}×${header.height} pixels`;
  if (!stream.length) throw damaged("has no pixel data");
  const { data, end } = inflated(stream, size);
  if (data.length < size || (end === null && data.length === size))
    throw damaged(say`has less pixel data than ${wanted}`);
  if (end !== null && adler32(data) !== numberAt(stream, end))
    throw damaged("has a wrong checksum over its pixel data");
  let at = 0;
  for (const [count, bytes] of rows)
    for (let row = 0; row < count; row++, at += bytes)
      if ((data[at] ?? 0) > 4)
        throw damaged(say`uses a filter ${data[at] ?? 0} that does not exist`);
  return end !== null && end + 4 === stream.length;
}

function inflated(stream: Bytes, size: number): Inflated {
  try {
    return inflate(stream, size);
  } catch (error) {
    throw error instanceof BadStream ? damaged(error.message) : error;
  }
}

/** How many filtered rows there are of how many bytes, in the order of the stream. */
function rowsOf({ width, height, depth, colour, interlaced }: Header): [number, number][] {
  const bits = depth * (SAMPLES[colour] ?? 0);
  return (interlaced ? PASSES : [[0, 0, 1, 1] as const]).map(([top, left, down, right]) => {
    const [columns, rows] = [Math.ceil((width - left) / right), Math.ceil((height - top) / down)];
    return [columns > 0 ? Math.max(rows, 0) : 0, 1 + Math.ceil((columns * bits) / 8)];
  });
}

function numberAt(bytes: Bytes, at: number): number | null {
  if (at + 4 > bytes.length) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

const damaged = (what: string): Error =>
  new Error(say`This PNG file is damaged: it ${what}. Save it again in the program that made it.`);
