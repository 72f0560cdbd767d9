/** Salesforce's outbound messages: SOAP of one form, of which this reads what is needed. */
import * as z from "zod/mini";

const Message = z.object({
  organization: z.string().check(z.regex(/^00D[a-zA-Z0-9]{12,15}$/)),
  notifications: z
    .array(
      z.object({
        /** The same for every attempt at delivering it. */
        id: z.string().check(z.regex(/^[a-zA-Z0-9]{15,40}$/)),
        /** `Lead`, `Contact`. */
        object: z.string().check(z.minLength(1)),
        fields: z.record(z.string(), z.string()),
      }),
    )
    .check(z.minLength(1), z.maxLength(100)),
});

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
    return ENTITIES[name ?? ""] ?? whole;
  });
}
/** Elements that hold text alone, whatever their prefix. */
function textsIn(xml: string): Readonly<Record<string, string>> {
  const found = [...xml.matchAll(/<(?:\w+:)?(\w+)(?:\s[^<>]*)?>([^<]*)<\/(?:\w+:)?\1>/g)];
  return Object.fromEntries(found.map(([, name = "", text = ""]) => [name, plain(text.trim())]));
}

/** What a message says. Throws zod's error where it is none. */
export function readOutbound(xml: string): z.output<typeof Message> {
  const [head = ""] = xml.split("<Notification>", 1);
  const blocks = xml.split("</Notification>").slice(0, -1);
  return Message.parse({
    organization: textsIn(head)["OrganizationId"],
    notifications: blocks.map((block) => {
      const [before = "", record = ""] = block.slice(block.lastIndexOf("<Notification>")).split(/(?=<sObject[\s>])/);
      return { id: textsIn(before)["Id"], object: /\bxsi:type="(?:\w+:)?(\w+)"/.exec(record)?.[1], fields: textsIn(record) };
    }),
  });
}
