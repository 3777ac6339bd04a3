// What happened to a competition, and to one submission, as the contract's events tell it.
import { encodeEventTopics, type Hex, numberToHex, parseEventLogs } from "viem";
import { getBlock } from "viem/actions";
import type { Config } from "../config.ts";
import type { Reader } from "./client.ts";
import { competitionAbi as abi } from "./generated/competition.ts";
import { type MinedLog, readLogs } from "./readLogs.ts";

const NAMES = [
  "CompetitionCreated",
  "TargetOpened",
  "SeedPinned",
  "RankingAsserted",
  "RankingDisputed",
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
  const blocks = await Promise.all(
    logs.map(({ blockNumber }) => getBlock(reader, { blockNumber })),
  );
  return logs.map((log, i) => ({ ...log, time: Number(blocks[i]?.timestamp) }));
}

export interface Reveal {
  readonly imageDigest: Hex;
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
  const found = await readLogs(reader, config, topics);
  const [log] = parseEventLogs({ abi, logs: found, eventName });
  return log ? { imageDigest: log.args.imageDigest, transactionHash: log.transactionHash } : null;
}
