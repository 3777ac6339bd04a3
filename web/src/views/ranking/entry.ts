// One row of the ranking, opened: pictures, terms, where it stands on-chain, and its proof.

import { nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../../app.ts";
import { at } from "../../at.ts";
import type { Competition } from "../../chain/readCompetitions.ts";
import { type Reveal, readReveal } from "../../chain/readHistory.ts";
import { cidOf } from "../../content/digest.ts";
import { arrived, type Loaded, Loader } from "../../loader.ts";
import { Note } from "../../note.ts";
import type { Bundle, Row } from "../../ranking/bundle.ts";
import type { CheckedRanking } from "../../ranking/check.ts";
import { copyWords, remarkWords } from "../../ranking/copies.ts";
import { isDisqualified, reasons } from "../../ranking/flags.ts";
import { proofOf, rootOf } from "../../ranking/leaf.ts";
import { termsOf } from "../../ranking/score.ts";
import { hashSubmission } from "../../secret/secret.ts";
import { html } from "../../words/html.ts";
import { listed } from "../../words/writing.ts";
import { compare } from "../compare.ts";
import { saveFile } from "../files.ts";
import { plural, short } from "../format.ts";
import { transaction } from "../transaction.ts";

/** Bits 1 to 7 and 10 of the flags: there is no picture that could be shown. */
const NO_PICTURE = 0b0100_1111_1110;

const reveals = new Loader<Reveal | null>();
/** Entries that are to be verified. */
const verified = new Note<true>();

export interface Opened {
  readonly c: Competition;
  readonly bundle: Bundle;
  readonly ranking: Loaded<CheckedRanking>;
  readonly index: number;
}

export function entry(app: App, opened: Opened) {
  const { c, bundle, index } = opened;
  const row = at(bundle.rows, index);
  const why = reasons(row.flags);
  const reveal = reveals.get(app, `${c.id}:${row.ticketId}`, async () => {
    if (!app.reader) throw new Error("The chain cannot be read now.");
    return readReveal(app.reader, app.config, c.id, BigInt(row.ticketId));
  });
  return html`<div class="detail">
    ${why.length ? html`<p class="notice ${isDisqualified(row.flags) ? "bad" : ""}">This entry ${listed(why)}. ${row.copy ? copyWords(row.copy) : nothing}</p>` : nothing}
    ${row.remarks.length ? html`<p class="notice">Remark, which decides nothing: ${row.remarks.map(remarkWords).join(" ")}</p>` : nothing}
    ${canBeShown(row) ? compare(app, c, row, terms(bundle, row)) : nothing}
    <details class="proofs"><summary>Details and proof</summary><dl class="where">
      <div><dt>Image</dt><dd class="hash">${image(app, row)}</dd></div>
      <div><dt>Revealed in</dt><dd class="hash">${revealedIn(app, reveal)}</dd></div>
      <div><dt>Its salt</dt><dd class="hash">${arrived(reveal)?.salt ?? nothing}</dd></div>
      ${leaf(c, opened, row)}
    </dl></details>
    ${verification(app, opened, reveal)}</div>`;
}

export const canBeShown = ({ flags }: Pick<Row, "flags">): boolean => (flags & NO_PICTURE) === 0;

export function terms({ judge }: Pick<Bundle, "judge">, row: Pick<Row, "terms">) {
  const all = termsOf(judge, row.terms);
  if (!all.length) return nothing;
  return html`<dl class="terms">${all.map(({ name, words, value, share }) => html`<div><dt>${name}${words ? html` <span>${words}</span>` : nothing}</dt><dd class="num">${value}</dd><dd class="term-bar" aria-hidden="true"><i class=${share < 0 ? "less" : ""} .style=${`width:${Math.abs(share) * 50}%`}></i></dd></div>`)}</dl>`;
}

const image = (app: App, row: Row) => {
  const cid = cidOf(row.imageDigest);
  const gateway = app.config.gateways[0];
  return gateway
    ? html`<a href="${gateway}/ipfs/${cid}" rel="noreferrer">${cid}</a>`
    : html`${cid}`;
};

const revealedIn = (app: App, reveal: Loaded<Reveal | null>) => {
  if (reveal === "loading") return html`Reading…`;
  const found = arrived(reveal);
  return found ? transaction(app, found.transactionHash, found.transactionHash) : html`not found`;
};

function leaf(c: Competition, { ranking, index }: Opened, row: Row) {
  const checked = arrived(ranking);
  if (!checked) return html`<div><dt>Leaf</dt><dd>Hashing…</dd></div>`;
  const [hash, proof] = [at(checked.leaves, index), proofOf(checked.tree, index)];
  const save = () => {
    const facts = { competition: String(c.id), rank: row.rank, ticket: row.ticketId, leaf: hash };
    const text = JSON.stringify({ ...facts, proof, root: checked.root }, null, 2);
    saveFile(`leaf-${c.id}-${row.ticketId}.json`, new Blob([text], { type: "application/json" }));
  };
  return html`<div><dt>Leaf</dt><dd class="hash">${hash}</dd></div>
    <div><dt>Proof</dt><dd><details><summary>${plural(proof.length, "sibling")} up to the root ${short(checked.root)}</summary>
      <ol class="hash">${proof.map((sibling) => html`<li>${sibling}</li>`)}</ol>
      <button class="quiet" @click=${save}>Save leaf and proof</button></details></dd></div>`;
}

interface Check {
  readonly ok: boolean;
  readonly words: string;
}

function verification(app: App, opened: Opened, reveal: Loaded<Reveal | null>) {
  const { c, bundle, index } = opened;
  const name = `${c.id}:${at(bundle.rows, index).ticketId}`;
  const wanted = verified.get(app, name) === true;
  const ready = typeof opened.ranking === "object" && reveal !== "loading";
  const checks = wanted && ready ? verify(app, opened, arrived(reveal) ?? null) : null;
  return html`<button class="quiet" @click=${() => verified.set(app, name, true)}>Verify against the chain</button>
    <div role="status">${
      checks
        ? html`<ul class="checks">${checks.map(({ ok, words }) => html`<li class=${ok ? "good" : "bad"}>${ok ? "✓" : "✗"} ${words}</li>`)}</ul>`
        : wanted
          ? html`<p class="small">Checking…</p>`
          : nothing
    }</div>`;
}

/** The commitment that a row's image and a salt make, for its player. */
const committed = (app: App, c: Competition, row: Row, salt: Hex): Hex => {
  const ticket = { id: c.id, ticketId: BigInt(row.ticketId), player: row.player };
  return hashSubmission(app.domain, ticket, row.imageDigest, salt);
};

function verify(app: App, opened: Opened, reveal: Reveal | null): Check[] {
  const { c, bundle, index } = opened;
  const row = at(bundle.rows, index);
  const checked = arrived(opened.ranking);
  const leaf = checked ? at(checked.leaves, index) : "0x";
  const proof = checked ? proofOf(checked.tree, index) : [];
  const bytes = !canBeShown(row) || arrived(app.picture(row.imageDigest)) !== undefined;
  return [
    canBeShown(row)
      ? {
          ok: bytes,
          words: bytes
            ? "The image's sha256 is the digest in this row."
            : "The image could not be fetched, so its digest could not be checked.",
        }
      : { ok: true, words: "There is no picture to check." },
    {
      ok: reveal?.imageDigest === row.imageDigest,
      words: "The player revealed this very digest on-chain.",
    },
    {
      ok: reveal !== null && reveal.commitment === committed(app, c, row, reveal.salt),
      words: "With its salt it is what this player had committed to.",
    },
    {
      ok: checked !== undefined && rootOf(leaf, proof) === c.rankingRoot,
      words: "Its place and score belong to the ranking on-chain.",
    },
  ];
}
