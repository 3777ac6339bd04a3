// axe-core in a page under a strict Content-Security-Policy: it runs outside the page's own world.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export class AxeBuilder {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Rules that are broken, each with the first element that breaks it. */
  async violations(): Promise<string[]> {
    const session = await this.page.context().newCDPSession(this.page);
    const run = `${source}; axe.run().then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.nodes[0].html)))`;
    const { result } = await session.send("Runtime.evaluate", {
      expression: run,
      awaitPromise: true,
    });
    return JSON.parse(String(result.value));
  }
}
