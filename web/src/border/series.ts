// A series' days as its daemon tells them (oracle/series/publication.py), and a target's card
// (oracle/series/card.py). What is on the chain is read there: this only says what is to come, and
// which card belongs to an opened target.
import type { Address, Hex } from "viem";
import {
  address,
  integer,
  list,
  nullOr,
  object,
  optional,
  type Parser,
  text,
  word,
} from "./parse.ts";

/** A word of the daemon's for how a day stands; others are possible, and are passed over. */
export interface SeriesDay {
  /** `2026-11-28`, in the series' own time zone. */
  readonly day: string;
  readonly state: string;
  /** Moments in unix seconds. */
  readonly opensAt: number;
  readonly saleBeginsAt: number;
  readonly competition: bigint | null;
  readonly cardDigest: Hex | null;
}

export interface Series {
  readonly name: string;
  readonly chainId: number;
  readonly contract: Address;
  readonly operator: Address;
  readonly today: SeriesDay | null;
  /** The next days, the nearest first. */
  readonly coming: readonly SeriesDay[];
  /** The newest first. */
  readonly last: readonly SeriesDay[];
}

const MOST_DAYS = 400;
const MOST_NAME = 200;
const whole = integer(0, Number.MAX_SAFE_INTEGER);
const moment = integer(0, 8.64e12); // what a Date can hold

const day: Parser<SeriesDay> = object((field) => {
  const competition = field("competition", nullOr(whole));
  return {
    day: field("day", text(16)),
    state: field("state", text(32)),
    opensAt: field("opens_at", moment),
    saleBeginsAt: field("sale_begins_at", moment),
    competition: competition === null ? null : BigInt(competition),
    cardDigest: field("card_digest", optional(nullOr(word), null)),
  };
});

export const series: Parser<Series> = object((field) => ({
  name: field("name", text(MOST_NAME)),
  chainId: field("chain_id", whole),
  contract: field("contract", address),
  operator: field("operator", address),
  today: field("today", nullOr(day)),
  coming: field("coming", list(day, MOST_DAYS)),
  last: field("last", list(day, MOST_DAYS)),
}));

/** What a card says; a field that it leaves out is empty. Only text, and only ever drawn as text. */
export interface Card {
  readonly title: string;
  readonly artist: string;
  readonly year: string;
  readonly licence: string;
  /** The digest of the picture that the card is about. */
  readonly target: Hex;
}

/** Text without what has no shape: control characters, and marks that turn the writing around. */
const shown: Parser<string> = (value, at) =>
  optional(text(500), "")(value, at).replace(/\p{C}/gu, "").trim();

export const card: Parser<Card> = object((field) => ({
  title: field("title", shown),
  artist: field("artist", shown),
  year: field("year", shown),
  licence: field("licence", shown),
  target: field("target", word),
}));
