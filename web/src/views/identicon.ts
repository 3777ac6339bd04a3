// A small symmetric picture that follows from bytes: two accounts that look alike in letters differ in it.
import { svg } from "lit-html";

const CELLS = 5;
const HALF = 3;

export function identicon(bytes: Uint8Array) {
  const at = (i: number) => bytes[i % bytes.length] ?? 0;
  const hue = Math.round(((at(0) * 256 + at(1)) / 65_536) * 360);
  const cells = Array.from({ length: CELLS * HALF }, (_, i) => i).filter((i) => at(i + 2) & 1);
  const both = cells.flatMap((i) => {
    const [x, y] = [i % HALF, Math.floor(i / HALF)];
    return x === HALF - 1 ? [[x, y] as const] : [[x, y] as const, [CELLS - 1 - x, y] as const];
  });
  return svg`<svg class="identicon" viewBox="-0.5 -0.5 6 6" aria-hidden="true" fill=${`hsl(${hue} 60% 50%)`}>${both.map(([x, y]) => svg`<rect x=${x} y=${y} width="1" height="1" />`)}</svg>`;
}
