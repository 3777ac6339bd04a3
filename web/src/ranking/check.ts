// Whether a published ranking is the one on-chain: every row's leaf, the tree over them, its root.
import type { Hex } from "viem";
import { at } from "../at.ts";
import { type Domain, grow, hashLeaf, type RankedEntry, type Tree } from "./leaf.ts";

export interface CheckedRanking {
  readonly leaves: readonly Hex[];
  readonly tree: Tree;
  readonly root: Hex;
}

const SLICE_MILLISECONDS = 12;

/** Hashes all rows, in slices, so that ten thousand of them do not stop the page. */
export async function hashRanking(
  domain: Domain,
  id: bigint,
  rows: readonly RankedEntry[],
): Promise<CheckedRanking> {
  const leaves: Hex[] = [];
  const rest = slices();
  for (const row of rows) {
    leaves.push(hashLeaf(domain, id, row));
    await rest();
  }
  const growing = grow(leaves);
  for (;;) {
    const { value: tree, done } = growing.next();
    if (done) return { leaves, tree, root: at(tree.nodes, 0) };
    await rest();
  }
}

/** Gives the page its turn whenever a slice of time is used up. */
function slices(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < SLICE_MILLISECONDS) return undefined;
    return new Promise((resolve) =>
      setTimeout(() => {
        began = performance.now();
        resolve();
      }),
    );
  };
}
