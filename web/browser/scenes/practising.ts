// A scene of practice: an image is scored by the judge of a competition that is over.
import assert from "node:assert/strict";
import { leave } from "../player.ts";
import { accessible, goTo, saysIn, scene, shoot } from "../stage.ts";
import { cast } from "./cast.ts";

export function practising(): void {
  scene("anyone practises on a competition that is over, without a wallet", async (stage) => {
    const visitor = await stage.enter({ phone: true });
    const { page } = visitor;
    await goTo(stage, visitor, cast.main);
    const room = page.locator(".practice");
    const choose = (name: string) =>
      room
        .locator("input[type=file]")
        .setInputFiles(
          name.includes("/")
            ? name
            : { name, mimeType: "text/plain", buffer: Buffer.from("words") },
        );
    await choose(`${stage.devnet.images}/cleo.png`);
    await saysIn(room, /This is the image of ticket \d/);
    const entry = page.locator(".board .line", { hasText: "ticket 4" }).locator(".score");
    assert.equal(await room.locator(".practised b").innerText(), await entry.innerText());
    await choose(`${stage.devnet.images}/finn.png`);
    await saysIn(room, "It would have been");
    assert.match(await room.locator(".practised").innerText(), /^−?\d\.\d{3} \w/);
    await saysIn(room, "Likeness");
    // What scores look like is shown by the calibration's own pictures.
    assert.equal(await page.locator(".scale figure img").count(), 3);
    await shoot(visitor, "practice-phone");
    await accessible(visitor);
    await choose("no picture.txt");
    await saysIn(room, "not a picture that your browser can read");
    await page.route("**/practice/*", (route) => route.abort());
    await choose(`${stage.devnet.images}/ada.png`);
    await saysIn(room, "does not answer");
    await page.unroute("**/practice/*");
    await leave(visitor, /practice/);
  });
}
