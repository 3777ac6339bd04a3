// What happened to a competition, and to one submission, as the contract's events tell it.
import { type Address, encodeEventTopics, type Hex, numberToHex, parseEventLogs } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";
import { competitionAbi as abi } from "./generated/competition.ts";
import { FollowedLogs, type MinedLog, readLogs } from "./readLogs.ts";

const NAMES = [
  "CompetitionCreated",
  "TargetOpened",
  "SeedPinned",
  "RankingAsserted",
  "DisputeFunded",
  "RankingDisputed",
  "RankingSupported",
  "DisputeResolved",
  "CompetitionFinalized",
  "CompetitionVoided",
] as const;

const parse = (logs: MinedLog[]) => parseEventLogs({ abi, logs, eventName: [...NAMES] });

export type Happening = ReturnType<typeof parse>[number] & { readonly time: number };

/** The events that moved a competition on, oldest first; tickets and submissions are left out. */
export async function readHistory(
  reader: Reader,
  config: Config,
  id: bigint,
): Promise<Happening[]> {
  const kinds = NAMES.map((eventName) => encodeEventTopics({ abi, eventName })[0]);
  const logs = parse(await readLogs(reader, config, [kinds, numberToHex(id, { size: 32 })]));
  const numbers = [...new Set(logs.map(({ blockNumber }) => blockNumber))];
  const blocks = await Promise.all(numbers.map((blockNumber) => getBlock(reader, { blockNumber })));
  const times = new Map(blocks.map(({ number, timestamp }) => [number, Number(timestamp)]));
  return logs.map((log) => ({ ...log, time: times.get(log.blockNumber) ?? 0 }));
}

/** A reveal, with the commitment that it opens. */
export interface Reveal {
  readonly imageDigest: Hex;
  readonly salt: Hex;
  readonly commitment: Hex;
  readonly transactionHash: Hex;
}

/** The reveal of one ticket; null when there is none. */
export async function readReveal(
  reader: Reader,
  config: Config,
  id: bigint,
  ticketId: bigint,
): Promise<Reveal | null> {
  const eventName = "SubmissionRevealed";
  const topics = encodeEventTopics({ abi, eventName, args: { id, ticketId } });
  const [found, ticket] = await Promise.all([
    readLogs(reader, config, topics),
    readContract(reader, {
      ...contractOf(config),
      ...{ functionName: "ticketOf", args: [id, ticketId] },
    }),
  ]);
  const [log] = parseEventLogs({ abi, logs: found, eventName });
  if (!log) return null;
  const { imageDigest, salt } = log.args;
  const { commitment } = ticket;
  return { imageDigest, salt, commitment, transactionHash: log.transactionHash };
}

/** A revealed image, as far as a gallery needs it. */
export interface Revealed {
  readonly ticketId: bigint;
  readonly player: Address;
  readonly imageDigest: Hex;
}

/** The images of a competition, in the order of their reveals, followed as the chain grows. */
export class Reveals {
  readonly #found = new Map<bigint, Revealed>();
  readonly #logs: FollowedLogs;

  constructor(config: Config, id: bigint) {
    const topics = encodeEventTopics({ abi, eventName: "SubmissionRevealed", args: { id } });
    this.#logs = new FollowedLogs(config, topics);
  }

  async read(reader: Reader, block: bigint): Promise<readonly Revealed[]> {
    const logs = await this.#logs.read(reader, block);
    for (const { args } of parseEventLogs({ abi, logs, eventName: "SubmissionRevealed" })) {
      const { ticketId, player, imageDigest } = args;
      this.#found.set(ticketId, { ticketId, player, imageDigest });
    }
    return [...this.#found.values()];
  }
}
