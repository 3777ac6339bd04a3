// What an account has at stake in disputes, and what of it it can take back now.
import { type Address, encodeEventTopics, type LogTopic, pad, parseEventLogs } from "viem";
import { readContract } from "viem/actions";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";
import { competitionAbi as abi } from "./generated/competition.ts";
import { FollowedLogs } from "./readLogs.ts";

const NAMES = ["DisputeFunded", "RankingSupported"] as const;

/** One account's part in the dispute of one competition, in wei. */
export interface Stake {
  readonly id: bigint;
  readonly against: bigint;
  readonly support: bigint;
  /** What `claimBond` pays now. */
  readonly claim: bigint;
}

/** In which competitions an account has paid to a side, as far as the chain was looked through. */
export class Contributions {
  readonly #ids = new Set<bigint>();
  readonly #logs: FollowedLogs;

  constructor(
    readonly account: Address,
    config: Config,
  ) {
    const kinds = NAMES.flatMap((eventName) => encodeEventTopics({ abi, eventName }));
    const topics: LogTopic[] = [kinds.filter(isHash), null, pad(account, { size: 32 })];
    this.#logs = new FollowedLogs(config, topics);
  }

  /** What is at stake or can be claimed at `block`; nothing of disputes that are settled. */
  async read(reader: Reader, config: Config, block: bigint): Promise<Stake[]> {
    const logs = await this.#logs.read(reader, block);
    for (const { args } of parseEventLogs({ abi, logs, eventName: [...NAMES] }))
      this.#ids.add(args.id);
    const stakes = [...this.#ids].map((id) => readStake(reader, config, id, this.account));
    return (await Promise.all(stakes)).filter(({ against, support }) => against || support);
  }
}

const isHash = (topic: LogTopic) => typeof topic === "string";

async function readStake(
  reader: Reader,
  config: Config,
  id: bigint,
  account: Address,
): Promise<Stake> {
  const asked = { ...contractOf(config), args: [id, account] } as const;
  const [paid, claim] = await Promise.all([
    readContract(reader, { ...asked, functionName: "contributionOf" }),
    readContract(reader, { ...asked, functionName: "claimOf" }),
  ]);
  return { id, ...paid, claim };
}
