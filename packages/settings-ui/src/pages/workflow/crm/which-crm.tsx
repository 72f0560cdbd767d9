/** Which of the four CRMs; those that are not connected can be, right here. */
import { Alert, Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CRMS, type CrmId, isCrm } from "../../../api/crm.ts";
import { connections } from "../../../api/queries.ts";
import { Logo } from "../../../parts/logo.tsx";

/** Its name, and whether it can be asked. */
export function useCrm(vendor: string): { readonly name: string; readonly works: boolean; readonly connected: boolean } {
  const { data } = useQuery(connections);
  const found = data?.find((one) => one.vendor === vendor);
  return {
    name: found?.name ?? vendor,
    works: found?.status === "connected" || found?.status === "warning",
    connected: found !== undefined && found.status !== "not_connected" && found.status !== "planned",
  };
}

interface WhichCrmProps {
  readonly vendor: string;
  readonly onChange: (vendor: CrmId) => void;
  readonly connect: (vendor: string) => void;
}

export function WhichCrm({ vendor, onChange, connect }: WhichCrmProps) {
  const { data } = useQuery(connections);
  const { name, works, connected } = useCrm(vendor);
  const state = (id: string) => data?.find((one) => one.vendor === id);
  return (
    <>
      <Select
        label="CRM"
        data={CRMS.map((id) => ({ value: id, label: state(id)?.name ?? id }))}
        value={vendor}
        allowDeselect={false}
        leftSection={<Logo vendor={vendor} size={20} />}
        renderOption={({ option }) => (
          <span style={{ display: "flex", gap: 10, alignItems: "center" }}>
            <Logo vendor={option.value} size={22} />
            {option.label}
            {state(option.value)?.status === "not_connected" && <small style={{ color: "var(--ink-quiet)" }}>not connected</small>}
          </span>
        )}
        onChange={(id) => isCrm(id) && onChange(id)}
      />
      {data && !works && (
        <Alert color="yellow" mt="md" title={connected ? `${name} does not accept its credentials any more` : `${name} is not connected`}>
          <Button size="xs" onClick={() => connect(vendor)}>
            {connected ? `Reconnect ${name}` : `Connect ${name}`}
          </Button>
        </Alert>
      )}
    </>
  );
}
