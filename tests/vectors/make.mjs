// Writes protocol.json, secret.json and content.json beside it from npm's @openzeppelin/merkle-tree and an ABI encoder that neither
// the contract nor the oracle uses. Run: node tests/vectors/make.mjs
import { writeFileSync } from "node:fs";

import { encode } from "@metamask/abi-utils";
import { sha256 } from "@noble/hashes/sha2";
import { keccak_256 } from "@noble/hashes/sha3";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

const hex = (bytes) => "0x" + Buffer.from(bytes).toString("hex");
const keccak = (bytes) => hex(keccak_256(bytes));
const hash = (types, values) => keccak(encode(types, values));
const text = (value) => keccak(new TextEncoder().encode(value));

const chainId = 31337;
const contract = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const id = 7;
const players = [
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
  "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
  "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
];
const operator = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

const targetTypehash = text(
  "Target(uint256 chainid,address competition,address operator,bytes32 targetDigest,bytes32 salt)",
);
const submissionTypehash = text(
  "Submission(uint256 chainid,address competition,uint256 id,uint256 ticketId,address player,bytes32 imageDigest,bytes32 salt)",
);

const target = { operator, targetDigest: text("target"), salt: text("target salt") };
target.commitment = hash(
  ["bytes32", "uint256", "address", "address", "bytes32", "bytes32"],
  [targetTypehash, chainId, contract, operator, target.targetDigest, target.salt],
);

let entriesHash = "0x" + "00".repeat(32);
const entries = players.map((player, index) => {
  const ticketId = index + 1;
  const imageDigest = text(`image ${ticketId}`);
  const salt = text(`salt ${ticketId}`);
  const commitment = hash(
    ["bytes32", "uint256", "address", "uint256", "uint256", "address", "bytes32", "bytes32"],
    [submissionTypehash, chainId, contract, id, ticketId, player, imageDigest, salt],
  );
  entriesHash = hash(
    ["bytes32", "uint256", "address", "bytes32"],
    [entriesHash, ticketId, player, imageDigest],
  );
  return { ticketId, player, imageDigest, salt, commitment, entriesHashAfter: entriesHash };
});

const blockHash = text("seed block");
const seed = hash(
  ["bytes32", "bytes32", "uint256", "address", "uint256"],
  [blockHash, entriesHash, chainId, contract, id],
);

const leafTypes = [
  "uint256", "address", "uint256", "uint32", "uint32", "address", "bytes32", "int256", "uint32",
];
// Every kind of score and flags: zero, negative, beyond 64 bits, remarks, disqualified.
const scores = ["-5", "0", "1000000", "340282366920938463463374607431768211456", "0"];
const flags = [0, 1 << 16, 0, (1 << 17) + (1 << 16), 1 + (1 << 8)];
const order = [3, 1, 5, 2, 4];
const ranked = order.map((ticketId, index) => ({
  rank: index + 1,
  ticketId,
  player: players[ticketId - 1],
  imageDigest: entries[ticketId - 1].imageDigest,
  score: scores[index],
  flags: flags[index],
}));
const rows = ranked.map((entry) => [chainId, contract, id, ...Object.values(entry)]);

// Trees of every shape up to five leaves.
const rankings = rows.map((_, index) => {
  const tree = StandardMerkleTree.of(rows.slice(0, index + 1), leafTypes);
  return {
    leafCount: index + 1,
    root: tree.root,
    leaves: ranked.slice(0, index + 1).map((entry, place) => ({
      ...entry,
      leaf: tree.leafHash(rows[place]),
      proof: tree.getProof(place),
    })),
  };
});

// EIP-712, by its words: https://eips.ethereum.org/EIPS/eip-712
const domainSeparator = hash(
  ["bytes32", "bytes32", "bytes32", "uint256", "address"],
  [
    text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
    text("Judging Oracle"), text("1"), chainId, contract,
  ],
);
const typedData = (type, kinds, values) => {
  const struct = hash(["bytes32", ...kinds], [text(type), ...values]);
  return keccak(Buffer.from("1901" + domainSeparator.slice(2) + struct.slice(2), "hex"));
};

