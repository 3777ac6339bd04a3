// A published bundle as it may be believed to be well formed; that it is the ranking on-chain is
// checked elsewhere (ranking/check.ts). The fields are those of oracle/judging/bundle.py.
import type { Address, Hex } from "viem";
import type { Copy, Evidence, Remark, Row, SharedGrain } from "../ranking/bundle.ts";
import {
  address,
  decimal,
  flag,
  integer,
  list,
  named,
  nullOr,
  object,
  type Parser,
  text,
  uint32,
  word,
} from "./parse.ts";

/** Rows of one page of a bundle, at most. */
export const PAGE_ENTRIES = 1000;
const MOST_TERMS = 32;
const MOST_NAME = 64;
const MOST_REMARKS = 8;
const SIDE = 512;
const MILLION = 1_000_000;

export interface Index {
  readonly pages: readonly Hex[];
  readonly judge: string;
}

/** The index of the bundle of a ranking with this many entries. */
export const index = (entries: number): Parser<Index> =>
  object((field) => ({
    pages: field("pages", list(word, Math.ceil(entries / PAGE_ENTRIES))),
    judge: field(
      "spec",
      object((spec) => spec("judge", text(MOST_NAME))),
    ),
  }));

/** `player` in lower case: a checksum takes a hash, and few of ten thousand rows are looked at. */
const player: Parser<Address> = (value, at) => {
  const given = address(value, at);
  return `0x${given.slice(2).toLowerCase()}`;
};

const correlation: Parser<Evidence> = object((field) => {
  const [down, across] = field("shift", list(integer(-SIDE, SIDE), 2, 2));
  return {
    kind: "correlation",
    correlation: field("correlation", integer(-MILLION, MILLION)),
    mirrored: field("mirrored", flag),
    framed: field("framed", flag),
    crop: field("crop", integer(1, SIDE)),
    moved: Boolean(down || across),
  };
});

const recognition: Parser<Evidence> = object((field) => ({
  kind: "recognition",
  found: field("found", uint32),
  visible: field("visible", uint32),
  mirrored: field("mirrored", flag),
}));

const patches: Parser<Evidence> = object((field) => ({
  kind: "patches",
  correlation: field("correlation", integer(0, MILLION)),
  mirrored: field("mirrored", flag),
}));

const kindOf = object((_, found) =>
  Object.hasOwn(found, "found")
    ? recognition
    : Object.hasOwn(found, "blocks")
      ? patches
      : correlation,
);

const evidence: Parser<Evidence> = (value, at) => kindOf(value, at)(value, at);

const grain: Parser<SharedGrain> = object((field) => ({
  same: field("same", uint32),
  telling: field("telling", uint32),
  mirrored: field("mirrored", flag),
}));

const copy: Parser<Copy> = object((field) => ({
  ofTicket: field("of_ticket", nullOr(uint32)),
  evidence: field("evidence", nullOr(grain)),
}));

const remark: Parser<Remark> = object((field) => ({
  ofTicket: field("of_ticket", nullOr(uint32)),
  evidence: field("evidence", evidence),
}));

const row: Parser<Row> = object((field) => ({
  rank: field("rank", uint32),
  ticketId: field("ticket_id", uint32),
  player: field("player", player),
  imageDigest: field("image_digest", word),
  score: field("score", decimal),
  flags: field("flags", uint32),
  terms: field("terms", named(decimal, MOST_TERMS)),
  reconstruction: field("reconstruction", nullOr(word)),
  errorMap: field("error_map", nullOr(word)),
  copy: field("copy", nullOr(copy)),
  remarks: field("remarks", list(remark, MOST_REMARKS)),
}));

/** The rows of one page. */
export const page: Parser<readonly Row[]> = object((field) =>
  field("rows", list(row, PAGE_ENTRIES)),
);
