/** The models, and what each takes. https://docs.higgsfield.ai/models */
import { json, refuse } from "@junction/sandbox";

const unfit = (field: string, msg: string, type: string): never => refuse(json(422, { detail: [{ loc: ["body", field], msg, type }] }));

/** Field → the values it may have, or the type; of a model. */
type Fields = Readonly<Record<string, readonly unknown[] | "string" | "number" | "boolean" | "url" | "array">>;
export interface Model {
  readonly path: string;
  readonly required: readonly string[];
  readonly fields: Fields;
}
const DOP: Fields = {
  prompt: "string",
  image_url: "url",
  end_image_url: "url",
  motions: "array",
  seed: "number",
  enhance_prompt: "boolean",
};
const KLING: Fields = { prompt: "string", duration: [5, 10], cfg_scale: "number", negative_prompt: "string" };
const SEEDANCE: Fields = {
  ...{ prompt: "string", duration: "number", resolution: ["480", "720", "1080"], camera_fixed: "boolean" },
  aspect_ratio: ["16:9", "9:16", "4:3", "3:4", "1:1", "21:9"],
};
const VEO: Fields = {
  ...{ prompt: "string", duration: ["4", "6", "8"], resolution: ["720", "1080"], aspect_ratio: ["16:9", "9:16"] },
  generate_audio: "boolean",
};
const PICTURE: Fields = { image_url: "url" };
export const MODELS: readonly Model[] = [
  ...["lite", "turbo", "standard"].map((size) => ({ path: `/higgsfield-ai/dop/${size}`, required: ["prompt", "image_url"], fields: DOP })),
  { path: "/kling-video/v2.5-turbo/pro/text-to-video", required: ["prompt"], fields: KLING },
  { path: "/kling-video/v2.5-turbo/pro/image-to-video", required: ["prompt", "image_url"], fields: { ...KLING, ...PICTURE } },
  { path: "/bytedance/seedance/v1/pro/fast/text-to-video", required: ["prompt"], fields: SEEDANCE },
  { path: "/bytedance/seedance/v1/pro/fast/image-to-video", required: ["prompt", "image_url"], fields: { ...SEEDANCE, ...PICTURE } },
  {
    path: "/sora-2/text-to-video",
    required: ["prompt"],
    fields: { prompt: "string", duration: [4, 8, 12], resolution: ["720p"], aspect_ratio: ["16:9", "9:16"] },
  },
  { path: "/veo3.1", required: ["prompt", "aspect_ratio", "resolution", "generate_audio"], fields: VEO },
  { path: "/veo3.1/image-to-video", required: ["prompt", "image_url"], fields: { ...VEO, ...PICTURE } },
];

/** Refuses a body that the model does not take. */
export function checked(body: Readonly<Record<string, unknown>>, { required, fields }: Model): void {
  for (const name of required) if (body[name] === undefined) unfit(name, "Field required", "missing");
  for (const [name, value] of Object.entries(body)) {
    const wanted = fields[name];
    if (wanted === undefined) unfit(name, "Extra inputs are not permitted", "extra_forbidden");
    const fits =
      wanted === "url"
        ? typeof value === "string" && value.startsWith("https://") && URL.canParse(value)
        : wanted === "array"
          ? Array.isArray(value)
          : typeof wanted === "string"
            ? typeof value === wanted
            : wanted?.includes(value);
    if (!fits) unfit(name, "Input is not valid", "value_error");
  }
}
