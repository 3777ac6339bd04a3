// What speaks against a competition, said before a ticket is bought; the same as `judge buy` says.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { type Arbiter, readArbiter } from "../chain/readArbiter.ts";
import { type Beacon, readBeacon } from "../chain/readBeacon.ts";
import type { Competition } from "../chain/readCompetitions.ts";
import { type Loaded, Loader } from "../loader.ts";
import { hasBeacon } from "../seed.ts";
import { DEVNET_CHAIN_ID } from "../wallet/devnetAccounts.ts";
import { html, say } from "../words/html.ts";
import { lasting, short } from "./format.ts";
import type { Drawn } from "./part.ts";

interface Facts {
  readonly arbiter: Arbiter;
  /** Null where a block's hash gives the seed. */
  readonly beacon: Beacon | null;
}

const facts = new Loader<Facts>();

/** What the chain says about who decides disputes and where the seed comes from. */
export const factsOf = (app: App, c: Competition): Loaded<Facts> =>
  facts.get(app, String(c.id), async () => {
    const { reader, config } = app;
    if (!reader) throw new Error("The chain cannot be read now.");
    const [arbiter, beacon] = await Promise.all([
      readArbiter(reader, config, c.terms.arbiter),
      hasBeacon(c) ? readBeacon(reader, c.terms.beacon) : null,
    ]);
    return { arbiter, beacon };
  });

export function remarks(app: App, c: Competition, found: Loaded<Facts>): Drawn {
  if (found === "loading") return nothing;
  const said =
    "error" in found
      ? ["Who decides disputes could not be read now."]
      : remarksOf(c, found.value, app.config.chainId === DEVNET_CHAIN_ID);
  return said.length
    ? html`<div class="notice bad"><p><b>Know this before you buy</b></p><ul class="rules">${said.map((words) => html`<li>${words}</li>`)}</ul></div>`
    : nothing;
}

type Judged = Pick<Competition, "operator"> & {
  readonly terms: Pick<
    Competition["terms"],
    "arbiter" | "beacon" | "revealSeconds" | "judgingSeconds" | "livenessSeconds"
  >;
};

/** Each a sentence; none when all is as it should be. */
export const remarksOf = (c: Judged, { arbiter, beacon }: Facts, isDevnet: boolean): string[] => [
  ...(c.terms.arbiter === c.operator
    ? ["The operator is its own arbiter: it decides disputes about itself."]
    : aboutArbiter(c, arbiter)),
  ...aboutBeacon(c, beacon, isDevnet),
  ...aboutTime(c),
];

function aboutArbiter({ terms }: Judged, arbiter: Arbiter): string[] {
  switch (arbiter.kind) {
    case "account":
      return [
        say`Disputes are decided by one account, ${short(terms.arbiter)}, that stakes nothing.`,
      ];
    case "unknown":
      return [
        say`Disputes are decided by a contract that this page does not know, ${short(terms.arbiter)}.`,
      ];
    case "quorum": {
      const { servesUs, members, staked, threshold } = arbiter;
      return [
        servesUs
          ? ""
          : "The quorum that is named serves another contract: it decides nothing here.",
        staked < threshold
          ? say`Only ${staked} of ${members} auditors have staked and ${threshold} are needed: disputes would not be decided.`
          : "",
      ].filter(Boolean);
    }
  }
}

function aboutBeacon({ terms }: Judged, beacon: Beacon | null, isDevnet: boolean): string[] {
  if (beacon === "unknown")
    return [
      say`The seed comes from a contract that this page does not know, ${short(terms.beacon)}.`,
    ];
  // A devnet has a network of its own, which everybody can sign for.
  return beacon === "another network" && !isDevnet
    ? ["The seed comes from another network than drand's quicknet: its maker may choose it."]
    : [];
}

/** What contracts for real money ask for at least: oracle/deployment/blueprint.py. */
const FLOORS = [
  ["revealSeconds", 900, "revealing an image"],
  ["judgingSeconds", 1800, "fetching and judging"],
  ["livenessSeconds", 3600, "disputing a ranking"],
] as const;

const aboutTime = ({ terms }: Judged): string[] =>
  FLOORS.filter(([field, least]) => terms[field] < least).map(
    ([field, , what]) => say`Only ${lasting(terms[field])} for ${what}.`,
  );
