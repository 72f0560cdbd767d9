import { type Boundary, polygonsOf } from "@junction/core";
import inside from "point-in-polygon-hao";

/** Whether a point is in the area; one on its line is, one in a hole of it is not. */
export const contains = (boundary: Boundary, { latitude, longitude }: { readonly latitude: number; readonly longitude: number }): boolean =>
  polygonsOf(boundary).some((rings) => inside([longitude, latitude], rings as number[][][]) !== false); // 0: on the line; it only reads
