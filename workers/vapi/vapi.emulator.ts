/** Plays Vapi's API: assistants, phone numbers, and calls. https://docs.vapi.ai/api-reference */
import { type Call, defineEmulator, type Operation, type Reply } from "@junction/sandbox";
import { assistantOperations } from "./emulator/assistants.ts";
import { callOperations, calls } from "./emulator/calls.ts";
import { FAULTS } from "./emulator/errors.ts";
import { assistants, listed, phoneNumbers, seed, uuid } from "./emulator/lists.ts";
import { pushes } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const [KEY, EUROPEAN, UNKNOWN, PUBLIC] = [uuid("1"), uuid("2"), uuid("3"), uuid("4")];

/** A European organisation is known on the European host alone, and the other way round. */
function authenticate({ headers, url }: Call): Reply | null {
  const own = url.host === "api.eu.vapi.ai" ? EUROPEAN : KEY;
  return headers.get("authorization") === `Bearer ${own}` ? null : FAULTS["401"]();
}

const both = (operation: Operation): readonly Operation[] => [
  operation,
  { ...operation, name: `${operation.name}_eu`, host: "api.eu.vapi.ai" },
];

export default defineEmulator({
  vendor: "vapi",
  hosts: ["api.vapi.ai", "api.eu.vapi.ai"],
  credentials: {
    valid: { private_key: KEY },
    wrong: { private_key: UNKNOWN },
    european: { private_key: EUROPEAN, region: "eu" },
    /** For its web client alone. */
    public_key: { private_key: PUBLIC },
  },
  secrets: ["private_key"],
  authenticate,
  seed,
  operations: [
    ...assistantOperations.flatMap(both),
    ...both({
      name: "list_phone_numbers",
      method: "GET",
      path: "/phone-number",
      run: (call) => listed(call, phoneNumbers(call.state).list()),
    }),
    ...callOperations.flatMap(both),
  ],
  fault: (error) => FAULTS[error](),
  inbox: (state) => [
    ...assistants(state)
      .list()
      .map(({ name, id, createdAt }) => ({ title: `Assistant ${name ?? id}`, text: id, at: Date.parse(createdAt) })),
    ...calls(state)
      .list()
      .map(({ customer, ends, createdAt }) => ({
        title: `AI call to ${customer.number}`,
        text: `${customer.name ?? "No name"}: ${ends.replace("_", " ")}`,
        at: Date.parse(createdAt),
      })),
  ],
  pushes,
});
