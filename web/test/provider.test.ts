// Wallets as they are: each answers in a manner of its own, and some not at all.
import { zeroAddress } from "viem";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parseConfig } from "../src/config.ts";
import { keyRequest } from "../src/secret/secret.ts";
import { Transactions } from "../src/wallet/transactions.ts";
import { type Connected, chainNumber, Wallets } from "../src/wallet/wallets.ts";

const MINE = 31337;
const config = parseConfig(
  JSON.stringify({ chain_id: MINE, contract: zeroAddress, rpc_url: "https://node.example" }),
  "https://play.example/",
);
const kept = new Map<string, string>();

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 20 });
  kept.clear();
  vi.stubGlobal("window", { addEventListener: () => undefined, dispatchEvent: () => true });
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Answer = (params: unknown) => unknown;

/** A wallet that answers as it is told; `tell` is what it says by itself. */
function walletOf(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const listeners = new Map<string, (told: unknown) => void>();
  const provider = {
    request: async ({ method, params }: { method: string; params?: unknown }) => {
      asked.push(method);
      const answer = answers[method];
      if (!answer) throw { code: -32601, message: `${method} does not exist` };
      return answer(params);
    },
    on: (event: string, listener: (told: unknown) => void) => void listeners.set(event, listener),
  };
  const choice = { name: "Wallet", icon: "", rdns: "wallet.example", provider };
  return { choice, asked, tell: (event: string, told: unknown) => listeners.get(event)?.(told) };
}

const account = `0x${"Ab".repeat(20)}`;

it.each([["0x7a69"], ["0x07a69"], ["31337"], [31337]])(
  "understands a chain written as %o",
  (told) => {
    expect(chainNumber(told)).toBe(MINE);
  },
);

it.each([[null], [undefined], [{}], ["mainnet"], [0], [1.5]])("takes %o for no chain", (told) => {
  expect(() => chainNumber(told)).toThrow("chain is not a number");
});

it("connects a wallet that numbers its chain in decimal, and follows it", async () => {
  const wallets = new Wallets(() => undefined);
  const { choice, tell } = walletOf({
    eth_requestAccounts: () => [account.toLowerCase()],
    eth_chainId: () => MINE,
  });
  await wallets.connect(choice);
  expect(wallets.connected).toMatchObject({ chainId: MINE });
  tell("chainChanged", 1);
  expect(wallets.connected?.chainId).toBe(1);
  tell("accountsChanged", undefined);
  expect(wallets.connected).toBeNull();
});

it("says that a locked wallet names no account, and does not remember it", async () => {
  const wallets = new Wallets(() => undefined);
  const { choice } = walletOf({ eth_requestAccounts: () => [] });
  await expect(wallets.connect(choice)).rejects.toThrow("Unlock it");
  expect([wallets.connected, kept.size]).toEqual([null, 0]);
});

it("asks a wallet of the last visit again that slept, and believes no late answer", async () => {
  kept.set("wallet", JSON.stringify("wallet.example"));
  const answers: ((told: unknown) => void)[] = [];
  const { choice, asked } = walletOf({
    eth_accounts: () => new Promise((resolve) => answers.push(resolve)),
    eth_chainId: () => MINE,
  });
  const wallets = new Wallets(() => undefined);
  wallets.offer([choice]);
  wallets.start();
  expect(asked).toEqual(["eth_accounts"]); // once, while it may still answer
  await vi.advanceTimersByTimeAsync(11_000);
  wallets.start();
  expect(asked).toEqual(["eth_accounts", "eth_accounts"]);
  answers[1]?.([account]);
  await vi.advanceTimersByTimeAsync(100);
  expect(wallets.connected?.choice).toBe(choice);
  wallets.disconnect();
  answers[0]?.([account]);
  await vi.advanceTimersByTimeAsync(100);
  expect(wallets.connected).toBeNull();
});

/** What becomes of a button that only has to change the wallet's network. */
async function onOtherChain(answers: Record<string, Answer>) {
  const { choice, asked } = walletOf(answers);
  const wallet: Connected = { choice, account: zeroAddress, chainId: 1 };
  const transactions = new Transactions(
    config,
    () => null,
    () => undefined,
  );
  vi.spyOn(console, "debug").mockReturnValue();
  await transactions.run("key", wallet, () => Promise.reject(new Error("it is there")));
  return { asked, progress: transactions.of("key"), chainId: wallet.chainId };
}

it("adds the network to a wallet that says it changed to one it does not know", async () => {
  let chain = 1;
  const { asked, progress } = await onOtherChain({
    wallet_switchEthereumChain: () => null,
    wallet_addEthereumChain: () => {
      chain = MINE;
      return null;
    },
    eth_chainId: () => chain,
  });
  expect(asked).toContain("wallet_addEthereumChain");
  expect(progress?.reason).toBe("it is there");
});

it.each([
  ["4902", { code: 4902, message: "Unrecognized chain ID" }],
  ["hidden in -32603", { code: -32603, message: "x", data: { originalError: { code: 4902 } } }],
  ["as an unknown method", { code: -32601, message: "does not exist" }],
])("adds the network when a wallet refuses to change with %s", async (_, refusal) => {
  let chain = "0x1";
  const { progress } = await onOtherChain({
    wallet_switchEthereumChain: () => Promise.reject(refusal),
    wallet_addEthereumChain: () => {
      chain = "0x7a69";
      return null;
    },
    eth_chainId: () => chain,
  });
  expect(progress?.reason).toBe("it is there");
});

it("sends nothing over a wallet that stays on another network", async () => {
  const { progress, chainId } = await onOtherChain({
    wallet_switchEthereumChain: () => null,
    wallet_addEthereumChain: () => null,
    eth_chainId: () => "0x1",
  });
  expect(progress).toMatchObject({ state: "failed" });
  expect(progress?.reason).toContain("stays on another network");
  expect(chainId).toBe(1);
});

it("lets go of a wallet that never answers, and of nothing that it sends later", async () => {
  const { choice } = walletOf({ eth_chainId: () => "0x7a69" });
  const wallet: Connected = { choice, account: zeroAddress, chainId: MINE };
  const transactions = new Transactions(
    config,
    () => null,
    () => undefined,
  );
  const run = transactions.run("key", wallet, () => new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(181_000);
  expect(transactions.of("key")).toMatchObject({ state: "checking", slow: true });
  transactions.stopWaiting("key");
  expect(await run).toBe(false);
  expect(transactions.of("key")?.reason).toContain("You stopped waiting");
  expect(transactions.isBusy("key")).toBe(false);
});

it("asks the player to look into a wallet that asks something already", async () => {
  const { progress } = await onOtherChain({
    wallet_switchEthereumChain: () => Promise.reject({ code: -32002, message: "pending" }),
    wallet_addEthereumChain: () => Promise.reject({ code: -32002, message: "pending" }),
    eth_chainId: () => "0x1",
  });
  expect(progress?.reason).toContain("already asking you something");
});

it("hands wallets the chain of a signature as a number, which all of them understand", async () => {
  let asked = "";
  const { choice } = walletOf({
    eth_signTypedData_v4: (params) => {
      asked = String(Array.isArray(params) && params[1]);
      return "0x";
    },
  });
  const wallet: Connected = { choice, account: zeroAddress, chainId: MINE };
  const ticket = { id: 1n, ticketId: 2n, player: zeroAddress };
  const domain = { chainId: MINE, contract: config.contract };
  await new Transactions(
    config,
    () => null,
    () => undefined,
  ).sign(wallet, keyRequest(domain, ticket));
  expect(JSON.parse(asked).domain.chainId).toBe(MINE);
});
