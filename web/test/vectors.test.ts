// The page's hashes against the vectors that the contract and the Python side are tested with.
import { readFileSync } from "node:fs";
import { type Address, getAddress, type Hex, stringToHex } from "viem";
import { describe, expect, it } from "vitest";
import { cidOf, digestOf } from "../src/content/digest.ts";
import { growTree, hashLeaf, proofOf, rootOf } from "../src/ranking/leaf.ts";
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
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), "utf8"));
const vectors = read("protocol.json");
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
      const tree = growTree(leaves);
      expect(tree.nodes[0]).toBe(ranking.root);
      ranking.leaves.forEach((row, index) => {
        expect(proofOf(tree, index)).toEqual(row.proof);
        expect(rootOf(row.leaf, row.proof)).toBe(ranking.root);
      });
    }
  });
});

it("leaves, roots and proofs of larger trees", () => {
  const { chain_id, competition, id, trees } = read("merkle.json");
  const here = { chainId: chain_id, contract: competition as Address };
  for (const { rows, leaves, root, proofs } of trees) {
    const hashed = rows.map((row: Record<string, string>) =>
      hashLeaf(here, BigInt(id), {
        rank: Number(row.rank),
        ticketId: Number(row.ticket_id),
        player: getAddress(String(row.player)),
        imageDigest: row.image_digest as Hex,
        score: BigInt(String(row.score)),
        flags: Number(row.flags),
      }),
    );
    expect(hashed).toEqual(leaves);
    const tree = growTree(hashed);
    expect(tree.nodes[0]).toBe(root);
    expect(hashed.map((_: Hex, index: number) => proofOf(tree, index))).toEqual(proofs);
  }
});

describe("what Python and IPFS compute", () => {
  it("digests and CIDs of content", () => {
    for (const { content, digest, cid } of read("content.json")) {
      const bytes = new TextEncoder().encode(content);
      expect(digestOf(bytes)).toBe(digest);
      expect(cidOf(digest)).toBe(cid);
    }
  });

  it("keys, salts, commitments and sealed digests of the wallet's signatures", () => {
    for (const wanted of read("secret.json").secrets) {
      const ticket = { id, ticketId: BigInt(wanted.ticketId), player: wanted.player as Address };
      const key = keyOf(wanted.signature);
      const secret = secretOf(domain, ticket, key, wanted.imageDigest);
      expect(key).toBe(wanted.key);
      expect(secret).toMatchObject({ salt: wanted.salt, commitment: wanted.commitment });
      expect(seal(key, secret.commitment, secret.imageDigest)).toBe(wanted.sealed);
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
