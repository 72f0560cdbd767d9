import { Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import look from "./card.module.css";

interface CardProps {
  readonly title?: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly tone?: "warning" | "error" | undefined;
  /** Without inner space: for tables and lists that bring their own. */
  readonly flush?: boolean;
  readonly children?: ReactNode;
}

/** One matter of a page, under its own heading. */
export function Card({ title, lead, actions, tone, flush = false, children }: CardProps) {
  const id = useId();
  return (
    <section className={look["card"]} data-tone={tone} data-flush={flush} {...(title !== undefined && { "aria-labelledby": id })}>
      {(title !== undefined || actions) && (
        <div className={look["head"]}>
          <div className={look["words"]}>
            {title !== undefined && (
              <Title order={2} id={id}>
                {title}
              </Title>
            )}
            {lead && (
              <Text c="dimmed" size="sm" mt={4} component="div">
                {lead}
              </Text>
            )}
          </div>
          {actions}
        </div>
      )}
      {children !== undefined && <div className={look["body"]}>{children}</div>}
    </section>
  );
}
