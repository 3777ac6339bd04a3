// How soon and how quietly the page is there on a phone in a slow network, by Lighthouse's measures.
import assert from "node:assert/strict";
import { leave, type Player } from "../player.ts";
import { type Stage, saysIn, scene } from "../stage.ts";
import { cast } from "./cast.ts";

/** "Slow 4G", as Lighthouse has it. */
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: (1_638_400 * 0.9) / 8,
  uploadThroughput: (675_000 * 0.9) / 8,
};
const SETTLED_MILLISECONDS = 3000;
const MOST_SHIFT = 0.1;

interface Figures {
  readonly fcp: number;
  readonly lcp: number;
  readonly tbt: number;
  readonly cls: number;
}

/** Milliseconds, or a share for `cls`, with the tenth best and the median of pages, and the weight. */
const CURVES = {
  fcp: { p10: 1800, median: 3000, weight: 10 },
  lcp: { p10: 2500, median: 4000, weight: 25 },
  tbt: { p10: 200, median: 600, weight: 30 },
  cls: { p10: 0.1, median: 0.25, weight: 25 },
} as const;

/**
 * Lighthouse's score of its mobile profile, 0 to 100, from all its measures but the speed index:
 * https://developer.chrome.com/docs/lighthouse/performance/performance-scoring.
 */
export function scoreOf(figures: Figures): number {
  let [sum, weights] = [0, 0];
  for (const name of ["fcp", "lcp", "tbt", "cls"] as const) {
    const { p10, median, weight } = CURVES[name];
    const spread = Math.log(median / p10) / 0.9061938024368232;
    const x = Math.log(Math.max(1e-9, figures[name]) / median) / spread;
    sum += (weight * (1 - erf(x))) / 2;
    weights += weight;
  }
  return Math.round((100 * sum) / weights);
}

/** Abramowitz and Stegun 7.1.26, as Lighthouse takes it. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - y * Math.exp(-x * x));
}

async function watch({ page }: Player): Promise<void> {
  await page.addInitScript(() => {
    const found = { fcp: 0, lcp: 0, tbt: 0, cls: 0 };
    const tell = () => {
      document.documentElement.dataset.figures = JSON.stringify(found);
    };
    const observe = (type: string, take: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => {
        list.getEntries().forEach(take);
        tell();
      }).observe({ type, buffered: true });
    observe("paint", ({ name, startTime }) => {
      if (name === "first-contentful-paint") found.fcp = startTime;
    });
    observe("largest-contentful-paint", ({ startTime }) => {
      found.lcp = startTime;
    });
    observe("longtask", ({ duration }) => {
      found.tbt += Math.max(0, duration - 50);
    });
    observe("layout-shift", (entry) => {
      if ("value" in entry && "hadRecentInput" in entry && !entry.hadRecentInput)
        found.cls += Number(entry.value);
    });
  });
}

async function figuresOf(stage: Stage, where: string): Promise<Figures> {
  const visitor = await stage.enter({ phone: true });
  await watch(visitor);
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
  await visitor.page.goto(`${stage.devnet.page}${where}`);
  await visitor.page.locator(".card, .board .line").first().waitFor();
  await visitor.page.waitForTimeout(SETTLED_MILLISECONDS);
  const told = await visitor.page.evaluate(() => document.documentElement.dataset.figures ?? "{}");
  await leave(visitor);
  return JSON.parse(told);
}

/** Holds the page's scripts back until they are let go. */
async function holdScripts({ page }: Player): Promise<() => void> {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route("**/assets/*.js", async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

export function speed(): void {
  scene("a shared address shows its target before any script is here", async (stage) => {
    const visitor = await stage.enter({ phone: true });
    const { page } = visitor;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const letGo = await holdScripts(visitor);
    await page.goto(`${stage.devnet.page}c/${cast.main}`, { waitUntil: "commit" });
    await page.waitForFunction(() => {
      const shown = document.querySelector<HTMLImageElement>(".goal img");
      return shown?.complete && shown.naturalWidth && shown.currentSrc.includes("/previews/256/");
    });
    await saysIn(page.locator(".goal"), "Fetching…");
    assert.equal(asked.filter((url) => url.includes("/ipfs/")).length, 0);
    letGo();
    // What the server drew is taken over, and the picture that is checked takes the preview's place.
    await page.locator(".goal img.frame").waitFor();
    assert.equal(page.url(), `${stage.devnet.page}#/c/${cast.main}`);
    const preview = asked.find((url) => url.includes("/previews/256/"));
    assert.equal(asked.filter((url) => url === preview).length, 1);
    await leave(visitor);
  });

  scene(
    "on a phone in a slow network the page is soon there, and stands still",
    async (stage, tell) => {
      for (const [name, where] of [
        ["list", ""],
        ["competition", `#/c/${cast.main}`],
        ["competition, by its shared address", `c/${cast.main}`],
      ] as const) {
        const found = await figuresOf(stage, where);
        const { fcp, lcp, tbt, cls } = found;
        tell(
          `${name}: first paint ${Math.round(fcp)} ms, largest ${Math.round(lcp)} ms, blocked ${Math.round(tbt)} ms, shift ${cls.toFixed(3)}; score ${scoreOf(found)}`,
        );
        assert.ok(cls < MOST_SHIFT, `${name}: the layout shifts by ${cls}`);
      }
    },
  );
}
