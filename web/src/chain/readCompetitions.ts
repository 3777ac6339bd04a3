// Reads competitions, many in one request.
import type { ContractFunctionReturnType } from "viem";
import { multicall, readContract } from "viem/actions";
import type { Config } from "../config.ts";
import { contractOf, type Reader } from "./client.ts";
import { type competitionAbi, phases } from "./generated/competition.ts";

type View = ContractFunctionReturnType<typeof competitionAbi, "view", "competitionOf">;
export type Phase = (typeof phases)[number];
export type Competition = Omit<View, "phase"> & { readonly id: bigint; readonly phase: Phase };

const PER_REQUEST = 250;

/** The competitions with these ids, in their order. */
export async function readCompetitions(
  reader: Reader,
  config: Config,
  ids: readonly bigint[],
): Promise<Competition[]> {
  const chunks: bigint[][] = [];
  for (let at = 0; at < ids.length; at += PER_REQUEST) chunks.push(ids.slice(at, at + PER_REQUEST));
  const found = await Promise.all(
    chunks.map((chunk) =>
      // No helper contract is needed on the chain: the reading code travels with the call.
      multicall(reader, {
        allowFailure: false,
        deployless: true,
        batchSize: 0,
        contracts: chunk.map(
          (id) => ({ ...contractOf(config), functionName: "competitionOf", args: [id] }) as const,
        ),
      }),
    ),
  );
  return found
    .flat()
    .map((view, i) => ({ ...view, id: ids[i] as bigint, phase: phases[view.phase] ?? "None" }));
}

/** Every competition, newest first. */
export async function readAll(reader: Reader, config: Config): Promise<Competition[]> {
  const count = await readContract(reader, {
    ...contractOf(config),
    functionName: "competitionCount",
  });
  const ids = Array.from({ length: Number(count) }, (_, i) => count - BigInt(i));
  return readCompetitions(reader, config, ids);
}
