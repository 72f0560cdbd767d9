/** The contractor's numbers. https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
import { type Http, path, refuse } from "@junction/kit";
import { buyPhoneNumber, configurePhoneNumber, listPhoneNumbers, releasePhoneNumber, searchPhoneNumbers } from "@junction/tools";
import * as z from "zod/mini";
import { twilio } from "./manifest.ts";

/** Its names come in capitals for numbers on sale, and in small letters for one's own. */
const Capabilities = z.pipe(
  z.record(z.string(), z.unknown()),
  z.transform((given) => new Set(Object.entries(given).flatMap(([name, has]) => (has === true ? [name.toLowerCase()] : [])))),
);
const Own = z.object({
  sid: z.string(),
  phone_number: z.string(),
  friendly_name: z.nullish(z.string()),
  capabilities: Capabilities,
  voice_url: z.nullish(z.string()),
  sms_url: z.nullish(z.string()),
  voice_application_sid: z.nullish(z.string()),
  sms_application_sid: z.nullish(z.string()),
});
type Own = z.output<typeof Own>;
const Numbers = z.object({ incoming_phone_numbers: z.array(Own), next_page_uri: z.nullish(z.string()) });

const WORDS = [
  ["voice", "calls"],
  ["sms", "texts"],
  ["mms", "pictures"],
] as const;
const can = (has: ReadonlySet<string>) => WORDS.flatMap(([theirs, ours]) => (has.has(theirs) ? [ours] : []));
const bought = ({ phone_number, friendly_name, capabilities }: Own) => ({
  ...{ phone_number, name: friendly_name ?? undefined, can: can(capabilities) },
});

type To = { readonly http: Http; readonly account: { readonly account_sid: string } };

/** The number, if it is theirs. Twilio finds parts of numbers as well. */
async function ownNumber({ http, account }: To, phone: string): Promise<Own | undefined> {
  const query = { PhoneNumber: phone, PageSize: 50 };
  const reply = await http.get(path`/2010-04-01/Accounts/${account.account_sid}/IncomingPhoneNumbers.json`, { query });
  return reply.json(Numbers).incoming_phone_numbers.find(({ phone_number }) => phone_number === phone);
}

export const list = twilio.implement(listPhoneNumbers, {
  async run({ http, account, input }) {
    const query = { PageSize: 100, PageToken: input.page };
    const reply = await http.get(path`/2010-04-01/Accounts/${account.account_sid}/IncomingPhoneNumbers.json`, { query });
    const { incoming_phone_numbers, next_page_uri } = reply.json(Numbers);
    const items = incoming_phone_numbers.map(({ phone_number, friendly_name, capabilities }) => {
      const usable = capabilities.has("sms");
      const said = [friendly_name, phone_number === account.default_from && "default", !usable && "sends no texts"].filter(Boolean);
      return { id: phone_number, name: phone_number, detail: said.join(", ") || undefined, usable };
    });
    return { items, next_page: new URLSearchParams(next_page_uri?.split("?")[1]).get("PageToken") ?? undefined };
  },
});

const ForSale = z.object({
  available_phone_numbers: z.array(
    z.object({ phone_number: z.string(), locality: z.nullish(z.string()), region: z.nullish(z.string()), capabilities: Capabilities }),
  ),
});
const KINDS = { local: "Local.json", toll_free: "TollFree.json", mobile: "Mobile.json" } as const;

export const search = twilio.implement(searchPhoneNumbers, {
  async run({ http, account, input: { country, area_code, contains, city, kind, needs, limit } }) {
    const query = {
      AreaCode: area_code,
      Contains: contains?.toUpperCase(),
      InLocality: city,
      PageSize: limit,
      ...Object.fromEntries(needs.map((need) => [{ calls: "VoiceEnabled", texts: "SmsEnabled", pictures: "MmsEnabled" }[need], true])),
    };
    const to = path`/2010-04-01/Accounts/${account.account_sid}/AvailablePhoneNumbers/${country}/${KINDS[kind]}`;
    const { available_phone_numbers } = (await http.get(to, { query })).json(ForSale);
    const numbers = available_phone_numbers.map(({ phone_number, locality, region, capabilities }) => ({
      phone_number,
      place: [locality, region].filter((part) => part).join(", ") || undefined,
      can: can(capabilities),
    }));
    return { numbers: numbers.slice(0, limit) };
  },
});

export const buy = twilio.implement(buyPhoneNumber, {
  // One number can be bought once: whoever repeats it finds it among their own (https://www.twilio.com/docs/errors/20500).
  idempotent: true,
  async run({ http, account, input: { phone_number, name } }) {
    const own = await ownNumber({ http, account }, phone_number);
    if (own) return bought(own);
    const form = { PhoneNumber: phone_number, FriendlyName: name };
    return bought((await http.post(path`/2010-04-01/Accounts/${account.account_sid}/IncomingPhoneNumbers.json`, { form })).json(Own));
  },
});

export const configure = twilio.implement(configurePhoneNumber, {
  idempotent: true,
  async run({ http, account, hook, input: { phone_number, name, answer_calls, take_texts } }) {
    const own = (await ownNumber({ http, account }, phone_number)) ?? refuse({ kind: "NotFound" });
    const asks = answer_calls === true || take_texts === true;
    const here = hook ?? (asks ? refuse({ kind: "InvalidRequest", issues: ["Twilio has no address to deliver to yet"] }) : "");
    const form = {
      FriendlyName: name,
      ...(answer_calls !== undefined && {
        VoiceUrl: answer_calls ? `${here}?ask=call` : "",
        VoiceMethod: "POST",
        StatusCallback: answer_calls ? here : "",
        StatusCallbackMethod: "POST",
        // Where a number has an application, its addresses count for nothing.
        ...(own.voice_application_sid && { VoiceApplicationSid: "" }),
      }),
      ...(take_texts !== undefined && {
        SmsUrl: take_texts ? here : "",
        SmsMethod: "POST",
        ...(own.sms_application_sid && { SmsApplicationSid: "" }),
      }),
    };
    const to = path`/2010-04-01/Accounts/${account.account_sid}/IncomingPhoneNumbers/${`${own.sid}.json`}`;
    const now = Object.values(form).some((value) => value !== undefined) ? (await http.post(to, { form })).json(Own) : own;
    const comes = (url: string | null | undefined) => url?.includes("/hooks/twilio/") === true;
    return {
      ...{ phone_number, name: now.friendly_name ?? undefined },
      ...{ answers_calls: comes(now.voice_url), takes_texts: comes(now.sms_url) },
    };
  },
});

export const release = twilio.implement(releasePhoneNumber, {
  idempotent: true,
  async run({ http, account, input: { phone_number } }) {
    const own = await ownNumber({ http, account }, phone_number);
    if (own) await http.delete(path`/2010-04-01/Accounts/${account.account_sid}/IncomingPhoneNumbers/${`${own.sid}.json`}`);
    return { phone_number, released: true };
  },
});
