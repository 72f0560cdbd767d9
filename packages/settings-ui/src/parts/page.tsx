import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import look from "./page.module.css";

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Before the title: a logo. */
  readonly mark?: ReactNode;
  /** Beside the title: a badge. */
  readonly beside?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

let first = true;

/** A page: its heading names the window, and takes the focus when one page follows another. */
export function Page({ title, lead, mark, beside, above, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Junction`;
  }, [title]);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    else first = false;
    window.scrollTo({ top: 0 });
  }, []);
  return (
    <>
      {above}
      <header className={look["head"]}>
        {mark}
        <div className={look["words"]}>
          <Group gap="sm" align="center">
            <Title order={1} ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {beside}
          </Group>
          {lead && (
            <Text c="dimmed" mt={6} maw="62ch" component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions && <div className={look["actions"]}>{actions}</div>}
      </header>
      {children}
    </>
  );
}
