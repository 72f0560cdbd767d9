/** How calls to one number are answered. */
import { Autocomplete, Button, Group, NumberInput, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { answerCalls, type Routing, refreshRoutings, removeRouting, routings, saveRouting } from "../../api/call-routing.ts";
import { problemOf } from "../../api/client.ts";
import { resources } from "../../api/resources.ts";
import { Back } from "../../parts/back.tsx";
import { Card } from "../../parts/card.tsx";
import { PageGhost } from "../../parts/ghost.tsx";
import { Page } from "../../parts/page.tsx";
import { LoadFailed, ProblemNote } from "../../parts/problem.tsx";
import { useMayChange } from "../../shell/viewer.ts";
import look from "./calls.module.css";
import { formOf, type HandlingForm, type RoutingForm, settingsOf } from "./form.ts";
import { HandlingFields } from "./handling-fields.tsx";
import { HoursFields } from "./hours-fields.tsx";

const ZONES = Intl.supportedValuesOf("timeZone");

export default function NumberPage({ number }: { readonly number: string }) {
  const { data, error, refetch } = useQuery(routings);
  if (error && !data) return <LoadFailed error={error} again={refetch} />;
  if (!data) return <PageGhost />;
  return <Settings number={number} routing={data.find(({ phone_number }) => phone_number === number)} />;
}

function Settings({ number, routing }: { readonly number: string; readonly routing: Routing | undefined }) {
  const readOnly = !useMayChange();
  const [, leave] = useLocation();
  const [form, setForm] = useState<RoutingForm>(() => formOf(routing));
  const set = (changes: Partial<RoutingForm>) => setForm((now) => ({ ...now, ...changes }));
  const save = useMutation({
    mutationFn: () => saveRouting(number, settingsOf(form)),
    onSuccess: () => notifications.show({ message: "Saved. It holds from the next call on.", color: "green" }),
    onSettled: refreshRoutings,
  });
  const forget = useMutation({ mutationFn: () => removeRouting(number), onSuccess: () => leave("/calls"), onSettled: refreshRoutings });
  const problem = save.error ? problemOf(save.error) : undefined;
  const errorAt = (path: string) => Object.entries(problem?.fields ?? {}).find(([at]) => at === path || at.startsWith(`${path}.`))?.[1];
  const handling = (name: "open" | "closed") => ({
    ...{ value: form[name], readOnly, errorAt: (path: string) => errorAt(`${name}.${path}`) },
    set: (changes: Partial<HandlingForm>) => setForm((now) => ({ ...now, [name]: { ...now[name], ...changes } })),
  });
  return (
    <Page
      title={`Calls to ${number}`}
      lead={routing === undefined ? "Nothing is set yet: whoever calls can leave a message." : null}
      above={<Back href="/calls">All numbers</Back>}
    >
      <div className={look["stack"]}>
        <form
          className={look["stack"]}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Card title="Opening hours" lead="By the clock where you are, also when it changes in spring and autumn.">
            <Autocomplete
              mb="md"
              label="Time zone"
              data={ZONES}
              limit={30}
              readOnly={readOnly}
              value={form.time_zone}
              error={errorAt("time_zone")}
              onChange={(time_zone) => set({ time_zone })}
            />
            <HoursFields form={form} readOnly={readOnly} errorAt={errorAt} set={set} />
          </Card>
          <Card title="While you are open">
            <HandlingFields {...handling("open")} />
          </Card>
          <Card title="At any other time">
            <HandlingFields {...handling("closed")} />
          </Card>
          <Card title="Voicemail and assistant" lead="Messages are written down, and stand with the lead.">
            <Textarea
              label="Voicemail greeting"
              description="Said before the tone. Left empty, callers are asked for their name, number and message."
              inputWrapperOrder={["label", "input", "error", "description"]}
              autosize
              minRows={2}
              maxLength={500}
              readOnly={readOnly}
              value={form.voicemail}
              error={errorAt("voicemail.greeting")}
              onChange={({ currentTarget }) => set({ voicemail: currentTarget.value })}
            />
            <NumberInput
              mt="md"
              label="Longest message, in seconds"
              min={10}
              max={120}
              allowDecimal={false}
              readOnly={readOnly}
              value={form.max_seconds}
              error={errorAt("voicemail.max_seconds")}
              onChange={(value) => set({ max_seconds: Number(value) })}
            />
            <Assistant
              readOnly={readOnly}
              value={form.assistant}
              error={errorAt("assistant")}
              onChange={(assistant) => set({ assistant })}
            />
          </Card>
          {problem && <ProblemNote problem={problem} />}
          {!readOnly && (
            <Group justify="flex-end">
              {routing !== undefined && (
                <Button variant="default" onClick={() => forget.mutate()} loading={forget.isPending}>
                  Forget these settings
                </Button>
              )}
              <Button type="submit" loading={save.isPending}>
                Save
              </Button>
            </Group>
          )}
        </form>
        {!readOnly && <Pointing number={number} />}
      </div>
    </Page>
  );
}

interface AssistantProps {
  readonly readOnly: boolean;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Its numbers and addresses are proposed where an integration lists them; any other can be written. */
function Assistant({ readOnly, value, error, onChange }: AssistantProps) {
  const { data } = useInfiniteQuery(resources("ai_phone_number"));
  const known = (data?.pages ?? []).flatMap(({ items }) => items.filter(({ usable }) => usable).map(({ name }) => name));
  return (
    <Autocomplete
      mt="md"
      label="Where the AI assistant answers"
      description="Its phone number, or its address such as sip:front-desk@sip.vapi.ai. Needed only if calls are handed over to it."
      inputWrapperOrder={["label", "input", "error", "description"]}
      data={[...new Set(known)]}
      readOnly={readOnly}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

/** Whether the number's own integration sends its calls here is said there: this tells it to. */
function Pointing({ number }: { readonly number: string }) {
  const point = useMutation({
    mutationFn: (here: boolean) => answerCalls(number, here),
    onSuccess: (_, here) =>
      notifications.show({ message: here ? "Calls to it come here from now on." : "Calls to it come here no more.", color: "green" }),
  });
  return (
    <Card
      title="Where its calls go"
      lead="What is set above holds for calls that come here. One click at each number tells its integration to send them."
    >
      {point.error && <ProblemNote problem={problemOf(point.error)} />}
      <Group mt={point.error ? "md" : 0}>
        <Button onClick={() => point.mutate(true)} loading={point.isPending && point.variables}>
          Answer its calls here
        </Button>
        <Button variant="default" onClick={() => point.mutate(false)} loading={point.isPending && !point.variables}>
          Stop answering them
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt="sm">
        Stopped, nothing answers the number until another service is set up for it.
      </Text>
    </Card>
  );
}
