/** HTML in which every inserted value is escaped: inbox texts and requests are written by whoever calls. */
import { type Reply, text } from "./reply.ts";

const safe: unique symbol = Symbol("escaped");
export interface Html {
  readonly [safe]: string;
}
type Value = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (value: string): string => value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

function fill(value: Value): string {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return safe in value ? value[safe] : value.map((item) => item[safe]).join("");
}

/** Builds HTML from a template; only what this function made goes in unescaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [safe]: parts.map((part, index) => part + fill(values[index] ?? "")).join("") };
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #f6f7f9; --card: #ffffff; --line: #d9dee5; --accent: #1d5fd1; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf1; --soft: #9aa6b6; --paper: #12161c; --card: #1a2029; --line: #2d3643; --accent: #86b0ff; --bad: #ff9d96; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; } h3 { font-size: 1rem; margin: 1rem 0 .5rem; }
p { margin: .25rem 0 .75rem; } .soft { color: var(--soft); } .bad { color: var(--bad); }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; margin: 0 0 .6rem; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; } .row.apart { justify-content: space-between; align-items: center; }
nav { margin: 0 0 1rem; } nav ul { display: flex; flex-wrap: wrap; gap: .4rem 1rem; list-style: none; margin: 0; padding: 0; } nav a[aria-current] { font-weight: 700; }
label { display: grid; grid-template-columns: minmax(0, 1fr); gap: .2rem; font-size: .85rem; color: var(--soft); min-width: 0; max-width: 100%; }
label.tick { display: flex; gap: .6rem; align-items: start; font-size: 1rem; color: inherit; padding: .4rem 0; } label.tick input { min-height: 0; width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; flex: none; } label.tick code { display: block; color: var(--soft); }
select, input, button { font: inherit; font-size: 1rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .45rem .6rem; min-height: 2.6rem; max-width: 100%; }
input[type=number] { width: 8rem; } button { cursor: pointer; border-color: var(--accent); } button.main { background: var(--accent); color: var(--card); font-weight: 600; } button:hover { filter: brightness(1.1); }
summary { cursor: pointer; overflow-wrap: anywhere; } code, pre { font: .82rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0; }
.message { white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0 0; }`;

/** A whole page under a policy that allows nothing but its own style and forms (`formTargets`: where a form's redirect may lead). */
export function page(title: string, body: Html, formTargets: readonly string[] = [], status = 200): Reply {
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; img-src 'none'; form-action ${["'self'", ...formTargets].join(" ")}; base-uri 'none'; frame-ancestors 'none'`;
  const whole = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style nonce="${nonce}">${{ [safe]: STYLE }}</style></head><body><main>${body}</main></body></html>`;
  return text(status, whole[safe], {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
}
