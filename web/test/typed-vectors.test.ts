// What wallets sign for this contract, against the vectors that the contract and Python are tested with.
import { readFileSync } from "node:fs";
import { hashTypedData } from "viem";
import { expect, it } from "vitest";

const vectors = JSON.parse(
  readFileSync(new URL("../../tests/vectors/protocol.json", import.meta.url), "utf8"),
);
const domain = {
  name: "Judging Oracle",
  version: "1",
  chainId: vectors.chainId,
  verifyingContract: vectors.contract,
};
const types = {
  Commit: [
    { name: "id", type: "uint256" },
    { name: "ticketId", type: "uint256" },
    { name: "commitment", type: "bytes32" },
    { name: "replaced", type: "bytes32" },
    { name: "deadline", type: "uint256" },
  ],
  Receipt: [
    { name: "id", type: "uint256" },
    { name: "ticketId", type: "uint256" },
    { name: "player", type: "address" },
    { name: "imageDigest", type: "bytes32" },
    { name: "promptIndex", type: "uint32" },
  ],
};

it.each([
  ["Commit", vectors.commit],
  ["Receipt", vectors.receipt],
] as const)("a wallet hashes a %s as the contract does", (primaryType, { digest, ...fields }) => {
  const message = { id: vectors.id, ...fields };
  expect(hashTypedData({ domain, types, primaryType, message })).toBe(digest);
});
