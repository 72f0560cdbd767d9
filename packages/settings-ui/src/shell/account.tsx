import { ActionIcon, Group, Text, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconLogout2, IconMoon, IconSun } from "@tabler/icons-react";
import look from "./shell.module.css";
import { useViewer } from "./viewer.ts";

const ROLE = { owner: "Owner", member: "Member · can look, not change", operator: "Operator" } as const;

/** Who is signed in, for whom; light or dark; the way out. */
export function Account() {
  const { contractor, email, subject, role } = useViewer();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const other = dark ? "light" : "dark";
  return (
    <div className={look["account"]}>
      <div className={look["who"]}>
        <Text size="sm" fw={600} truncate>
          {contractor}
        </Text>
        <Text size="xs" c="dimmed" truncate title={email ?? subject}>
          {email ?? subject}
        </Text>
        <Text size="xs" c="dimmed" mt={2}>
          {ROLE[role]}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <Tooltip label={`Switch to ${other}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Switch to ${other} colours`}
            onClick={() => setColorScheme(other)}
          >
            {dark ? <IconSun size={18} stroke={1.7} /> : <IconMoon size={18} stroke={1.7} />}
          </ActionIcon>
        </Tooltip>
        <form method="post" action="/session/end">
          <Tooltip label="Sign out">
            <ActionIcon type="submit" variant="subtle" color="gray" size="lg" aria-label="Sign out">
              <IconLogout2 size={18} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </form>
      </Group>
    </div>
  );
}
