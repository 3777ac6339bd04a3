// What players and studios sign about prompts (EIP-712), and whether a studio has signed it.
import { type Address, type Hex, hashTypedData, isAddressEqual, recoverAddress, size } from "viem";
import { readContract } from "viem/actions";
import type { Reader } from "../chain/client.ts";
import type { Domain } from "../ranking/leaf.ts";
import type { Ticket } from "../secret/secret.ts";
import type { LogHead } from "./answers.ts";
import type { Permit } from "./client.ts";

const domainOf = ({ chainId, contract }: Domain) =>
  ({ name: "Judging Oracle", version: "1", chainId, verifyingContract: contract }) as const;

/** What the wallet is asked to sign to open a studio for one ticket. */
export const sessionRequest = (domain: Domain, permit: Permit) =>
  ({
    domain: domainOf(domain),
    types: {
      StudioSession: [
        { name: "id", type: "uint256" },
        { name: "ticketId", type: "uint256" },
        { name: "studio", type: "address" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "StudioSession",
    message: {
      id: permit.competition,
      ticketId: permit.ticket,
      studio: permit.studio,
      deadline: BigInt(permit.deadline),
    },
  }) as const;

/** A studio's word that an image is one of a ticket's prompts: what a reveal needs. */
export interface Receipt {
  readonly promptIndex: number;
  readonly signature: Hex;
}

export const hashReceipt = (
  domain: Domain,
  { id, ticketId, player }: Ticket,
  imageDigest: Hex,
  promptIndex: number,
): Hex =>
  hashTypedData({
    domain: domainOf(domain),
    types: {
      Receipt: [
        { name: "id", type: "uint256" },
        { name: "ticketId", type: "uint256" },
        { name: "player", type: "address" },
        { name: "imageDigest", type: "bytes32" },
        { name: "promptIndex", type: "uint32" },
      ],
    },
    primaryType: "Receipt",
    message: { id, ticketId, player, imageDigest, promptIndex },
  });

export const hashLogHead = (
  domain: Domain,
  id: bigint,
  { length, head }: Pick<LogHead, "length" | "head">,
): Hex =>
  hashTypedData({
    domain: domainOf(domain),
    types: {
      StudioLog: [
        { name: "id", type: "uint256" },
        { name: "length", type: "uint64" },
        { name: "head", type: "bytes32" },
      ],
    },
    primaryType: "StudioLog",
    message: { id, length: BigInt(length), head },
  });

const ERC1271 = [
  {
    type: "function",
    name: "isValidSignature",
    stateMutability: "view",
    inputs: [{ type: "bytes32" }, { type: "bytes" }],
    outputs: [{ type: "bytes4" }],
  },
] as const;
const MAGIC = "0x1626ba7e";
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** Whether the contract will take it as `signer`'s: an account's own signature, or a contract's word. */
export async function isSignedBy(
  reader: Reader | null,
  signer: Address,
  hash: Hex,
  signature: Hex,
): Promise<boolean> {
  if (await isAccounts(signer, hash, signature)) return true;
  if (!reader) return false;
  const asked = { address: signer, abi: ERC1271, functionName: "isValidSignature" } as const;
  return readContract(reader, { ...asked, args: [hash, signature] }).then(
    (answer) => answer === MAGIC,
    () => false, // no contract, or one that refuses
  );
}

/** As strictly as the contract: of the two signatures that recover the same key it takes one alone. */
async function isAccounts(signer: Address, hash: Hex, signature: Hex): Promise<boolean> {
  if (size(signature) !== 65) return false;
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const v = Number.parseInt(signature.slice(130), 16);
  if (s > HALF_ORDER || (v !== 27 && v !== 28)) return false;
  const found = await recoverAddress({ hash, signature }).catch(() => null);
  return found !== null && isAddressEqual(found, signer);
}
