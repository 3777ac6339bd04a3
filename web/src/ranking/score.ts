// A score and its terms as people read them; the integers that are on-chain stay beside them.

interface Unit {
  readonly divisor: number;
  readonly digits: number;
  /** What the numbers mean, in a sentence. */
  readonly words: string;
  /** Values with a meaning of their own. */
  readonly marks: readonly (readonly [value: number, words: string])[];
}

const UNITS: Readonly<Record<string, Unit>> = {
  calibrated: {
    divisor: 1e6,
    digits: 3,
    words: "0 is a typical variation of the target, 1 a typical unrelated picture.",
    marks: [
      [0, "variation of the target"],
      [1, "unrelated picture"],
    ],
  },
  "autoencoder-mse": {
    divisor: 1e9,
    digits: 4,
    words: "The mean squared error of the judge's reconstruction, from 0 to 1.",
    marks: [],
  },
};
/** What a table says about a name from outside, which may be any word, "constructor" also. */
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const BARE: Unit = { divisor: 1, digits: 0, words: "", marks: [] };

export const unitOf = (judge: string): Unit => own(UNITS, judge) ?? BARE;

export function readable(judge: string, score: bigint): string {
  const { divisor, digits } = unitOf(judge);
  const value = (Number(score) / divisor).toFixed(digits);
  return Number(value) === 0 ? value.replace("-", "") : value.replace("-", "−");
}

const TERMS: Readonly<Record<string, string>> = {
  target_features: "looks the same to a network that has seen only this target",
  unexplained_detail: "detail that the target's network cannot explain",
  world_in_place: "looks the same to a network that has seen the world, once in its place",
  world_anywhere: "the same things, wherever they stand",
  world_in_grey: "looks the same without colour, lit alike",
  offset: "puts a typical variation at 0",
  mse: "error of the judge's reconstruction",
};

export interface Term {
  readonly name: string;
  readonly words: string;
  readonly value: string;
}

/** What adds up to the score, without the raw distances, which stay in the bundle. */
export const termsOf = (judge: string, terms: ReadonlyMap<string, bigint>): Term[] =>
  [...terms]
    .filter(([name]) => !name.endsWith("_distance"))
    .map(([name, value]) => ({
      name: name.replaceAll("_", " "),
      words: own(TERMS, name) ?? "",
      value: readable(judge, value),
    }));
