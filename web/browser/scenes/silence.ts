// The last scene: the oracle is gone, and nobody loses a ticket by it.
import { at } from "../../src/at.ts";
import { connectWallet, leave } from "../player.ts";
import { accessible, button, goTo, says, scene, shoot } from "../stage.ts";

export function silence(): void {
  scene("an oracle that falls silent costs nobody a ticket", async (stage) => {
    const id = await stage.create();
    const player = await stage.enter({ account: at(stage.accounts, 4) });
    await goTo(stage, player, id);
    await connectWallet(player);
    await button(player, "Buy a ticket").click();
    await player.page.getByRole("heading", { name: "Ticket 1" }).waitFor();
    await stage.devnet.stopDaemon();
    await stage.devnet.pass(7300);
    await button(player, "Void the competition").waitFor();
    await shoot(player, "overdue");
    await button(player, "Void the competition").click();
    await says(player, "the operator did not open the target in time");
    await button(player, "Refund 0.01 ETH").click();
    await says(player, /^Refunded\.$/);
    await says(player, "Voided:");
    await shoot(player, "void");
    await accessible(player);
    await leave(player);
  });
}
