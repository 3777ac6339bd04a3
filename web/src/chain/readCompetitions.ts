// Reads competitions, many in one request; those that have ended only once.
import type { ContractFunctionReturnType } from "viem";
import { readContract } from "viem/actions";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";
import { type competitionAbi, phases } from "./generated/competition.ts";

type View = ContractFunctionReturnType<typeof competitionAbi, "view", "competitionOf">;
export type Phase = (typeof phases)[number];
export type Competition = Omit<View, "phase"> & { readonly id: bigint; readonly phase: Phase };

/** How many are read before the next are asked for; the first few are there to be seen soon. */
const AT_ONCE = 320;
const AT_FIRST = 64;
/** The competitions with these ids, in their order; what is asked at once travels in one call. */
const readCompetitions = (
  reader: Reader,
  config: Config,
  ids: readonly bigint[],
): Promise<Competition[]> => Promise.all(ids.map((id) => readCompetition(reader, config, id)));

async function readCompetition(reader: Reader, config: Config, id: bigint): Promise<Competition> {
  const contract = contractOf(config);
  const asked = { ...contract, functionName: "competitionOf", args: [id] } as const;
  const view = await readContract(reader, asked);
  return { ...view, id, phase: phases[view.phase] ?? "None" };
}

const readCount = (reader: Reader, config: Config): Promise<bigint> =>
  readContract(reader, { ...contractOf(config), functionName: "competitionCount" });

/** One competition; null when there is none with this id. */
export async function readOne(
  reader: Reader,
  config: Config,
  id: bigint,
): Promise<Competition | null> {
  // A competition that does not exist is one in phase "None".
  const found = await readCompetition(reader, config, id);
  return found.phase === "None" ? null : found;
}

/**
 * Every competition, newest first. What is `known` to have ended is not read again. `show` is given
 * those that are here already, while others are still being read, `first` among them.
 */
export async function readAll(
  reader: Reader,
  config: Config,
  known: readonly Competition[],
  show: (newest: Competition[]) => void,
  first: bigint | null,
): Promise<Competition[]> {
  const all = new Map(known.map((row) => [row.id, row]));
  const running = known.filter((row) => !hasEnded(row)).map(({ id }) => id);
  // Where nothing new was created this is the only call.
  const [count, rows] = await Promise.all([
    readCount(reader, config),
    readCompetitions(reader, config, running),
  ]);
  for (const row of rows) all.set(row.id, row);
  const ids = Array.from({ length: Number(count) }, (_, i) => count - BigInt(i));
  const wanted = ids.filter((id) => !all.has(id));
  const place = first === null ? -1 : wanted.indexOf(first);
  if (place > 0) wanted.unshift(...wanted.splice(place, 1));
  for (let size = known.length ? AT_ONCE : AT_FIRST; wanted.length; size = AT_ONCE) {
    const some = wanted.splice(0, size);
    for (const row of await readCompetitions(reader, config, some)) all.set(row.id, row);
    if (!known.length) show([...all.values()]);
  }
  return ids.flatMap((id) => all.get(id) ?? []);
}

export const hasEnded = ({ phase }: Pick<Competition, "phase">): boolean =>
  phase === "Final" || phase === "Void";
