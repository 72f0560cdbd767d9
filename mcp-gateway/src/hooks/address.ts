/** Where vendors deliver to: a contractor's own address, or that of our app. */

interface Origin {
  readonly PUBLIC_URL: string;
}
export const hookUrl = ({ PUBLIC_URL }: Origin, vendor: string, endpoint: string): string => `${PUBLIC_URL}/hooks/${vendor}/${endpoint}`;
export const appHookUrl = (env: Origin, vendor: string): string => hookUrl(env, vendor, "app");
