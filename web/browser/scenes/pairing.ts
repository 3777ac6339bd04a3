// Scenes of WalletConnect: a stand-in lies where an operator lays its module.
import assert from "node:assert/strict";
import { at } from "../../src/at.ts";
import { configure, leave } from "../player.ts";
import { accessible, goTo, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

/** Agrees once it is told to, and asks the page's node. */
const standIn = (rpc: string, account: string) => `
  export const EthereumProvider = { init: async () => {
    let show;
    const provider = {
      session: undefined,
      on: (event, listener) => { if (event === "display_uri") show = listener; },
      connect: () => new Promise((resolve) => {
        show("wc:stand-in@2?relay-protocol=irn&symKey=${"ab".repeat(32)}");
        globalThis.agree = () => { provider.session = {}; resolve(); };
      }),
      request: async ({ method, params = [] }) => {
        if (method === "eth_accounts") return ["${account}"];
        const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
        const headers = { "Content-Type": "application/json" };
        return (await (await fetch("${rpc}", { method: "POST", headers, body })).json()).result;
      },
    };
    return provider;
  } };`;

export function pairing(): void {
  scene("a phone's wallet is connected by WalletConnect, where that is brought", async (stage) => {
    const account = at(stage.accounts, 9); // who has a ticket there
    const visitor = await stage.enter({});
    const { page } = visitor;
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await goTo(stage, visitor, cast.spare);
    await page.locator("summary", { hasText: "Connect wallet" }).click();
    assert.equal(await page.getByText("WalletConnect").count(), 0);
    await configure(visitor, { walletconnect_project: "abc" });
    await page.reload();
    await page.locator("summary", { hasText: "Connect wallet" }).click();
    const choice = page.locator(".menu button", { hasText: "WalletConnect" });
    await choice.waitFor();
    assert.ok(
      !loaded.some((url) => /walletconnect/i.test(url)),
      "it is loaded before it is chosen",
    );
    await choice.click(); // the operator has not laid it there
    await says(visitor, "WalletConnect cannot be reached. Use another wallet, or try again.");
    await page.route("**/walletconnect.js", (route) =>
      route.fulfill({
        contentType: "text/javascript",
        body: standIn(stage.devnet.rpc, account),
      }),
    );
    await page.reload(); // a browser does not ask again for a module that failed
    await page.locator("summary", { hasText: "Connect wallet" }).click();
    await choice.click();
    await page.locator(".qr").waitFor();
    await shoot(visitor, "walletconnect");
    await accessible(visitor);
    await page.evaluate(() => (globalThis as unknown as { agree: () => void }).agree());
    await page.locator(".wallet .mono").waitFor();
    assert.equal(await page.locator(".qr").count(), 0);
    await page.getByRole("heading", { name: "Ticket 1", exact: true }).waitFor();
    await leave(visitor, /walletconnect\.js/);
  });
}
