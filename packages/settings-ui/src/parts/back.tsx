import { Anchor } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "wouter";

/** The way from one of many back to all of them, above the page's title. */
export const Back = ({ href, children }: { readonly href: string; readonly children: string }) => (
  <Anchor component={Link} href={href} size="sm" c="dimmed" mb="lg" display="inline-flex" style={{ alignItems: "center", gap: 6 }}>
    <IconArrowLeft size={16} stroke={1.8} aria-hidden="true" />
    {children}
  </Anchor>
);