const commit = {
  ticketId: 3,
  commitment: entries[2].commitment,
  replaced: text("an earlier commitment"),
  deadline: 1_900_000_000,
};
commit.digest = typedData(
  "Commit(uint256 id,uint256 ticketId,bytes32 commitment,bytes32 replaced,uint256 deadline)",
  ["uint256", "uint256", "bytes32", "bytes32", "uint256"],
  [id, ...Object.values(commit)],
);

const receipt = { ticketId: 3, player: players[2], imageDigest: entries[2].imageDigest, promptIndex: 41 };
receipt.digest = typedData(
  "Receipt(uint256 id,uint256 ticketId,address player,bytes32 imageDigest,uint32 promptIndex)",
  ["uint256", "uint256", "address", "bytes32", "uint32"],
  [id, ...Object.values(receipt)],
);

const voteTypehash = text(
  "Vote(uint256 chainid,address quorum,address competition,uint256 id,address auditor,bytes32 resultHash,bytes32 salt)",
);
const vote = {
  quorum: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
  auditor: "0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199",
  result: {
    entriesHash, modelHash: text("model"), rankingRoot: rankings[4].root, leafCount: 5,
    bundleDigest: text("bundle"),
  },
  winner: ranked[0],
  workDigest: text("training states"),
  salt: text("vote salt"),
};
vote.resultHash = hash(
  ["bytes32", "bytes32", "bytes32", "uint32", "bytes32",
    "uint32", "uint32", "address", "bytes32", "int256", "uint32", "bytes32"],
  [...Object.values(vote.result), ...Object.values(vote.winner), vote.workDigest],
);
vote.commitment = hash(
  ["bytes32", "uint256", "address", "address", "uint256", "address", "bytes32", "bytes32"],
  [voteTypehash, chainId, vote.quorum, contract, id, vote.auditor, vote.resultHash, vote.salt],
);

// The page's secrets: docs/decisions/secrets-from-the-wallet.md.
const secrets = entries.map(({ ticketId, player, imageDigest }) => {
  const signature = text(`r ${ticketId}`) + text(`s ${ticketId}`).slice(2) + "1b";
  const key = keccak(Buffer.from(signature.slice(2, 130), "hex"));
  const joined = (...words) => Buffer.from(words.map((word) => word.slice(2)).join(""), "hex");
  const salt = keccak(joined(key, imageDigest));
  const commitment = hash(
    ["bytes32", "uint256", "address", "uint256", "uint256", "address", "bytes32", "bytes32"],
    [submissionTypehash, chainId, contract, id, ticketId, player, imageDigest, salt],
  );
  const pad = BigInt(keccak(joined(key, commitment)));
  const sealed = "0x" + (BigInt(imageDigest) ^ pad).toString(16).padStart(64, "0");
  return { ticketId, player, imageDigest, signature, key, salt, commitment, sealed };
});

// The CIDs of the first two are what `ipfs add --cid-version=1 --raw-leaves` prints.
const base32 = (bytes) => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g).map((group) => parseInt(group.padEnd(5, "0"), 2));
  return groups.map((group) => "abcdefghijklmnopqrstuvwxyz234567"[group]).join("");
};
const contents = ["", "hello world\n", "image 1", "a".repeat(1000)].map((content) => {
  const digest = sha256(new TextEncoder().encode(content));
  const cid = "b" + base32([0x01, 0x55, 0x12, 0x20, ...digest]);
  return { content, digest: hex(digest), cid };
});

const vectors = {
  chainId, contract, id, targetTypehash, submissionTypehash,
  target, entries, blockHash, entriesHash, seed, rankings, commit, receipt, voteTypehash, vote,
};
const write = (name, value) =>
  writeFileSync(new URL(name, import.meta.url), JSON.stringify(value, null, 2) + "\n");
write("protocol.json", vectors);
write("secret.json", { chainId, contract, id, secrets });
write("content.json", contents);
