/** A contract on its way: one document or a template, and everyone who signs it. */
import { type Files, path, refuse } from "@junction/kit";
import { sendContract } from "@junction/tools";
import * as z from "zod/mini";
import { dropboxSign, progress, Request, Told } from "./manifest.ts";

type Input = z.output<typeof sendContract.input>;

/** The text with a place to sign after the words each signer signs at. https://app.hellosign.com/api/textTagsWalkthrough */
function tagged({ text = "", signers }: Input): string {
  const issues: string[] = [];
  const whole = signers.reduce((made, { sign_at }, at) => {
    const place = sign_at === undefined ? -1 : made.indexOf(sign_at) + sign_at.length;
    if (sign_at !== undefined && !made.includes(sign_at)) issues.push(`signers.${at}.sign_at: must be words that the text has`);
    return sign_at === undefined ? made : `${made.slice(0, place)} [sig|req|signer${at + 1}]${made.slice(place)}`;
  }, text);
  return issues.length > 0 ? refuse({ kind: "InvalidRequest", issues }) : whole;
}

/** In a file Dropbox Sign looks for no words: whoever signs one chooses where. */
async function written(input: Input, files: Files) {
  if (input.document !== undefined) {
    const { name, type, size, body } = await files.open(input.document);
    return { files: { "files[0]": { name, type, size, body } }, tags: false };
  }
  const body = new TextEncoder().encode(tagged(input));
  const type = input.text_format === "html" ? "text/html" : "text/plain";
  const tags = input.signers.some(({ sign_at }) => sign_at !== undefined);
  return { files: { "files[0]": { name: `contract.${input.text_format}`, type, size: body.byteLength, body } }, tags };
}

const Roles = z.object({ template: z.object({ signer_roles: z.nullish(z.array(z.object({ name: z.string() }))) }) });
/** Our key, by which the contract is known again. */
const OURS = "junction";
const result = (request: Request) => ({ contract_id: request.signature_request_id, status: progress(request) });
const MOST_PAGES = 5;

export const send = dropboxSign.implement(sendContract, {
  first: true,
  async run({ http, account, files, input, idempotencyKey }) {
    const { title, message, template_id, signers } = input;
    const about = { title, subject: input.subject ?? title, message, test_mode: account.mode === "test" };
    if (template_id !== undefined) {
      const only = async () => {
        const reply = await http.get(path`/v3/template/${template_id}`);
        const [role, ...others] = reply.json(Roles).template.signer_roles ?? [];
        const issues = signers.flatMap((one, at) =>
          one.role === undefined ? [`signers.${at}.role: give one of the template's roles`] : [],
        );
        return role && others.length === 0 ? role.name : refuse({ kind: "InvalidRequest", issues });
      };
      const role = signers.some((one) => one.role === undefined) ? await only() : "";
      const json = {
        ...{ ...about, template_ids: [template_id], metadata: { [OURS]: idempotencyKey } },
        signers: signers.map((one) => ({ role: one.role ?? role, name: one.name, email_address: one.email })),
        custom_fields: Object.entries(input.fields ?? {}).map(([name, value]) => ({ name, value })),
      };
      return result((await http.post(path`/v3/signature_request/send_with_template`, { json })).json(Told).signature_request);
    }
    const { files: parts, tags } = await written(input, files);
    const named = signers.flatMap(({ name, email }, at) => [
      [`signers[${at}][name]`, name],
      [`signers[${at}][email_address]`, email],
      [`signers[${at}][order]`, at],
    ]);
    const multipart = {
      ...{ ...about, [`metadata[${OURS}]`]: idempotencyKey, ...Object.fromEntries(named) },
      ...(tags && { use_text_tags: true, hide_text_tags: true }),
      ...parts,
    };
    return result((await http.post(path`/v3/signature_request/send`, { multipart })).json(Told).signature_request);
  },
  async probe({ http, idempotencyKey, sentAt }) {
    const since = sentAt.getTime() / 1000 - 300; // two clocks differ
    for (let page = 1; page <= MOST_PAGES; page++) {
      const reply = await http.get(path`/v3/signature_request/list`, { query: { page, page_size: 100 } });
      const { signature_requests: all, list_info } = reply.json(Page);
      const newer = all.filter(({ created_at }) => (created_at ?? 0) >= since);
      const found = newer.find(({ metadata }) => metadata?.[OURS] === idempotencyKey);
      if (found) return result(found);
      if (newer.length === 0 || page >= list_info.num_pages) break;
    }
    return null;
  },
});

const Page = z.object({ signature_requests: z.array(Request), list_info: z.object({ num_pages: z.int() }) });
