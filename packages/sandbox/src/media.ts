/** A web server with files, as people have them lying about: `sample.jpeg`, or one of any size at `/made/<bytes>/<name>`. It asks for nothing. */
import { type Call, defineEmulator } from "./emulator.ts";
import { type Generated, TYPES } from "./generated.ts";
import { empty, json, type Reply } from "./reply.ts";

export const MEDIA = "media.example.com";
const SAMPLE_BYTES = 20_000;

const typeOf = (name: string): string => TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
/** By its name, so that each name is a file of its own. */
const seedOf = (name: string): number => [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);

/** What the server has under a name, to be compared with what arrived elsewhere. */
export const mediaFile = (name: string, bytes = SAMPLE_BYTES): Generated => ({ bytes, seed: seedOf(name), type: typeOf(name) });

const answer = (file: Generated): Reply => ({ status: 200, headers: { "content-type": file.type }, body: "", generated: file });
const failed = (status: number, message: string): Reply => json(status, { error: message });

export const media = defineEmulator({
  vendor: "media",
  hosts: [MEDIA],
  credentials: { valid: {}, wrong: {} },
  secrets: [],
  operations: [
    { name: "get_sample", method: "GET", path: "/:name", run: (call) => answer(mediaFile(call.param("name"))) },
    {
      name: "get_made",
      method: "GET",
      path: "/made/:bytes/:name",
      run(call) {
        const bytes = Number(call.param("bytes"));
        return Number.isInteger(bytes) && bytes >= 0 && bytes <= 5e9
          ? answer(mediaFile(call.param("name"), bytes))
          : failed(400, "how many bytes?");
      },
    },
    {
      name: "redirect",
      method: "GET",
      path: "/redirect/:status",
      run: (call: Call) => empty(Number(call.param("status")), { location: call.query.get("to") ?? "/" }),
    },
  ],
  fault: (error) => failed(Number.parseInt(error, 10) || 500, `fault ${error}`),
});
