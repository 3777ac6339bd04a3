// The page's hashes against the vectors that the contract and the Python side are tested with.
import { readFileSync } from "node:fs";
import { type Address, type Hex, stringToHex } from "viem";
import { describe, expect, it } from "vitest";
import { hashLeaf, prove, rootOf } from "../src/ranking/leaf.ts";
import { hashSubmission, keyOf, recover, seal, secretOf } from "../src/secret/secret.ts";

interface Leaf {
  rank: number;
  ticketId: number;
  player: Address;
  imageDigest: Hex;
  score: string;
  flags: number;
  leaf: Hex;
  proof: Hex[];
}
const vectors = JSON.parse(
  readFileSync(new URL("../../tests/vectors/protocol.json", import.meta.url), "utf8"),
);
const domain = { chainId: vectors.chainId as number, contract: vectors.contract as Address };
const id = BigInt(vectors.id);

describe("hashes agree with contract and Python", () => {
  it("commitments of submissions", () => {
    for (const entry of vectors.entries) {
      const ticket = { id, ticketId: BigInt(entry.ticketId), player: entry.player as Address };
      const hash = hashSubmission(domain, ticket, entry.imageDigest, entry.salt);
      expect(hash).toBe(entry.commitment);
    }
  });

  it("leaves, proofs and roots of every tree", () => {
    for (const ranking of vectors.rankings as { root: Hex; leaves: Leaf[] }[]) {
      const leaves = ranking.leaves.map((row) =>
        hashLeaf(domain, id, { ...row, score: BigInt(row.score) }),
      );
      expect(leaves).toEqual(ranking.leaves.map(({ leaf }) => leaf));
      ranking.leaves.forEach((row, index) => {
        expect(prove(leaves, index)).toEqual({ root: ranking.root, proof: row.proof });
        expect(rootOf(row.leaf, row.proof)).toBe(ranking.root);
      });
    }
  });
});

describe("a lost browser", () => {
  const ticket = { id, ticketId: 3n, player: vectors.entries[2].player as Address };
  const key = keyOf(`0x${"ab".repeat(65)}`);
  const secret = secretOf(domain, ticket, key, vectors.entries[2].imageDigest);
  const sealed = seal(key, secret.commitment, secret.imageDigest);
  const input = `0x12345678${secret.commitment.slice(2)}${sealed.slice(2)}` as Hex;

  it("finds digest and salt again from wallet and transaction", () => {
    expect(recover(domain, ticket, key, secret.commitment, input)).toEqual(secret);
  });

  it("finds nothing with another wallet's key, or without the sealed digest", () => {
    const other = keyOf(`0x${"cd".repeat(65)}`);
    expect(recover(domain, ticket, other, secret.commitment, input)).toBeNull();
    const bare = `0x12345678${secret.commitment.slice(2)}` as Hex;
    expect(recover(domain, ticket, key, secret.commitment, bare)).toBeNull();
  });

  it("does not show the digest to who has no key", () => {
    expect(input).not.toContain(secret.imageDigest.slice(2));
    expect(sealed).not.toBe(seal(key, stringToHex("another", { size: 32 }), secret.imageDigest));
  });
});
