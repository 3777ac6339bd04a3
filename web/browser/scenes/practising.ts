// Scenes of practice: an image is scored by the judge of a competition that is over, here or at home.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { digestOf } from "../../src/content/digest.ts";
import { competitionOf } from "../outsiders.ts";
import { leave, type Player } from "../player.ts";
import { accessible, button, goTo, saysIn, scene, shoot } from "../stage.ts";
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
    // Which terms have a part in it is the calibration's affair, and the seed's.
    await room.locator(".terms dt").first().waitFor();
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

  scene("who has no daemon to practise with gets the command, and its files", async (stage) => {
    const visitor = await stage.enter({ phone: true });
    await visitor.page.route("**/practice", (route) =>
      route.fulfill({ json: { competitions: [] } }),
    );
    await goTo(stage, visitor, cast.main);
    const { seed, targetDigest, terms } = await competitionOf(stage, cast.main);
    await saysIn(
      visitor.page.locator(".practice"),
      new RegExp(`^judge score --seed ${seed} --spec `),
    );
    assert.equal(await visitor.page.locator(".practice input[type=file]").count(), 0);
    assert.equal(await savedDigest(visitor, "Save target"), targetDigest);
    assert.equal(await savedDigest(visitor, "Save the judge's settings"), terms.specDigest);
    await accessible(visitor);
    await leave(visitor);
  });
}

async function savedDigest(visitor: Player, name: string): Promise<string> {
  const [file] = await Promise.all([
    visitor.page.waitForEvent("download"),
    button(visitor, name).click(),
  ]);
  return digestOf(new Uint8Array(readFileSync(await file.path())));
}
