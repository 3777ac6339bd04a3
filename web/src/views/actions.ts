// What can be done in a competition now: the player's own steps, and those anyone can take.
import { html, nothing } from "lit-html";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import type { OwnTicket } from "../chain/readTickets.ts";
import { cidOf, digestOf } from "../content/digest.ts";
import { prepareImage } from "../content/prepareImage.ts";
import { commitImage, letOracleReveal, recoveryFile, revealImage } from "../play.ts";
import { loadSecret } from "../secret/keep.ts";
import { send, step } from "./button.ts";
import { saveCalendar, saveFile } from "./files.ts";
import { eth, plural } from "./format.ts";

interface Chosen {
  readonly bytes: Uint8Array;
  readonly url: string;
  readonly cid: string;
}

export function actions(app: App, c: Competition) {
  const mine = app.tickets.filter(({ id }) => id === c.id);
  return html`${c.phase === "Selling" ? buy(app, c, mine.length) : nothing}
    ${mine.map((ticket) => ticketPanel(app, c, ticket))}
    ${c.phase !== "Selling" && app.wallets.connected && !mine.length ? html`<p class="empty">You have no ticket in this competition.</p>` : nothing}
    ${!app.wallets.connected && c.phase !== "Selling" ? html`<p class="empty">Connect the wallet that bought your ticket to take part.</p>` : nothing}
    ${anyone(app, c)}`;
}

const buy = (app: App, c: Competition, owned: number) => html`<div class="panel">
  <h2>${owned ? "Another ticket" : "Take part"}</h2>
  <p>One ticket is one image. ${owned ? `You have ${plural(owned, "ticket")}.` : ""}</p>
  ${send(app, `buy:${c.id}`, `Buy a ticket for ${eth(c.terms.ticketPrice)}`, {
    functionName: "buyTicket",
    args: [c.id],
    value: c.terms.ticketPrice,
  })}</div>`;

function ticketPanel(app: App, c: Competition, ticket: OwnTicket) {
  const name = html`<h2>Ticket ${ticket.ticketId}</h2>`;
  switch (c.phase) {
    case "Selling":
      return html`<div class="panel">${name}<p>Yours. Come back when the target opens.</p></div>`;
    case "Open":
      return html`<div class="panel">${name}${chooser(app, c, ticket)}</div>`;
    case "Revealing":
      return html`<div class="panel">${name}${reveal(app, ticket)}</div>`;
    case "Void":
      return html`<div class="panel">${name}${
        ticket.refunded
          ? html`<p class="good">Refunded.</p>`
          : send(app, `refund:${c.id}:${ticket.ticketId}`, `Refund ${eth(c.terms.ticketPrice)}`, {
              functionName: "refund",
              args: [c.id, ticket.ticketId],
            })
      }</div>`;
    default:
      return html`<div class="panel">${name}<p>${ticket.revealed ? "Revealed: your image is in the judging." : "Not revealed: this ticket is not judged."}</p></div>`;
  }
}

function chooser(app: App, c: Competition, ticket: OwnTicket) {
  const key = `chosen:${c.id}:${ticket.ticketId}`;
  const chosen = app.notes.get(key) as Chosen | undefined;
  const trouble = app.notes.get(`${key}:trouble`) as string | undefined;
  const take = (file: File | null | undefined) => file && void choose(app, key, file);
  const input = `file-${c.id}-${ticket.ticketId}`;
  return html`
    ${ticket.commitment ? committed(app, c, ticket) : html`<p>Choose your image. Only a sealed commitment goes on-chain until you reveal.</p>`}
    <div class="drop" @dragover=${(e: Event) => e.preventDefault()}
      @drop=${(e: DragEvent) => {
        e.preventDefault();
        take(e.dataTransfer?.files[0]);
      }}
      @paste=${(e: ClipboardEvent) => take(e.clipboardData?.files[0])}>
      ${chosen ? html`<img src=${chosen.url} alt="Your image as it will be judged" width="512" height="512" />` : nothing}
      <input class="file" type="file" id=${input} accept="image/*" @change=${(e: Event) => take((e.target as HTMLInputElement).files?.[0])} />
      <label for=${input}><b>${chosen ? "Choose another image" : "Choose an image"}</b> or drop or paste one here.
        It is cropped to a square of 512×512.</label>
    </div>
    ${trouble ? html`<p class="notice bad" role="alert">${trouble}</p>` : nothing}
    ${
      chosen
        ? html`<p class="hash">${chosen.cid}</p>
      ${step(app, `commit:${c.id}:${ticket.ticketId}`, ticket.commitment ? "Replace the commitment" : "Commit this image", () => commitImage(app, ticket, chosen.bytes))}
      <p class="small">A copy is stored with the oracle, so that losing this browser does not lose the image. Its operator could look at it before you reveal.</p>`
        : nothing
    }`;
}

