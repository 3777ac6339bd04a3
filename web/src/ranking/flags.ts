// What the flags of a ranking row mean, in a player's words. The bits are those of scoring/submission/flags.py.
const REASONS: readonly [bit: number, words: string][] = [
  [1, "is not a PNG file"],
  [2, "is larger than 1 MiB"],
  [3, "is not 512×512 pixels"],
  [4, "is not 8-bit RGB without transparency"],
  [5, "is animated"],
  [6, "has data after its end"],
  [7, "is damaged"],
  [8, "has the pixels of an earlier entry"],
  [9, "has the pixels of the target"],
  [10, "could not be fetched"],
  [11, "has nearly the pixels of an earlier entry"],
  [12, "has nearly the pixels of the target"],
];

export const isDisqualified = (flags: number): boolean => (flags & 1) === 1;

export const reasons = (flags: number): string[] =>
  REASONS.filter(([bit]) => flags & (1 << bit)).map(([, words]) => words);
