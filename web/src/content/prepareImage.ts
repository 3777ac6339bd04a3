// Turns any picture into a submission: the largest centred square, at 512×512, on white.
import type { Bytes } from "./bytes.ts";
import { requireSound } from "./damage.ts";
import { encodePng, SIDE } from "./png.ts";

/** The submission file. A file that already is a plain 512×512 RGB PNG keeps its bytes. */
export async function prepareImage(file: Blob): Promise<Bytes> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isSubmission(bytes)) {
    await requireSound(bytes);
    return bytes;
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("This file is not a picture that your browser can read. Try a PNG or a JPEG.");
  }
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (!context) throw new Error("This browser cannot draw pictures.");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = "high";
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  context.drawImage(bitmap, left, top, side, side, 0, 0, SIDE, SIDE);
  bitmap.close();
  return encodePng(context.getImageData(0, 0, SIDE, SIDE).data);
}

const KINDS = new Set(["IHDR", "IDAT", "IEND"]);

/** Whether these bytes are a 512×512 8-bit RGB PNG of the three plain chunks alone. */
export function isSubmission(bytes: Uint8Array): boolean {
  if (bytes.length < 57 || bytes.length > 1_048_576) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return false;
  if (view.getUint32(16) !== SIDE || view.getUint32(20) !== SIDE) return false;
  if (bytes[24] !== 8 || bytes[25] !== 2) return false;
  let at = 8;
  let kind = "";
  while (at + 12 <= bytes.length && kind !== "IEND") {
    kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!KINDS.has(kind)) return false;
    at += 12 + view.getUint32(at);
  }
  return kind === "IEND" && at === bytes.length;
}
