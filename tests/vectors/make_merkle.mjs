// Writes merkle.json with npm's @openzeppelin/merkle-tree: node tests/vectors/make_merkle.mjs
import { writeFileSync } from "node:fs";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

const CHAIN_ID = 31337;
const COMPETITION = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const ID = 7;
const TYPES = [
  "uint256", "address", "uint256", "uint32", "uint32", "address", "bytes32", "int256", "uint32",
];
const hex = (number, bytes) => `0x${number.toString(16).padStart(2 * bytes, "0")}`;

const trees = [1, 2, 3, 4, 5, 8, 13, 64].map((size) => {
  const rows = Array.from({ length: size }, (_, i) => ({
    rank: i + 1,
    ticket_id: ((i * 7) % size) + 1,
    player: hex(0xa11ce000n + BigInt(i), 20),
    image_digest: hex((BigInt(i) + 1n) ** 40n, 32).slice(0, 66),
    score: String(i % 3 === 2 ? -i : i * 1_000_003),
    flags: i % 4 === 3 ? 257 : 0,
  }));
  const tree = StandardMerkleTree.of(
    rows.map((r) => [
      CHAIN_ID, COMPETITION, ID, r.rank, r.ticket_id, r.player, r.image_digest, r.score, r.flags,
    ]),
    TYPES,
  );
  return {
    rows,
    root: tree.root,
    leaves: rows.map((_, i) => tree.leafHash(tree.at(i))),
    proofs: rows.map((_, i) => tree.getProof(i)),
  };
});

const text = JSON.stringify({ chain_id: CHAIN_ID, competition: COMPETITION, id: ID, trees }, null, 1);
writeFileSync(new URL("merkle.json", import.meta.url), `${text}\n`);
