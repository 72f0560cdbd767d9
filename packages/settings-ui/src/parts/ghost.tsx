import { Skeleton, Stack } from "@mantine/core";

/** In the place of a page that is on its way: as high as what follows, so that nothing jumps. */
export function PageGhost() {
  return (
    <Stack gap={32} role="status" aria-label="Loading">
      <Stack gap={10}>
        <Skeleton height={34} width={220} />
        <Skeleton height={18} maw={440} />
      </Stack>
      <Skeleton height={180} radius="lg" />
      <Skeleton height={260} radius="lg" />
    </Stack>
  );
}

/** In the place of a card's lines. */
export function LinesGhost({ lines = 3 }: { readonly lines?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={18} width={`${90 - index * 14}%`} />
      ))}
    </Stack>
  );
}
