/** The page's form that lets a vendor deliver an event, and what came of it. */
import type { Emulator } from "./emulator.ts";
import { type Html, html } from "./html.ts";
import { type Sent, VARIANTS } from "./pushes.ts";

export function pushSection(vendors: readonly Emulator[], chosen: string | null, sent: readonly Sent[]): Html {
  const able = vendors.filter(({ pushes }) => pushes !== undefined);
  if (able.length === 0) return html``;
  return html`<section aria-labelledby="push"><h2 id="push">Send an event</h2>${sent.length > 0 ? results(sent) : ""}${form(able, chosen)}</section>`;
}

function form(vendors: readonly Emulator[], chosen: string | null): Html {
  const groups = vendors.map(({ vendor, pushes }) => {
    const options = Object.keys(pushes?.kinds ?? {}).map((kind, index) =>
      vendor === chosen && index === 0
        ? html`<option value="${vendor} ${kind}" selected>${vendor}: ${kind}</option>`
        : html`<option value="${vendor} ${kind}">${vendor}: ${kind}</option>`,
    );
    return html`<optgroup label="${vendor}">${options}</optgroup>`;
  });
  const variants = Object.entries(VARIANTS).map(([variant, words]) => html`<option value="${variant}">${words}</option>`);
  return html`<form class="card row" method="post" action="/sandbox/pushes#push">
<label>Event<select name="where" required>${groups}</select></label>
<label>How it is sent<select name="variant" required>${variants}</select></label>
<label>Address, from the integration's settings<input type="url" name="url" required autocomplete="off" size="40"></label>
<label>Secret (empty: the vendor's own)<input type="password" name="secret" autocomplete="off" maxlength="8192"></label>
<label>How many<input type="number" name="count" value="1" min="1" max="100" inputmode="numeric"></label>
<button class="main">Send</button></form>`;
}

function results(sent: readonly Sent[]): Html {
  const rows = sent.map(({ id, kind, status, reply }) => {
    const taken = status >= 200 && status < 300;
    return html`<li><span class="${taken ? "" : "bad"}">${status === 0 ? "no answer" : status}</span> <code>${kind}${id === null ? "" : ` ${id}`}</code>${reply === "" ? "" : html` <span class="soft">${reply}</span>`}</li>`;
  });
  return html`<div class="card" role="status"><strong>Sent</strong><ul>${rows}</ul></div>`;
}
