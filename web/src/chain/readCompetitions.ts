// Reads competitions, many in one request; those that have ended only once.
import type { ContractFunctionReturnType } from "viem";
import { multicall, readContract } from "viem/actions";
import { at } from "../at.ts";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";
import { type competitionAbi, phases } from "./generated/competition.ts";

type View = ContractFunctionReturnType<typeof competitionAbi, "view", "competitionOf">;
export type Phase = (typeof phases)[number];
export type Competition = Omit<View, "phase"> & { readonly id: bigint; readonly phase: Phase };

/** How many are read before the next are asked for; the first few are there to be seen soon. */
const AT_ONCE = 320;
const AT_FIRST = 64;
/**
 * Bytes of calls that one eth_call carries. What reading code that travels with the call gives back
 * counts as a contract's code, of which there may be 24 576 bytes: enough for 19 competitions.
 */
const BYTES_PER_CALL = 16 * 36;

/** The competitions with these ids, in their order. */
async function readCompetitions(
  reader: Reader,
  config: Config,
  ids: readonly bigint[],
): Promise<Competition[]> {
  const found = await multicall(reader, {
    allowFailure: false,
    // No helper contract is needed on the chain: the reading code travels with the call.
    deployless: true,
    batchSize: BYTES_PER_CALL,
    contracts: ids.map(
      (id) => ({ ...contractOf(config), functionName: "competitionOf", args: [id] }) as const,
    ),
  });
  return found.map((view, i) => ({
    ...view,
    id: at(ids, i),
    phase: phases[view.phase] ?? "None",
  }));
}

const readCount = (reader: Reader, config: Config): Promise<bigint> =>
  readContract(reader, { ...contractOf(config), functionName: "competitionCount" });

/** One competition; null when there is none with this id. */
export async function readOne(
  reader: Reader,
  config: Config,
  id: bigint,
): Promise<Competition | null> {
  if (id < 1n || id > (await readCount(reader, config))) return null;
  return (await readCompetitions(reader, config, [id]))[0] ?? null;
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
  const count = await readCount(reader, config);
  const all = new Map(known.filter(hasEnded).map((row) => [row.id, row]));
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
