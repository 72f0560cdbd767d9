/** Our own app at a vendor, which the operator sets. */
import { OurFailure } from "./failure.ts";

export type Platform = Readonly<Record<string, string>>;
/** The platform's credential, asked for where it is needed. */
export type Apps = () => Promise<Platform | null>;

/** Our app's credential; lacking, it is ours to mend. */
export async function app(apps: Apps): Promise<Platform> {
  const platform = await apps();
  if (platform) return platform;
  throw new OurFailure("the operator has not set Junction's own app at this vendor");
}
