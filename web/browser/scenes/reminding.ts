// Scenes of reminders by push: what the page hands to the daemon, and what a browser shows when one comes.
import assert from "node:assert/strict";
import { configure, leave, notifications } from "../player.ts";
import { accessible, button, goTo, says, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

const ENDPOINT = "https://push.example/ada";
const KEYS = { p256dh: "BPoint", auth: "secret" };

/** The browser's own push service is out of reach here: a subscription as it gives one. */
function subscribing([endpoint, keys]: readonly [string, object]): void {
  const subscription = { toJSON: () => ({ endpoint, keys }), unsubscribe: async () => true };
  Object.assign(PushManager.prototype, {
    subscribe: async () => subscription,
    getSubscription: async () => subscription,
  });
}

export function reminding(): void {
  scene(
    "a player is reminded by push in the page's language, until that is stopped",
    async (stage) => {
      const player = await stage.enter({
        account: cast.ada.account,
        phone: true,
        language: "de-DE",
      });
      const { page, context } = player;
      const handed: unknown[] = [];
      await context.addInitScript(subscribing, [ENDPOINT, KEYS] as const);
      await configure(player, { push: "./push" });
      await page.route(/\/push(\/forget)?$/, (route) => {
        const request = route.request();
        if (request.method() === "GET") return route.fulfill({ json: { public_key: "BKey" } });
        handed.push([new URL(request.url()).pathname, request.postDataJSON()]);
        return route.fulfill({ status: 201, json: { status: "subscribed" } });
      });
      const devtools = await context.newCDPSession(page);
      const registered = new Promise<string>((resolve) =>
        devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
          const [first] = registrations;
          if (first) resolve(first.registrationId);
        }),
      );
      await devtools.send("ServiceWorker.enable");
      await goTo(stage, player, cast.main, "Nr.");
      await page.locator("summary", { hasText: "Wallet verbinden" }).click();
      await page.locator(".menu button").first().click();
      await button(player, "Erinnere mich, auch wenn diese Seite zu ist").first().click();
      await says(player, "Du wirst erinnert, auch wenn diese Seite zu ist.");
      assert.deepEqual(handed, [
        ["/push", { competition: cast.main, endpoint: ENDPOINT, ...KEYS }],
      ]);
      await shoot(player, "push-phone");
      await accessible(player);
      const facts = { competition: cast.main, occasion: "last-call", until: 1_790_000_000 };
      const wish = { origin: new URL(stage.devnet.page).origin, registrationId: await registered };
      // Again and again: a browser drops what comes while it is still busy with starting the worker.
      const deliver = async () => {
        for (const data of [JSON.stringify(facts), "no message of the daemon's"])
          await devtools.send("ServiceWorker.deliverPushMessage", { ...wish, data });
      };
      for (let tries = 0; (await notifications(player)).length < 2; tries++) {
        assert.ok(tries < 120, "a reminder is not shown");
        if (tries % 20 === 0) await deliver();
        await page.waitForTimeout(500);
      }
      const [result, lastCall] = (await notifications(player)).sort();
      assert.match(
        lastCall ?? "",
        new RegExp(`^Nr. ${cast.main}: Das Aufdecken endet bald \\| .*\\d:\\d\\d`),
      );
      assert.match(result ?? "", /^Nr. 0: Das Ergebnis ist da/);
      await button(player, "Nicht mehr erinnern").first().click();
      await button(player, "Erinnere mich, auch wenn diese Seite zu ist").first().waitFor();
      assert.equal(handed.length, 2);
      await leave(player);
    },
  );
}
