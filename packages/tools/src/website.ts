/** Finished work, shown on the contractor's own website. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { FileRef } from "./words.ts";

const Title = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.describe("the project's title, such as New roof on Elm Street, 1 to 200 characters"));
const Text = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(20_000),
    z.describe("what was done, as plain text, 1 to 20,000 characters; an empty line begins a new paragraph"),
  );
const Photos = z
  .array(FileRef({ types: ["image/jpeg", "image/png", "image/webp"], maxBytes: 20 * 1024 * 1024 }))
  .check(z.minLength(1), z.maxLength(20));
const Words = z.array(z.string().check(z.minLength(1), z.maxLength(100), z.describe("1 to 100 characters"))).check(z.maxLength(10));
const ProjectId = z
  .string()
  .check(
    z.regex(/^\d{1,18}$/),
    z.meta({ description: "the project_id that crm/publish_project or crm/list_projects gave", examples: ["41"] }),
  );
const Status = z.enum(["published", "draft", "private", "scheduled"]);
const Project = z.object({
  project_id: z.string(),
  status: Status.check(z.describe("draft: only the contractor sees it")),
  url: z.optional(z.url().check(z.describe("where it is, or will be, on the website"))),
});

export const publishProject = tool({
  id: "crm/publish_project",
  title: "Publish a project",
  description:
    "Puts a finished project with its photos on the contractor's own website, for everyone to see, or as a draft that only the contractor sees. crm/unpublish_project takes it down.",
  effect: "write",
  approval: true,
  input: z.strictObject({
    title: Title,
    text: Text,
    photos: z.optional(Photos.check(z.describe("1 to 20 photos; the first is the one shown in lists"))),
    categories: z._default(Words.check(z.describe("up to 10 categories of the website's; one that is lacking is added")), ["Projects"]),
    tags: z.optional(Words.check(z.describe("up to 10 tags, such as roofing; one that is lacking is added"))),
    status: z._default(
      z.enum(["published", "draft"]).check(z.describe("published, or draft to let the contractor look first")),
      "published",
    ),
  }),
  output: z.extend(Project, { photos: z.int().check(z.describe("how many photos it shows")) }),
});

export const updateProject = tool({
  id: "crm/update_project",
  title: "Change a project",
  description:
    "Changes the given parts of a project on the contractor's website and leaves the others as they are. Photos that are given are added to those it has. A draft is published by status published.",
  effect: "write",
  approval: true,
  input: z.strictObject({
    project_id: ProjectId,
    title: z.optional(Title),
    text: z.optional(Text.check(z.describe("the new words, as plain text; they take the place of the old ones, and the photos stay"))),
    photos: z.optional(Photos.check(z.describe("1 to 20 photos to add"))),
    status: z.optional(z.enum(["published", "draft"]).check(z.describe("published or draft"))),
  }),
  output: Project,
});

export const unpublishProject = tool({
  id: "crm/unpublish_project",
  title: "Take a project down",
  description:
    "Takes a project off the contractor's website: it becomes a draft, which the contractor may publish again. Nothing is deleted.",
  effect: "write",
  input: z.strictObject({ project_id: ProjectId }),
  output: Project,
});

export const listProjects = tool({
  id: "crm/list_projects",
  title: "List projects on the website",
  description: "Lists the projects on the contractor's own website, newest first, drafts too. Give next_page back as page to see more.",
  effect: "read",
  input: z.strictObject({
    category: z._default(
      z.string().check(z.minLength(1), z.maxLength(100), z.describe("only those of this category of the website's")),
      "Projects",
    ),
    search: z.optional(z.string().check(z.minLength(1), z.maxLength(200), z.describe("words that stand in the project"))),
    page: z.optional(
      z.string().check(z.regex(/^\d{1,6}$/), z.meta({ description: "the next_page of the answer before", examples: ["1"] })),
    ),
  }),
  output: z.object({
    projects: z.array(z.extend(Project, { title: z.string(), updated_at: z.string() })),
    next_page: z.optional(z.string()),
  }),
});
