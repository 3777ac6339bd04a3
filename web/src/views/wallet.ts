// Connecting a wallet: the menu in the header, and what opens it from anywhere.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { plainReason } from "../chain/errors.ts";
import { Note } from "../note.ts";
import type { WalletChoice } from "../wallet/wallets.ts";
import { html } from "../words/html.ts";
import { copy, face } from "./account.ts";
import { configured } from "./configured.ts";
import { elementOf } from "./events.ts";
import { aboutEth } from "./format.ts";

/** What a wallet said when it was to be connected. */
const refusals = new Note<string>();

/** Connects the only wallet there is, or shows which there are. */
export function askForWallet(app: App): void {
  const { choices } = app.wallets;
  const [only, another] = choices;
  if (only && !another && !only.isDistant) return void connect(app, only);
  const menu = document.querySelector<HTMLDetailsElement>("details.wallet");
  if (!menu) return;
  menu.open = true;
  menu.querySelector("summary")?.focus();
  menu.scrollIntoView({ block: "nearest" });
}

/** Where a phone's wallets open this page in a browser of their own. */
const APPS: readonly (readonly [name: string, address: (page: string) => string])[] = [
  ["MetaMask", (page) => `https://metamask.app.link/dapp/${page.replace(/^https?:\/\//, "")}`],
  ["Coinbase Wallet", (page) => `https://go.cb-w.com/dapp?cb_url=${encodeURIComponent(page)}`],
  [
    "Trust Wallet",
    (page) => `https://link.trustwallet.com/open_url?coin_id=60&url=${encodeURIComponent(page)}`,
  ],
];

const elsewhere = () =>
  navigator.maxTouchPoints
    ? html`<p class="small">Or open this page in a wallet of this phone:</p>
      ${APPS.map(([name, address]) => html`<a class="button quiet wide" href=${address(location.href)} rel="noreferrer">${name}</a>`)}`
    : nothing;

export function wallet(app: App) {
  const { connected, choices, here } = app.wallets;
  const refused = refusals.get(app);
  if (connected)
    return html`<details class="wallet" @keydown=${closeOnEscape} @focusout=${closeOnLeave}><summary class="button quiet">
      <span class="dot" aria-hidden="true"></span>${face(app, connected.account)}</summary>
      <div class="menu"><p>${connected.choice.name} ${copy(app, connected.account, "Copy your address")}</p>
        ${app.purse ? html`<p class="small">${aboutEth(app.purse.balance)} on ${app.config.chainName}</p>` : nothing}
        <button class="quiet" @click=${() => app.wallets.disconnect()}>Disconnect</button></div></details>`;
  return html`<details class="wallet" @keydown=${closeOnEscape} @focusout=${closeOnLeave}><summary class="button">Connect wallet</summary>
    <div class="menu">
      ${here.length ? html`<p class="small">The page sees your account and asks before anything is sent.</p>` : html`<p>No wallet was found in this browser. Install one, such as a browser extension, and reload.${app.config.rpcUrl ? " You can read everything without." : ""}</p>`}
      ${choices.map(
        (choice) => html`<button class="quiet wide" @click=${() => connect(app, choice)}>
          ${choice.icon.startsWith("data:image/") ? html`<img src=${choice.icon} alt="" width="20" height="20" />` : nothing}
          ${choice.name}</button>`,
      )}
      ${configured(app, "walletConnect", ({ pairing }) => pairing(app))}
      ${choices.some(({ rdns }) => rdns.startsWith("devnet.")) ? html`<p class="small tail">Devnet accounts are for trying out: they hold no real money, and sign without asking.</p>` : nothing}
      ${here.length ? nothing : elsewhere()}
      ${refused ? html`<p class="small bad" role="status">${refused}</p>` : nothing}
    </div></details>`;
}

async function connect(app: App, choice: WalletChoice): Promise<void> {
  try {
    refusals.set(app, "", undefined);
    await app.wallets.connect(choice);
  } catch (error) {
    refusals.set(app, "", plainReason(error) ?? "Cancelled: the page sees no account.");
  }
}

function closeOnEscape(event: KeyboardEvent): void {
  const menu = elementOf(event, HTMLDetailsElement);
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

function closeOnLeave(event: FocusEvent): void {
  const menu = elementOf(event, HTMLDetailsElement);
  if (
    event.relatedTarget &&
    !(event.relatedTarget instanceof Node && menu.contains(event.relatedTarget))
  )
    menu.open = false;
}
