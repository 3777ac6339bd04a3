// Shrinks or enlarges a picture as `judge prepare` does, to the bit: Pillow's Lanczos filter, whose
// weights are whole numbers. A browser's own scaling differs from one to the next.
import { at } from "../at.ts";
import type { Bytes } from "./bytes.ts";

const LOBES = 3;
const PRECISION = 22; // bits of a weight behind the point

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (x: number): number => (Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0);

interface Window {
  readonly first: number;
  readonly weights: Int32Array;
}

/** For each new place, which old ones it is made of. */
function windowsOf(from: number, to: number): Window[] {
  const itself = Int32Array.of(1 << PRECISION);
  if (from === to) return Array.from({ length: to }, (_, first) => ({ first, weights: itself }));
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = LOBES * stretch;
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const last = Math.min(from, Math.trunc(centre + reach + 0.5));
    const raw = Array.from({ length: last - first }, (_, i) =>
      lanczos((i + first - centre + 0.5) * (1 / stretch)),
    );
    const sum = raw.reduce((all, weight) => all + weight, 0);
    const weights = Int32Array.from(raw, (weight) => {
      const whole = (weight / sum) * (1 << PRECISION);
      return Math.trunc(whole < 0 ? whole - 0.5 : whole + 0.5);
    });
    return { first, weights };
  });
}

/** Makes a square of RGB rows, handed over a few at a time from the top, one of another side. */
export class Resampler {
  readonly #windows: Window[];
  readonly #narrow: Uint8ClampedArray<ArrayBuffer>;
  #rows = 0;

  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {
    this.#windows = windowsOf(from, to);
    this.#narrow = new Uint8ClampedArray(from * to * 3);
  }

  /** `rgba` holds whole rows, as a canvas gives them. */
  take(rgba: Uint8ClampedArray): void {
    const stride = this.from * 4;
    for (let start = 0; start < rgba.length; start += stride, this.#rows++)
      for (let x = 0; x < this.to; x++) {
        const { first, weights } = at(this.#windows, x);
        weigh(rgba, start + first * 4, 4, weights, this.#narrow, (this.#rows * this.to + x) * 3);
      }
  }

  /** The new square, RGB. */
  finish(): Bytes {
    const stride = this.to * 3;
    const out = new Uint8ClampedArray(this.to * stride);
    for (let y = 0; y < this.to; y++) {
      const { first, weights } = at(this.#windows, y);
      for (let x = 0; x < stride; x += 3)
        weigh(this.#narrow, first * stride + x, stride, weights, out, y * stride + x);
    }
    return new Uint8Array(out.buffer);
  }
}

/** Writes the weighed sum of pixels that stand `step` values apart. */
function weigh(
  values: Uint8ClampedArray,
  start: number,
  step: number,
  weights: Int32Array,
  out: Uint8ClampedArray,
  to: number,
): void {
  let red = 1 << (PRECISION - 1);
  let [green, blue] = [red, red];
  for (let i = 0, from = start; i < weights.length; i++, from += step) {
    const weight = weights[i] ?? 0;
    red += weight * (values[from] ?? 0);
    green += weight * (values[from + 1] ?? 0);
    blue += weight * (values[from + 2] ?? 0);
  }
  out[to] = red >> PRECISION;
  out[to + 1] = green >> PRECISION;
  out[to + 2] = blue >> PRECISION;
}
