// Where the visitor is: the part of the address behind "#", as a value.

export type Kind = "all" | "sale" | "open" | "mine" | "over";

export type Route =
  | { readonly place: "list"; readonly kind: Kind }
  | { readonly place: "competition"; readonly id: string }
  | { readonly place: "calendar"; readonly month: string }
  | { readonly place: "fame" }
  | { readonly place: "tickets" }
  | { readonly place: "how" };

const KINDS: readonly Kind[] = ["all", "sale", "open", "mine", "over"];

export function routeOf(hash: string): Route {
  const [, place, rest] = hash.split("/");
  if (place === "c" && rest) return { place: "competition", id: rest };
  if (place === "calendar") return { place, month: rest ?? "" };
  if (place === "tickets" || place === "fame" || place === "how") return { place };
  return { place: "list", kind: KINDS.find((kind) => kind === rest) ?? "all" };
}

/** The address of a list of one kind. */
export const addressOf = (kind: Kind): string => (kind === "all" ? "#/" : `#/list/${kind}`);

/** Whether two routes are the same page, if not the same part of it. */
export const isSamePage = (a: Route, b: Route): boolean =>
  a.place === b.place &&
  (a.place === "competition" ? b.place === "competition" && a.id === b.id : true);

/** The id of the competition that is looked at. */
export const lookedAt = (route: Route): bigint | null =>
  route.place === "competition" && /^\d{1,78}$/.test(route.id) ? BigInt(route.id) : null;
