/** The look: petrol ink on paper, generous space, hairlines instead of shadows. Colour is kept for states. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#eaf4f7",
  "#d5e6ec",
  "#a9ccd8",
  "#7ab1c3",
  "#5298ae",
  "#31809a",
  "#176c87",
  "#0e5a72",
  "#0c4a5e",
  "#08323f",
];
/** Neutrals with a breath of the same hue; the darker half is legible as text on white. */
const gray: MantineColorsTuple = [
  "#f6f8f8",
  "#eef2f2",
  "#e2e8e8",
  "#d0d9d9",
  "#a9b7b8",
  "#7c8d8f",
  "#566669",
  "#435154",
  "#2c3739",
  "#172022",
];
const dark: MantineColorsTuple = [
  "#dbe4e5",
  "#b4c2c4",
  "#93a4a7",
  "#64777b",
  "#3a4a4e",
  "#2a373a",
  "#1c2628",
  "#131b1d",
  "#0e1416",
  "#0a0f10",
];

const red: MantineColorsTuple = [
  "#fdeae8",
  "#f9d3d0",
  "#f2a8a2",
  "#ec7b72",
  "#e5554a",
  "#d93f34",
  "#c9342a",
  "#b8281e",
  "#94201a",
  "#6f1712",
];

export const theme = createTheme({
  fontFamily: '"Figtree Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  colors: { petrol, gray, dark, red },
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "10px", lg: "16px", xl: "24px" },
  headings: {
    fontWeight: "620",
    sizes: { h1: { fontSize: "1.75rem", lineHeight: "1.2" }, h2: { fontSize: "1.125rem", lineHeight: "1.35" } },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" } },
    Modal: { defaultProps: { centered: true, radius: "lg", padding: "xl", overlayProps: { backgroundOpacity: 0.5, color: "#0a1a20" } } },
    Tooltip: { defaultProps: { openDelay: 250, multiline: true, maw: 320 } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } },
    Skeleton: { defaultProps: { radius: "md" } },
  },
});
