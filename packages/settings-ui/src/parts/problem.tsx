import { Alert, Button, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type Problem, problemOf, type VendorSaid } from "../api/client.ts";
import look from "./problem.module.css";

/** A vendor's own words, marked as a quotation: they are not ours, and may say anything. */
export function Quote({ who, said }: { readonly who: string; readonly said: VendorSaid }) {
  const words = [said.code, said.message].filter(Boolean).join(": ");
  return (
    <figure className={look["quote"]}>
      <figcaption>
        {who} answered with status {said.status}
        {words === "" ? "." : ", in its own words:"}
      </figcaption>
      {words !== "" && <blockquote>{words}</blockquote>}
    </figure>
  );
}

interface ProblemNoteProps {
  readonly problem: Problem;
  readonly vendor?: string | undefined;
  readonly children?: React.ReactNode;
}

/** What went wrong, what to do next, and what the vendor said. Announced as it appears. */
export function ProblemNote({ problem, vendor, children }: ProblemNoteProps) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden="true" />}
      classNames={{ message: look["message"] ?? "" }}
    >
      <Text fw={550} size="sm">
        {problem.message}
      </Text>
      {problem.next && (
        <Text size="sm" mt={4}>
          {problem.next}
        </Text>
      )}
      {problem.url && (
        <Button component="a" href={problem.url} mt="sm" size="xs" variant="default">
          Open {vendor === undefined ? "the page" : `${vendor}’s page`}
        </Button>
      )}
      {problem.vendor_said && <Quote who={vendor ?? "The vendor"} said={problem.vendor_said} />}
      {children}
    </Alert>
  );
}

/** In the place of what could not be loaded. */
export function LoadFailed({ error, again }: { readonly error: unknown; readonly again: () => unknown }) {
  return (
    <ProblemNote problem={problemOf(error)}>
      <Button mt="sm" size="xs" variant="default" onClick={() => void again()}>
        Try again
      </Button>
    </ProblemNote>
  );
}
