// The frame around every view: name, ways, wallet.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Route } from "../route.ts";
import { html } from "../words/html.ts";
import { choose, LANGUAGES, languageNow, tagOf } from "../words/language.ts";
import { elementOf } from "./events.ts";
import { plural, short } from "./format.ts";
import type { Drawn } from "./part.ts";
import { wallet } from "./wallet.ts";

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
  <footer><span>Everything here is read from ${app.config.chainName} and checked in your browser.</span>
    ${languages()}
    <span class="mono">Contract ${contract(app)}</span></footer>`;

const languages =
  () => html`<select name="language" aria-label="Language" @change=${(event: Event) => choose(elementOf(event, HTMLSelectElement).value)}>
  ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${tagOf(code)} ?selected=${code === languageNow()}>${name}</option>`)}</select>`;

const contract = ({ config }: App) =>
  config.explorer
    ? html`<a href="${config.explorer}/address/${config.contract}" target="_blank" rel="noreferrer">${short(config.contract)}</a>`
    : html`<span title=${config.contract}>${short(config.contract)}</span>`;

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** What is shown may be old: that is said, with its age. */
function stale(app: App) {
  const seconds = app.silentFor;
  if (seconds === null) return nothing;
  const steps = Math.floor(seconds / 10) * 10;
  const age = steps < 60 ? plural(steps, "second") : plural(Math.floor(steps / 60), "minute");
  return html`<div class="notice bad stale" role="status">The chain has not answered for ${age}. What you see is that old; deadlines run on.</div>`;
}

function wrongChain(app: App) {
  const { connected } = app.wallets;
  if (!connected || connected.chainId === app.config.chainId || !app.reader) return nothing;
  return html`<div class="notice chain" role="status"><p>Your wallet is on another network.</p>
    <button class="quiet" @click=${() => app.transactions.switchChain(connected)}>Switch to ${app.config.chainName}</button></div>`;
}
