import { IconPlug } from "@tabler/icons-react";
import look from "./logo.module.css";

/** Vendor → its logo, gathered from the vendors' own folders when the app is built. */
const logos = Object.fromEntries(
  Object.entries(import.meta.glob<string>("../../../../workers/*/logo.svg", { eager: true, query: "?url", import: "default" })).map(
    ([path, url]) => [path.split("/").at(-2), url],
  ),
);

/** Decoration beside the vendor's name: it has no words of its own. */
export function Logo({ vendor, size = 44 }: { readonly vendor: string; readonly size?: number }) {
  const url = logos[vendor];
  return (
    <span className={look["frame"]} style={{ width: size, height: size }} aria-hidden="true">
      {url === undefined ? <IconPlug size={size * 0.5} stroke={1.6} /> : <img src={url} alt="" width={size} height={size} />}
    </span>
  );
}
