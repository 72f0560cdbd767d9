/** How each type of step looks, and what a step says of itself when it is closed. */
import {
  IconArrowsSplit2,
  IconBrandWhatsapp,
  IconCalendarPlus,
  IconClock,
  IconMail,
  IconMessage,
  IconPhoneCall,
  IconRefresh,
  IconShare,
  IconTool,
  IconUserQuestion,
  IconWebhook,
} from "@tabler/icons-react";
import { spanWords } from "../../words-workflow.ts";
import { eventWords } from "../events/event-words.ts";
import { mappedOf, textOf } from "./builder.ts";
import { conditionWords } from "./condition-words.ts";
import type { DraftStep, StepType } from "./draft.ts";

interface Kind {
  readonly title: string;
  readonly words: string;
  readonly icon: typeof IconClock;
}
export const KIND: Readonly<Record<StepType, Kind>> = {
  sms: { title: "Text", words: "Send a text message", icon: IconMessage },
  ai_call: { title: "AI call", words: "Have the AI assistant call", icon: IconPhoneCall },
  email: { title: "Email", words: "Send an email", icon: IconMail },
  whatsapp: { title: "WhatsApp", words: "Send a WhatsApp message", icon: IconBrandWhatsapp },
  wait: { title: "Wait", words: "For a while, for a moment, or for something to happen", icon: IconClock },
  branch: { title: "Branch", words: "Go on one way or another", icon: IconArrowsSplit2 },
  crm_sync: { title: "Sync to CRM", words: "Save the lead in HubSpot, Salesforce, Zoho CRM or Pipedrive", icon: IconRefresh },
  calendar_event: { title: "Calendar event", words: "Put a job on the calendar", icon: IconCalendarPlus },
  approval: { title: "Approval", words: "Ask an owner before going on", icon: IconUserQuestion },
  social_post: { title: "Social post", words: "Publish a post on a page", icon: IconShare },
  webhook: { title: "Webhook", words: "Tell another system", icon: IconWebhook },
  tool: { title: "Any tool", words: "Use any tool of your integrations", icon: IconTool },
};
export const isStepType = (type: string | null): type is StepType => type !== null && Object.hasOwn(KIND, type);
export const kindTitle = (type: string | null): string => (isStepType(type) ? KIND[type].title : (type ?? "Step"));
export const stepTitle = ({ title, type }: Pick<DraftStep, "title" | "type">): string => title ?? kindTitle(type);

/** The step in a line, for whoever does not open it. */
export function summary(step: DraftStep, vendorName: (id: string) => string): string {
  const text = (field: string) => textOf(step, field);
  switch (step.type) {
    case "sms":
      return text("body");
    case "email":
      return text("subject") || (text("template") === "" ? "" : "From a template");
    case "whatsapp":
      return text("body") || text("template");
    case "wait":
      if (text("event") !== "") return `${eventWords(text("event"))}, at most ${spanWords(text("deadline") || "P3D")}`;
      if (text("until") !== "") return `Until ${text("until")}`;
      return text("for") === "" ? "" : spanWords(text("for"));
    case "branch":
      return (step.cases ?? []).map(({ when }) => conditionWords(when)).join(" · ");
    case "crm_sync": {
      const fields = Object.keys(mappedOf(step["fields"])).length;
      return `${vendorName(text("crm"))}${fields === 0 ? "" : ` · ${fields} ${fields === 1 ? "field" : "fields"} besides name, phone and email`}`;
    }
    case "ai_call":
      return text("assistant") === "" ? "" : `Waits for its end at most ${spanWords(text("deadline") || "PT30M")}`;
    case "calendar_event":
      return text("summary");
    case "approval":
      return text("ask");
    case "social_post":
      return text("text");
    case "webhook":
      return Object.keys(mappedOf(step["data"])).join(", ");
    case "tool":
      return text("tool");
  }
}
