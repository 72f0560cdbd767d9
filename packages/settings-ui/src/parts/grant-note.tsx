import { Alert, Anchor, Button, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { refreshStates } from "../api/queries.ts";
import { hasGoals } from "../goals.ts";
import { kindWords } from "../words.ts";

interface Return {
  readonly state: string;
  readonly missing: readonly string[];
  readonly kind: string | null;
}
interface Words {
  readonly tone: "green" | "yellow" | "red" | "blue";
  readonly title: string;
  readonly text: string;
}

/** What became of the trip to a vendor's own page, in plain words, and what to do. */
function words({ state, missing, kind }: Return, name: string, scopes: Readonly<Record<string, string>>): Words {
  const lacking = missing.map((scope) => scopes[scope] ?? scope);
  switch (state) {
    case "connected":
      return { tone: "green", title: `${name} is connected`, text: "It was tested, and it works." };
    case "already_connected":
      return {
        tone: "green",
        title: `${name} was connected already`,
        text: "It is the same account as before. Its access was renewed, and nothing else changed.",
      };
    case "denied":
      return {
        tone: "yellow",
        title: "You did not allow it",
        text: `Nothing was changed. Connect again whenever you like, and choose Allow at ${name}.`,
      };
    case "expired":
      return {
        tone: "yellow",
        title: "That took too long, or came from another window",
        text: "For your safety each attempt works once, for ten minutes, in the browser it began in. Nothing was changed. Start again.",
      };
    case "wrong_account":
      return {
        tone: "red",
        title: "That is another account",
        text: `You signed in at ${name} with a different account than the one connected here. Nothing was changed. Try again with the same account, or let the other one take its place.`,
      };
    case "missing_scope":
      return {
        tone: "yellow",
        title: `${name} is connected, with less than it needs`,
        text:
          lacking.length > 0
            ? `Not allowed: ${lacking.join("; ")}. What needs it will not work until you allow it under Permissions.`
            : "Some permissions were not given. See Permissions.",
      };
    case "refused":
      if (lacking.length > 0)
        return {
          tone: "red",
          title: `${name} was not allowed enough`,
          text: `Without this it cannot be tested: ${lacking.join("; ")}. Nothing was stored. Connect again, and leave all of it ticked.`,
        };
      return {
        tone: "red",
        title: `${name} did not complete the connection`,
        text: `You allowed it, but the exchange failed${kind ? ` (${kindWords(kind)})` : ""}. Nothing was stored. Try again in a moment.`,
      };
    default:
      return { tone: "blue", title: `You are back from ${name}`, text: "See below how it stands." };
  }
}

const ICON = { green: IconCircleCheck, yellow: IconAlertTriangle, red: IconAlertTriangle, blue: IconInfoCircle } as const;

interface GrantNoteProps {
  readonly name?: string;
  readonly scopes?: Readonly<Record<string, string>>;
  /** Goes to the vendor's page again, to let another account take the place of the one that is connected. */
  readonly onReplace?: () => void;
}

/** Reads `?grant=…` once, says it, and takes it out of the address. */
export function GrantNote({ name = "The integration", scopes = {}, onReplace }: GrantNoteProps) {
  const [search, setSearch] = useSearchParams();
  const [come, setCome] = useState<Return | null>(() => read(search));
  const back = search.has("grant");
  useEffect(() => {
    if (!back) return;
    setSearch({}, { replace: true });
    void refreshStates();
  }, [back, setSearch]);
  if (!come) return null;
  const { tone, title, text } = words(come, name, scopes);
  const Icon = ICON[tone];
  return (
    <Alert
      color={tone}
      variant="light"
      mb="xl"
      role={tone === "green" ? "status" : "alert"}
      title={title}
      icon={<Icon aria-hidden="true" />}
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={() => setCome(null)}
      data-grant={come.state}
    >
      <Text size="sm" c="var(--ink)">
        {text}
      </Text>
      {come.state === "connected" && hasGoals() && (
        <Anchor component={Link} href="/start" size="sm" mt={6} display="inline-block">
          Go on with getting started
        </Anchor>
      )}
      {come.state === "wrong_account" && onReplace && (
        <Button mt="sm" size="xs" variant="default" onClick={onReplace}>
          Use the other account instead
        </Button>
      )}
    </Alert>
  );
}

function read(search: URLSearchParams): Return | null {
  const state = search.get("grant");
  if (state === null) return null;
  return { state, missing: (search.get("missing") ?? "").split(",").filter(Boolean), kind: search.get("kind") };
}
