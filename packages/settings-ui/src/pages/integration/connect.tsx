import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { Detail, Vendor } from "../../api/queries.ts";
import { ConnectForm } from "./connect-form.tsx";
import { GrantAccess } from "./grant-access.tsx";
import { type Way, waysOf } from "./ways.ts";

interface ConnectProps {
  readonly vendor: Vendor;
  readonly detail: Detail;
  /** In the place of what is stored already. */
  readonly again?: boolean;
  /** The way to begin with. */
  readonly first?: Way;
  readonly onDone?: () => void;
}

/** The form, or the button to the vendor's own page; where there is a choice, the choice. */
export function Connect({ vendor, detail, again = false, first, onDone }: ConnectProps) {
  const ways = waysOf(vendor);
  const [type, setType] = useState<string>(first?.credentialType ?? ways[0].credentialType);
  const way = ways.find(({ credentialType }) => credentialType === type) ?? ways[0];
  return (
    <>
      {ways.length > 1 && (
        <SegmentedControl
          aria-label="How to connect"
          data={ways.map(({ credentialType, label }) => ({ value: credentialType, label }))}
          value={way.credentialType}
          onChange={setType}
          mb="lg"
        />
      )}
      {way.oauth ? (
        <GrantAccess vendor={vendor} detail={detail} again={again} {...(onDone && { onCancel: onDone })} />
      ) : (
        <ConnectForm key={way.credentialType} vendor={vendor} way={way} detail={detail} again={again} {...(onDone && { onDone })} />
      )}
    </>
  );
}
