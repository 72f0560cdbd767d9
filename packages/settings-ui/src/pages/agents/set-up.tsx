/** What to paste where, for the usual MCP clients. */
import { Code, Tabs, Text } from "@mantine/core";
import { Copy } from "../../parts/copy.tsx";
import look from "./agents.module.css";

interface Client {
  readonly id: string;
  readonly name: string;
  readonly where: string;
  readonly text: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

function clients(url: string, secret: string): Client[] {
  const Authorization = `Bearer ${secret}`;
  return [
    {
      id: "claude-code",
      name: "Claude Code",
      where: "Run this in a terminal.",
      text: `claude mcp add --transport http junction ${url} \\\n  --header "Authorization: ${Authorization}"`,
    },
    {
      id: "claude-desktop",
      name: "Claude Desktop",
      where: "Settings → Developer → Edit Config. (Connectors on claude.ai sign in by OAuth and take no key.)",
      text: json({
        mcpServers: {
          junction: {
            command: "npx",
            args: ["-y", "mcp-remote", url, "--header", "Authorization:$" + "{JUNCTION}"],
            env: { JUNCTION: Authorization },
          },
        },
      }),
    },
    {
      id: "cursor",
      name: "Cursor",
      where: "In ~/.cursor/mcp.json.",
      text: json({ mcpServers: { junction: { url, headers: { Authorization } } } }),
    },
    {
      id: "vscode",
      name: "VS Code",
      where: "In .vscode/mcp.json. VS Code asks for the key once and keeps it safe.",
      text: json({
        inputs: [{ type: "promptString", id: "junction", description: "Junction agent key", password: true }],
        servers: { junction: { type: "http", url, headers: { Authorization: "Bearer $" + "{input:junction}" } } },
      }),
    },
    {
      id: "other",
      name: "Other",
      where: "Any client that speaks MCP over HTTP.",
      text: json({ type: "http", url, headers: { Authorization } }),
    },
  ];
}

/** With a key at hand it stands in the text; else a placeholder does. */
export function SetUp({ secret = "YOUR_KEY" }: { readonly secret?: string }) {
  return (
    <Tabs defaultValue="claude-code" variant="pills" keepMounted={false}>
      <Tabs.List aria-label="MCP client" mb="md">
        {clients("", "").map(({ id, name }) => (
          <Tabs.Tab key={id} value={id}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {clients(`${window.location.origin}/mcp`, secret).map(({ id, where, text }) => (
        <Tabs.Panel key={id} value={id}>
          <Text size="sm" c="dimmed" mb="xs">
            {where}
          </Text>
          <div className={look["secret"]}>
            <Code block className={look["snippet"] ?? ""} tabIndex={0}>
              {text}
            </Code>
            <Copy text={text} what="set-up" wide />
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
