import { Button, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import look from "./sign-in.module.css";

/** For whoever has no session, or whose session has ended. */
export function SignIn({ url }: { readonly url: string | undefined }) {
  useEffect(() => {
    document.title = "Sign in · Junction";
  }, []);
  return (
    <main className={look["page"]}>
      <Paper className={look["card"] ?? ""} withBorder radius="xl">
        <Stack gap="lg">
          <img src="/settings/icon.svg" alt="" width={52} height={52} />
          <div>
            <Title order={1}>Sign in to Junction</Title>
            <Text c="dimmed" mt={8}>
              Connect your tools once, and let your AI agents work with them. They never see a key.
            </Text>
          </div>
          {url === undefined ? (
            <Text>Open the settings from your CRM: it signs you in.</Text>
          ) : (
            <Button component="a" href={url} size="md" fullWidth>
              Sign in
            </Button>
          )}
        </Stack>
      </Paper>
    </main>
  );
}
