// A practice round at the daemon: which competitions it offers, and what their judges say of an image.
import type { Hex } from "viem";
import { decimal, integer, list, named, object, parseJson, uint32, word } from "../border/parse.ts";
import type { Bytes } from "./bytes.ts";
import { readUrl } from "./fetchContent.ts";
import { post } from "./uploadImage.ts";

const MOST = 1000;
const MOST_BYTES = 65_536;
const MOST_TERMS = 32;
/** Others may be before, and the first image of a competition waits for its judge. */
const SECONDS = 300;

export interface Practised {
  /** Of the submission that the daemon made of the image. */
  readonly imageDigest: Hex;
  readonly score: bigint;
  readonly flags: number;
  readonly terms: ReadonlyMap<string, bigint>;
}

const offer = object((field) =>
  field("competitions", list(integer(1, Number.MAX_SAFE_INTEGER), MOST)),
);

const practised = object((field) => ({
  imageDigest: field("image_digest", word),
  score: field("score", decimal),
  flags: field("flags", uint32),
  terms: field("terms", named(decimal, MOST_TERMS)),
}));

/** The competitions that one can practise on. */
export const readOffer = async (daemon: string): Promise<number[]> =>
  parseJson(new TextDecoder().decode(await readUrl(daemon, MOST_BYTES)), offer, "the answer");

/** An image's score by a competition's judge. Throws, in a player's words, when there is none. */
export const practise = async (daemon: string, id: bigint, image: Bytes): Promise<Practised> =>
  parseJson(await post(daemon, String(id), new Blob([image]), SECONDS), practised, "the answer");
