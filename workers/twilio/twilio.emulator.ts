/** Plays Twilio's REST API of 2010-04-01: messages, numbers and calls. https://www.twilio.com/docs/usage/api */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { ACCOUNT, AUTH_TOKEN, answer, authenticate, KEY, missing, READ_KEY, refuse, SERVICE } from "./emulator/account.ts";
import { callOperations, callsIn, seedRecordings } from "./emulator/calls.ts";
import { messageOperations, messagesOf } from "./emulator/messages.ts";
import { boughtIn, numberOperations, seedNumbers } from "./emulator/numbers.ts";
import { pushes } from "./emulator/pushes.ts";

const FAULTS: Readonly<Record<ErrorFault, (call: Call) => Reply>> = {
  "401": () => refuse(401, 20003, "Authenticate"),
  "403": () => refuse(403, 70051, "Authorization Failed"),
  "404": missing,
  "409": () => refuse(409, 20409, "Conflict"),
  "422": () => refuse(400, 21211, "Invalid 'To' Phone Number"),
  "429": () => refuse(429, 20429, "Too Many Requests"),
  rate_limit_403: () => refuse(429, 20429, "Too Many Requests"),
  "500": () => refuse(500, 20500, "An internal server error has occurred"),
  "503": () => refuse(503, 20503, "Service is temporarily unavailable"),
};

export default defineEmulator({
  vendor: "twilio",
  hosts: ["api.twilio.com"],
  credentials: {
    valid: { account_sid: ACCOUNT, auth_token: AUTH_TOKEN, default_from: "+12025550123", messaging_service_sid: SERVICE },
    wrong: { account_sid: ACCOUNT, auth_token: "00000000000000000000000000000000", default_from: "+12025550123" },
    key: { account_sid: ACCOUNT, api_key_sid: KEY.sid, api_key_secret: KEY.secret, default_from: "+12025550123" },
    restricted: { account_sid: ACCOUNT, api_key_sid: READ_KEY.sid, api_key_secret: READ_KEY.secret, default_from: "+12025550123" },
  },
  secrets: ["auth_token", "api_key_secret"],
  authenticate,
  seed(state) {
    state.collection<string>("opted_out").put("+15005550004", "STOP");
    seedNumbers(state);
    seedRecordings(state);
  },
  operations: [
    ...messageOperations,
    ...numberOperations,
    ...callOperations,
    {
      name: "get_account",
      method: "GET",
      path: "/2010-04-01/Accounts/:account.json",
      run: () => answer(json(200, { sid: ACCOUNT, friendly_name: "Sandbox Plumbing", status: "active", type: "Full" })),
    },
  ],
  fault: (error, call) => FAULTS[error](call),
  pushes: pushes(ACCOUNT, "+12025550123", SERVICE),
  inbox: (state) => [
    ...messagesOf({ state })
      .list()
      .map(({ to, from, body, at }) => ({ title: `Text to ${to} from ${from ?? "the messaging service"}`, text: body, at })),
    ...callsIn(state)
      .list()
      .map(({ to, from, twiml, at }) => ({ title: `Call to ${to} from ${from}`, text: twiml, at })),
    ...boughtIn(state).map(({ phone_number, sid, at }) => ({ title: `Bought ${phone_number}`, text: sid, at })),
  ],
});
