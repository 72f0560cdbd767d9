export { type AtHand, atHand, type FilesAsk } from "./at-hand.ts";
export { type Files, LARGEST_BYTES } from "./files.ts";
export { type Kept, keep } from "./keep.ts";
export { LINKS, link, serveLink, shown } from "./links.ts";
export { eraseFiles, removeFiles, sweepFiles } from "./sweep.ts";
