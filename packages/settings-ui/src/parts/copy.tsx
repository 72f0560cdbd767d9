import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** Copies a text that stands beside it. `what` names it for those who do not see it. */
export function Copy({ text, what, wide = false }: { readonly text: string; readonly what: string; readonly wide?: boolean }) {
  return (
    <CopyButton value={text} timeout={2000}>
      {({ copied, copy }) => {
        const icon = copied ? <IconCheck size={15} aria-hidden="true" /> : <IconCopy size={15} aria-hidden="true" />;
        if (wide)
          return (
            <Button variant="default" size="xs" leftSection={icon} onClick={copy}>
              {copied ? "Copied" : `Copy ${what}`}
            </Button>
          );
        return (
          <Tooltip label={copied ? "Copied" : `Copy ${what}`}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={copied ? "Copied" : `Copy ${what}`} onClick={copy}>
              {icon}
            </ActionIcon>
          </Tooltip>
        );
      }}
    </CopyButton>
  );
}

/** A call's id, as it is quoted to support and found in the audit. */
export function CallId({ id, short = false }: { readonly id: string; readonly short?: boolean }) {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 4, maxWidth: "100%" }}>
      <code title={id} style={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
        {short ? `call …${id.slice(-6)}` : id}
      </code>
      <Copy text={id} what="call id" />
    </span>
  );
}
