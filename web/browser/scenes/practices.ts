// A scene of best practices: what Lighthouse's audits of that name look at, on every page.
import assert from "node:assert/strict";
import { leave } from "../player.ts";
import { faultsOf, watchIssues } from "../practices.ts";
import { scene } from "../stage.ts";
import { cast } from "./cast.ts";

export function practices(): void {
  scene("no page does what an audit of best practices names", async (stage) => {
    const looked = [true, false].map(async (phone) => {
      const visitor = await stage.enter({ phone });
      const { page } = visitor;
      const { session, issues } = await watchIssues(page);
      for (const where of ["", `#/c/${cast.main}`, "#/calendar", "#/fame", "#/tickets", "#/how"]) {
        await page.goto(`${stage.devnet.page}${where}`);
        await page.locator("main").waitFor();
        await page.waitForLoadState("networkidle");
        assert.deepEqual(await faultsOf(page), [], where);
      }
      assert.deepEqual(issues, []);
      await session.detach();
      await leave(visitor); // and nothing stands in the console
    });
    await Promise.all(looked);
  });
}
