// WalletConnect, where the page's operator has a project there: its own module, which the operator lays
// beside the page (docs/play.md), becomes an EIP-1193 provider like any wallet's.
import type { Config } from "../config.ts";
import { inTime } from "../inTime.ts";
import type { Provider } from "./provider.ts";

const MODULE = "walletconnect.js";
const START_SECONDS = 30;
/** A player scans, unlocks and agrees. */
const PAIRING_SECONDS = 300;

/** What of `@walletconnect/ethereum-provider` is used. */
interface Connector extends Provider {
  readonly session?: unknown;
  connect(): Promise<unknown>;
  on(event: string, listener: (told: unknown) => void): void;
}
interface Module {
  readonly EthereumProvider: { init(options: object): Promise<Connector> };
}

const load = (): Promise<Module> =>
  import(/* @vite-ignore */ new URL(MODULE, document.baseURI).href);

/** `show` is given the address that a wallet scans or opens, and null when none is needed any more. */
export async function openWalletConnect(
  config: Config,
  show: (address: string | null) => void,
  loading: () => Promise<Module> = load,
): Promise<Provider> {
  const connector = await inTime(start(config, loading), START_SECONDS).catch((error: unknown) => {
    console.debug(error);
    throw new Error("WalletConnect cannot be reached. Use another wallet, or try again.");
  });
  connector.on("display_uri", (address) => show(typeof address === "string" ? address : null));
  return {
    on: (event, listener) => connector.on(event, listener),
    request: async (asked) => {
      // A page that is opened again asks nobody: without a session there is no account.
      if (asked.method === "eth_accounts" && !connector.session) return [];
      if (asked.method === "eth_requestAccounts" && !connector.session) await pair(connector, show);
      return connector.request(
        asked.method === "eth_requestAccounts" ? { method: "eth_accounts" } : asked,
      );
    },
  };
}

async function start(config: Config, loading: () => Promise<Module>): Promise<Connector> {
  const { EthereumProvider } = await loading();
  return EthereumProvider.init({
    projectId: config.walletConnect,
    optionalChains: [config.chainId],
    ...(config.rpcUrl ? { rpcMap: { [config.chainId]: config.rpcUrl } } : {}),
    showQrModal: false, // the page shows it: their window loads more, from elsewhere
    metadata: {
      name: "Judging Oracle",
      description: document.title,
      url: location.origin,
      icons: [],
    },
  });
}

async function pair(connector: Connector, show: (address: string | null) => void): Promise<void> {
  try {
    await inTime(connector.connect(), PAIRING_SECONDS);
  } catch (error) {
    console.debug(error);
    throw new Error("No wallet was connected by WalletConnect. Try again.");
  } finally {
    show(null);
  }
}
