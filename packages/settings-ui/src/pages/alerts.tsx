/** Episodes in which an integration was broken, or its deliveries looked forged: told once each, and once more when it is over. */
import { WORK } from "@junction/core";
import { Anchor, Button, EmptyState, VisuallyHidden } from "@mantine/core";
import { IconBellCheck } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { Link } from "wouter";
import { answer, api } from "../api/client.ts";
import { type Alert, alerts, catalog, queryClient } from "../api/queries.ts";
import { Ago } from "../parts/ago.tsx";
import { Card } from "../parts/card.tsx";
import { CallId } from "../parts/copy.tsx";
import { LinesGhost } from "../parts/ghost.tsx";
import { Logo } from "../parts/logo.tsx";
import { Page } from "../parts/page.tsx";
import { LoadFailed } from "../parts/problem.tsx";
import { Tag } from "../parts/status.tsx";
import { useMayChange } from "../shell/viewer.ts";
import type { Status } from "../words.ts";
import look from "./alerts.module.css";

const again = () => queryClient.invalidateQueries({ queryKey: alerts.queryKey });

export default function Alerts() {
  const { data, error, refetch } = useQuery(alerts);
  const mayChange = useMayChange();
  const readAll = useMutation({ mutationFn: () => answer(api.alerts.read.$post()), onSettled: again });
  return (
    <Page
      title="Alerts"
      lead="When an integration stops working you are told here and by email, once; and again when it works."
      actions={
        mayChange &&
        data !== undefined &&
        data.unread > 0 && (
          <Button variant="default" onClick={() => readAll.mutate()} loading={readAll.isPending}>
            Mark all as read
          </Button>
        )
      }
    >
      <Card flush>
        {error && !data && <LoadFailed error={error} again={refetch} />}
        {!data && !error && (
          <div className={look["ghost"]}>
            <LinesGhost lines={4} />
          </div>
        )}
        {data?.alerts.length === 0 && (
          <EmptyState
            py={56}
            icon={<IconBellCheck stroke={1.5} />}
            title="All is well"
            description="No integration has broken. If one does, it stands here with the button that mends it."
          />
        )}
        {data && data.alerts.length > 0 && (
          <ul className={look["list"]}>
            {data.alerts.map((alert) => (
              <Row key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
      </Card>
    </Page>
  );
}

interface Words {
  readonly title: string;
  readonly text: string;
  readonly tag: string;
  readonly tone: Status;
  readonly button: string;
}

const pathOf = ({ about, vendor, call }: Alert): string =>
  about === "subscription"
    ? `/subscriptions/${call}`
    : `/integrations/${vendor}${about === "webhook" || about === "calendar" ? `/${about}` : ""}`;

function wordsOf({ about, kind, state }: Alert, name: string): Words {
  const open = state === "open";
  if (about === "connection")
    return {
      title: open ? `${name} stopped working` : `${name} works again`,
      text: open
        ? `${name} no longer accepts the credentials. Tools that need it fail until you reconnect.`
        : "The credentials are accepted again.",
      ...{ tag: "Broken", tone: "error", button: "Reconnect" },
    };
  if (about === "calendar")
    return {
      title: open ? `A job was changed here and in ${name}` : `Jobs and ${name} agree again`,
      text: open ? "Both stay as they are until you choose which counts." : "Everything is decided.",
      ...{ tag: "Decide", tone: "warning", button: "Choose" },
    };
  if (about === "subscription")
    return {
      title: open ? "Events no longer reach one of your systems" : "Events reach your system again",
      text: open
        ? "One of the addresses you gave has taken none for days, so nothing more is sent there."
        : "The address takes them again.",
      ...{ tag: "Stopped", tone: "error", button: "See the address" },
    };
  if (!open)
    return {
      ...{ title: `${name}’s deliveries are verified again`, text: `What arrives in ${name}’s name proves to be its own.` },
      ...{ tag: "", tone: "connected", button: "" },
    };
  return kind === "ForgedDeliveries"
    ? {
        title: `False deliveries in ${name}’s name`,
        text: `Many deliveries were not signed by ${name}. All of them were turned away; ${name}’s own still arrive.`,
        ...{ tag: "Watch", tone: "warning", button: "See the webhook" },
      }
    : {
        title: `${name}’s deliveries cannot be verified`,
        text: "They do not fit the signing secret that is set here, so they are turned away. Set the secret once more.",
        ...{ tag: "Broken", tone: "error", button: "Set the secret" },
      };
}

function Row({ alert }: { readonly alert: Alert }) {
  const { data: known } = useQuery(catalog);
  const mayChange = useMayChange();
  const name = known?.vendors.find(({ id }) => id === alert.vendor)?.name ?? alert.vendor;
  const unread = alert.read_at === null;
  const mark = useMutation({
    mutationFn: () => answer(api.alerts[":id"].read.$post({ param: { id: alert.id }, json: { read: unread } })),
    onSettled: again,
  });
  const open = alert.state === "open";
  const { about } = alert;
  const words = wordsOf(alert, name);
  return (
    <li className={look["alert"]} data-unread={unread} data-alert={alert.vendor}>
      <Logo vendor={alert.vendor} size={40} />
      <div className={look["words"]}>
        <div className={look["top"]}>
          <strong>{words.title}</strong>
          <Tag tone={open ? words.tone : "connected"}>{open ? words.tag : about === "connection" ? "Mended" : "Over"}</Tag>
          {unread && <span className={look["new"]}>New</span>}
        </div>
        <p>
          {words.text}
          {alert.waiting.length > 0 && (
            <>
              {" "}
              What waits:{" "}
              {alert.waiting.map(({ id, name, runs }, at) => (
                <Fragment key={id}>
                  {at > 0 && ", "}
                  <Anchor component={Link} href={`/runs?workflow=${id}&vendor=${alert.vendor}`} inherit underline="always">
                    {id === WORK ? "background work" : name} ({runs === 1 ? "1 run" : `${runs} runs`})
                  </Anchor>
                </Fragment>
              ))}
              .
            </>
          )}
        </p>
        <div className={look["facts"]}>
          <span>
            Began <Ago at={alert.opened_at} />
          </span>
          {alert.recovered_at !== null && (
            <span>
              Ended <Ago at={alert.recovered_at} />
            </span>
          )}
          {about === "connection" && <CallId id={alert.call} />}
        </div>
      </div>
      <div className={look["buttons"]}>
        {open && (
          <Button component={Link} href={pathOf(alert)}>
            {mayChange ? words.button : "Look"}
            <VisuallyHidden> {name}</VisuallyHidden>
          </Button>
        )}
        {mayChange && (
          <Button variant="subtle" color="gray" onClick={() => mark.mutate()} loading={mark.isPending}>
            {unread ? "Mark as read" : "Mark as unread"}
          </Button>
        )}
      </div>
    </li>
  );
}
