import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./look.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { catalog, connections, queryClient, session } from "./api/queries.ts";
import { App } from "./app.tsx";
import { theme } from "./theme.ts";

const Notes = lazy(() => import("./parts/notes.tsx"));

// What nearly every page shows is asked for while the page's code is still on its way.
void queryClient.prefetchQuery(session);
void queryClient.prefetchQuery(catalog);
void queryClient.prefetchQuery(connections);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Suspense fallback={null}>
        <Notes position="bottom-right" />
      </Suspense>
      <QueryClientProvider client={queryClient}>
        <Router base="/settings">
          <App />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
