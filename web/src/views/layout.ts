// The frame around every view: name, ways, wallet.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import { plainReason } from "../chain/errors.ts";
import { Note } from "../note.ts";
import type { Route } from "../route.ts";
import type { WalletChoice } from "../wallet/wallets.ts";
import { elementOf } from "./events.ts";
import { aboutEth, plural, short } from "./format.ts";
import type { Drawn } from "./part.ts";

/** What a wallet said when it was to be connected. */
const refusals = new Note<string>();

const WAYS = [
  ["#/", "list", "Play"],
  ["#/calendar", "calendar", "Calendar"],
  ["#/fame", "fame", "Winners"],
  ["#/tickets", "tickets", "My tickets"],
  ["#/how", "how", "How it works"],
] as const;

export const layout = (app: App, route: Route, content: Drawn) => html`
  <a class="skip" href="#main" @click=${skip}>Skip to content</a>
  <header class="top">
    <a class="brand" href="#/"><img src="./seal.svg" alt="" width="28" height="28" />Judging Oracle</a>
    <nav aria-label="Main">
      ${WAYS.map(([href, place, name]) => {
        const here = route.place === place;
        return html`<a href=${href} aria-current=${here ? "page" : "false"}>${name}</a>`;
      })}
    </nav>
    ${wallet(app)}
  </header>
  <main id="main" tabindex="-1">${stale(app)}${wrongChain(app)}${content}</main>
  <footer>Everything here is read from ${app.config.chainName} and checked in your browser.
    <span class="mono">Contract ${contract(app)}</span></footer>`;

const contract = ({ config }: App) =>
  config.explorer
    ? html`<a href="${config.explorer}/address/${config.contract}" target="_blank" rel="noreferrer">${short(config.contract)}</a>`
    : html`<span title=${config.contract}>${short(config.contract)}</span>`;

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function wallet(app: App) {
  const { connected, choices } = app.wallets;
  const refused = refusals.get(app);
  if (connected)
    return html`<details class="wallet" @keydown=${closeOnEscape} @focusout=${closeOnLeave}><summary class="button quiet">
      <span class="dot" aria-hidden="true"></span><span class="mono">${short(connected.account)}</span></summary>
      <div class="menu"><p>${connected.choice.name}</p>
        ${app.purse ? html`<p class="small">${aboutEth(app.purse.balance)} on ${app.config.chainName}</p>` : nothing}
        <button class="quiet" @click=${() => app.wallets.disconnect()}>Disconnect</button></div></details>`;
  return html`<details class="wallet" @keydown=${closeOnEscape} @focusout=${closeOnLeave}><summary class="button">Connect wallet</summary>
    <div class="menu">
      ${choices.length ? html`<p class="small">The page sees your account and asks before anything is sent.</p>` : html`<p>No wallet was found in this browser. Install one, such as a browser extension, and reload.${app.config.rpcUrl ? " You can read everything without." : ""}</p>`}
      ${choices.map(
        (choice) => html`<button class="quiet wide" @click=${() => connect(app, choice)}>
          ${choice.icon.startsWith("data:image/") ? html`<img src=${choice.icon} alt="" width="20" height="20" />` : nothing}
          ${choice.name}</button>`,
      )}
      ${choices.some(({ rdns }) => rdns.startsWith("devnet.")) ? html`<p class="small tail">Devnet accounts are for trying out: they hold no real money, and sign without asking.</p>` : nothing}
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

/** What is shown may be old: that is said, with its age. */
function stale(app: App) {
  const seconds = app.silentFor;
  if (seconds === null) return nothing;
  const steps = Math.floor(seconds / 10) * 10;
  const age = steps < 60 ? `${steps} seconds` : plural(Math.floor(steps / 60), "minute");
  return html`<div class="notice bad stale" role="status">The chain has not answered for ${age}. What you see is that old; deadlines run on.</div>`;
}

function wrongChain(app: App) {
  const { connected } = app.wallets;
  if (!connected || connected.chainId === app.config.chainId || !app.reader) return nothing;
  return html`<div class="notice chain" role="status"><p>Your wallet is on another network.</p>
    <button class="quiet" @click=${() => app.transactions.switchChain(connected)}>Switch to ${app.config.chainName}</button></div>`;
}
