/** Who is looking, and which page they see. Each page is a bundle of its own. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { Refusal } from "./api/client.ts";
import { session } from "./api/queries.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { PageGhost } from "./parts/ghost.tsx";
import { LoadFailed } from "./parts/problem.tsx";
import { Shell } from "./shell/shell.tsx";
import { Viewer } from "./shell/viewer.ts";

const Integrations = lazy(() => import("./pages/integrations/page.tsx"));
const Integration = lazy(() => import("./pages/integration/page.tsx"));
const Webhooks = lazy(() => import("./pages/webhooks/page.tsx"));
const Routing = lazy(() => import("./pages/routing.tsx"));
const Agents = lazy(() => import("./pages/agents/page.tsx"));
const Alerts = lazy(() => import("./pages/alerts.tsx"));
const Activity = lazy(() => import("./pages/activity/page.tsx"));
const Events = lazy(() => import("./pages/events/page.tsx"));
const Calls = lazy(() => import("./pages/calls/page.tsx"));
const CallsTo = lazy(() => import("./pages/calls/number.tsx"));
const Leads = lazy(() => import("./pages/leads/page.tsx"));
const Lead = lazy(() => import("./pages/leads/lead.tsx"));
const Workflows = lazy(() => import("./pages/workflows/page.tsx"));
const Workflow = lazy(() => import("./pages/workflow/page.tsx"));
const Runs = lazy(() => import("./pages/runs/page.tsx"));
const Run = lazy(() => import("./pages/runs/run.tsx"));
const Templates = lazy(() => import("./pages/templates/page.tsx"));
const Approvals = lazy(() => import("./pages/approvals/page.tsx"));
const Onboarding = lazy(() => import("./pages/onboarding/page.tsx"));
const NotFound = lazy(() => import("./pages/not-found.tsx"));

export function App() {
  const { data, error, refetch } = useQuery(session);
  if (error instanceof Refusal && error.status === 401) return <SignIn url={error.signInUrl} />;
  if (error && !data) return <LoadFailed error={error} again={refetch} />;
  if (!data) return <Shell waiting />;
  return (
    <Viewer value={data}>
      <Shell>
        <Suspense fallback={<PageGhost />}>
          <Switch>
            <Route path="/">
              <Redirect to={`/integrations${window.location.search}`} replace />
            </Route>
            <Route path="/integrations" component={Integrations} />
            <Route path="/integrations/webhooks" component={Webhooks} />
            <Route path="/integrations/:vendor/:tab?">
              {({ vendor, tab }) => <Integration key={vendor} vendor={vendor} tab={tab ?? "overview"} />}
            </Route>
            <Route path="/routing" component={Routing} />
            <Route path="/agents" component={Agents} />
            <Route path="/alerts" component={Alerts} />
            <Route path="/activity" component={Activity} />
            <Route path="/events" component={Events} />
            <Route path="/calls" component={Calls} />
            <Route path="/calls/:number">{({ number }) => <CallsTo key={number} number={`+${number}`} />}</Route>
            <Route path="/leads" component={Leads} />
            <Route path="/leads/:id">{({ id }) => <Lead key={id} id={id} />}</Route>
            <Route path="/workflows" component={Workflows} />
            <Route path="/workflows/:id">{({ id }) => <Workflow key={id} id={id} />}</Route>
            <Route path="/runs" component={Runs} />
            <Route path="/runs/:id">{({ id }) => <Run key={id} id={id} />}</Route>
            <Route path="/templates" component={Templates} />
            <Route path="/approvals" component={Approvals} />
            <Route path="/start" component={Onboarding} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Shell>
    </Viewer>
  );
}
