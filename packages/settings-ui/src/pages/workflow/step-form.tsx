/** The open step: what its type asks for, and what every step may be told. */
import { Button, Collapse, Stack, Switch, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { type Fields, given, useBuilder } from "./builder.ts";
import { patch, type StepType } from "./draft.ts";
import { TemplateField } from "./fields/template-field.tsx";
import { ApprovalForm, BranchForm, WaitForm } from "./forms/flow-forms.tsx";
import { AiCallForm, EmailForm, SmsForm, WhatsAppForm } from "./forms/message-forms.tsx";
import { CalendarForm, CrmSyncForm, SocialPostForm, ToolForm, WebhookForm } from "./forms/place-forms.tsx";
import { useField } from "./forms/use-field.ts";
import { KIND } from "./kinds.tsx";

const FORM: Readonly<Record<StepType, (fields: Fields) => React.ReactNode>> = {
  sms: SmsForm,
  ai_call: AiCallForm,
  email: EmailForm,
  whatsapp: WhatsAppForm,
  wait: WaitForm,
  branch: BranchForm,
  crm_sync: CrmSyncForm,
  calendar_event: CalendarForm,
  approval: ApprovalForm,
  social_post: SocialPostForm,
  webhook: WebhookForm,
  tool: ToolForm,
};
const SENT_TO: Readonly<Partial<Record<StepType, string>>> = {
  sms: "{{phone}}",
  ai_call: "{{phone}}",
  whatsapp: "{{phone}}",
  email: "{{email}}",
};

export default function StepForm({ step, at }: Pick<Fields, "step" | "at">) {
  const { edit, mayChange } = useBuilder();
  const [more, toggle] = useDisclosure(step.on_failure === "continue" || step["to"] !== undefined);
  const fields: Fields = {
    step,
    at,
    put: (changes, field) => edit((draft) => patch(draft, step.id, changes), field === undefined ? undefined : `${step.id}.${field}`),
  };
  const field = useField(fields);
  const Form = FORM[step.type];
  const to = SENT_TO[step.type];
  return (
    <Stack gap="md">
      <Form {...fields} />
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        style={{ alignSelf: "flex-start" }}
        aria-expanded={more}
        onClick={toggle.toggle}
        rightSection={<IconChevronDown size={14} aria-hidden="true" style={{ transform: more ? "rotate(180deg)" : "none" }} />}
      >
        More
      </Button>
      <Collapse expanded={more}>
        {more && (
          <Stack gap="md">
            {to !== undefined && <TemplateField {...field("to")} label="Sent to" placeholder={to} description={`Left empty: ${to}`} />}
            <TextInput
              label="What you call this step"
              placeholder={KIND[step.type].title}
              maxLength={80}
              readOnly={!mayChange}
              value={step.title ?? ""}
              onChange={({ currentTarget }) => fields.put({ title: given(currentTarget.value) }, "title")}
            />
            {step.type !== "branch" && (
              <Switch
                label="If it fails after all tries, go on with the next step"
                checked={step.on_failure === "continue"}
                disabled={!mayChange}
                onChange={({ currentTarget }) => fields.put({ on_failure: currentTarget.checked ? "continue" : undefined })}
              />
            )}
          </Stack>
        )}
      </Collapse>
    </Stack>
  );
}
