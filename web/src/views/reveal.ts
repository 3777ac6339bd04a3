// Revealing: by the player, by the oracle, from a recovery file, and what to do when the image is gone.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import { bringImage, handedOver, letOracleReveal, missing, revealImages } from "../play.ts";
import { loadSecret } from "../secret/keep.ts";
import { loadStudioReceipt } from "../studio/keep.ts";
import { html, say } from "../words/html.ts";
import { said, step } from "./button.ts";
import { dropZone } from "./chooser.ts";
import { openRecoveryFile } from "./recover.ts";
import { hasStudio, studioWhy } from "./studio.ts";

export function reveal(app: App, c: Competition, ticket: OwnTicket) {
  if (ticket.revealed) return html`<p class="good">Revealed. Your image will be judged.</p>`;
  if (!ticket.commitment)
    return html`<p>Nothing was committed for this ticket, so it is not judged.</p>`;
  const key = `reveal:${ticket.id}:${ticket.ticketId}`;
  const secret = loadSecret(ticket.commitment);
  const receipt = !hasStudio(c) || loadStudioReceipt(ticket.commitment) !== null;
  const why = receipt ? "" : studioWhy(app, c);
  return html`<p>Your image becomes public now. What is not revealed is not judged.</p>
    <div class="pair">${step(app, key, "Reveal my image", () => revealImages(app, key, [ticket]), { why })}
      ${app.config.api ? handOver(app, ticket, secret !== null && receipt) : nothing}</div>
    ${secret && missing.get(app, secret.imageDigest) ? again(app, ticket, secret.imageDigest) : nothing}
    ${
      secret && receipt
        ? nothing
        : html`<p class="small">The ${secret ? "studio's receipt" : "secret"} is not in this browser. Your wallet will be asked to sign, which brings it back.
            Or open the recovery file:</p>${openRecoveryFile(app)}`
    }`;
}

/** All that waits, in one transaction. */
export function revealAll(app: App, tickets: readonly OwnTicket[]) {
  const waiting = tickets.filter(({ commitment, revealed }) => commitment && !revealed);
  const key = `reveal:${waiting[0]?.id}:all`;
  return waiting.length < 2
    ? nothing
    : html`<div class="panel"><h2>${waiting.length} images to reveal</h2><p>All of them in one transaction.</p>
      ${step(app, key, say`Reveal all ${waiting.length}`, () => revealImages(app, key, waiting))}</div>`;
}

function handOver(app: App, ticket: OwnTicket, secretIsHere: boolean) {
  const key = `handover:${ticket.id}:${ticket.ticketId}`;
  const state = handedOver.get(app, key);
  const locked = !secretIsHere && !app.wallets.connected;
  const off = locked || state === "busy" || state === "done";
  return html`<div class="step"><button class="quiet" aria-disabled=${off ? "true" : "false"} @click=${() => off || letOracleReveal(app, ticket)}>Let the oracle reveal for me</button>
    <p class="said" role="status">${
      state === "done"
        ? html`<span class="good">Handed over. The oracle reveals it within minutes, and pays for it.</span>`
        : state === "busy"
          ? "Handing over…"
          : said(app, key)
    }</p></div>`;
}

/** The image has to be brought again; where no store takes it, the player decides. */
const again = (app: App, ticket: OwnTicket, digest: Hex) => {
  const key = `reveal-anyway:${ticket.id}:${ticket.ticketId}`;
  const act = () => revealImages(app, key, [ticket], "served or not");
  return html`${dropZone(app, `again:${digest}`, undefined, (bytes) => bringImage(app, digest, bytes))}
    <p class="small">If no store takes it, put the file on IPFS yourself and reveal all the same: it is judged if it can be fetched then.</p>
    ${step(app, key, "Reveal all the same", act, { quiet: true })}`;
};
