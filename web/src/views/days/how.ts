// How it works, for somebody who has never seen this.
import { html } from "../../words/html.ts";
import { trustTable } from "../trust.ts";

export const how = () => html`<div class="prose"><h1>How it works</h1>
  <p class="lead">A hidden picture, an hour to recreate it, and a judge whose every number you can recompute.</p>
  <ol class="steps">
    <li><h2>Buy a ticket</h2><p>The target is sealed: only its hash is known, so nobody can swap it later. One ticket is one image. You need a wallet with some ETH for tickets and network fees.</p></li>
    <li><h2>Recreate the target</h2><p>When the sale ends the target opens. Describe it in words, and a studio draws what you say; pick the nearest image and commit to it. Where a competition has no studio, bring a picture of your own. On-chain stands a hash that nobody can see through or copy. You can replace it until submissions close.</p></li>
    <li><h2>Reveal</h2><p>When submissions close, come back and reveal, or let the oracle do it for you. What is not revealed is not judged. The secret comes from your wallet, so a lost browser is no loss; a recovery file helps when the wallet is lost too.</p></li>
    <li><h2>Be judged</h2><p>A public source of randomness that nobody can steer gives the seed. The oracle trains a network on the target and scores every image. The lowest score is the closest image. Copies of the target and of earlier entries are disqualified.</p></li>
    <li><h2>Check it, or dispute it</h2><p>The page checks every row against the chain. One command repeats the training and every score on your machine, to the same bits. Whoever finds another result can dispute it before anybody is paid: with any amount, together with others, and with a gain for who is right.</p></li>
    <li><h2>Get paid</h2><p>80 % of all tickets goes to the winner, the rest to the operator. If anyone who must act does not, every ticket is refunded, and anyone can press the button for it. An operator that falls silent after the reveals loses its deposit to the ticket holders.</p></li>
  </ol><h2>Who is trusted with what</h2>${trustTable()}</div>`;
