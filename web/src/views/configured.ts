// What a page has only where its configuration names it: sums in money, reminders by push,
// WalletConnect. Loaded then.

import { nothing } from "lit-html";
import type { App } from "../app.ts";
import { arrived, Loader } from "../loader.ts";
import type { Drawn } from "./part.ts";

type Wing = typeof import("./configured/wing.ts");

const wings = new Loader<Wing>();

/** Draws with that part of the page, where the configuration has `what`. */
export function configured(
  app: App,
  what: "price" | "push" | "walletConnect",
  draw: (wing: Wing) => Drawn,
): Drawn {
  if (!app.config[what]) return nothing;
  const wing = arrived(wings.get(app, "", () => import("./configured/wing.ts")));
  return wing ? draw(wing) : nothing;
}

/** " ≈ €31.20", once that is known. */
export const worth = (app: App, wei: bigint): Drawn =>
  configured(app, "price", (wing) => wing.worth(app, wei));
