import { Button } from "@mantine/core";
import { Link } from "wouter";
import { Page } from "../parts/page.tsx";

export default function NotFound() {
  return (
    <Page title="There is nothing here" lead="The address is not one of these pages. It may have been mistyped.">
      <Button component={Link} href="/integrations">
        To your integrations
      </Button>
    </Page>
  );
}
