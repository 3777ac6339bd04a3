// Inflates a zlib stream (RFC 1950, 1951) and says where it ends. The browser's own
// DecompressionStream throws away what it has unpacked when bytes follow, as they do in many files.
import type { Bytes } from "./bytes.ts";

/** What is wrong, in the words of the strict reader. */
export class BadStream extends Error {
  constructor(what = "has broken pixel data") {
    super(what);
  }
}

/** The stream ends too early. */
class Cut extends Error {}

const LONGEST = 15; // bits of a code
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Bases and extra bits of lengths (257 … 285) or distances (0 … 29). */
function ladder(first: number, perStep: number, steps: number): [number, number][] {
  const found: [number, number][] = [];
  let base = first;
  for (let i = 0; i < steps; i++) {
    const extra = Math.max(0, Math.floor(i / perStep) - 1);
    found.push([base, extra]);
    base += 1 << extra;
  }
  return found;
}
const LENGTHS = ladder(3, 4, 28).concat([[258, 0]]);
const DISTANCES = ladder(1, 2, 30);

/** Symbols by the next 15 bits, each with the length of its code in the low four bits. */
function tableOf(lengths: ArrayLike<number>): Uint16Array {
  const table = new Uint16Array(1 << LONGEST);
  for (let bits = 1, code = 0; bits <= LONGEST; bits++, code <<= 1)
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== bits) continue;
      if (code >> bits) throw new BadStream();
      let turned = 0; // codes come with their first bit lowest
      for (let i = 0; i < bits; i++) turned |= ((code >> i) & 1) << (bits - 1 - i);
      for (let at = turned; at < table.length; at += 1 << bits) table[at] = (symbol << 4) | bits;
      code++;
    }
  return table;
}

/** The codes of literals and lengths, and of distances. */
type Tables = readonly [Uint16Array, Uint16Array];

const FIXED: Tables = [
  tableOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  tableOf(new Uint8Array(30).fill(5)),
];

class Bits {
  #kept = 0;
  #count = 0;
  at = 2; // after zlib's header

  constructor(private readonly bytes: Bytes) {}

  take(count: number): number {
    this.#fill(count);
    const value = this.#kept & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  symbol(table: Uint16Array): number {
    this.#fill(LONGEST, true);
    const entry = table[this.#kept & 0x7fff] ?? 0;
    if ((entry & 15) > this.#count || (!entry && this.#count < LONGEST)) throw new Cut();
    if (!entry) throw new BadStream();
    this.#drop(entry & 15);
    return entry >> 4;
  }

  /** Goes on with the next whole byte. */
  align(): void {
    this.at -= this.#count >> 3;
    this.#kept = this.#count = 0;
  }

  #fill(count: number, mayEnd = false): void {
    for (; this.#count < count; this.#count += 8) {
      if (this.at >= this.bytes.length) {
        if (mayEnd) return;
        throw new Cut();
      }
      this.#kept |= (this.bytes[this.at++] ?? 0) << this.#count;
    }
  }

  #drop(count: number): void {
    this.#kept >>>= count;
    this.#count -= count;
  }
}

function dynamicTables(bits: Bits): Tables {
  const [literals, distances, codes] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  const short = new Uint8Array(19);
  for (const symbol of ORDER.slice(0, codes)) short[symbol] = bits.take(3);
  const table = tableOf(short);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = bits.symbol(table);
    const last = lengths.at(-1);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16 && last === undefined) throw new BadStream();
    else {
      const [value, least, extra] = symbol === 16 ? [last ?? 0, 3, 2] : [0, 3, 3];
      const many = symbol === 18 ? 11 + bits.take(7) : least + bits.take(extra);
      for (let i = 0; i < many; i++) lengths.push(value);
    }
  }
  if (lengths.length > literals + distances) throw new BadStream();
  return [tableOf(lengths.slice(0, literals)), tableOf(lengths.slice(literals))];
}

export interface Inflated {
  /** At most one byte more than was asked for. */
  readonly data: Uint8Array;
  /** Where the checksum begins; null when the stream did not come to its end within that. */
  readonly end: number | null;
}

/** Unpacks `most` bytes, and one more to show that there are more. Throws `BadStream`. */
export function inflate(bytes: Bytes, most: number): Inflated {
  const [first = 0, second = 0] = bytes;
  if ((first & 15) !== 8 || first >> 4 > 7 || second & 32 || ((first << 8) | second) % 31)
    throw new BadStream("has pixel data that is not a zlib stream");
  const bits = new Bits(bytes);
  const output = new Output(most + 1);
  try {
    for (let last = 0; !last && !output.isFull; ) {
      last = bits.take(1);
      const kind = bits.take(2);
      if (kind === 3) throw new BadStream();
      if (kind === 0) copyBlock(bits, bytes, output);
      else unpackBlock(bits, kind === 1 ? FIXED : dynamicTables(bits), output);
    }
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    return { data: output.data, end: null };
  }
  if (output.isFull) return { data: output.data, end: null };
  bits.align();
  return { data: output.data, end: bits.at };
}

class Output {
  readonly bytes: Uint8Array;
  length = 0;

  constructor(most: number) {
    this.bytes = new Uint8Array(most);
  }

  get data(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  get isFull(): boolean {
    return this.length === this.bytes.length;
  }
}

/** A block that is stored as it is. */
function copyBlock(bits: Bits, bytes: Bytes, output: Output): void {
  bits.align();
  const size = bits.take(16);
  if (bits.take(16) !== (~size & 0xffff)) throw new BadStream();
  const some = bytes.subarray(bits.at, bits.at + size);
  const taken = some.subarray(0, output.bytes.length - output.length);
  output.bytes.set(taken, output.length);
  output.length += taken.length;
  bits.at += size;
  if (some.length < size) throw new Cut();
}

function unpackBlock(bits: Bits, [literals, distances]: Tables, output: Output): void {
  const { bytes } = output;
  for (let symbol = bits.symbol(literals); symbol !== 256; symbol = bits.symbol(literals)) {
    if (output.isFull) return;
    if (symbol < 256) {
      bytes[output.length++] = symbol;
      continue;
    }
    const length = LENGTHS[symbol - 257] ?? raise();
    const many = length[0] + bits.take(length[1]);
    const distance = DISTANCES[bits.symbol(distances)] ?? raise();
    let from = output.length - distance[0] - bits.take(distance[1]);
    if (from < 0) throw new BadStream();
    for (const until = Math.min(output.length + many, bytes.length); output.length < until; )
      bytes[output.length++] = bytes[from++] ?? 0;
  }
}

const raise = (): never => {
  throw new BadStream();
};
