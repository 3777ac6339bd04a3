// Turns any picture into a submission: a square of it, by default the largest in the middle, at 512×512.
import { barePng } from "./barePng.ts";
import type { Bytes } from "./bytes.ts";
import { squareOf, upright } from "./canvas.ts";
import { encodePng } from "./png.ts";
import type { Square } from "./square.ts";
import { turnedWebp } from "./turnedWebp.ts";
import { UnreadPicture } from "./unread.ts";

/**
 * The submission file. A file that already is a plain 512×512 RGB PNG keeps its bytes.
 * Throws `UnreadPicture` where an oracle may do better.
 */
export async function prepareImage(file: Blob, square?: Square): Promise<Bytes> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const png = barePng(bytes);
  if (png?.isSubmission && !square) return bytes;
  const webp = turnedWebp(bytes);
  const picture = new Blob([(png ?? webp ?? { bytes }).bytes]);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(picture);
  } catch {
    throw new UnreadPicture(
      "This file is not a picture that your browser can read. Try a PNG or a JPEG.",
    );
  }
  try {
    return await encodePng(await squareOf(webp ? upright(bitmap, webp.turn) : bitmap, square));
  } finally {
    bitmap.close();
  }
}
