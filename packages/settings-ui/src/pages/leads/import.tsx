/** Leads from a CSV file: seen before they come in, and each row that cannot is named. */
import { Alert, Button, Checkbox, FileInput, Group, Modal, NativeSelect, Table, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/client.ts";
import { type ImportDone, importCsv, refreshLeads } from "../../api/leads.ts";
import { ProblemNote } from "../../parts/problem.tsx";
import look from "./leads.module.css";

const HOLDS = [
  { value: "name", label: "Full name" },
  { value: "first_name", label: "First name" },
  { value: "last_name", label: "Last name" },
  { value: "phone", label: "Phone" },
  { value: "email", label: "Email" },
  { value: "ignore", label: "Leave out" },
];
const MOST_ERRORS = 50;

export function ImportCsv({ onClose }: { readonly onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [csv, setCsv] = useState("");
  const [columns, setColumns] = useState<Readonly<Record<string, string>>>({});
  const [announce, setAnnounce] = useState(false);
  const seeing = useMutation({
    mutationFn: (ask: { readonly csv: string; readonly columns: Readonly<Record<string, string>> }) =>
      importCsv({ ...ask, announce: false, dry_run: true }),
  });
  const take = useMutation({ mutationFn: () => importCsv({ csv, columns, announce, dry_run: false }), onSettled: refreshLeads });
  const seen = take.data ?? seeing.data;
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    take.reset();
    seeing.reset();
    setColumns({});
    if (!chosen) return;
    const text = await chosen.text();
    setCsv(text);
    seeing.mutate({ csv: text, columns: {} });
  };
  const map = (heading: string, holds: string) => {
    const next = { ...columns, [heading]: holds };
    setColumns(next);
    seeing.mutate({ csv, columns: next });
  };
  const failed = take.error ?? seeing.error;
  return (
    <Modal opened onClose={onClose} title="Import leads from a CSV file" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <FileInput
        label="File"
        placeholder="Choose a .csv file"
        accept=".csv,text/csv"
        description="The first line names the columns. At most 4 MB."
        clearable
        clearButtonProps={{ "aria-label": "Clear the file" }}
        value={file}
        onChange={(chosen) => void choose(chosen)}
      />
      {failed && (
        <div style={{ marginTop: 16 }}>
          <ProblemNote problem={problemOf(failed)} />
        </div>
      )}
      {seen && !take.data && (
        <div className={look["columns"]}>
          {seen.columns.map(({ heading, holds }) => (
            <NativeSelect
              key={heading}
              label={heading}
              value={holds}
              data={[
                ...HOLDS,
                ...customOf(heading, holds).map((value) => ({ value, label: `Your own field “${value.slice("custom.".length)}”` })),
              ]}
              onChange={({ currentTarget }) => map(heading, currentTarget.value)}
            />
          ))}
        </div>
      )}
      {seen && !take.data && (
        <Checkbox
          mt="lg"
          label="Start the workflows that begin with a new lead, for each that is new"
          checked={announce}
          onChange={({ currentTarget }) => setAnnounce(currentTarget.checked)}
        />
      )}
      {seen && <Told done={seen} finished={take.data !== undefined} />}
      <Group justify="flex-end" mt="xl">
        {take.data ? (
          <Button onClick={onClose}>Done</Button>
        ) : (
          <>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button disabled={!seen || goodRows(seen) === 0} loading={take.isPending || seeing.isPending} onClick={() => take.mutate()}>
              {seen ? `Import ${rowWords(goodRows(seen))}` : "Import"}
            </Button>
          </>
        )}
      </Group>
    </Modal>
  );
}

const rowWords = (n: number): string => (n === 1 ? "1 row" : `${n} rows`);
/** Those that nothing is wrong with. */
const goodRows = ({ rows, errors }: ImportDone): number => rows - new Set(errors.map(({ line }) => line)).size;
const people = (n: number): string => (n === 1 ? "1 lead" : `${n} leads`);
/** The field of the contractor's own that a column may become. */
const customOf = (heading: string, holds: string): readonly string[] => {
  const own = `custom.${heading
    .trim()
    .toLowerCase()
    .replace(/[.{}|\s]+/g, "_")
    .slice(0, 90)}`;
  return [...new Set([own, ...(holds.startsWith("custom.") ? [holds] : [])])];
};

function Told({ done, finished }: { readonly done: ImportDone; readonly finished: boolean }) {
  const { rows, created, updated, errors } = done;
  const good = goodRows(done);
  return (
    <>
      <Alert color={errors.length > 0 ? "yellow" : "green"} mt="lg" role="status" data-import={finished ? "done" : "seen"}>
        <Text size="sm">
          {finished
            ? `${people(created)} came in, ${updated} known before ${updated === 1 ? "was" : "were"} brought up to date.`
            : `${good} of ${rowWords(rows)} can come in.`}
          {errors.length > 0 && ` ${rowWords(rows - good)} ${finished ? "stayed" : "will stay"} out, for what is said below.`}
        </Text>
      </Alert>
      {errors.length > 0 && (
        <div className={look["errors"]}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Line</Table.Th>
                <Table.Th>Field</Table.Th>
                <Table.Th>What is wrong</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {errors.slice(0, MOST_ERRORS).map(({ line, field, message }) => (
                <Table.Tr key={`${line} ${field} ${message}`}>
                  <Table.Td>{line}</Table.Td>
                  <Table.Td>{field ?? "–"}</Table.Td>
                  <Table.Td>{message}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {errors.length > MOST_ERRORS && (
            <Text size="sm" c="dimmed" mt="xs">
              And {errors.length - MOST_ERRORS} more.
            </Text>
          )}
        </div>
      )}
    </>
  );
}
