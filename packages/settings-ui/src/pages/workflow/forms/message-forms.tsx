/** What a text, a call, an email and a WhatsApp message ask for. */
import { ActionIcon, Anchor, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { type Fields, textOf, useBuilder } from "../builder.ts";
import { PairsField, textsOf } from "../fields/pairs-field.tsx";
import { ResourceField } from "../fields/resource-field.tsx";
import { SpanField } from "../fields/span-field.tsx";
import { TemplateField as Written } from "../fields/template-field.tsx";
import { type Bound, useField } from "./use-field.ts";

export function SmsForm(fields: Fields) {
  const field = useField(fields);
  return (
    <>
      <Written
        {...field("body")}
        label="Message"
        lines={3}
        most={1600}
        required
        placeholder="Hi {{first_name}}, thanks for reaching out."
      />
      <ResourceField
        {...resource(field("from"))}
        label="Sent from"
        type="phone_number"
        from={{ tool: "crm/send_sms" }}
        placeholder="The integration’s default number"
      />
    </>
  );
}

export function AiCallForm(fields: Fields) {
  const field = useField(fields);
  return (
    <>
      <ResourceField {...resource(field("assistant"))} label="Assistant" type="assistant" from={{ tool: "crm/start_ai_call" }} required />
      <ResourceField {...resource(field("from"))} label="Calls from" type="ai_phone_number" from={{ tool: "crm/start_ai_call" }} required />
      <SpanField
        label="Wait for the call’s end at most"
        description="The run goes on when the call has ended. After this long, it asks how the call went and goes on."
        value={textOf(fields.step, "deadline") || "PT30M"}
        error={field("deadline").error}
        onChange={(deadline) => fields.put({ deadline }, "deadline")}
      />
      <PairsField
        label="Values for the assistant’s own placeholders"
        step={fields.step.id}
        value={textsOf(fields.step["variables"])}
        errorOf={(name) => field(`variables.${name}`).error}
        onChange={(variables) => fields.put({ variables }, "variables")}
      />
    </>
  );
}

export function EmailForm(fields: Fields) {
  const { mayChange } = useBuilder();
  const field = useField(fields);
  const { step, put } = fields;
  const [templated, setTemplated] = useState(
    step["template"] !== undefined || (step["subject"] === undefined && step["text"] === undefined),
  );
  return (
    <>
      <SegmentedControl
        aria-label="What it says"
        value={templated ? "template" : "here"}
        disabled={!mayChange}
        data={[
          { value: "template", label: "A template" },
          { value: "here", label: "Written here" },
        ]}
        onChange={(value) => {
          setTemplated(value === "template");
          put(value === "template" ? { subject: undefined, text: undefined } : { template: undefined });
        }}
      />
      {templated ? (
        <ResourceField
          {...resource(field("template"))}
          error={field("template").error ?? field("text").error}
          label="Template"
          type="email_template"
          required
          description={
            <>
              Your own email templates.{" "}
              <Anchor component={Link} href="/templates" inherit underline="always">
                Write or change one
              </Anchor>
            </>
          }
        />
      ) : (
        <>
          <Written {...field("subject")} label="Subject" most={200} required placeholder="Your estimate, {{first_name}}" />
          <Written {...field("text")} label="Text" lines={6} required placeholder={"Hi {{first_name}},\n\nhere is your estimate."} />
        </>
      )}
    </>
  );
}

export function WhatsAppForm(fields: Fields) {
  const { mayChange } = useBuilder();
  const field = useField(fields);
  const { step, put } = fields;
  const [templated, setTemplated] = useState(step["body"] === undefined);
  const parameters = Array.isArray(step["parameters"]) ? step["parameters"].map(String) : [];
  const set = (next: readonly string[]) => put({ parameters: next.length === 0 ? undefined : next }, "parameters");
  return (
    <>
      <SegmentedControl
        aria-label="What it says"
        value={templated ? "template" : "text"}
        disabled={!mayChange}
        data={[
          { value: "template", label: "Approved template" },
          { value: "text", label: "Free text" },
        ]}
        onChange={(value) => {
          setTemplated(value === "template");
          put(value === "template" ? { body: undefined } : { template: undefined, parameters: undefined });
        }}
      />
      {templated ? (
        <>
          <ResourceField
            {...resource(field("template"))}
            error={field("template").error ?? field("body").error}
            label="Template"
            type="whatsapp_template"
            from={{ tool: "crm/send_whatsapp" }}
            required
          />
          <Stack gap="xs">
            {parameters.map((value, index) => (
              // A parameter has no name but its number.
              <Group key={index} gap="xs" align="flex-end" wrap="nowrap">
                <div style={{ flex: 1 }}>
                  <Written
                    label={`What stands for {{${index + 1}}}`}
                    value={value}
                    step={step.id}
                    error={field(`parameters.${index}`).error}
                    onChange={(text) => set(parameters.map((each, at) => (at === index ? text : each)))}
                  />
                </div>
                {mayChange && index === parameters.length - 1 && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={`Remove {{${index + 1}}}`}
                    onClick={() => set(parameters.slice(0, -1))}
                  >
                    <IconTrash size={16} aria-hidden="true" />
                  </ActionIcon>
                )}
              </Group>
            ))}
            {mayChange && (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlus size={14} aria-hidden="true" />}
                style={{ alignSelf: "flex-start" }}
                onClick={() => set([...parameters, ""])}
              >
                {`Fill in {{${parameters.length + 1}}}`}
              </Button>
            )}
          </Stack>
        </>
      ) : (
        <>
          <Written {...field("body")} label="Message" lines={3} most={4000} required />
          <Text size="xs" c="dimmed">
            WhatsApp takes free text only within 24 hours of the person’s own last message.
          </Text>
        </>
      )}
    </>
  );
}

/** A field that holds an id. */
export const resource = ({ value, error, onChange }: Bound) => ({ value, error, onChange: (id: string | undefined) => onChange(id ?? "") });
