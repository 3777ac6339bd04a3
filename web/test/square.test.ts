// Which square of a picture is taken: whole pixels, inside it, and with its middle kept in zooming.
import { expect, it } from "vitest";
import { centreOf, within, zoomed } from "../src/content/square.ts";

const WIDE = { width: 901, height: 600 };

it("is the largest in the middle at first, as judge prepare cuts it", () => {
  expect(centreOf(WIDE)).toEqual({ left: 150, top: 0, side: 600 });
  expect(centreOf({ width: 400, height: 999 })).toEqual({ left: 0, top: 299, side: 400 });
});

it("never leaves the picture, however far it is moved", () => {
  expect(within(WIDE, { left: 800, top: -5, side: 600 })).toEqual({ left: 301, top: 0, side: 600 });
  expect(within(WIDE, { left: -1, top: 9, side: 300.4 })).toEqual({ left: 0, top: 9, side: 300 });
  expect(within(WIDE, { left: 0, top: 0, side: 5 }, 64).side).toBe(64);
  expect(within({ width: 20, height: 30 }, { left: 0, top: 0, side: 5 }, 64).side).toBe(20);
});

it("keeps its middle when it is zoomed, as far as the picture reaches", () => {
  expect(zoomed(WIDE, { left: 150, top: 0, side: 600 }, 300)).toEqual({
    ...{ left: 300, top: 150, side: 300 },
  });
  expect(zoomed(WIDE, { left: 0, top: 0, side: 300 }, 600)).toEqual({
    ...{ left: 0, top: 0, side: 600 },
  });
});
