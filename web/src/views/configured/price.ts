// What sums of ether are worth by the configured feed. A price that is wrong, stale or not there is not shown.

import { nothing } from "lit-html";
import { formatEther } from "viem";
import type { App } from "../../app.ts";
import { priceIn, type Round, readGasPrice, readRound } from "../../chain/readPrice.ts";
import { arrived, Loader } from "../../loader.ts";
import { html } from "../../words/html.ts";
import { localeNow } from "../../words/language.ts";
import { aboutEth } from "../format.ts";
import type { Drawn } from "../part.ts";

/** Both are read again so often. */
const FRESH_SECONDS = 300;
/** Of buying, committing and revealing, each by itself: docs/lab/gas.md. */
const GAS_OF_A_ROUND = 150_000n;

const rounds = new Loader<Round>();
const gasPrices = new Loader<bigint>();

/** What was read lately, or is being read now. */
function lately<T>(app: App, loader: Loader<T>, read: () => Promise<T>): T | undefined {
  if (!app.clock.block) return undefined; // the chain's time is not known yet
  return arrived(loader.get(app, String(Math.floor(app.clock.now / FRESH_SECONDS)), read));
}

const reading = (app: App) => {
  if (!app.reader) throw new Error("The chain cannot be read now.");
  return app.reader;
};

/** "€31.20": what so much is worth; null where that is not known. */
export function worthOf(app: App, wei: bigint): string | null {
  const { price } = app.config;
  const round = price && lately(app, rounds, async () => readRound(reading(app), price.feed));
  const each = round && priceIn(round, app.clock.now);
  if (!price || !each) return null;
  const form = { style: "currency", currency: price.currency } as const;
  return (Number(formatEther(wei)) * each).toLocaleString(localeNow(), form);
}

export function worth(app: App, wei: bigint): Drawn {
  const found = worthOf(app, wei);
  return found === null ? nothing : html` <span class="worth">≈ ${found}</span>`;
}

/** What the network takes for playing a round. */
export function fees(app: App): Drawn {
  const each = lately(app, gasPrices, async () => readGasPrice(reading(app)));
  const found = each === undefined ? null : worthOf(app, each * GAS_OF_A_ROUND);
  if (each === undefined || found === null) return nothing;
  return html`<p class="small">To buy, commit and reveal, the network takes about ${aboutEth(each * GAS_OF_A_ROUND)} (${found}) at its present price.</p>`;
}
