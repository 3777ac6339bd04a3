// What a studio answers, as it may be believed to be well formed (oracle/studio/web.py). Whether its
// images and receipts are right is checked elsewhere: receipt.ts, images.ts, log.ts.
import type { Address, Hex } from "viem";
import {
  address,
  bytes,
  decimal,
  flag,
  integer,
  list,
  nullOr,
  object,
  optional,
  type Parser,
  text,
  uint32,
  word,
} from "../border/parse.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const MOST_LETTERS = 4000;
/** Prompts of one ticket, those that failed or were taken back among them. */
const MOST_PROMPTS = 10_000;
const STATES = ["queued", "running", "done", "failed", "cancelled"] as const;

export type PromptState = (typeof STATES)[number];

/** Who a studio is, and what makes its images. */
export interface About {
  readonly studio: Address;
  readonly chainId: number;
  readonly contract: Address;
  readonly backend: string;
  readonly model: string;
  readonly isNeural: boolean;
  readonly publicPrompts: boolean;
  readonly secondsPerImage: number;
}

/** One prompt of a ticket; its index counts from 0, and is null once it was given back. */
export interface Prompt {
  readonly number: number;
  readonly index: number | null;
  readonly text: string;
  readonly state: PromptState;
  /** How much of the image is done, 0 to 1, where the generator says so. */
  readonly progress: number | null;
  readonly reason: string;
  readonly imageDigest: Hex | null;
  readonly signature: Hex | null;
}

/** Everything a ticket has asked, and what is left. */
export interface Overview {
  readonly limit: number;
  readonly left: number;
  readonly endsAt: number;
  /** Prompts that are drawn before the one that waits; null when none waits. */
  readonly ahead: number | null;
  readonly prompts: readonly Prompt[];
}

/** A prompt that was taken, and what its player may expect. */
export interface Asked {
  readonly prompt: Prompt;
  readonly ahead: number;
  readonly seconds: number;
}

/** What a studio says about its log of a competition now. */
export interface LogHead {
  readonly length: number;
  readonly head: Hex;
  readonly signature: Hex;
  /** Where the whole log is, once it is public. */
  readonly digest: Hex | null;
}

const some: Parser<number> = (value, at) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0
    ? value
    : integer(0, SAFE)(value, at);

const state: Parser<PromptState> = (value, at) => {
  const name = text(20)(value, at);
  // A state of a later studio is not an end, so it is waited for.
  return STATES.find((known) => known === name) ?? "running";
};

export const about: Parser<About> = object((field) => ({
  studio: field("studio", address),
  chainId: field("chain_id", integer(0, SAFE)),
  contract: field("contract", address),
  backend: field("backend", text(100)),
  model: field("model", text(500)),
  isNeural: field("is_neural", flag),
  publicPrompts: field("public_prompts", flag),
  secondsPerImage: field("seconds_per_image", some),
}));

export const token = object((field) => field("token", text(500)));

export const prompt: Parser<Prompt> = object((field) => ({
  number: field("number", integer(0, SAFE)),
  index: field("index", nullOr(uint32)),
  text: field("prompt", text(MOST_LETTERS)),
  state: field("state", state),
  progress: field("progress", optional<number | null>(some, null)),
  reason: field("reason", optional(text(2000), "")),
  imageDigest: field("image_digest", nullOr(word)),
  signature: field("studio_signature", nullOr(bytes)),
}));

export const asked: Parser<Asked> = object((field, whole) => ({
  prompt: prompt(whole, "the prompt"),
  ahead: field("ahead", integer(0, SAFE)),
  seconds: field("seconds", some),
}));

export const overview: Parser<Overview> = object((field) => ({
  limit: field("limit", uint32),
  left: field("left", uint32),
  endsAt: field("ends_at", integer(0, SAFE)),
  ahead: field("ahead", nullOr(integer(0, SAFE))),
  prompts: field("prompts", list(prompt, MOST_PROMPTS)),
}));

export const logHead: Parser<LogHead> = object((field) => ({
  length: field("length", integer(0, SAFE)),
  head: field("head", word),
  signature: field("signature", bytes),
  digest: field("log_digest", nullOr(word)),
}));

/** What happened and what to do, in a studio's own words. */
export const refusal = object((field) => ({
  what: field("what", optional(text(1000), "")),
  advice: field("do", optional(text(1000), "")),
}));

// ------------------------------------------------------------------ the published log

/** Pages of a log that are read: of half a mebibyte each. */
const MOST_PAGES = 400;

/** Digests in content stand without "0x". */
const bare: Parser<Hex> = (value, at) => word(`0x${text(64)(value, at)}`, at);

export interface LogIndex {
  readonly format: string;
  readonly chainId: number;
  readonly contract: Address;
  readonly competition: bigint;
  readonly length: number;
  readonly head: Hex;
  readonly signature: Hex;
  readonly pages: readonly Hex[];
}

export const logIndex: Parser<LogIndex> = object((field) => ({
  format: field("format", text(100)),
  chainId: field("chain_id", integer(0, SAFE)),
  contract: field("contract", address),
  competition: field("competition", decimal),
  length: field("length", integer(0, SAFE)),
  head: field("head", bare),
  signature: field("signature", (value, at) => bytes(`0x${text(20_000)(value, at)}`, at)),
  pages: field("pages", list(bare, MOST_PAGES)),
}));

/** One prompt that made an image, as the log has it; `prompt` is null where words stay hashed. */
export interface PromptRecord {
  readonly ticketId: number;
  readonly index: number;
  readonly promptSha256: Hex;
  readonly imageDigest: Hex;
  readonly prompt: string | null;
}

export const record: Parser<PromptRecord> = object((field) => ({
  ticketId: field("ticket", uint32),
  index: field("index", uint32),
  promptSha256: field("prompt_sha256", bare),
  imageDigest: field("image_sha256", bare),
  prompt: field("prompt", optional<string | null>(text(MOST_LETTERS), null)),
}));
