// Names of accounts, where the chain has the Ethereum Name Service: loaded and asked only there.
import type { Address } from "viem";
import type { App } from "./app.ts";
import { arrived, Loader } from "./loader.ts";

/** Mainnet and Sepolia. */
const CHAINS: ReadonlySet<number> = new Set([1, 11_155_111]);

const names = new Loader<string | null>();

/** The account's own name; null without one, and until it is known. It leads back to the account. */
export function ensName(app: App, address: Address): string | null {
  const { reader } = app;
  if (!reader || !CHAINS.has(app.config.chainId)) return null;
  const read = names.get(app, address, async () => {
    const { readEnsName } = await import("./chain/readEnsName.ts");
    return readEnsName(reader, address);
  });
  return arrived(read) ?? null;
}
