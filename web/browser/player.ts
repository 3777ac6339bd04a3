// A player: a browser profile with an injected wallet whose account anvil holds.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Address } from "viem";
import type { Devnet } from "./devnet.ts";
import { injectWallet } from "./injectWallet.ts";

const FOUND = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long anything waited for may take: much longer than here, where CI is slower. */
export const WAIT_SECONDS = 60;

function executable(): string {
  if (!FOUND)
    throw new Error("Chromium was not found\n       install it: apt-get install chromium");
  return FOUND;
}

export const openBrowser = async (): Promise<Browser> =>
  chromium.launch({ executablePath: executable(), args: FLAGS });

/** A browser whose owner blocks all site data, as under "Block all cookies". */
export async function openWithoutStorage(): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), "profile-"));
  mkdirSync(join(profile, "Default"));
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify(settings));
  const options = { executablePath: executable(), args: FLAGS, locale: "en-US" };
  const context = await chromium.launchPersistentContext(profile, options);
  context.on("close", () => rmSync(profile, { recursive: true, force: true }));
  return context;
}

export interface Player {
  readonly page: Page;
  readonly context: BrowserContext;
  /** No account, no wallet. */
  account: Address | undefined;
  /** Methods that the wallet's owner refuses, until taken out again. */
  readonly refuses: Set<string>;
  /** What the wallet was asked, in order. */
  readonly asked: string[];
  chainId: number;
  readonly troubles: string[];
}

export interface Wish {
  /** Without one there is no wallet. */
  readonly account?: Address;
  readonly announced?: boolean;
  readonly chainId?: number;
  readonly phone?: boolean;
  readonly dark?: boolean;
  /** Whether the visitor likes things to move; most scenes have no time for it. */
  readonly motion?: boolean;
  /** Of the browser; otherwise American English. */
  readonly language?: string;
}

export async function openPlayer(browser: Browser, devnet: Devnet, wish: Wish): Promise<Player> {
  const context = await browser.newContext({
    viewport: wish.phone ? { width: 390, height: 844 } : { width: 1180, height: 900 },
    locale: wish.language ?? "en-US",
    isMobile: wish.phone ?? false,
    hasTouch: wish.phone ?? false,
    colorScheme: wish.dark ? "dark" : "light",
    reducedMotion: wish.motion ? "no-preference" : "reduce",
    permissions: ["notifications", "clipboard-write"],
  });
  context.setDefaultTimeout(WAIT_SECONDS * 1000);
  const page = await context.newPage();
  const player: Player = {
    page,
    context,
    account: wish.account,
    refuses: new Set(),
    asked: [],
    chainId: wish.chainId ?? 31337,
    troubles: [],
  };
  page.on(
    "console",
    (message) =>
      message.type() === "error" &&
      player.troubles.push(`${message.text()} ${message.location().url}`),
  );
  page.on("pageerror", (error) => player.troubles.push(error.message));
  if (!wish.account) return player;
  await context.exposeFunction("walletRequest", (method: string, params: unknown[]) =>
    answer(player, devnet, method, params),
  );
  await context.addInitScript(injectWallet, {
    announced: wish.announced ?? true,
    name: `Wallet ${wish.account.slice(2, 6)}`,
  });
  return player;
}

async function answer(player: Player, devnet: Devnet, method: string, params: unknown[]) {
  player.asked.push(method);
  if (player.refuses.has(method)) return { error: { code: 4001, message: "User rejected" } };
  switch (method) {
    case "eth_requestAccounts":
    case "eth_accounts":
      return { result: [player.account] };
    case "eth_chainId":
      return { result: `0x${player.chainId.toString(16)}` };
    case "wallet_switchEthereumChain":
      player.chainId = Number((params as { chainId: string }[])[0]?.chainId);
      return { result: null };
  }
  try {
    return { result: await devnet.request(method, params) };
  } catch (error) {
    const { code, message } = error as { code: number; message: string };
    return { error: { code, message } };
  }
}

/** What this browser's service worker shows now: titles and texts. */
export const notifications = ({ page }: Player): Promise<string[]> =>
  page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map(({ title, body }) => `${title} | ${body}`);
  });

/** Tells the page what a wallet tells it when its owner changes something. */
export const emit = ({ page }: Player, event: string, value: unknown) =>
  page.evaluate(
    ([name, detail]) =>
      window.dispatchEvent(new CustomEvent(`test-wallet:${name}`, { detail: detail })),
    [event, value] as const,
  );

/**
 * Serves the page's configuration with some of it changed. It is asked for again where the daemon has just
 * closed the idle connection that the question went out on: unanswered, the page would wait for ever.
 */
export const configure = ({ page }: Player, changes: object) =>
  page.route("**/config.json", async (route) => {
    const answer = await route.fetch({ maxRetries: 3 });
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...changes } });
  });

export async function connectWallet({ page }: Player): Promise<void> {
  await page.locator("summary", { hasText: "Connect wallet" }).click();
  await page.locator(".menu button").first().click();
  await page.locator(".wallet .mono").waitFor();
}

/** Ends a player's visit; nothing may have gone wrong in the console, but for what is `expected`. */
export async function leave(player: Player, expected?: RegExp): Promise<void> {
  const troubles = player.troubles.filter((text) => !expected?.test(text));
  assert.deepEqual(troubles, [], "errors in the console");
  await player.context.close();
}
