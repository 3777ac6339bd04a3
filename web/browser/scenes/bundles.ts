// Rows of a ranking as the oracle's bundle has them.
import type { Row } from "../../src/ranking/bundle.ts";

export const rowJson = ({ score, imageDigest, ticketId, errorMap, terms, ...row }: Row) => ({
  ...row,
  score: String(score),
  terms: Object.fromEntries([...terms].map(([name, value]) => [name, String(value)])),
  ticket_id: ticketId,
  image_digest: imageDigest,
  error_map: errorMap,
  copy: null,
  remarks: [],
});
