// The leaderboard: every row with its picture, its score, and a check against the chain.
import { html, nothing } from "lit-html";
import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { cidOf } from "../content/digest.ts";
import { isDisqualified, reasons } from "../ranking/flags.ts";
import { hashLeaf, prove, rootOf } from "../ranking/leaf.ts";
import { type Row, readBundle } from "../ranking/readBundle.ts";
import { plural, short } from "./format.ts";
import { picture } from "./picture.ts";

const PAGE = 50;
const NO_BUNDLE = /^0x0+$/;

export function results(app: App, c: Competition) {
  if (NO_BUNDLE.test(c.bundleDigest)) return nothing;
  const bundle = bundleOf(app, c.bundleDigest);
  if (bundle === "loading")
    return html`<section><h2>Results</h2><p class="empty" role="status">Fetching the ranking…</p></section>`;
  if ("error" in bundle)
    return html`<section><h2>Results</h2><p class="notice bad" role="alert">The ranking's bundle cannot be had: ${bundle.error}.
      The result on-chain stands without it.</p></section>`;
  const rows = bundle.value;
  const shown = (app.notes.get(`rows:${c.id}`) as number | undefined) ?? PAGE;
  return html`<section><h2>Results</h2>
    <p>Lower is closer to the target. ${plural(rows.length, "entry").replace("entrys", "entries")}, explained by a bundle whose digest is on-chain.</p>
    <ol class="board">${rows.slice(0, shown).map((row, i) => rowView(app, c, rows, row, i))}</ol>
    ${rows.length > shown ? html`<p class="more"><button class="quiet" @click=${() => app.note(`rows:${c.id}`, shown + PAGE)}>Show ${Math.min(PAGE, rows.length - shown)} more</button></p>` : nothing}
    <details class="audit"><summary>Recompute everything yourself</summary>
      <p>The page checks digests and the Merkle proof. This command repeats the training and every score on your machine:</p>
      <pre tabindex="0">judge --set chain.rpc_url=${app.config.rpcUrl} --set chain.chain_id=${app.config.chainId} --set chain.contract=${app.config.contract} --set store.url=${app.config.gateways[0] ?? "…"} audit ${c.id}</pre></details>
  </section>`;
}

function bundleOf(app: App, digest: Hex) {
  const known = app.bundles.get(digest);
  if (known) return known;
  app.bundles.set(digest, "loading");
  readBundle(app.config.gateways, digest)
    .then((value) => app.bundles.set(digest, { value }))
    .catch((error: Error) => app.bundles.set(digest, { error: error.message }))
    .then(app.changed);
  return "loading" as const;
}

function rowView(app: App, c: Competition, rows: Row[], row: Row, index: number) {
  const out = isDisqualified(row.flags);
  const won = row.ticketId === c.winnerTicket;
  const mine = app.wallets.connected?.account === row.player;
  const name = `row:${c.id}:${row.ticketId}`;
  const open = app.notes.get(name) === true;
  return html`<li class=${won ? "won" : ""}>
    <button class="line" aria-expanded=${open} @click=${() => app.note(name, !open)}>
      <span class="rank num">${row.rank}</span>
      <span class="who"><span class="mono">${short(row.player)}</span> <span class="small">ticket ${row.ticketId}</span>
        ${mine ? html`<span class="mine">you</span>` : nothing}${won ? html`<span class="winner">winner</span>` : nothing}</span>
      <span class="score num">${out ? "disqualified" : row.score.toLocaleString("en")}</span></button>
    ${open ? details(app, c, rows, row, index) : nothing}</li>`;
}

function details(app: App, c: Competition, rows: Row[], row: Row, index: number) {
  const why = reasons(row.flags);
  const checked = app.notes.get(`verified:${c.id}:${row.ticketId}`) as Check[] | undefined;
  return html`<div class="detail">
    ${
      why.length
        ? html`<p class="notice bad">This entry ${why.join(" and ")}.</p>`
        : html`<div class="trio">
      <figure>${picture(app, c.targetDigest, "The target")}<figcaption>Target</figcaption></figure>
      <figure>${picture(app, row.imageDigest, `Submission of ticket ${row.ticketId}`)}<figcaption>Submission</figcaption></figure>
      ${row.reconstruction ? html`<figure>${picture(app, row.reconstruction, "Reconstruction by the judge")}<figcaption>As the judge rebuilt it</figcaption></figure>` : nothing}
      ${row.errorMap ? html`<figure>${picture(app, row.errorMap, "Where the reconstruction differs")}<figcaption>Where it differs</figcaption></figure>` : nothing}
    </div>`
    }
    <dl class="terms">${Object.entries(row.terms).map(([term, value]) => html`<div><dt>${term}</dt><dd class="num">${value}</dd></div>`)}</dl>
    <p class="hash">${cidOf(row.imageDigest)}</p>
    <button class="quiet" @click=${() => app.note(`verified:${c.id}:${row.ticketId}`, verify(app, c, rows, index))}>Verify against the chain</button>
    ${checked ? html`<div role="status"><ul class="checks">${checked.map(({ ok, words }) => html`<li class=${ok ? "good" : "bad"}>${ok ? "✓" : "✗"} ${words}</li>`)}</ul></div>` : nothing}</div>`;
}

interface Check {
  readonly ok: boolean;
  readonly words: string;
}

function verify(app: App, c: Competition, rows: readonly Row[], index: number): Check[] {
  const leaves = rows.map((row) => hashLeaf(app.domain, c.id, row));
  const leaf = leaves[index] as Hex;
  const { proof } = prove(leaves, index);
  const image = app.pictures.get((rows[index] as Row).imageDigest);
  const here = image !== undefined && image !== "loading" && "value" in image;
  return [
    {
      ok: here,
      words: here
        ? "The image's sha256 is the digest in this row."
        : "The image could not be fetched.",
    },
    {
      ok: rows.length === c.revealed,
      words: `${rows.length} rows for ${c.revealed} revealed submissions.`,
    },
    {
      ok: rootOf(leaf, proof) === c.rankingRoot,
      words: `Leaf ${short(leaf)} and ${plural(proof.length, "sibling")} lead to the root on-chain, ${short(c.rankingRoot)}.`,
    },
  ];
}
