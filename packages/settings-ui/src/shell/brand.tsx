import { Link } from "wouter";
import look from "./shell.module.css";

/** The name and its mark: two lines that meet. */
export function Brand() {
  return (
    <Link href="/integrations" className={look["brand"] ?? ""}>
      <img src="/settings/icon.svg" alt="" width={30} height={30} />
      Junction
    </Link>
  );
}
