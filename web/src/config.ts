// Where the chain, the contract and the content are: config.json beside the page.
import { type Address, getAddress } from "viem";

export interface Config {
  readonly chainId: number;
  readonly chainName: string;
  /** The node that the page reads from; null: the wallet's. */
  readonly rpcUrl: string | null;
  readonly contract: Address;
  readonly startBlock: bigint;
  readonly gateways: readonly string[];
  /** Where images and reveals are handed in: the daemon that serves this page. */
  readonly api: string | null;
  /** Whether that daemon keeps images for players. */
  readonly takesImages: boolean;
  /** A block explorer, without the slash at its end; empty: hashes are shown bare. */
  readonly explorer: string;
}

/** The configuration; addresses in it may be relative to the page. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch("./config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json cannot be loaded (${response.status})`);
  return parseConfig(await response.json(), document.baseURI);
}

export function parseConfig(raw: Record<string, unknown>, base: string): Config {
  const text = (name: string) => (typeof raw[name] === "string" ? (raw[name] as string) : "");
  const absolute = (url: string) => new URL(url, base).href.replace(/\/$/, "");
  const named = Array.isArray(raw.gateways) ? raw.gateways.map(String) : [];
  // A daemon's own configuration: what serves the page has content and takes images as well.
  const isDaemon = typeof raw.api_version === "number";
  const api = isDaemon ? "./" : text("api");
  if (!Number.isInteger(raw.chain_id)) throw new Error("config.json lacks chain_id");
  return {
    chainId: raw.chain_id as number,
    chainName: text("chain_name") || (raw.chain_id === 31337 ? "Devnet" : `Chain ${raw.chain_id}`),
    rpcUrl: text("rpc_url") ? absolute(text("rpc_url")) : null,
    contract: getAddress(text("contract")),
    startBlock: BigInt((raw.start_block as number | undefined) ?? 0),
    gateways: [...(api ? [api] : []), ...named].map(absolute),
    api: api ? absolute(api) : null,
    takesImages: raw.max_upload_bytes !== null,
    // Only an address of the web may become a link.
    explorer: /^https?:\/\//.test(text("explorer")) ? text("explorer").replace(/\/$/, "") : "",
  };
}
