import { DataList } from "@mantine/core";

/** What a tool was given, a line for each argument, as a person reads it who decides about it. */
export function Given({ input }: { readonly input: unknown }) {
  const given = typeof input === "object" && input !== null ? Object.entries(input) : [];
  return (
    <DataList orientation="horizontal" labelWidth="140px" gap="sm">
      {given.map(([name, value]) => (
        <DataList.Item key={name}>
          <DataList.ItemLabel>{name.replaceAll("_", " ")}</DataList.ItemLabel>
          <DataList.ItemValue style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {typeof value === "string" ? value : JSON.stringify(value, null, 1)}
          </DataList.ItemValue>
        </DataList.Item>
      ))}
    </DataList>
  );
}
