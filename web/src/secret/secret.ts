// A submission's secret, derived from a wallet signature so that the wallet alone brings it back.
//
// key = keccak256(r ‖ s of an EIP-712 signature over the ticket); salt = keccak256(key ‖ digest).
// The digest travels with the commitment, sealed: digest XOR keccak256(key ‖ commitment) is appended
// to the calldata, which the contract ignores. Whoever can sign finds digest and salt again.
import {
  type Address,
  bytesToHex,
  concatHex,
  encodeAbiParameters,
  type Hex,
  hexToBytes,
  keccak256,
  parseAbiParameters,
  slice,
  stringToHex,
} from "viem";
import type { Domain } from "../ranking/leaf.ts";

const TYPEHASH = keccak256(
  stringToHex(
    "Submission(uint256 chainid,address competition,uint256 id,uint256 ticketId,address player,bytes32 imageDigest,bytes32 salt)",
  ),
);
const FIELDS = parseAbiParameters(
  "bytes32, uint256, address, uint256, uint256, address, bytes32, bytes32",
);

export interface Ticket {
  readonly id: bigint; // competition
  readonly ticketId: bigint;
  readonly player: Address;
}

export interface Secret {
  readonly imageDigest: Hex;
  readonly salt: Hex;
  readonly commitment: Hex;
}

/** What the wallet is asked to sign; the same words give the same key for ever. */
export const keyRequest = (domain: Domain, ticket: Ticket) =>
  ({
    domain: {
      name: "Judging Oracle",
      version: "1",
      chainId: domain.chainId,
      verifyingContract: domain.contract,
    },
    types: {
      SubmissionKey: [
        { name: "purpose", type: "string" },
        { name: "competition", type: "uint256" },
        { name: "ticket", type: "uint256" },
      ],
    },
    primaryType: "SubmissionKey",
    message: {
      purpose: "Makes the secret of my submission. Sign this only on a page you trust.",
      competition: ticket.id,
      ticket: ticket.ticketId,
    },
  }) as const;

export const keyOf = (signature: Hex): Hex => keccak256(slice(signature, 0, 64));

export function hashSubmission(domain: Domain, ticket: Ticket, digest: Hex, salt: Hex): Hex {
  return keccak256(
    encodeAbiParameters(FIELDS, [
      TYPEHASH,
      BigInt(domain.chainId),
      domain.contract,
      ticket.id,
      ticket.ticketId,
      ticket.player,
      digest,
      salt,
    ]),
  );
}

export function secretOf(domain: Domain, ticket: Ticket, key: Hex, imageDigest: Hex): Secret {
  const salt = keccak256(concatHex([key, imageDigest]));
  return { imageDigest, salt, commitment: hashSubmission(domain, ticket, imageDigest, salt) };
}

/** Seals a digest for calldata, or opens it: the same operation. */
export function seal(key: Hex, commitment: Hex, word: Hex): Hex {
  const pad = hexToBytes(keccak256(concatHex([key, commitment])));
  return bytesToHex(hexToBytes(word).map((byte, i) => byte ^ (pad[i] ?? 0)));
}

/** The secret behind a commitment, from the transaction that made it; null when it is not there. */
export function recover(
  domain: Domain,
  ticket: Ticket,
  key: Hex,
  commitment: Hex,
  input: Hex,
): Secret | null {
  // A smart account nests the call, so it is looked for anywhere in the input.
  const at = input.indexOf(commitment.slice(2));
  const sealed = input.slice(at + 64, at + 128);
  if (at < 0 || sealed.length !== 64) return null;
  const secret = secretOf(domain, ticket, key, seal(key, commitment, `0x${sealed}`));
  return secret.commitment === commitment ? secret : null;
}
