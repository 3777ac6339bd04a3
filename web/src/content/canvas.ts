// A picture's own pixels, as this browser decodes them, read through a canvas that is known not to lie.
import type { Bytes } from "./bytes.ts";
import { SIDE } from "./png.ts";
import { Resampler } from "./resample.ts";
import { centreOf } from "./square.ts";
import { UnreadPicture } from "./unread.ts";

type Decoded = ImageBitmap | HTMLCanvasElement;

const STRIP_PIXELS = 1 << 20;

/** A square at SIDE × SIDE, on white, as RGB. Throws `UnreadPicture` where the canvas lies. */
export async function squareOf(bitmap: Decoded, square = centreOf(bitmap)): Promise<Bytes> {
  requireHonestCanvas();
  const { left, top, side } = square;
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / side));
  const resampler = new Resampler(side, SIDE);
  // In strips: phones refuse a canvas as large as a photo.
  for (let y = 0; y < side; y += rows) {
    const height = Math.min(rows, side - y);
    const context = contextOf(side, height);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, height);
    context.drawImage(bitmap, left, top + y, side, height, 0, 0, side, height);
    resampler.take(context.getImageData(0, 0, side, height).data);
    await new Promise((resolve) => setTimeout(resolve)); // the page stays alive meanwhile
  }
  return resampler.finish();
}

/** A picture turned as EXIF's orientation asks for. */
export function upright(bitmap: ImageBitmap, turn: number): Decoded {
  if (turn === 1) return bitmap;
  const { width, height } = bitmap;
  const context = turn > 4 ? contextOf(height, width) : contextOf(width, height);
  const moves: Record<number, [number, number, number, number, number, number]> = {
    2: [-1, 0, 0, 1, width, 0],
    3: [-1, 0, 0, -1, width, height],
    4: [1, 0, 0, -1, 0, height],
    5: [0, 1, 1, 0, 0, 0],
    6: [0, 1, -1, 0, height, 0],
    7: [0, -1, -1, 0, height, width],
    8: [0, -1, 1, 0, 0, width],
  };
  context.setTransform(...(moves[turn] ?? [1, 0, 0, 1, 0, 0]));
  context.drawImage(bitmap, 0, 0);
  return context.canvas;
}

function contextOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (!context) throw new Error("This browser cannot draw pictures.");
  context.imageSmoothingEnabled = false;
  return context;
}

const PATTERN_SIDE = 256;

/**
 * Draws a known pattern of every level and reads it back: some browsers change what a page reads, so
 * that nobody can be recognised by it.
 */
function requireHonestCanvas(): void {
  const context = contextOf(PATTERN_SIDE, PATTERN_SIDE);
  const pattern = context.createImageData(PATTERN_SIDE, PATTERN_SIDE);
  for (let i = 0; i < pattern.data.length; i++)
    pattern.data[i] = i % 4 === 3 ? 255 : Math.imul(i, 2654435761) >>> 24;
  context.putImageData(pattern, 0, 0);
  const read = context.getImageData(0, 0, PATTERN_SIDE, PATTERN_SIDE).data;
  if (!read.every((value, i) => value === pattern.data[i]))
    throw new UnreadPicture(
      "This browser changes pictures that a page reads, to hide who you are: your image would be another one each time. Allow this page to read its canvas, or use another browser.",
    );
}
