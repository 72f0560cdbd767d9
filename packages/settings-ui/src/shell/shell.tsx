/** The frame around every page: the way between pages, who is signed in, and a way past it all for the keyboard. */
import { Burger, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { PageGhost } from "../parts/ghost.tsx";
import { Brand } from "./brand.tsx";
import { Nav } from "./nav.tsx";
import look from "./shell.module.css";

export function Shell({ waiting = false, children }: { readonly waiting?: boolean; readonly children?: ReactNode }) {
  const [open, drawer] = useDisclosure(false);
  return (
    <div className={look["shell"]}>
      <a className={look["skip"]} href="#main">
        Skip to content
      </a>
      <header className={look["bar"]}>
        <Brand />
        {!waiting && (
          <Burger opened={open} onClick={drawer.toggle} size="sm" aria-label="Menu" aria-expanded={open} aria-haspopup="dialog" />
        )}
      </header>
      <aside className={look["side"]}>
        <Brand />
        {!waiting && <Nav />}
      </aside>
      <Drawer
        opened={open}
        onClose={drawer.close}
        title={<Brand />}
        position="right"
        size={300}
        closeButtonProps={{ "aria-label": "Close menu" }}
      >
        <Nav onLeave={drawer.close} />
      </Drawer>
      <main id="main" className={look["main"]} tabIndex={-1}>
        <div className={look["column"]}>{waiting ? <PageGhost /> : children}</div>
      </main>
    </div>
  );
}
