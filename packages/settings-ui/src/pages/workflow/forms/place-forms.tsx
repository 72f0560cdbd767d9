/** What a step that leaves something elsewhere asks for: in a CRM, on a calendar, on a page, at another system, by any tool. */
import { Button, NumberInput, Select, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CRMS } from "../../../api/crm.ts";
import { catalog, connections } from "../../../api/queries.ts";
import { type Fields, issueAt, textOf, useBuilder, useTroubles } from "../builder.ts";
import { PairsField, textsOf } from "../fields/pairs-field.tsx";
import { ResourceField } from "../fields/resource-field.tsx";
import { TemplateField } from "../fields/template-field.tsx";
import { MappingFields } from "./mapping-fields.tsx";
import { resource } from "./message-forms.tsx";
import { useField } from "./use-field.ts";

export function CrmSyncForm(fields: Fields) {
  const { mayChange, showCrm } = useBuilder();
  const { step, put } = fields;
  const field = useField(fields);
  const { data: states } = useQuery(connections);
  const name = (id: string) => states?.find(({ vendor }) => vendor === id)?.name ?? id;
  const connected = (id: string) =>
    states?.some(({ vendor, status }) => vendor === id && status !== "not_connected" && status !== "planned");
  return (
    <>
      <Select
        label="CRM"
        description="Name, phone and email go in by themselves."
        data={CRMS.map((id) => ({ value: id, label: connected(id) ? name(id) : `${name(id)} (not connected)` }))}
        value={textOf(step, "crm")}
        error={field("crm").error}
        readOnly={!mayChange}
        allowDeselect={false}
        onChange={(crm) => put({ crm: crm ?? undefined, fields: {} })}
      />
      <MappingFields {...fields} />
      <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={showCrm}>
        See what it would change on a lead
      </Button>
    </>
  );
}

export function CalendarForm(fields: Fields) {
  const { mayChange } = useBuilder();
  const { step, put } = fields;
  const field = useField(fields);
  return (
    <>
      <ResourceField {...resource(field("calendar"))} label="Calendar" type="calendar" from={{ tool: "crm/create_event" }} required />
      <TemplateField {...field("summary")} label="What the calendar shows" most={250} required placeholder="Estimate for {{name}}" />
      <TemplateField
        {...field("start")}
        label="Starts at"
        required
        placeholder="{{lead.custom.appointment}}"
        description="A time with its offset, such as 2026-12-01T09:00:00-05:00, mostly from a placeholder."
      />
      <NumberInput
        label="Minutes"
        min={5}
        max={1440}
        readOnly={!mayChange}
        value={typeof step["minutes"] === "number" ? step["minutes"] : 60}
        error={field("minutes").error}
        onChange={(minutes) => put({ minutes: Number(minutes) || 60 }, "minutes")}
      />
      <TemplateField {...field("location")} label="Place" most={500} />
      <TemplateField {...field("notes")} label="Notes" lines={3} />
    </>
  );
}

export function SocialPostForm(fields: Fields) {
  const field = useField(fields);
  return (
    <>
      <ResourceField {...resource(field("page"))} label="Page" type="page" from={{ tool: "crm/post_to_facebook" }} required />
      <TemplateField {...field("text")} label="Post" lines={4} most={5000} required />
      <TemplateField {...field("link")} label="Link" placeholder="https://" />
      <TemplateField
        {...field("photo")}
        label="Photo"
        placeholder="https://"
        description="Instead of a link; Instagram needs one, as JPEG."
      />
    </>
  );
}

export function WebhookForm(fields: Fields) {
  const { issues } = useTroubles();
  const { step, at, put } = fields;
  const field = useField(fields);
  return (
    <>
      <ResourceField
        {...resource(field("subscription"))}
        label="Webhook integration"
        type="subscription"
        required
        description="A webhook you have set up to receive events."
      />
      <PairsField
        label="What is sent"
        step={step.id}
        value={textsOf(step["data"])}
        errorOf={(name) => issueAt(issues, `${at}.data.${name}`)}
        onChange={(data) => put({ data }, "data")}
      />
    </>
  );
}

interface Property {
  readonly type?: string;
  readonly description?: string;
}
/** Any tool there is, its arguments by its own schema. */
export function ToolForm(fields: Fields) {
  const { mayChange } = useBuilder();
  const { issues } = useTroubles();
  const { step, at, put } = fields;
  const field = useField(fields);
  const { data: known } = useQuery(catalog);
  const tool = known?.tools.find(({ id }) => id === step["tool"]);
  const schema = tool?.input as
    | { readonly properties?: Readonly<Record<string, Property>>; readonly required?: readonly string[] }
    | undefined;
  const all =
    typeof step["arguments"] === "object" && step["arguments"] !== null ? (step["arguments"] as Readonly<Record<string, unknown>>) : {};
  const set = (name: string, value: unknown) =>
    put(
      { arguments: Object.fromEntries(Object.entries({ ...all, [name]: value }).filter(([, each]) => each !== "" && each !== undefined)) },
      `arguments.${name}`,
    );
  return (
    <>
      <Select
        label="Tool"
        withAsterisk
        searchable
        readOnly={!mayChange}
        data={(known?.tools ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        value={textOf(step, "tool") || null}
        error={field("tool").error}
        description={tool?.description}
        inputWrapperOrder={["label", "input", "error", "description"]}
        onChange={(id) => put({ tool: id ?? undefined, arguments: {} })}
      />
      {Object.entries(schema?.properties ?? {}).map(([name, { type, description }]) => {
        const label = name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
        const error = issueAt(issues, `${at}.arguments.${name}`);
        const value = all[name];
        if (type === "boolean")
          return (
            <Switch
              key={name}
              label={label}
              description={description}
              checked={value === true}
              disabled={!mayChange}
              onChange={({ currentTarget }) => set(name, currentTarget.checked)}
            />
          );
        if (type === "integer" || type === "number")
          return (
            <NumberInput
              key={name}
              label={label}
              description={description}
              error={error}
              readOnly={!mayChange}
              value={typeof value === "number" ? value : ""}
              onChange={(n) => set(name, n === "" ? undefined : Number(n))}
            />
          );
        return (
          <TemplateField
            key={name}
            label={label}
            description={description}
            step={step.id}
            error={error}
            required={schema?.required?.includes(name)}
            value={value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value)}
            onChange={(text) => set(name, type === "string" || type === undefined ? text : asJson(text))}
          />
        );
      })}
    </>
  );
}

/** A list or an object is written as JSON; while it is not yet whole, it is the text. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
