/** A vendor's own published description (OpenAPI), and whether a request is one it allows: unknown parameters and fields are not. */
import { existsSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Sent } from "./sent.ts";

type Json = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly schema?: Json;
  readonly style?: string;
  readonly explode?: boolean;
}
interface Operation {
  readonly method: string;
  readonly path: string;
  /** Where its path stands below: a host, and the path of the server's address. */
  readonly bases: readonly { readonly host: string; readonly prefix: string }[];
  readonly parameters: readonly Parameter[];
  readonly body: Json | undefined;
}

export interface Description {
  /** What is wrong with the request; nothing, if the vendor describes it so. */
  judge(sent: Sent): readonly string[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** The description at `path`, or undefined where there is none to hold requests against. */
export function readDescription(path: string): Description | undefined {
  return existsSync(path) ? description(JSON.parse(readFileSync(path, "utf8")) as Json) : undefined;
}

export function description(document: Json): Description {
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: "array", logger: false, code: { optimize: false } });
  addFormats.default(ajv);
  ajv.addFormat("phone-number", /^\+?[0-9]{3,15}$/);
  const shared: Shared = { names: new Map(), schemas: {} };
  const operations = operationsOf(document, shared);
  ajv.addSchema({ $id: SHARED, $defs: shared.schemas }, SHARED, undefined, false);
  const keys = Object.values(object(object(document["components"])["securitySchemes"]))
    .map((scheme) => follow(document, scheme))
    .filter((scheme) => scheme["in"] === "query")
    .map((scheme) => String(scheme["name"]));
  const compiled = new Map<object, ValidateFunction>();
  const validate = (schema: Json, value: unknown, where: string): readonly string[] => {
    let check = compiled.get(schema);
    if (!check) {
      check = ajv.compile(schema);
      compiled.set(schema, check);
    }
    const holder = structuredClone(value);
    if (check(holder)) return [];
    return (check.errors ?? []).map(({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`);
  };
  return {
    judge(sent) {
      const found = find(operations, sent);
      if (!found) return [`${sent.method} https://${sent.host}${sent.path} is not described`];
      const { operation, segments } = found;
      const described = (place: Parameter["in"]) => operation.parameters.filter((parameter) => parameter.in === place);
      const [queries, headers] = [described("query"), described("header")];
      return [
        ...described("path").flatMap(({ name, schema }) => validate(schema ?? {}, segments[name], `path ${name}`)),
        ...queries.flatMap((parameter) => {
          const values = valuesOf(parameter, sent.query);
          if (values === undefined) return parameter.required ? [`query ${parameter.name} is required`] : [];
          return validate(parameter.schema ?? {}, values, `query ${parameter.name}`);
        }),
        ...[...new Set(sent.query.keys())]
          .filter(
            (name) =>
              !keys.includes(name) && !queries.some((parameter) => parameter.name === name || name.startsWith(`${parameter.name}[`)),
          )
          .map((name) => `query ${name} is not described`),
        ...headers.flatMap(({ name, required, schema }) => {
          const value = sent.headers.get(name);
          if (value === null) return required ? [`header ${name} is required`] : [];
          return validate(schema ?? {}, value, `header ${name}`);
        }),
        ...judgeBody(operation.body, sent, validate),
      ];
    },
  };
}

function judgeBody(
  body: Json | undefined,
  sent: Sent,
  validate: (schema: Json, value: unknown, where: string) => readonly string[],
): readonly string[] {
  if (sent.body === "") return body?.["required"] === true ? ["a body is required"] : [];
  if (body === undefined) return ["no body is described"];
  const type = (sent.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  const described = object(body["content"]);
  const media = [type, type.replace(/\/.*/, "/*"), "*/*"].map((range) => described[range]).find((one) => one !== undefined);
  const schema = object(media)["schema"];
  if (schema === undefined) return [`a body of ${type || "no media type"} is not described`];
  const value = sent.form ? unbracket(sent.form) : /\bjson\b/.test(type) ? JSON.parse(sent.body) : sent.body; // a file is a text to a schema
  return validate(object(schema), value, "body");
}

function operationsOf(document: Json, shared: Shared): readonly Operation[] {
  const basesOf = (holder: Json) =>
    (holder["servers"] as readonly { url: string }[] | undefined)?.map(({ url }) => {
      const { host, pathname } = new URL(url);
      return { host, prefix: pathname.replace(/\/$/, "") };
    });
  return Object.entries(object(document["paths"])).flatMap(([path, item]) =>
    METHODS.filter((method) => method in object(item)).map((method) => {
      const operation = object(object(item)[method]);
      const parameters = [...list(object(item)["parameters"]), ...list(operation["parameters"])].map((one) => follow(document, one));
      return {
        method: method.toUpperCase(),
        path,
        bases: basesOf(operation) ?? basesOf(object(item)) ?? basesOf(document) ?? [],
        parameters: parameters.map((one) => ({
          ...one,
          schema: strict(document, shared, one["in"] === "query" ? loose(object(one["schema"])) : object(one["schema"])),
        })) as unknown as Parameter[],
        body: operation["requestBody"] === undefined ? undefined : bodyOf(document, shared, follow(document, operation["requestBody"])),
      };
    }),
  );
}

/** What stands in a query is text, which may pass for several types: of a choice at least one must fit it, since "exactly one" cannot be asked. */
const loose = ({ oneOf, ...rest }: Json): Json => (oneOf === undefined ? rest : { ...rest, anyOf: oneOf });

function bodyOf(document: Json, shared: Shared, body: Json): Json {
  const content = Object.entries(object(body["content"])).map(([type, media]) => [
    type,
    { schema: strict(document, shared, object(object(media)["schema"])) },
  ]);
  return { ...body, content: Object.fromEntries(content) };
}

/** Whether a host is the described one, which may have a variable in it: `{company}.example.com`. */
function isHost(described: string, host: string): boolean {
  const parts = described.split(/\{\w+\}/).map((part) => part.replaceAll(".", "\\."));
  return new RegExp(`^${parts.join("[a-z0-9-]+(\\.[a-z0-9-]+)*")}$`).test(host);
}

/** Literal segments win over parameters. */
function find(operations: readonly Operation[], sent: Sent) {
  let best: { operation: Operation; segments: Record<string, string> } | undefined;
  for (const operation of operations) {
    const base = operation.bases.find(({ host, prefix }) => isHost(host, sent.host) && sent.path.startsWith(`${prefix}/`));
    if (operation.method !== sent.method || !base) continue;
    const given = sent.path.slice(base.prefix.length).split("/");
    const wanted = operation.path.split("/");
    if (wanted.length !== given.length) continue;
    const segments: Record<string, string> = {};
    const fits = wanted.every((want, at) => {
      const [, before = "", name, after = ""] = /^(.*?)\{([\w-]+)\}(.*)$/.exec(want) ?? [];
      const segment = given[at] ?? "";
      if (name === undefined) return want === segment;
      if (!segment.startsWith(before) || !segment.endsWith(after) || segment.length <= before.length + after.length) return false;
      segments[name] = decodeURIComponent(segment.slice(before.length, segment.length - after.length));
      return true;
    });
    if (fits && (!best || Object.keys(segments).length < Object.keys(best.segments).length)) best = { operation, segments };
  }
  return best;
}

function valuesOf({ name, schema, style, explode }: Parameter, query: URLSearchParams): unknown {
  const array = schema?.["type"] === "array";
  if (style === "deepObject") {
    const nested = unbracket(new URLSearchParams([...query].filter(([key]) => key.startsWith(`${name}[`))));
    return object(nested)[name];
  }
  if (!query.has(name)) return undefined;
  if (!array) return query.getAll(name).length > 1 ? query.getAll(name) : query.get(name);
  if (explode !== false) return query.getAll(name);
  return (query.get(name) ?? "").split(style === "pipeDelimited" ? "|" : style === "spaceDelimited" ? " " : ",");
}

/** `a[b][0]=c` as `{ a: { b: ["c"] } }`; a repeated name is a list. */
export function unbracket(form: URLSearchParams): unknown {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of form) {
    const [first = "", ...rest] = key
      .split(/\[|\]\[|\]/)
      .filter((part, at, parts) => at < parts.length - 1 || part !== "" || !key.endsWith("]"));
    let node = tree;
    let name = first;
    for (const part of rest) {
      node[name] ??= {};
      node = node[name] as Record<string, unknown>;
      name = part;
    }
    node[name] = name in node ? [node[name], value].flat() : value;
  }
  return lists(tree);
}

function lists(node: unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map(lists);
  const entries = Object.entries(node).map(([name, value]) => [name, lists(value)] as const);
  return entries.length > 0 && entries.every(([name], at) => name === String(at) || name === "")
    ? entries.flatMap(([, value]) => value)
    : Object.fromEntries(entries);
}

/** What references lead to, made strict once each: in place, a description whose schemas hold one another has no end. */
interface Shared {
  /** A reference, and whether it is part of a composition → its name among the schemas. */
  readonly names: Map<string, string>;
  readonly schemas: Record<string, Json>;
}
const SHARED = "description:shared";

/**
 * The schema with its references led to the shared ones, OpenAPI 3.0's ways made those of JSON Schema, and closed: an object that lists its
 * properties takes no other. Parts of a composition stay open, since the others may list what they do not.
 */
function strict(document: Json, shared: Shared, schema: Json, composed = false): Json {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const key = `${composed} ${reference}`;
    const name = shared.names.get(key) ?? `s${shared.names.size}`;
    if (!shared.names.has(key)) {
      shared.names.set(key, name); // first, since it may hold itself
      shared.schemas[name] = strict(document, shared, follow(document, schema), composed);
    }
    return { $ref: `${SHARED}#/$defs/${name}` };
  }
  const deep = (of: unknown, part = false): Json => strict(document, shared, object(of), part);
  const { nullable, exclusiveMinimum, exclusiveMaximum, discriminator: _, xml: __, example: ___, ...rest } = schema;
  const closed: Record<string, unknown> = { ...rest };
  for (const word of ["allOf", "anyOf", "oneOf"]) if (word in rest) closed[word] = list(rest[word]).map((part) => deep(part, true));
  for (const word of ["items", "not", "additionalProperties"])
    if (typeof rest[word] === "object" && rest[word] !== null) closed[word] = deep(rest[word]);
  if ("properties" in rest) {
    closed["properties"] = Object.fromEntries(Object.entries(object(rest["properties"])).map(([name, of]) => [name, deep(of)]));
  }
  if (typeof exclusiveMinimum === "number") closed["exclusiveMinimum"] = exclusiveMinimum;
  if (typeof exclusiveMaximum === "number") closed["exclusiveMaximum"] = exclusiveMaximum;
  const lists = "properties" in rest || "allOf" in rest || "anyOf" in rest || "oneOf" in rest;
  const objectLike = rest["type"] === "object" || "properties" in rest || "allOf" in rest;
  if (!composed && lists && objectLike && !("additionalProperties" in rest)) closed["unevaluatedProperties"] = false;
  if (nullable === true && typeof rest["type"] === "string") closed["type"] = [rest["type"], "null"];
  return closed;
}

function follow(document: Json, holder: unknown): Json {
  const reference = object(holder)["$ref"];
  if (typeof reference !== "string") return object(holder);
  let at: unknown = document;
  for (const part of reference.split("/").slice(1)) at = object(at)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  return follow(document, at);
}

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
