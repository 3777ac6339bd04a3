// The players' page in a real browser, on a devnet beside that of page.test.ts: visitors, drafts, tickets on
// sale, a node that fails, and a crowd of competitions. Nothing here waits for a judge.

import { likeADocument } from "./scenes/document.ts";
import { drafts } from "./scenes/drafts.ts";
import { keyboard } from "./scenes/keyboard.ts";
import { money } from "./scenes/money.ts";
import { nodes } from "./scenes/nodes.ts";
import { pairing } from "./scenes/pairing.ts";
import { reminding } from "./scenes/reminding.ts";
import { manyCompetitions } from "./scenes/scale.ts";
import { selling } from "./scenes/selling.ts";
import { trouble } from "./scenes/trouble.ts";
import { visitors } from "./scenes/visitors.ts";
import { raiseStage } from "./stage.ts";

raiseStage();
visitors();
keyboard();
drafts();
reminding();
selling();
trouble();
money();
pairing();
nodes();
likeADocument();
manyCompetitions();
