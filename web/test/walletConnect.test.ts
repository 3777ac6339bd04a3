// A wallet by WalletConnect, with a stand-in for its module: loaded when asked for, paired, refused, out of reach.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parseConfig } from "../src/config.ts";
import { lazyProvider } from "../src/wallet/lazyProvider.ts";
import type { Provider } from "../src/wallet/provider.ts";
import { openWalletConnect } from "../src/wallet/walletConnect.ts";

const ACCOUNT = `0x${"11".repeat(20)}`;
const config = parseConfig(
  JSON.stringify({
    ...{ chain_id: 31337, contract: `0x${"22".repeat(20)}`, rpc_url: "https://node.example" },
    walletconnect_project: "abc",
  }),
  "https://page.example/",
);

/** Behaves as the package does, as far as the page knows it. */
function standIn(agree: () => Promise<void>, session?: object) {
  const listeners = new Map<string, (told: unknown) => void>();
  const asked: string[] = [];
  const init = vi.fn(async (_options: object) => connector);
  const connector = {
    session,
    on: (event: string, listener: (told: unknown) => void) => void listeners.set(event, listener),
    connect: async () => {
      listeners.get("display_uri")?.("wc:topic@2?relay-protocol=irn&symKey=ab");
      await agree();
      connector.session = {};
    },
    request: async ({ method }: { method: string }) => {
      asked.push(method);
      return method === "eth_accounts" ? [ACCOUNT] : "0x7a69";
    },
  };
  return { asked, init, listeners, loading: async () => ({ EthereumProvider: { init } }) };
}

beforeEach(() => {
  vi.stubGlobal("document", { title: "No. 1", baseURI: "https://page.example/" });
  vi.stubGlobal("location", { origin: "https://page.example" });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("shows the address while a wallet is paired, and then has its accounts", async () => {
  const shown: (string | null)[] = [];
  const there = standIn(async () => undefined);
  const provider = await openWalletConnect(config, (it) => shown.push(it), there.loading);
  expect(await provider.request({ method: "eth_accounts" })).toEqual([]);
  expect(there.asked).toEqual([]);
  expect(await provider.request({ method: "eth_requestAccounts" })).toEqual([ACCOUNT]);
  expect(shown).toEqual(["wc:topic@2?relay-protocol=irn&symKey=ab", null]);
  expect(await provider.request({ method: "eth_chainId" })).toBe("0x7a69");
  expect(there.init.mock.calls[0]?.[0]).toMatchObject({
    ...{ projectId: "abc", optionalChains: [31337], showQrModal: false },
    rpcMap: { 31337: "https://node.example" },
  });
});

it("takes up a session of an earlier visit without asking", async () => {
  const there = standIn(() => Promise.reject(new Error("asked")), {});
  const provider = await openWalletConnect(config, () => undefined, there.loading);
  expect(await provider.request({ method: "eth_accounts" })).toEqual([ACCOUNT]);
});

it("says in words that the wallet's owner refused, and takes the address away", async () => {
  const shown: (string | null)[] = [];
  const there = standIn(() => Promise.reject(new Error("User rejected. 5000")));
  const provider = await openWalletConnect(config, (it) => shown.push(it), there.loading);
  await expect(provider.request({ method: "eth_requestAccounts" })).rejects.toThrow(
    "No wallet was connected by WalletConnect. Try again.",
  );
  expect(shown.at(-1)).toBeNull();
});

it.each([
  ["is not beside the page", () => Promise.reject(new Error("404"))],
  ["is another one", async () => ({}) as never],
  [
    "waits for a relay for ever",
    async () => ({
      EthereumProvider: { init: () => new Promise<never>(() => undefined) },
    }),
  ],
])("says in words that the module %s", async (_, loading) => {
  vi.useFakeTimers();
  const opened = openWalletConnect(config, () => undefined, loading);
  const said = expect(opened).rejects.toThrow("WalletConnect cannot be reached.");
  await vi.advanceTimersByTimeAsync(31_000);
  await said;
});

it("is loaded when first asked for something, and again when that failed", async () => {
  const heard: string[] = [];
  const provider: Provider = {
    request: async ({ method }) => method,
    on: (event) => void heard.push(event),
  };
  const open = vi.fn<() => Promise<Provider>>().mockRejectedValueOnce(new Error("down"));
  open.mockResolvedValue(provider);
  const lazy = lazyProvider(open);
  lazy.on("accountsChanged", () => undefined);
  expect(open).not.toHaveBeenCalled();
  await expect(lazy.request({ method: "eth_accounts" })).rejects.toThrow("down");
  expect(await lazy.request({ method: "eth_accounts" })).toBe("eth_accounts");
  expect(await lazy.request({ method: "eth_chainId" })).toBe("eth_chainId");
  lazy.on("chainChanged", () => undefined);
  await Promise.resolve();
  expect(open).toHaveBeenCalledTimes(2);
  expect(heard).toEqual(["accountsChanged", "chainChanged"]);
});
