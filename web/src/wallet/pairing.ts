// WalletConnect as a choice among wallets, and the address that is to be scanned while one is connected.
import type { App } from "../app.ts";
import { Note } from "../note.ts";
import { lazyProvider } from "./lazyProvider.ts";
import type { WalletChoice } from "./wallets.ts";

const addresses = new Note<string>();

export const addressToScan = (app: App): string | undefined => addresses.get(app);

/** Its code is loaded by who chooses it, or has chosen it the last time. */
export const walletConnect = (app: App): WalletChoice => ({
  name: "WalletConnect",
  icon: "",
  rdns: "walletconnect",
  isDistant: true,
  provider: lazyProvider(async () => {
    const { openWalletConnect } = await import("./walletConnect.ts");
    return openWalletConnect(app.config, (address) => addresses.set(app, "", address ?? undefined));
  }),
});
