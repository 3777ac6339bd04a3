// The players' page in a real browser, against a devnet: chain, contract, content store and daemon.
import { buying } from "./scenes/buying.ts";
import { committing } from "./scenes/committing.ts";
import { disputing } from "./scenes/disputing.ts";
import { keyboard } from "./scenes/keyboard.ts";
import { nodes } from "./scenes/nodes.ts";
import { results } from "./scenes/results.ts";
import { revealing } from "./scenes/revealing.ts";
import { scale } from "./scenes/scale.ts";
import { silence } from "./scenes/silence.ts";
import { visitors } from "./scenes/visitors.ts";
import { raiseStage } from "./stage.ts";

raiseStage();
visitors();
keyboard();
buying();
committing();
revealing();
results();
disputing();
nodes();
scale();
silence();
