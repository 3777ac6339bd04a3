// Points of the curve BLS12-381 (G1): compressed as drand's relays give them, and as EIP-2537 wants
// them. Only the encoding is changed here; that a point is the right one the contract proves.
import { type Hex, numberToHex } from "viem";

const P =
  0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const COORDINATE_BITS = 384n;
const [COMPRESSED, INFINITY, LARGER] = [1n << 383n, 1n << 382n, 1n << 381n];

/** 128 bytes, each coordinate in 64, of 48 bytes. Throws when these are no point's. */
export function decompress(point: Hex): Hex {
  const bits = BigInt(point);
  const x = bits % LARGER;
  if (bits >> COORDINATE_BITS || !(bits & COMPRESSED) || bits & INFINITY || x >= P)
    throw new Error("This is no compressed point.");
  const square = (x * x * x + 4n) % P;
  const root = power(square, (P + 1n) / 4n); // P = 3 mod 4
  if ((root * root) % P !== square) throw new Error("This point is not on the curve.");
  const isLarger = root > P / 2n;
  const y = isLarger === Boolean(bits & LARGER) ? root : P - root;
  return `${numberToHex(x, { size: 64 })}${numberToHex(y, { size: 64 }).slice(2)}`;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
