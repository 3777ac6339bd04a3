// What this browser keeps of a studio: tokens, receipts, words that are not sent yet, and the last
// that was heard, so that neither a reload nor a studio that is down takes a player's images away.
import type { Address, Hex } from "viem";
import { bytes, nullOr, object, text, uint32 } from "../border/parse.ts";
import { keep, stored } from "../border/stored.ts";
import type { Domain } from "../ranking/leaf.ts";
import type { Ticket } from "../secret/secret.ts";
import { type Overview, overview } from "./answers.ts";
import type { Receipt } from "./signed.ts";

export type Place = Domain & Pick<Ticket, "id" | "ticketId"> & { readonly studio: Address };

const nameOf = (kind: string, { chainId, contract, id, ticketId, studio }: Place): string =>
  `studio-${kind}:${chainId}:${contract}:${studio}:${id}:${ticketId}`;

export const loadToken = (place: Place): string | null =>
  stored(nameOf("token", place), nullOr(text(500)), null);

export const keepToken = (place: Place, token: string | null): void =>
  keep(nameOf("token", place), token);

/** Beyond what any studio takes, so that what is pasted can be shortened in the box. */
export const MOST_KEPT_LETTERS = 100_000;

/** Words in the box; `key` is theirs at the studio until it has answered. */
export interface Draft {
  readonly words: string;
  readonly key: string;
}
const draft = object(
  (field): Draft => ({
    words: field("words", text(MOST_KEPT_LETTERS)),
    key: field("key", text(100)),
  }),
);

export const loadDraft = (place: Place): Draft =>
  stored(nameOf("draft", place), draft, { words: "", key: "" });

export const keepDraft = (place: Place, kept: Draft): void => keep(nameOf("draft", place), kept);

export const loadOverview = (place: Place): Overview | null =>
  stored(nameOf("prompts", place), nullOr(overview), null);

/** As the studio sent it, under the names that it gave. */
export const keepOverview = (place: Place, { ahead: _, ...now }: Overview): void =>
  keep(nameOf("prompts", place), {
    limit: now.limit,
    left: now.left,
    ends_at: now.endsAt,
    ahead: null,
    prompts: now.prompts
      .filter(({ state }) => state === "done")
      .map(({ text, imageDigest, signature, ...prompt }) => ({
        ...prompt,
        prompt: text,
        image_digest: imageDigest,
        studio_signature: signature,
      })),
  });

/** A receipt as everybody writes it. */
export const receiptJson = ({ promptIndex, signature }: Receipt) => ({
  prompt_index: promptIndex,
  studio_signature: signature,
});

export const readReceipt = object(
  (field): Receipt => ({
    promptIndex: field("prompt_index", uint32),
    signature: field("studio_signature", bytes),
  }),
);

/** What reveals a commitment besides its secret. */
export const keepStudioReceipt = (commitment: Hex, receipt: Receipt): void =>
  keep(`studio-receipt:${commitment}`, receiptJson(receipt));

export const loadStudioReceipt = (commitment: Hex): Receipt | null =>
  stored(`studio-receipt:${commitment}`, nullOr(readReceipt), null);
