// Which square of a picture becomes the image, in its own pixels.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** The largest square, in the middle: as `judge prepare` cuts it. */
export function centreOf({ width, height }: Size): Square {
  const side = Math.min(width, height);
  return { side, left: (width - side) >> 1, top: (height - side) >> 1 };
}

/** The nearest square of whole pixels that lies in the picture, and is not smaller than `least`. */
export function within({ width, height }: Size, { left, top, side }: Square, least = 1): Square {
  const most = Math.min(width, height);
  const size = Math.round(Math.min(most, Math.max(Math.min(least, most), side)));
  const inside = (value: number, room: number) =>
    Math.round(Math.min(room - size, Math.max(0, value)));
  return { side: size, left: inside(left, width), top: inside(top, height) };
}

/** The same middle, with sides divided by `factor`. */
export function zoomed(size: Size, square: Square, side: number): Square {
  const grown = (square.side - side) / 2;
  return within(size, { side, left: square.left + grown, top: square.top + grown });
}
