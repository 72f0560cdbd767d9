/** Signature requests as they come in: a form with a file, or JSON that names a template. */
import { type Call, json, type Reply, sha256 } from "@junction/sandbox";
import * as z from "zod/mini";
import { bad, keep, type Signature, type Stored, seconds, shown } from "./requests.ts";
import { templateNamed } from "./templates.ts";

const EXTENSIONS = ["pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "txt", "html", "jpg", "jpeg", "png", "gif", "tif"];
const flag = (value: string | null): boolean => value === "true" || value === "1";

/** The file itself, which a call's form has by its name alone. */
async function fileOf(call: Call): Promise<File | undefined> {
  const type = call.headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return undefined;
  const parts = await new Response(call.bytes, { headers: { "content-type": type } }).formData();
  for (const [name, value] of parts) if (/^files?\[\d*\]$/.test(name) && typeof value !== "string") return value;
  return undefined;
}

function signersOf({ form }: Call): readonly Omit<Signature, "id" | "state">[] {
  const signers = [];
  for (let at = 0; form.has(`signers[${at}][email_address]`); at++) {
    const value = (name: string) => form.get(`signers[${at}][${name}]`) ?? "";
    const order = value("order") === "" ? 0 : Number(value("order"));
    if (!Number.isInteger(order)) bad("Invalid order", `signers[${at}].order`);
    signers.push({ name: value("name"), email: value("email_address"), order });
  }
  return signers;
}

function checked(signers: readonly Omit<Signature, "id" | "state">[]): void {
  if (signers.length === 0) bad("Must specify at least one signer", "signers");
  for (const [at, { name, email }] of signers.entries()) {
    if (name === "") bad("Signer name is required", `signers[${at}].name`);
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) bad("Invalid email address", `signers[${at}].email_address`);
  }
}

type Made = Pick<Stored, "title" | "subject" | "message" | "testMode" | "metadata" | "sha256"> &
  Partial<Pick<Stored, "fields">> & { readonly signers: readonly Omit<Signature, "id" | "state">[] };

function made(call: Call, { signers, ...rest }: Made): Reply {
  checked(signers);
  const request: Stored = {
    ...rest,
    ...{ id: call.random(40), createdAt: seconds(call), changedAt: call.now(), complete: false, declined: false, canceled: false },
    signatures: signers.map((one) => ({ ...one, id: call.random(32), state: "awaiting_signature" })),
  };
  return json(200, { signature_request: shown(keep(call, request, "signature_request_sent")) });
}

export async function send(call: Call): Promise<Reply> {
  const file = await fileOf(call);
  if (!file) return bad("Must specify files or file_urls", "files");
  const extension = file.name.split(".").at(-1)?.toLowerCase() ?? "";
  if (!EXTENSIONS.includes(extension)) bad(`Unsupported file type: ${extension}`, "files[0]");
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (extension === "pdf" && new TextDecoder().decode(bytes.subarray(0, 4)) !== "%PDF") bad("The file could not be read", "files[0]");
  const { form } = call;
  const metadata = [...form].flatMap(
    ([name, value]) =>
      /^metadata\[(.+)\]$/
        .exec(name)
        ?.slice(1, 2)
        .map((key) => [key, value]) ?? [],
  );
  const title = form.get("title") || file.name;
  return made(call, {
    ...{ title, subject: form.get("subject") || title, message: form.get("message") ?? "", testMode: flag(form.get("test_mode")) },
    ...{ metadata: Object.fromEntries(metadata), sha256: await sha256(bytes, "hex"), signers: signersOf(call) },
  });
}

const WithTemplate = z.looseObject({
  template_ids: z.array(z.string()).check(z.minLength(1)),
  title: z.optional(z.string()),
  subject: z.optional(z.string()),
  message: z.optional(z.string()),
  test_mode: z._default(z.boolean(), false),
  metadata: z._default(z.record(z.string(), z.string()), {}),
  signers: z.array(z.looseObject({ role: z.string(), name: z.string(), email_address: z.string() })),
  custom_fields: z._default(z.array(z.looseObject({ name: z.string(), value: z._default(z.string(), "") })), []),
});

export function sendWithTemplate(call: Call): Reply {
  const parsed = WithTemplate.safeParse(call.json);
  if (!parsed.success) return bad("Invalid parameter", parsed.error.issues[0]?.path.join("."));
  const { template_ids, signers, custom_fields, message = "", test_mode: testMode, metadata, ...given } = parsed.data;
  const template = templateNamed(template_ids[0] ?? "");
  if (template.is_locked && !testMode) bad("This template can only be used in test mode", "template_ids");
  const cast = template.roles.map((role, order) => {
    const signer = signers.find((one) => one.role === role) ?? bad(`Missing signer for role: ${role}`, "signers");
    return { role, name: signer.name, email: signer.email_address, order };
  });
  for (const [at, { role }] of signers.entries())
    if (!template.roles.includes(role)) bad(`Invalid role: ${role.slice(0, 40)}`, `signers[${at}].role`);
  for (const [at, { name }] of custom_fields.entries())
    if (!template.fields.includes(name)) bad("Unknown custom field", `custom_fields[${at}].name`);
  const title = given.title ?? template.title;
  const fields = Object.fromEntries(custom_fields.map(({ name, value }) => [name, value]));
  return made(call, { title, subject: given.subject ?? title, message, testMode, metadata, fields, sha256: "", signers: cast });
}
