// Lets an oracle prepare a picture, where this browser cannot read it or changes what it reads.
import { messageOf } from "../messageOf.ts";
import { say } from "../words/html.ts";
import { barePng } from "./barePng.ts";
import type { Bytes } from "./bytes.ts";
import { cidOf, digestOf } from "./digest.ts";
import { readUrl } from "./fetchContent.ts";
import { storeWith } from "./uploadImage.ts";

const MOST_BYTES = 1_048_576;

/** The submission that the first store makes of it. Throws what each of them said when none does. */
export async function prepareThere(stores: readonly string[], picture: Blob): Promise<Bytes> {
  const troubles: string[] = [];
  for (const store of stores) {
    try {
      const { cid } = await storeWith(store, picture, "pixels");
      const bytes = await readUrl(`${store}/ipfs/${cid}?format=raw`, MOST_BYTES);
      // Looked at like a file of the player's own: a store is not trusted with it.
      if (cidOf(digestOf(bytes)) === cid && barePng(bytes)?.isSubmission) return bytes;
      troubles.push(say`${new URL(store).host} made no submission of it.`);
    } catch (error) {
      troubles.push(messageOf(error));
    }
  }
  throw new Error(troubles.join(" ") || "No oracle is configured to take this.");
}
