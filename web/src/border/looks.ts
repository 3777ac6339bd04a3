// What a daemon says of how a competition's scores look: pictures by digest, and their own scores.
import type { Hex } from "viem";
import { decimal, flag, list, object, type Parser, word } from "./parse.ts";

const MOST = 8;

export interface Look {
  /** The score that it is to show, and the one that it has; both in the judge's integers. */
  readonly mark: bigint;
  readonly score: bigint;
  /** Of the target; otherwise an unrelated picture. */
  readonly isVariation: boolean;
  readonly picture: Hex;
}

export const looks: Parser<readonly Look[]> = object((field) =>
  field(
    "looks",
    list(
      object((look) => ({
        mark: look("mark", decimal),
        score: look("score", decimal),
        isVariation: look("is_variation", flag),
        picture: look("picture", word),
      })),
      MOST,
    ),
  ),
);
