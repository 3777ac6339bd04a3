// The frame around every view: name, ways, wallet.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import { short } from "./format.ts";

const WAYS = [
  ["#/", "Competitions"],
  ["#/tickets", "My tickets"],
  ["#/how", "How it works"],
] as const;

export const layout = (app: App, content: unknown) => html`
  <a class="skip" href="#main" @click=${skip}>Skip to content</a>
  <header class="top">
    <a class="brand" href="#/"><img src="./seal.svg" alt="" width="28" height="28" />Judging Oracle</a>
    <nav aria-label="Main">
      ${WAYS.map(([href, name]) => {
        const here = (location.hash || "#/") === href;
        return html`<a href=${href} aria-current=${here ? "page" : "false"}>${name}</a>`;
      })}
    </nav>
    ${wallet(app)}
  </header>
  <main id="main" tabindex="-1">${wrongChain(app)}${content}</main>
  <footer>Everything here is read from ${app.config.chainName} and checked in your browser.
    <span class="mono">Contract ${short(app.config.contract)}</span></footer>`;

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function wallet(app: App) {
  const { connected, choices } = app.wallets;
  if (connected)
    return html`<details class="wallet"><summary class="button quiet">
      <span class="dot" aria-hidden="true"></span><span class="mono">${short(connected.account)}</span></summary>
      <div class="menu"><p>${connected.choice.name}</p>
        <button class="quiet" @click=${() => app.wallets.disconnect()}>Disconnect</button></div></details>`;
  return html`<details class="wallet"><summary class="button">Connect wallet</summary>
    <div class="menu">
      ${choices.length ? nothing : html`<p>No wallet was found in this browser. Install one, such as a browser extension, and reload. You can read everything without.</p>`}
      ${choices.map(
        (
          choice,
        ) => html`<button class="quiet wide" @click=${() => app.wallets.connect(choice).catch(() => undefined)}>
          ${choice.icon.startsWith("data:image/") ? html`<img src=${choice.icon} alt="" width="20" height="20" />` : nothing}
          ${choice.name}</button>`,
      )}
    </div></details>`;
}

function wrongChain(app: App) {
  const { connected } = app.wallets;
  if (!connected || connected.chainId === app.config.chainId) return nothing;
  return html`<p class="notice" role="status">Your wallet is on another network. You will be asked to
    switch to ${app.config.chainName} with your next step.</p>`;
}
