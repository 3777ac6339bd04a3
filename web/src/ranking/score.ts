// A score and its terms as people read them; the integers that are on-chain stay beside them.
import { decimal } from "../words/writing.ts";

interface Unit {
  readonly divisor: number;
  readonly digits: number;
  /** What the numbers mean, in a sentence. */
  readonly words: string;
  /** Values with a meaning of their own. */
  readonly marks: readonly (readonly [value: number, words: string])[];
  /** What a picture with such a score looks like. */
  readonly looks: readonly (readonly [value: number, words: string])[];
}

const UNITS: Readonly<Record<string, Unit>> = {
  calibrated: {
    divisor: 1e6,
    digits: 3,
    words:
      "0 is a typical variation of the target, 1 a typical unrelated picture. Below 0 is nearer still than such a variation.",
    looks: [
      [0, "You take it for the target: turned a little, lit otherwise, redrawn with care."],
      [
        0.5,
        "You know what it wants to be: some things are there, others are missing or elsewhere.",
      ],
      [1, "Another picture. Nothing in it is the target's."],
    ],
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
    looks: [],
  },
};
/** What a table says about a name from outside, which may be any word, "constructor" also. */
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const BARE: Unit = { divisor: 1, digits: 0, words: "", marks: [], looks: [] };

export const unitOf = (judge: string): Unit => own(UNITS, judge) ?? BARE;

export function readable(judge: string, score: bigint): string {
  const { divisor, digits } = unitOf(judge);
  const value = Number((Number(score) / divisor).toFixed(digits)) || 0; // and no "-0"
  return decimal(value, digits).replace("-", "−");
}

/** What a picture with this score looks like; empty where a judge has no words for it. */
export function looksLike(judge: string, score: bigint): string {
  const { divisor, looks } = unitOf(judge);
  const value = Number(score) / divisor;
  const far = ([mark]: readonly [number, string]) => Math.abs(mark - value);
  return [...looks].sort((one, other) => far(one) - far(other))[0]?.[1] ?? "";
}

/** What a score says that is less than any that has a picture. */
export function nearer(judge: string, score: bigint): string {
  return unitOf(judge).looks.length && score < 0n
    ? "Nearer to the target than its typical variation."
    : "";
}

/** The terms by the names that a player reads, and what each asks. */
const TERMS: Readonly<Record<string, readonly [name: string, words: string]>> = {
  target_features: ["Likeness", "to a network that has seen only this target"],
  unexplained_detail: ["Strange detail", "that the target's network cannot explain"],
  world_in_place: ["Things in place", "to a network that has seen the world"],
  world_anywhere: ["Things anywhere", "the same ones, wherever they stand"],
  same_subject: ["Subject", "whether it shows the same"],
  world_in_grey: ["Shapes and light", "without colour, lit alike"],
  offset: ["Zero point", "puts a typical variation at 0"],
  mse: ["Error", "of the judge's reconstruction"],
};

export interface Term {
  readonly name: string;
  readonly words: string;
  readonly value: string;
  /** How much of the largest term of the entry, from −1 to 1; less is nearer. */
  readonly share: number;
}

/** What adds up to the score, without the raw distances, which stay in the bundle. */
export function termsOf(judge: string, terms: ReadonlyMap<string, bigint>): Term[] {
  const all = [...terms].filter(([name]) => !name.endsWith("_distance"));
  const most = Math.max(1, ...all.map(([, value]) => Math.abs(Number(value))));
  return all.map(([key, value]) => {
    const [name, words] = own(TERMS, key) ?? [key.replaceAll("_", " "), ""];
    return { name, words, value: readable(judge, value), share: Number(value) / most };
  });
}
