/** What becomes of a request that a vendor of the sandbox's meets oddly. */
import type { ErrorFault } from "@junction/sandbox";
import type { Answer, Known, Plain } from "../behaviour.ts";
import type { Arrived } from "../sent.ts";

interface Sandbox {
  /** Makes it refuse the next request so. */
  fault(fault: ErrorFault): Promise<Response>;
  pass(): Promise<Response>;
}

/** The answer to a request that is met so. */
export async function meet(how: Plain, arrived: Arrived, sandbox: Sandbox): Promise<Response> {
  if (how === "pass") return sandbox.pass();
  if (!("odd" in how)) return answered(how);
  switch (how.odd) {
    case "late":
      await scheduler.wait(how.ms); // the vendor's own slowness, not a wait for something
      return sandbox.pass();
    case "refusal": {
      const set = await sandbox.fault(how.fault);
      if (!set.ok) throw new Error(`the sandbox does not know the fault ${how.fault}: ${await set.text()}`);
      const passed = await read(await sandbox.pass());
      return answered({ ...passed, headers: { ...passed.headers, ...how.headers } });
    }
    case "cut": {
      const passed = await read(await sandbox.pass());
      const { status, body } = passed;
      return answered(body === "" || status >= 400 ? { status: 502, body: "" } : { ...passed, body: body.slice(0, body.length / 2) });
    }
    case "echo":
      return answered(echo(how.status, arrived, known(how.known, arrived)));
    case "telltale": {
      const passed = await read(await sandbox.pass());
      const tail = known(how.known, arrived).join(" ");
      const body = passed.body.replaceAll(/":\s*"([^"]*)"/g, (_, text: string) => `":${JSON.stringify(`${text} ${tail}`)}`);
      return answered({ ...passed, status: how.status, body });
    }
    case "without end":
      return answered(withoutEnd(arrived, await read(await sandbox.pass())));
  }
}

type Whole = Required<Omit<Answer, "bytes">>;

/** As bytes, since a text would bring a content type of its own. */
function answered({ status, headers, body = "" }: Omit<Answer, "bytes">): Response {
  const { "content-length": _, "transfer-encoding": __, "content-encoding": ___, ...rest } = headers ?? {};
  return new Response(status === 204 ? null : new TextEncoder().encode(body), { status, headers: rest });
}

const read = async (response: Response): Promise<Whole> => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
});

function known({ secrets, fields }: Known, { headers }: Arrived): readonly string[] {
  return secrets.filter((secret) => fields.includes(secret) || headers.some(([, value]) => value.includes(secret)));
}

function echo(status: number, { method, host, rest, headers, text = "" }: Arrived, secrets: readonly string[]): Answer {
  const message = `you sent ${method} https://${host}${rest} ${headers.map((pair) => pair.join(": ")).join(", ")} ${text} ${secrets.join(" ")}`;
  const body = { message, error_message: message, status: "REQUEST_DENIED", error: { message }, errors: [{ message }] };
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The answer, saying in each of the usual ways that there is more after it. What a vendor has no such way for does not look at them. */
function withoutEnd({ host, rest }: Arrived, passed: Whole): Whole {
  if (passed.status >= 300 || !passed.body.startsWith("{")) return passed;
  const body = JSON.parse(passed.body) as Json;
  const { paging, info, additional_data: more } = body;
  const url = `https://${host}${rest}`;
  const endless: Json = {
    ...body,
    ...{ nextPageToken: "again", next_page_token: "again", next_cursor: "again", cursor: "again", has_more: true },
    ...("hasMore" in body && { hasMore: true }),
    ...("next_page_uri" in body && { next_page_uri: rest }),
    ...("done" in body && { done: false, nextRecordsUrl: new URL(url).pathname }),
    ...(isObject(paging) && "cursors" in paging && { paging: { ...paging, next: url } }),
    ...(Array.isArray(body["results"]) && !isObject(paging) && { paging: { next: { after: "again" } } }),
    ...(isObject(info) && { info: { ...info, more_records: true, next_page_token: "again" } }),
    ...(isObject(more) && {
      additional_data: { ...more, next_cursor: "again", pagination: { more_items_in_collection: true, next_start: 1 } },
    }),
  };
  return { ...passed, body: JSON.stringify(endless) };
}
