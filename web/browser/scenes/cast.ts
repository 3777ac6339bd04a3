// Who is on stage, from scene to scene.
import type { Outsider } from "../outsiders.ts";
import type { Player } from "../player.ts";

export const cast = {
  /** The competition that is played on the page. */
  main: 0,
  /** The one that is disputed. */
  other: 0,
  /** One in which tickets are bought, and no more. */
  spare: 0,
  /** Desktop, EIP-6963, two tickets. */
  ada: undefined as unknown as Player,
  /** A phone, window.ethereum only. */
  ben: undefined as unknown as Player,
  /** Dark; loses both browser and wallet. */
  cleo: undefined as unknown as Player,
  outsiders: [] as Outsider[],
  recoveryFile: "",
};
