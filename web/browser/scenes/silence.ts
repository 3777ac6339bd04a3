// The last scenes: the oracle is gone, and nobody loses a ticket by it.
import { at } from "../../src/at.ts";
import { buy, commit, competitionOf, reveal } from "../outsiders.ts";
import { connectWallet, leave } from "../player.ts";
import { accessible, button, goTo, mineUntil, says, scene, shoot } from "../stage.ts";

const OPEN = 3; // ICompetition.Phase

export function silence(): void {
  scene(
    "an oracle that falls silent after the reveals pays for it with its deposit",
    async (stage) => {
      const { devnet, accounts } = stage;
      const id = await stage.create();
      const players = [at(accounts, 4), at(accounts, 5)] as const;
      // The page comes from the daemon that is stopped below, so it is opened before.
      const player = await stage.enter({ account: players[0] });
      await goTo(stage, player, id);
      await connectWallet(player);
      const tickets = [
        await buy(stage, id, players[0], "ada", 1),
        await buy(stage, id, players[1], "cleo", 2),
      ];
      await devnet.pass(3600);
      await mineUntil(stage, async () => (await competitionOf(stage, id)).phase === OPEN);
      await devnet.stopDaemon();
      for (const ticket of tickets) await commit(stage, id, ticket);
      await devnet.pass(3600);
      for (const ticket of tickets) await reveal(stage, id, ticket);
      await devnet.pass(1800 + 3600);
      await button(player, "Void the competition").click();
      await says(player, "the seed was not drawn in time");
      // A fifth of a hundred tickets at 0.01 ETH, shared by two.
      await says(
        player,
        "The price of 0.01 ETH, and 0.1 ETH as your share of what the operator lost.",
      );
      await shoot(player, "forfeited");
      await button(player, "Refund 0.11 ETH").click();
      await says(player, /^Refunded\.$/);
      // The target's picture went with the daemon.
      await leave(player, /Failed to load resource/);
      await devnet.startDaemon();
    },
  );

  scene("an oracle that falls silent costs nobody a ticket", async (stage) => {
    const id = await stage.create();
    const player = await stage.enter({ account: at(stage.accounts, 4) });
    await goTo(stage, player, id);
    await connectWallet(player);
    await player.page.getByLabel("Tickets", { exact: true }).fill("2");
    await button(player, "Buy 2 tickets").click();
    await player.page.getByRole("heading", { name: "Ticket 2" }).waitFor();
    await stage.devnet.stopDaemon();
    await stage.devnet.pass(7300);
    await button(player, "Void the competition").waitFor();
    await shoot(player, "overdue");
    await button(player, "Void the competition").click();
    await says(player, "the operator did not open the target in time");
    await button(player, "Refund 0.01 ETH").nth(1).waitFor();
    await says(player, "Voided:");
    await shoot(player, "void");
    await accessible(player);
    // All that is owed, from every competition, by one button.
    await stage.devnet.startDaemon();
    await player.page.goto(`${stage.devnet.page}#/tickets`);
    await says(player, "0.02 ETH is yours to take");
    await button(player, "Take all 2 payments").click();
    await says(player, "All that was yours is paid.");
    await goTo(stage, player, id);
    await player.page
      .getByText(/^Refunded\.$/)
      .nth(1)
      .waitFor();
    await leave(player);
  });
}
