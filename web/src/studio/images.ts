// A ticket's images: from this browser, or from the studio, and only with the digest that they have
// in the studio's own list.
import type { Hex } from "viem";
import type { App } from "../app.ts";
import type { Bytes } from "../content/bytes.ts";
import { digestOf } from "../content/digest.ts";
import { keepImage, loadImage } from "../content/imageShelf.ts";
import { type Loaded, Loader } from "../loader.ts";
import type { Desk } from "./desk.ts";

export interface Shown {
  /** Out of the way of the page's own memory: a player has a hundred of them. */
  readonly blob: Blob;
  readonly url: string;
}

const images = new Loader<Shown>();

export const imageOf = (app: App, desk: Desk, digest: Hex): Loaded<Shown> =>
  images.get(app, digest, async () => {
    const blob = new Blob([await readImage(desk, digest)], { type: "image/png" });
    return { blob, url: URL.createObjectURL(blob) };
  });

/** Forgets an image that could not be had, so that it is asked for again at once. */
export const forgetImage = (app: App, digest: Hex): void => images.forget(app, digest);

async function readImage(desk: Desk, digest: Hex): Promise<Bytes> {
  const kept = await loadImage(digest);
  if (kept && digestOf(kept) === digest) return kept;
  const { token } = desk;
  if (!token) throw new Error("Open the studio to see this image.");
  const bytes = await desk.client.image(token, digest);
  if (digestOf(bytes) !== digest)
    throw new Error("The studio sent another image than the one it lists. Do not trust it.");
  await keepImage(digest, bytes);
  return bytes;
}
