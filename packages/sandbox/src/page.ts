/** The page at `/sandbox`: plain HTML and forms, no script, so that nothing a caller wrote can run. */
import type { Emulator } from "./emulator.ts";
import { FAULTS, type FaultSwitch } from "./faults.ts";
import { type Html, html, page } from "./html.ts";
import { pushSection } from "./push-form.ts";
import type { Sent } from "./pushes.ts";
import type { Reply } from "./reply.ts";
import type { Overview, SeenRequest } from "./vendor-state.ts";

interface Seen {
  readonly emulator: Emulator;
  readonly seen: Overview;
}

const DONE: Readonly<Record<string, string>> = {
  set: "The switch is set.",
  cleared: "The switch is cleared.",
  reset: "Everything is as at the beginning.",
};
const time = (at: number): Html => {
  const iso = new Date(at).toISOString();
  return html`<time class="soft" datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
};
const everything = (operation: string): string => (operation === "*" ? "every operation" : operation);
const SHOWN_REQUESTS = 50;

function navigation(vendors: readonly Emulator[], chosen: string | null): Html {
  const link = (label: string, vendor: string | null): Html => {
    const href = vendor === null ? "/sandbox" : `/sandbox?vendor=${encodeURIComponent(vendor)}`;
    return vendor === chosen
      ? html`<li><a href="${href}" aria-current="page">${label}</a></li>`
      : html`<li><a href="${href}">${label}</a></li>`;
  };
  return html`<nav aria-label="Vendors"><ul>${[link("All", null), ...vendors.map(({ vendor }) => link(vendor, vendor))]}</ul></nav>`;
}

function inbox(shown: readonly Seen[]): Html {
  const [full, empty] = [shown.filter(({ seen }) => seen.inbox.length > 0), shown.filter(({ seen }) => seen.inbox.length === 0)];
  const groups = full.map(
    ({ emulator, seen }) =>
      html`<h3>${emulator.vendor}</h3>${seen.inbox.map(
        ({ title, text, at }) =>
          html`<article class="card"><div class="row apart"><strong>${title}</strong>${time(at)}</div><p class="message">${text}</p></article>`,
      )}`,
  );
  const none = html`<p class="soft">Nothing has reached anyone yet through ${empty.map(({ emulator }) => emulator.vendor).join(", ")}.</p>`;
  return html`${groups}${empty.length > 0 ? none : ""}`;
}

function request(vendor: string, seen: SeenRequest): Html {
  const status = seen.status === 0 ? "no answer" : String(seen.status);
  const headers = Object.entries(seen.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
  return html`<details class="card"><summary><span class="${seen.status === 0 || seen.status >= 400 ? "bad" : ""}">${status}</span> <code>${seen.method} ${seen.host}${seen.path}</code> <span class="soft">${vendor} · ${seen.operation || "unknown operation"}${seen.fault === null ? "" : ` · fault ${seen.fault}`}</span> ${time(seen.at)}</summary><pre>${seen.query === "" ? "" : `?${seen.query}\n\n`}${headers}${seen.body === "" ? "" : `\n\n${seen.body}`}</pre></details>`;
}

function activeFault(fault: FaultSwitch): Html {
  const times = fault.times === undefined ? "until cleared" : `${fault.times} more`;
  return html`<form class="card row apart" method="post" action="/sandbox/faults"><span><strong>${fault.vendor}</strong>, ${everything(fault.operation)}: ${FAULTS[fault.fault]} <span class="soft">(${times}${fault.ms === undefined ? "" : `, ${fault.ms} ms`})</span></span><input type="hidden" name="where" value="${fault.vendor} ${fault.operation}"><button name="clear" value="1" aria-label="Clear the switch of ${fault.vendor}, ${everything(fault.operation)}">Clear</button></form>`;
}

function faultForm(vendors: readonly Emulator[], chosen: string | null): Html {
  const option = (vendor: string, operation: string): Html =>
    vendor === chosen && operation === "*"
      ? html`<option value="${vendor} *" selected>${vendor}: every operation</option>`
      : html`<option value="${vendor} ${operation}">${vendor}: ${everything(operation)}</option>`;
  const groups = vendors.map(
    ({ vendor, operations }) =>
      html`<optgroup label="${vendor}">${["*", ...operations.map(({ name }) => name)].map((operation) => option(vendor, operation))}</optgroup>`,
  );
  const kinds = Object.entries(FAULTS).map(([kind, words]) => html`<option value="${kind}">${words}</option>`);
  return html`<form class="card row" method="post" action="/sandbox/faults">
<label>Where<select name="where" required>${groups}</select></label>
<label>What happens<select name="fault" required>${kinds}</select></label>
<label>How many times (empty: until cleared)<input type="number" name="times" min="1" max="1000000" inputmode="numeric"></label>
<label>Milliseconds (slow, Retry-After)<input type="number" name="ms" min="0" max="600000" inputmode="numeric"></label>
<button class="main">Set</button></form>`;
}

/** The page for all vendors, or for the chosen one; `sent`: what has just been delivered. */
export function sandboxPage(
  shown: readonly Seen[],
  vendors: readonly Emulator[],
  chosen: string | null,
  done: string | null,
  sent: readonly Sent[] = [],
): Reply {
  const faults = shown.flatMap(({ seen }) => seen.faults).map(activeFault);
  const requests = shown
    .flatMap(({ emulator, seen }) => seen.requests.map((one) => ({ vendor: emulator.vendor, one })))
    .sort((a, b) => b.one.at - a.one.at)
    .slice(0, SHOWN_REQUESTS)
    .map(({ vendor, one }) => request(vendor, one));
  const said = done === null ? undefined : DONE[done];
  return page(
    "Sandbox",
    html`<h1>Sandbox</h1><p class="soft">The emulated vendors that stand in for the internet. Nothing here reaches anyone.</p>
${navigation(vendors, chosen)}
${said === undefined ? "" : html`<p role="status" class="card">${said}</p>`}
<section aria-labelledby="inbox"><h2 id="inbox">Inbox</h2>${inbox(shown)}</section>
${pushSection(vendors, chosen, sent)}
<section aria-labelledby="faults"><h2 id="faults">Fault switches</h2>${faults.length > 0 ? faults : html`<p class="soft">Every vendor is well.</p>`}${faultForm(vendors, chosen)}</section>
<section aria-labelledby="requests"><h2 id="requests">Last requests</h2>${requests.length > 0 ? requests : html`<p class="soft">None yet.</p>`}</section>
<section aria-labelledby="reset"><h2 id="reset">Begin anew</h2><form class="row" method="post" action="/sandbox/reset"><button>Forget all vendors' state, switches and requests</button></form></section>`,
  );
}