async function choose(app: App, key: string, file: File): Promise<void> {
  try {
    const bytes = await prepareImage(file);
    const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "image/png" }));
    app.notes.set(`${key}:trouble`, undefined);
    app.note(key, { bytes, url, cid: cidOf(digestOf(bytes)) } satisfies Chosen);
  } catch (error) {
    app.note(`${key}:trouble`, (error as Error).message);
  }
}

function committed(app: App, c: Competition, ticket: OwnTicket) {
  const secret = ticket.commitment ? loadSecret(ticket.commitment) : null;
  return html`<p class="good">Committed. You can replace it until submissions close.</p>
    <div class="buttons">
      ${secret ? html`<button class="quiet" @click=${() => saveFile(`submission-${c.id}-${ticket.ticketId}.json`, recoveryFile(app, ticket, secret))}>Save recovery file</button>` : nothing}
      <button class="quiet" @click=${() => saveCalendar(c, location.href)}>Remind me to reveal</button></div>`;
}

const reveal = (app: App, ticket: OwnTicket) =>
  ticket.revealed
    ? html`<p class="good">Revealed. Your image will be judged.</p>`
    : ticket.commitment
      ? html`<p>Your image becomes public now. What is not revealed is not judged.</p>
        ${step(app, `reveal:${ticket.id}:${ticket.ticketId}`, "Reveal my image", () => revealImage(app, ticket))}
${step(app, `handover:${ticket.id}:${ticket.ticketId}`, "Let the oracle reveal for me", () => letOracleReveal(app, ticket), "", true)}
        ${handedOver(app, ticket)}
                ${loadSecret(ticket.commitment) ? nothing : html`<p class="small">The secret is not in this browser. Your wallet will be asked to sign, which brings it back.</p>`}`
      : html`<p>Nothing was committed for this ticket.</p>`;

const handedOver = (app: App, ticket: OwnTicket) => {
  const words = app.notes.get(`handover:${ticket.id}:${ticket.ticketId}`) as string | undefined;
  return words ? html`<p class="good" role="status">${words}</p>` : nothing;
};

function anyone(app: App, c: Competition) {
  const now = app.clock.now;
  const overdue =
    (c.phase === "Opening" && now >= c.terms.saleEnds + 3600) ||
    (c.phase === "Seeding" && (c.revealed < c.terms.minRevealed || now >= c.judgingEnds)) ||
    (c.phase === "Judging" && now >= c.judgingEnds) ||
    (c.phase === "Disputed" && now >= c.dispute.verdictEnds);
  const args = [c.id];
  if (overdue)
    return html`<div class="panel"><h2>Overdue</h2><p>A deadline was missed. Anyone can void the competition, so that every ticket is refunded.</p>
      ${send(app, `void:${c.id}`, "Void the competition", { functionName: "voidCompetition", args })}</div>`;
  const decided = c.phase === "Resolved";
  if (decided || (c.phase === "Asserted" && now >= c.livenessEnds))
    return html`<div class="panel"><h2>Ready to pay</h2><p>${decided ? "The auditors have decided." : "Nobody disputed the result."} Anyone can have the winner paid.</p>
      ${send(app, `finalize:${c.id}`, "Pay the winner", { functionName: "finalize", args })}</div>`;
  return nothing;
}
