/** Speech, transcripts and videos, made by AI. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { FileRef, SavedFile } from "./words.ts";

const Language = z.string().check(z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/), z.meta({ examples: ["en"] }));

export const createSpeech = tool({
  id: "crm/create_speech",
  title: "Turn text into speech",
  description:
    "Speaks a text aloud and gives the audio as a file, for a greeting, a voicemail or the sound of a video. Nobody is called. It uses up characters of the contractor's plan. Use crm/list_voices for the voice_id.",
  effect: "read",
  input: z.strictObject({
    text: z.string().check(z.minLength(1), z.maxLength(3000), z.describe("what is spoken, 1 to 3,000 characters: about three minutes")),
    voice_id: z.string().check(z.minLength(1), z.maxLength(100), z.describe("the id that crm/list_voices gave")),
    language: z.optional(Language.check(z.describe("the language of the text, such as en; left out, told from the text"))),
  }),
  output: z.object({
    audio: SavedFile,
    characters_used: z.optional(z.int().check(z.describe("of the plan; absent where the integration does not say"))),
  }),
});

export const transcribeAudio = tool({
  id: "crm/transcribe_audio",
  title: "Turn a recording into text",
  description:
    "Writes down what is said in an audio or video recording, such as a voicemail or a phone call, with who speaks and when where that can be told. It uses up minutes of the contractor's plan.",
  effect: "read",
  interchangeable: true,
  background: true,
  input: z.strictObject({
    recording: FileRef({
      types: ["audio/mpeg", "audio/*", "video/mp4", "video/webm", "video/quicktime", "video/mpeg"],
      maxBytes: 1_000_000_000,
    }),
    language: z.optional(Language.check(z.describe("the language spoken, such as en or pt-BR; left out, told from the recording"))),
    speakers: z._default(z.boolean().check(z.describe("whether to tell speakers apart")), true),
  }),
  output: z.object({
    text: z.string().check(z.describe("empty: nothing was said")),
    language: z.optional(z.string().check(z.describe("a code such as en, or its name in English"))),
    duration_seconds: z.optional(z.number()),
    segments: z
      .array(z.object({ start_seconds: z.number(), end_seconds: z.number(), speaker: z.optional(z.string()), text: z.string() }))
      .check(z.describe("what was said, piece by piece; empty where the integration gives no times")),
  }),
});

const VideoId = z.string().check(z.minLength(1), z.maxLength(100), z.describe("the video_id that crm/generate_video gave"));
const VIDEO = ["queued", "in_progress", "completed", "failed", "canceled"] as const;

export const generateVideo = tool({
  id: "crm/generate_video",
  title: "Make a video with AI",
  description:
    "Has an AI model make a short video from a description, and from a picture if one is given. It costs money and takes minutes: a video_id comes back at once, and crm/get_video tells when it is ready.",
  effect: "spend",
  input: z.strictObject({
    prompt: z.string().check(z.minLength(1), z.maxLength(2000), z.describe("what is seen and what happens, up to 2,000 characters")),
    image: z.optional(FileRef({ types: ["image/jpeg", "image/png", "image/webp"], maxBytes: 10_000_000 })),
    model: z._default(
      z
        .string()
        .check(
          z.regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*){0,5}$/),
          z.maxLength(100),
          z.describe("fast, balanced or best; or the id of one model of the integration that serves"),
          z.meta({ examples: ["balanced"] }),
        ),
      "balanced",
    ),
  }),
  output: z.object({ video_id: z.string(), status: z.enum(VIDEO) }),
});

export const getVideo = tool({
  id: "crm/get_video",
  title: "See whether a video is ready",
  description:
    "Tells how far a video is that crm/generate_video was asked for, and gives it as a file once it is completed. Ask at most every 10 seconds.",
  effect: "read",
  input: z.strictObject({ video_id: VideoId }),
  output: z.object({
    video_id: z.string(),
    status: z.enum(VIDEO),
    video: z.optional(SavedFile.check(z.describe("once it is completed"))),
    source_url: z.optional(
      z.url().check(z.describe("in place of video, where it could not be copied: tools that take a file take this address")),
    ),
    reason: z.optional(z.string().check(z.describe("why it failed: failed, or refused as unsafe"))),
  }),
});

export const cancelVideo = tool({
  id: "crm/cancel_video",
  title: "Cancel a video",
  description: "Takes back a video that crm/generate_video was asked for, while it is still queued; nothing is charged for it then.",
  effect: "write",
  input: z.strictObject({ video_id: VideoId }),
  output: z.object({ video_id: z.string(), status: z.enum(VIDEO).check(z.describe("canceled; any other: it was too late")) }),
});
