// Names of accounts: shown where the chain has the Ethereum Name Service, and where they lead back.
import { createClient, custom, encodeAbiParameters, zeroAddress } from "viem";
import { mainnet } from "viem/chains";
import { expect, it, vi } from "vitest";
import type { App } from "../src/app.ts";
import type { Reader } from "../src/chain/client.ts";
import { readEnsName } from "../src/chain/readEnsName.ts";
import { ensName } from "../src/ens.ts";

const ACCOUNT = `0x${"ab".repeat(20)}` as const;
const NAMED = encodeAbiParameters(
  [{ type: "string" }, { type: "address" }, { type: "address" }],
  ["ada.eth", zeroAddress, zeroAddress],
);

/** A chain whose resolver answers so. */
function chain(answer: () => string) {
  const request = vi.fn(async () => answer());
  const transport = custom({ request }, { retryCount: 0 });
  // Of a reader only the requests are needed.
  const reader = createClient({ chain: mainnet, transport }) as unknown as Reader;
  return { reader, request };
}

it("reads the name that an account gives itself, and none where that fails", async () => {
  expect(await readEnsName(chain(() => NAMED).reader, ACCOUNT)).toBe("ada.eth");
  const broken = chain(() => {
    throw new Error("gone");
  });
  expect(await readEnsName(broken.reader, ACCOUNT)).toBeNull();
});

it.each([
  [1, "ada.eth"],
  [31337, null],
])("shows it on chain %d as %s", async (chainId, name) => {
  const { reader, request } = chain(() => NAMED);
  // Of the page only its reader, its chain and being drawn again are needed.
  const app = { reader, config: { chainId }, changed: () => undefined } as unknown as App;
  ensName(app, ACCOUNT);
  await vi.waitFor(() => expect(ensName(app, ACCOUNT)).toBe(name));
  expect(request.mock.calls.length > 0).toBe(name !== null);
});
