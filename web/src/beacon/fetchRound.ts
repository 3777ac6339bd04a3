// A round of a beacon from any of several relays, believed only when the chain proves it.
import type { Hex } from "viem";
import { integer, object, type Parser, parseJson, text } from "../border/parse.ts";
import { readUrl } from "../content/fetchContent.ts";
import { messageOf } from "../messageOf.ts";
import { say } from "../words/html.ts";
import { decompress } from "./point.ts";

const MOST_BYTES = 4096;
const SIGNATURE = /^[0-9a-f]{96}$/;

interface Round {
  readonly round: number;
  readonly signature: Hex;
}

const signature: Parser<Hex> = (value, at) => {
  const found = text(96)(value, at);
  if (!SIGNATURE.test(found)) throw new Error(`${at} is not 48 bytes`);
  return `0x${found}`;
};

const answer: Parser<Round> = object((field) => ({
  round: field("round", integer(1, Number.MAX_SAFE_INTEGER)),
  signature: field("signature", signature),
}));

/**
 * The signature of a round as the contract takes it. `relays` are addresses of drand's HTTP relays, each
 * with its network's name; `prove` throws for a signature that is not the round's.
 */
export async function fetchRound(
  relays: readonly string[],
  round: bigint,
  prove: (signature: Hex) => Promise<unknown>,
): Promise<Hex> {
  const troubles: string[] = [];
  for (const relay of relays) {
    try {
      const bytes = await readUrl(`${relay}/public/${round}`, MOST_BYTES);
      const given = parseJson(new TextDecoder().decode(bytes), answer, "the answer");
      if (BigInt(given.round) !== round) throw new Error("it answered about another round");
      const point = decompress(given.signature);
      await prove(point);
      return point;
    } catch (error) {
      console.debug(error);
      troubles.push(`${new URL(relay).host}: ${messageOf(error).split("\n")[0]}`);
    }
  }
  throw new Error(say`No relay gave round ${round}. ${troubles.join("; ")}`);
}
