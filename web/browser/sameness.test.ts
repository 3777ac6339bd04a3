// The same picture through the page and through `judge prepare` gives the same pixels, in a real browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { inflateSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { openBrowser } from "./player.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const SIDE = 512;
/**
 * How far the two may be apart, of 255 levels, where browsers calculate otherwise than Pillow. Colour
 * profiles are applied by another library, in floats; with transparency it comes first or last. WebP
 * pictures with transparency are multiplied by it with another rounding.
 */
const TOLERANCE: Record<string, number> = {
  "p3.png": 1,
  "p3-palette.png": 1,
  "p3.jpg": 1,
  "p3-alpha.png": 3,
  "clear.webp": 1,
};

let folder: string;
let browser: Browser;
let page: Page;

before(async () => {
  folder = mkdtempSync(`${tmpdir()}/pictures-`);
  const python = `${ROOT}.venv/bin/python`;
  execFileSync(python, ["-m", "tests.picture_files", folder], { cwd: ROOT });
  browser = await openBrowser();
  page = await open(browser);
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

/** A page that holds nothing but what prepares pictures. */
async function open(browser: Browser): Promise<Page> {
  const [made] = [
    await build({
      configFile: false,
      logLevel: "error",
      root: `${ROOT}web`,
      build: {
        write: false,
        lib: { entry: "src/content/prepareImage.ts", formats: ["iife"], name: "preparing" },
      },
    }),
  ].flat();
  if (!made || !("output" in made)) throw new Error("nothing was built");
  const page = await browser.newPage();
  await page.addScriptTag({ content: made.output[0].code });
  return page;
}

/** What the page makes of a file, or says of it. */
async function prepared(name: string): Promise<Buffer | string> {
  const file = readFileSync(`${folder}/${name}`).toString("base64");
  const answer = await page.evaluate(async (file) => {
    const { prepareImage } = (
      globalThis as unknown as { preparing: { prepareImage(file: Blob): Promise<Uint8Array> } }
    ).preparing;
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    try {
      const made = await prepareImage(new Blob([bytes]));
      let text = "";
      for (let at = 0; at < made.length; at += 8192)
        text += String.fromCharCode(...made.subarray(at, at + 8192));
      return { made: btoa(text) };
    } catch (error) {
      return { said: error instanceof Error ? error.message : "" };
    }
  }, file);
  return answer.made ? Buffer.from(answer.made, "base64") : (answer.said ?? "");
}

/** The pixels of a PNG file as the page writes it: three chunks, each row as it is or filtered "up". */
function pixelsOf(file: Buffer): Buffer {
  const rows = inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)));
  const stride = SIDE * 3;
  const pixels = Buffer.alloc(SIDE * stride);
  for (let y = 0; y < SIDE; y++) {
    assert.ok([0, 2].includes(rows[y * (stride + 1)] ?? 9), "a filter that the page does not use");
    for (let x = 0; x < stride; x++) {
      const above = y && rows[y * (stride + 1)] ? (pixels[(y - 1) * stride + x] ?? 0) : 0;
      pixels[y * stride + x] = (rows[y * (stride + 1) + 1 + x] ?? 0) + above;
    }
  }
  return pixels;
}

/** The largest difference of a value. */
function furthest(ours: Buffer, theirs: Buffer): number {
  assert.equal(ours.length, theirs.length);
  let worst = 0;
  if (ours.equals(theirs)) return worst;
  for (let i = 0; i < ours.length; i++)
    worst = Math.max(worst, Math.abs((ours[i] ?? 0) - (theirs[i] ?? 0)));
  return worst;
}

test("page and command make the same pixels of every picture, and refuse the same files", async () => {
  const files = readdirSync(folder).filter((name) => !name.endsWith(".rgb"));
  const [read, refused] = [[] as string[], [] as string[]];
  for (const name of files) {
    const made = await prepared(name);
    if (typeof made === "string") {
      assert.match(made, /^This (PNG file is damaged: it |file is not a picture)/, name);
      assert.ok(!existsSync(`${folder}/${name}.rgb`), `${name}: ${made}`);
      refused.push(name);
      continue;
    }
    assert.ok(existsSync(`${folder}/${name}.rgb`), `the command refuses ${name}`);
    if (made.equals(readFileSync(`${folder}/${name}`))) continue; // kept as it is, by both
    const worst = furthest(pixelsOf(made), readFileSync(`${folder}/${name}.rgb`));
    assert.ok(worst <= (TOLERANCE[name] ?? 0), `${name} is ${worst} levels off`);
    read.push(name);
  }
  assert.ok(read.length >= 40, `${read.length} pictures were read`);
  assert.ok(refused.length >= 12, `${refused.length} files were refused`);
});

test("a browser that changes what a page reads is said, and nothing is made of the picture", async () => {
  await page.evaluate(() => {
    const read = CanvasRenderingContext2D.prototype.getImageData;
    CanvasRenderingContext2D.prototype.getImageData = function (...place) {
      const image = read.apply(this, place as Parameters<typeof read>);
      // As privacy modes do: here and there one level more or less.
      for (let i = 0; i < image.data.length; i += 997)
        image.data[i] = (image.data[i] ?? 0) ^ (Math.random() < 0.5 ? 1 : 0);
      return image;
    };
  });
  assert.match(String(await prepared("usual.jpg")), /changes pictures that a page reads/);
  // What needs no canvas is kept as it is.
  assert.ok((await prepared("rgb.png")) instanceof Buffer);
});
