// The hashes of a ranking, as the contract and every auditor compute them.
import { type Address, concatHex, type Hex, keccak256 } from "viem";
import { at } from "../at.ts";

export interface Domain {
  readonly chainId: number;
  readonly contract: Address;
}

export interface RankedEntry {
  readonly rank: number;
  readonly ticketId: number;
  readonly player: Address;
  readonly imageDigest: Hex;
  readonly score: bigint;
  readonly flags: number;
}

/**
 * The double-hashed leaf of OpenZeppelin's standard tree: keccak256 twice over the nine words of
 * abi.encode(uint256, address, uint256, uint32, uint32, address, bytes32, int256, uint32). Written
 * word by word, because a general encoder takes seconds for ten thousand rows.
 */
export function hashLeaf(domain: Domain, id: bigint, row: RankedEntry): Hex {
  const words = [
    word(domain.chainId),
    domain.contract.slice(2).padStart(64, "0"),
    word(id),
    word(row.rank),
    word(row.ticketId),
    row.player.slice(2).padStart(64, "0"),
    row.imageDigest.slice(2).padStart(64, "0"),
    word(BigInt.asUintN(256, row.score)),
    word(row.flags),
  ];
  return keccak256(keccak256(`0x${words.join("")}`, "bytes"));
}

const word = (value: bigint | number): string => value.toString(16).padStart(64, "0");

const hashPair = (a: Hex, b: Hex): Hex => keccak256(concatHex(a < b ? [a, b] : [b, a]));

/** The root that a leaf and its siblings lead to. */
export const rootOf = (leaf: Hex, proof: readonly Hex[]): Hex => proof.reduce(hashPair, leaf);

/** A whole tree: every leaf's siblings can be read off it. */
export interface Tree {
  readonly nodes: readonly Hex[]; // the root first, then level by level
  readonly places: readonly number[]; // of each leaf, in the order given
}

/** The standard tree over `leaves`: sorted, pairs hashed in sorted order. */
export function growTree(leaves: readonly Hex[]): Tree {
  const growing = grow(leaves);
  for (;;) {
    const { value, done } = growing.next();
    if (done) return value;
  }
}

/** As `growTree`, pausing after every hash. */
export function* grow(leaves: readonly Hex[]): Generator<void, Tree> {
  const last = 2 * leaves.length - 2;
  const nodes: Hex[] = new Array(last + 1);
  const places: number[] = new Array(leaves.length);
  leaves
    .map((leaf, place) => ({ leaf, place }))
    .sort((a, b) => (a.leaf < b.leaf ? -1 : a.leaf > b.leaf ? 1 : 0))
    .forEach(({ leaf, place }, order) => {
      nodes[last - order] = leaf;
      places[place] = last - order;
    });
  for (let i = leaves.length - 2; i >= 0; i--) {
    nodes[i] = hashPair(at(nodes, 2 * i + 1), at(nodes, 2 * i + 2));
    yield;
  }
  return { nodes, places };
}

/** The siblings of leaf number `index`, from the bottom up. */
export function proofOf({ nodes, places }: Tree, index: number): Hex[] {
  const proof: Hex[] = [];
  for (let node = at(places, index); node > 0; node = (node - 1) >> 1)
    proof.push(at(nodes, node % 2 ? node + 1 : node - 1));
  return proof;
}
