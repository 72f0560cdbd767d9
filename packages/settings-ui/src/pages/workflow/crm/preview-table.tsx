import { ScrollArea, Table, Text } from "@mantine/core";
import type { Preview } from "../../../api/crm.ts";
import look from "./crm.module.css";

/** How many there are, and the first of them as they would come in. */
export function PreviewTable({ preview: { total, leads }, custom }: { readonly preview: Preview; readonly custom: readonly string[] }) {
  return (
    <section data-preview={total ?? "unknown"}>
      <Text fw={600} role="status">
        {total === null ? "The CRM does not say how many there are." : total === 1 ? "1 lead fits." : `${total} leads fit.`}
        {leads.length > 0 && " These come first:"}
      </Text>
      {leads.length > 0 && (
        <ScrollArea
          className={look["scroll"] ?? ""}
          type="auto"
          viewportProps={{ tabIndex: 0, role: "region", "aria-label": "The first of them" }}
        >
          <Table verticalSpacing={6} horizontalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                {["Name", "Phone", "Email", ...custom, ""].map((heading) => (
                  <Table.Th key={heading}>{heading}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {leads.map(({ crm_id, name, phones, emails, custom: values, lead, comes_in, conflicts }) => (
                <Table.Tr key={crm_id}>
                  <Table.Td>{name ?? "–"}</Table.Td>
                  <Table.Td>{phones.join(", ") || "–"}</Table.Td>
                  <Table.Td>{emails.join(", ") || "–"}</Table.Td>
                  {custom.map((each) => (
                    <Table.Td key={each}>{values[each] ?? "–"}</Table.Td>
                  ))}
                  <Table.Td>
                    <Text size="xs" c="dimmed">
                      {!comes_in ? "Left out: no phone number and no email" : lead !== null ? "Known already" : "New"}
                      {conflicts.length > 0 && ` · changed on both sides: ${conflicts.join(", ")}`}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea>
      )}
    </section>
  );
}
