/** An honest API of notes, for a vendor that is not. */
import { type Call, defineEmulator, type ErrorFault, json, mac, type Reply } from "@junction/sandbox";

interface Note {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}
const notes = (call: Pick<Call, "state">) => call.state.collection<Note>("notes");
const refuse = (status: number): Reply => json(status, { message: `status ${status}` });

const STATUS: Readonly<Record<ErrorFault, number>> = {
  "401": 401,
  "403": 403,
  "404": 404,
  "409": 409,
  "422": 422,
  "429": 429,
  "500": 500,
  "503": 503,
  rate_limit_403: 403,
};

export default defineEmulator({
  vendor: "crooked",
  hosts: ["api.crooked.example"],
  credentials: { valid: { api_key: "crooked-valid-key-1234567890" }, wrong: { api_key: "crooked-wrong-key-1234567890" } },
  secrets: ["api_key"],
  authenticate: (call) => (call.headers.get("authorization") === "Bearer crooked-valid-key-1234567890" ? null : refuse(401)),
  operations: [
    { name: "get_me", method: "GET", path: "/v1/me", run: () => json(200, { name: "me" }) },
    { name: "get_time", method: "GET", path: "/v1/time", run: (call) => json(200, { at: call.now() }) },
    { name: "search", method: "POST", path: "/v1/search", run: (call) => json(200, { notes: notes(call).list() }) },
    { name: "list", method: "GET", path: "/v1/notes", run: (call) => json(200, { notes: notes(call).list() }) },
    { name: "get", method: "GET", path: "/v1/notes/:id", run: (call) => json(200, { id: call.param("id") }) },
    {
      name: "add",
      method: "POST",
      path: "/v1/notes",
      run(call) {
        const note = { id: call.random(8), text: call.text, at: call.now() };
        notes(call).put(note.id, note);
        return json(201, note);
      },
    },
  ],
  fault: (error) => refuse(STATUS[error]),
  pushes: {
    secret: "an-honest-secret-0123456789",
    kinds: {
      paid: ({ id, entity, now }) => ({
        type: "application/json",
        body: JSON.stringify({ id, at: now, payment: { id: `pay_${entity}`, amount: 12_500 } }),
      }),
    },
    async sign({ type, body, secret, now }) {
      const time = String(Math.floor(now / 1000));
      return { headers: { "content-type": type, "x-time": time, "x-mac": await mac("SHA-256", secret, "hex", time, body) }, body };
    },
    challenge: ({ url, secret }) => ({ url: `${url}?mode=subscribe&token=${encodeURIComponent(secret)}`, headers: {}, body: "" }),
  },
  inbox: (state) =>
    notes({ state })
      .list()
      .map(({ id, text, at }) => ({ title: id, text, at })),
});
