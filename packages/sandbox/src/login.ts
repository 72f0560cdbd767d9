/** The development issuer's sign-in page: who to be, in one click. */
import { html, page } from "./html.ts";
import type { TokenAsk } from "./issuer.ts";
import type { Reply } from "./reply.ts";

const person = (words: string, ask: Pick<TokenAsk, "subject" | "role"> & { readonly email?: string }) => ({
  words,
  ask: { contractor: "demo", ...ask },
});

export const DEMO_PEOPLE = [
  person("Dana, owner of the demo contractor", { subject: "demo-owner", role: "owner", email: "dana@demo-roofing.example" }),
  person("Milo, a member who may look", { subject: "demo-member", role: "member" }),
];

export function loginPage(people: readonly { readonly words: string; readonly token: string }[]): Reply {
  const buttons = people.map(
    ({ words, token }) =>
      html`<form class="card" method="post" action="/session"><input type="hidden" name="token" value="${token}"><button class="main">${words}</button></form>`,
  );
  return page(
    "Sign in (development)",
    html`<h1>Sign in</h1><p class="soft">In production the host CRM signs people in. Here you choose who to be.</p>${buttons}`,
  );
}
