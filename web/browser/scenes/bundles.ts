// Rows of a ranking as the oracle's bundle has them.
import type { Row } from "../../src/ranking/readBundle.ts";

export const rowJson = ({ score, imageDigest, ticketId, errorMap, ...row }: Row) => ({
  ...row,
  score: String(score),
  ticket_id: ticketId,
  image_digest: imageDigest,
  error_map: errorMap,
  copy: null,
});
