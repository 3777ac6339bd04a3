// Drawing a competition's seed: a beacon's round is fetched, proven by the beacon's contract, handed in.
import { zeroAddress } from "viem";
import type { App } from "./app.ts";
import { fetchRound } from "./beacon/fetchRound.ts";
import { proveRound } from "./chain/readBeacon.ts";
import type { Competition } from "./chain/readCompetitions.ts";

export const hasBeacon = ({ terms }: { readonly terms: Pick<Competition["terms"], "beacon"> }) =>
  terms.beacon !== zeroAddress;

export const seedKey = ({ id }: Pick<Competition, "id">): string => `seed:${id}`;

export async function pinSeed(app: App, c: Competition): Promise<void> {
  const { reader } = app;
  const wallet = app.wallets.connected;
  if (!wallet || !reader) return;
  await app.transactions.run(seedKey(c), wallet, async () => {
    const signature = await fetchRound(app.config.relays, c.beaconRound, (found) =>
      proveRound(reader, c.terms.beacon, c.beaconRound, found),
    );
    return [{ functionName: "pinSeed", args: [c.id, signature] }];
  });
  await app.refresh();
}
