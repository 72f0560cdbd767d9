/** Which placeholder goes into which of the CRM's fields, and whose value stands where both sides changed it. */
import { ActionIcon, Button, NativeSelect, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { resources } from "../../../api/resources.ts";
import { type Fields, issueAt, type Mapped, mappedOf, textOf, useBuilder, useTroubles } from "../builder.ts";
import look from "../fields/fields.module.css";
import { ResourceField } from "../fields/resource-field.tsx";
import { TemplateField } from "../fields/template-field.tsx";

const POLICY = [
  { value: "newest", label: "the newer value stands" },
  { value: "ours", label: "our value stands" },
  { value: "theirs", label: "the CRM’s value stands" },
] as const;
export function MappingFields({ step, at, put }: Fields) {
  const { mayChange } = useBuilder();
  const { issues } = useTroubles();
  const [adding, setAdding] = useState(false);
  const crm = textOf(step, "crm");
  const mapped = mappedOf(step["fields"]);
  const { data } = useInfiniteQuery({ ...resources("crm_field", "", crm), enabled: crm !== "" && Object.keys(mapped).length > 0 });
  const known = data?.pages.flatMap((page) => page.items) ?? [];
  const set = (next: Readonly<Record<string, Mapped>>, field?: string) => put({ fields: next }, field);
  return (
    <Stack gap="sm">
      <Text size="sm" fw={500}>
        Other fields
      </Text>
      {Object.entries(mapped).map(([name, one]) => {
        const { name: label = name, detail } = known.find(({ id }) => id === name) ?? {};
        return (
          <div key={name} className={look["pair"]} data-mapped={name}>
            <div>
              <Text size="sm" fw={550} mt={6} style={{ overflowWrap: "anywhere" }}>
                {label}
              </Text>
              <Text size="xs" c="dimmed">
                {detail ?? name}
              </Text>
            </div>
            <div>
              <TemplateField
                label={`What goes into ${label}`}
                hideLabel
                step={step.id}
                value={one.value}
                error={issueAt(issues, `${at}.fields.${name}.value`) ?? issueAt(issues, `${at}.fields.${name}`)}
                onChange={(value) => set({ ...mapped, [name]: { ...one, value } }, `fields.${name}`)}
              />
              <NativeSelect
                aria-label={`${label}: if both sides changed it`}
                size="xs"
                mt={6}
                disabled={!mayChange}
                value={one.both_changed ?? "newest"}
                data={POLICY.map(({ value, label: words }) => ({ value, label: `If both changed it, ${words}` }))}
                onChange={({ currentTarget: { value } }) =>
                  set({ ...mapped, [name]: { ...one, both_changed: value === "ours" || value === "theirs" ? value : "newest" } })
                }
              />
            </div>
            {mayChange && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove ${label}`}
                onClick={() => set(Object.fromEntries(Object.entries(mapped).filter(([each]) => each !== name)))}
              >
                <IconTrash size={16} aria-hidden="true" />
              </ActionIcon>
            )}
          </div>
        );
      })}
      {mayChange && !adding && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => setAdding(true)}
        >
          Fill in another field
        </Button>
      )}
      {adding && (
        <ResourceField
          label="Which of the CRM’s fields"
          type="crm_field"
          vendor={crm}
          from={{ vendor: crm }}
          value=""
          onChange={(name) => {
            setAdding(false);
            if (name !== undefined && !(name in mapped)) set({ ...mapped, [name]: { value: "{{name}}" } });
          }}
        />
      )}
    </Stack>
  );
}
