/** The secret that proves deliveries: set or made here, and never shown again. */
import { Alert, Button, Code, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { answer, api, type Problem, problemOf } from "../../api/client.ts";
import { refreshStates, type Vendor, type WebhookView } from "../../api/queries.ts";
import { Card } from "../../parts/card.tsx";
import { Copy } from "../../parts/copy.tsx";
import { ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import { exact } from "../../time.ts";
import look from "./integration.module.css";

export interface WebhookProps {
  readonly vendor: Vendor;
  readonly webhook: WebhookView;
}

export function WebhookSecret({ vendor, webhook }: WebhookProps) {
  const mayChange = useMayChange();
  const { secret, secret_set } = webhook;
  if (secret === "credential")
    return (
      <Card title="Signing secret">
        <Text size="sm">
          {vendor.name} signs with what it is connected with, so there is no other secret to set.{" "}
          {!secret_set && "Until it is connected, deliveries are kept aside, and nothing is done with them."}
        </Text>
      </Card>
    );
  if (secret === "app")
    return (
      <Card title="Signing secret">
        <Text size="sm">
          {vendor.name} signs with the secret of Junction’s own app there, which the operator {secret_set ? "has set" : "has not set yet"}.
        </Text>
      </Card>
    );
  return (
    <Card title={webhook.secret_label ?? "Signing secret"} lead={<State webhook={webhook} />}>
      {mayChange ? <SetSecret vendor={vendor} webhook={webhook} /> : <Text size="sm">Only an owner of the account sets it.</Text>}
    </Card>
  );
}

function State({ webhook: { secret_set, secret_last_four, previous_accepted_until } }: Pick<WebhookProps, "webhook">) {
  if (!secret_set) return "Not set. Deliveries are kept aside, and nothing is done with them, until it is.";
  return (
    <>
      Set{secret_last_four && `, ends in ${secret_last_four}`}.
      {previous_accepted_until !== null && <> The one before it is accepted until {exact(previous_accepted_until)}.</>}
    </>
  );
}

function SetSecret({ vendor, webhook: { secret_help, secret_pattern, secret_set, may_generate } }: WebhookProps) {
  const typed = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [wrong, setWrong] = useState<string>();
  const change = useMutation({
    mutationFn: (json: { action: "generate" } | { action: "set"; secret: string }) =>
      answer(api.connections[":vendor"]["webhook-secret"].$post({ param: { vendor: vendor.id }, json })),
    onMutate: () => {
      setProblem(undefined);
      setWrong(undefined);
    },
    onSuccess: ({ secret }) => {
      setMade(secret);
      if (typed.current) typed.current.value = "";
    },
    onError: (error) => {
      const found = problemOf(error);
      if (found.fields?.["secret"] === undefined) setProblem(found);
      else setWrong(found.fields["secret"]);
    },
    onSettled: () => {
      change.reset(); // it would keep the secret
      return refreshStates();
    },
  });
  const set = (secret: string) => {
    if (secret === "") setWrong("The secret is missing.");
    else if (secret_pattern !== null && !new RegExp(`^(?:${secret_pattern})$`).test(secret))
      setWrong("This does not look right. See below what it should be.");
    else return change.mutate({ action: "set", secret });
    typed.current?.focus();
  };
  return (
    <form
      noValidate
      autoComplete="off"
      aria-label={`Set ${vendor.name}’s webhook secret`}
      onSubmit={(event) => {
        event.preventDefault();
        set(typed.current?.value.trim() ?? "");
      }}
    >
      <Stack gap="lg">
        {made && (
          <Alert color="green" variant="light" icon={<IconKey aria-hidden="true" />} title="The new secret, shown this once" role="status">
            <Text size="sm" c="var(--ink)" mb="xs">
              Enter it at {vendor.name} now. When you leave this page it is gone, and another has to be made.
            </Text>
            <Group wrap="nowrap" gap="xs">
              <Code block className={look["url"] ?? ""} data-made>
                {made}
              </Code>
              <Copy text={made} what="secret" />
            </Group>
          </Alert>
        )}
        <PasswordInput
          ref={typed}
          label={may_generate ? `A secret you have already entered at ${vendor.name}` : `The secret ${vendor.name} shows`}
          description={secret_help}
          error={wrong}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore
          inputWrapperOrder={["label", "input", "error", "description"]}
          visibilityToggleButtonProps={{ "aria-label": "Show the secret", tabIndex: 0 }}
        />
        {problem && <ProblemNote problem={problem} vendor={vendor.name} />}
        <Group>
          {may_generate && (
            <Button onClick={() => change.mutate({ action: "generate" })} loading={change.isPending}>
              {secret_set ? "Make a new one" : "Make one for me"}
            </Button>
          )}
          <Button type="submit" variant={may_generate ? "default" : "filled"} loading={change.isPending}>
            Save secret
          </Button>
          {secret_set && (
            <Text size="sm" c="dimmed">
              The present one stays good for a day.
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}
