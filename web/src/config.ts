// Where the chain, the contract and the content are: config.json beside the page.
import { type Address, getAddress } from "viem";
import {
  address,
  integer,
  list,
  nullOr,
  object,
  optional,
  type Parser,
  parseJson,
  text,
} from "./border/parse.ts";

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
  /** Who keeps images for players, in the order in which they are asked: the oracle first. */
  readonly stores: readonly string[];
  /** A studio that makes images of words, without a slash at its end; null: none that is known. */
  readonly studio: string | null;
  /** The daemon whose series of days the page shows, without a slash at its end; null: none. */
  readonly series: string | null;
  /** Where finished competitions have pages with a picture for links, with a slash; null: nowhere. */
  readonly share: string | null;
  /** Whose competitions the page stands for; empty: everybody's. */
  readonly operators: readonly Address[];
  /** Where small pictures are served by digest, with a slash; null: nowhere. */
  readonly previews: string | null;
  /** Where a competition's scores are shown in pictures, with a slash; null: nowhere. */
  readonly looks: string | null;
  /** The daemon's practice rounds, without a slash at its end; null: none. */
  readonly practice: string | null;
  /** Where browsers subscribe to reminders by push, without a slash at its end; null: nowhere. */
  readonly push: string | null;
  /** The operator's project at WalletConnect; empty: wallets are connected without it. */
  readonly walletConnect: string;
  /** A feed on the chain that says what an ether costs, in a currency by its ISO code; null: none. */
  readonly price: { readonly feed: Address; readonly currency: string } | null;
  /** A block explorer, without the slash at its end; empty: hashes are shown bare. */
  readonly explorer: string;
  /** Who is asked for a beacon's rounds: drand's HTTP relays, each with its network's name. */
  readonly relays: readonly string[];
}

const DEVNET = 31337;
const LOAD_SECONDS = 60;
const MOST_GATEWAYS = 32;
const count = integer(0, Number.MAX_SAFE_INTEGER);
/** Null says that no image is taken; without a word of it they are. */
const uploadLimit: Parser<number> = (value, at) =>
  value === null ? 0 : optional(count, 1)(value, at);
const words = optional(text(2048), "");

/** The configuration; addresses in it may be relative to the page. */
export async function loadConfig(): Promise<Config> {
  const signal = AbortSignal.timeout(LOAD_SECONDS * 1000);
  const response = await fetch("./config.json", { cache: "no-cache", signal });
  if (!response.ok) throw new Error(`config.json cannot be loaded (${response.status})`);
  return parseConfig(await response.text(), document.baseURI);
}

export const parseConfig = (json: string, base: string): Config =>
  parseJson(json, config(base), "config.json");

const config = (base: string): Parser<Config> =>
  object((field) => {
    const absolute = (url: string) => new URL(url, base).href.replace(/\/$/, "");
    const chainId = field("chain_id", count);
    const rpcUrl = field("rpc_url", words);
    const explorer = field("explorer", words);
    const studio = field("studio", words);
    const series = field("series", words);
    const share = field("share", words);
    const previews = field("previews", words);
    const practice = field("practice", words);
    const looks = field("looks", words);
    const push = field("push", words);
    const feed = field("price_feed", optional(nullOr(address), null));
    const currency = field("price_currency", words);
    // A daemon's own configuration: what serves the page has content and takes images as well.
    const isDaemon = field("api_version", optional(count, -1)) >= 0;
    const api = isDaemon ? "./" : field("api", words);
    const others = field("stores", optional(list(text(2048), MOST_GATEWAYS), []));
    const gateways = field("gateways", optional(list(text(2048), MOST_GATEWAYS), []));
    return {
      chainId,
      chainName: field("chain_name", words) || (chainId === DEVNET ? "Devnet" : `Chain ${chainId}`),
      rpcUrl: rpcUrl ? absolute(rpcUrl) : null,
      contract: getAddress(field("contract", address)),
      startBlock: BigInt(field("start_block", optional(count, 0))),
      // Addresses of gateways are known with /ipfs, too, which the page adds itself.
      gateways: [...(api ? [api] : []), ...gateways].map((url) =>
        absolute(url).replace(/\/ipfs$/, ""),
      ),
      api: api ? absolute(api) : null,
      stores: [...(api && field("max_upload_bytes", uploadLimit) > 0 ? [api] : []), ...others].map(
        absolute,
      ),
      studio: studio ? absolute(studio) : null,
      series: series ? absolute(series) : null,
      share: share ? `${absolute(share)}/` : null,
      operators: field("operators", optional(list(address, MOST_GATEWAYS), [])).map((one) =>
        getAddress(one),
      ),
      previews: previews ? `${absolute(previews)}/` : null,
      price: feed
        ? { feed: getAddress(feed), currency: /^[A-Z]{3}$/.exec(currency)?.[0] ?? "USD" }
        : null,
      walletConnect: field("walletconnect_project", words),
      push: push ? absolute(push) : null,
      looks: looks ? `${absolute(looks)}/` : null,
      practice: practice ? absolute(practice) : null,
      // Only an address of the web may become a link.
      explorer: /^https?:\/\//.test(explorer) ? explorer.replace(/\/$/, "") : "",
      relays: field("beacon_relays", optional(list(text(2048), MOST_GATEWAYS), [])).map(absolute),
    };
  });
