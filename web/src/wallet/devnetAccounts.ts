// On a devnet the node itself holds accounts whose keys are published. They are offered like wallets,
// so that a round can be played with nothing installed. Any other chain has none of them.
import type { Address } from "viem";
import type { Reader } from "../chain/client.ts";
import { say } from "../words/html.ts";
import type { Provider } from "./provider.ts";
import type { WalletChoice } from "./wallets.ts";

export const DEVNET_CHAIN_ID = 31337;
const OFFERED = 4; // the first is the operator's and is left out

export async function devnetAccounts(reader: Reader): Promise<WalletChoice[]> {
  const accounts = await reader
    .request({ method: "eth_accounts" })
    .catch((): readonly Address[] => []);
  return accounts.slice(1, 1 + OFFERED).map((account, i) => ({
    name: say`Devnet account ${i + 1}`,
    icon: "",
    rdns: `devnet.${i + 1}`,
    provider: providerOf(reader, account),
  }));
}

/** A wallet that asks nobody: the node signs for its account. */
const providerOf = (reader: Reader, account: Address): Provider => ({
  request: async ({ method, params }) =>
    method === "eth_requestAccounts" || method === "eth_accounts"
      ? [account]
      : reader.transport.request({ method, params }),
  on: () => undefined,
});
