// A player: a browser profile with an injected wallet whose account anvil holds.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Devnet } from "./devnet.ts";

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
const WAIT_SECONDS = 60;

export function openBrowser(): Promise<Browser> {
  if (!FOUND)
    throw new Error("Chromium was not found\n       install it: apt-get install chromium");
  return chromium.launch({ executablePath: FOUND, args: FLAGS });
}

export interface Player {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly account: string;
  /** What the wallet says to the next requests of these methods: "no" refuses. */
  readonly refuses: Set<string>;
  chainId: number;
  readonly troubles: string[];
}

export interface Wish {
  readonly account: string;
  readonly announced?: boolean;
  readonly chainId?: number;
  readonly phone?: boolean;
  readonly dark?: boolean;
}

export async function openPlayer(browser: Browser, devnet: Devnet, wish: Wish): Promise<Player> {
  const context = await browser.newContext({
    viewport: wish.phone ? { width: 390, height: 844 } : { width: 1180, height: 900 },
    colorScheme: wish.dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(WAIT_SECONDS * 1000);
  const page = await context.newPage();
  const player: Player = {
    page,
    context,
    account: wish.account,
    refuses: new Set(),
    chainId: wish.chainId ?? 31337,
    troubles: [],
  };
  page.on(
    "console",
    (message) => message.type() === "error" && player.troubles.push(message.text()),
  );
  page.on("pageerror", (error) => player.troubles.push(error.message));
  await page.exposeFunction("walletRequest", async (method: string, params: unknown[]) => {
    if (player.refuses.has(method)) return { error: { code: 4001, message: "User rejected" } };
    if (method === "eth_requestAccounts" || method === "eth_accounts")
      return { result: [player.account] };
    if (method === "eth_chainId") return { result: `0x${player.chainId.toString(16)}` };
    if (method === "wallet_switchEthereumChain") {
      player.chainId = Number((params as { chainId: string }[])[0]?.chainId);
      return { result: null };
    }
    try {
      return { result: await devnet.request(method, params) };
    } catch (error) {
      const { code, message } = error as { code: number; message: string };
      return { error: { code, message } };
    }
  });
  await page.addInitScript(injectWallet, {
    announced: wish.announced ?? true,
    name: `Wallet ${wish.account.slice(2, 6)}`,
  });
  return player;
}

function injectWallet({ announced, name }: { announced: boolean; name: string }): void {
  const ask = (
    window as unknown as {
      walletRequest: (m: string, p: unknown) => Promise<{ result: unknown; error?: object }>;
    }
  ).walletRequest;
  const provider = {
    request: async ({ method, params }: { method: string; params?: unknown }) => {
      const { result, error } = await ask(method, params ?? []);
      if (error) throw Object.assign(new Error("refused"), error);
      return result;
    },
    on: () => undefined,
    removeListener: () => undefined,
  };
  if (!announced) {
    Object.assign(window, { ethereum: provider });
    return;
  }
  const info = {
    uuid: crypto.randomUUID(),
    name,
    icon: "data:image/svg+xml,",
    rdns: "test.wallet",
  };
  const announce = () =>
    window.dispatchEvent(
      new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }),
    );
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}

export async function connectWallet({ page }: Player): Promise<void> {
  await page.locator("summary", { hasText: "Connect wallet" }).click();
  await page.locator(".menu button").first().click();
  await page.locator(".wallet .mono").waitFor();
}
