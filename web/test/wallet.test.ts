// What wallets throw, and browsers that keep nothing.
import { BaseError, createClient, custom, InternalRpcError, zeroAddress } from "viem";
import { sendTransaction } from "viem/actions";
import { afterEach, expect, it, vi } from "vitest";
import { text } from "../src/border/parse.ts";
import { keep, stored } from "../src/border/stored.ts";
import { plainReason } from "../src/chain/errors.ts";
import { messageOf } from "../src/messageOf.ts";
import { keepSecret, loadSecret } from "../src/secret/keep.ts";
import { SentTransactions } from "../src/wallet/sent.ts";

afterEach(() => vi.unstubAllGlobals());

/** What the page says when a wallet throws this instead of sending. */
async function said(thrown: unknown): Promise<string | null> {
  const client = createClient({
    transport: custom({ request: () => Promise.reject(thrown) }, { retryCount: 0 }),
  });
  return sendTransaction(client, { account: zeroAddress, chain: null, to: zeroAddress }).then(
    () => "it was sent",
    plainReason,
  );
}

it.each([
  ["an error with the code of a refusal", Object.assign(new Error("x"), { code: 4001 })],
  ["a plain object with that code", { code: 4001, message: "User rejected the request." }],
  ["WalletConnect's code", { code: 5000, message: "User rejected." }],
  ["a library's word for it", { code: "ACTION_REJECTED", reason: "rejected" }],
  [
    "the code for everything, and words",
    { code: -32603, message: "User denied transaction signature" },
  ],
  [
    "a hardware wallet's number",
    {
      code: -32603,
      message: "Ledger device: Condition of use not satisfied (denied by the user?) (0x6985)",
    },
  ],
  [
    "a wrapped refusal",
    { code: -32603, message: "Internal error", data: { originalError: { code: 4001 } } },
  ],
  ["a text", "User rejected the transaction"],
])("takes %s for the player's no", async (_, thrown) => {
  expect(await said(thrown)).toBeNull();
  expect(plainReason(thrown)).toBeNull();
});

it.each([
  [{ code: -32603, message: "Ledger device: Locked device" }, "Ledger device: Locked device"],
  [
    { code: -32603, message: "Internal JSON-RPC error.", data: { message: "nonce too low" } },
    "nonce too low",
  ],
  [{ code: -32000, message: "transaction rejected: nonce too low" }, "nonce too low"],
  [{ message: "Please open the Ethereum app" }, "Please open the Ethereum app"],
  [{ error: { message: "Blind signing is off" } }, "Blind signing is off"],
  ["The popup was closed", "The popup was closed"],
  [
    Object.assign(new Error("Trezor: device disconnected"), { code: -32603 }),
    "Trezor: device disconnected",
  ],
])("repeats what the wallet said: %o", async (thrown, words) => {
  expect(await said(thrown)).toContain(words);
  expect(messageOf(thrown)).toContain(words);
});

it.each([[{}], [undefined], [null], [{ code: -32603 }], [new InternalRpcError(new Error(""))]])(
  "says of %o that nobody said what, and never [object Object]",
  async (thrown) => {
    for (const words of [await said(thrown), plainReason(thrown)]) {
      expect(words).not.toMatch(/\[object|undefined|null|internal error was/i);
      expect(String(words).length).toBeGreaterThan(10);
    }
  },
);

it("has words for whatever is thrown", () => {
  for (const thrown of [{}, undefined, null, 7, "", { message: {} }, new Error("")])
    expect(messageOf(thrown)).toContain("nobody said what");
});

it("knows an account without money by every wallet's words", async () => {
  const nodes = {
    code: -32603,
    message: "x",
    data: { code: -32000, message: "insufficient funds for gas * price + value" },
  };
  expect(await said(nodes)).toContain("does not have enough ETH");
  expect(plainReason(new BaseError("x", { details: "insufficient funds" }))).toContain(
    "enough ETH",
  );
});

const digest = `0x${"11".repeat(32)}` as const;
const kept = { imageDigest: digest, salt: digest, commitment: digest };
const config = { chainId: 1, contract: zeroAddress };

it.each([
  [
    "denied",
    {
      get localStorage(): Storage {
        throw new DOMException("denied", "SecurityError");
      },
    },
  ],
  ["absent", { localStorage: null }],
  [
    "full",
    {
      localStorage: {
        getItem: () => null,
        removeItem: () => undefined,
        setItem: () => {
          throw new DOMException("full", "QuotaExceededError");
        },
      },
    },
  ],
])("works through a visit with storage that is %s", (_, globals) => {
  vi.stubGlobal("localStorage", undefined);
  vi.spyOn(console, "debug").mockReturnValue();
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => globals.localStorage,
  });
  keepSecret(kept);
  expect(loadSecret(digest)).toEqual(kept);
  const sent = new SentTransactions(config);
  sent.keep("buy", [{ hash: digest, from: zeroAddress, call: digest, nonce: null }]);
  expect(sent.all().get("buy")).toHaveLength(1);
  sent.keep("buy", []);
  expect(sent.all().size).toBe(0);
  keep("wallet", "rdns");
  expect(stored("wallet", text(9), "")).toBe("rdns");
  keep("wallet", null);
  expect(stored("wallet", text(9), "none")).toBe("none");
});
