/** Credential fields: what the connect form asks for, and which of it an action may ever read. */
import type { CredentialField } from "@junction/core";
import * as z from "zod/mini";

/** A credential's values by the names of its fields, as the vault gives them. */
export type Fields = Readonly<Record<string, string | undefined>>;

export interface FieldText {
  readonly label: string;
  /** Where the value is found, in the vendor's own words; it is also what a wrong value gets to read. */
  readonly help: string;
  readonly placeholder?: string;
  /** The whole value must match. Only where the vendor documents the format: a wrong pattern locks people out. */
  readonly pattern?: RegExp;
}
export interface FileText extends Omit<FieldText, "pattern" | "placeholder"> {
  /** The kinds of file it comes in: `.json`, `.pem`. */
  readonly accept: string;
}

/** A field an action cannot read. */
export type SecretField = z.core.$ZodBranded<z.ZodMiniString, "Secret">;
export type CredentialShape = Readonly<Record<string, z.ZodMiniType>>;

/** The credential fields an action may read: those that are not secret. */
export type Account<C extends CredentialShape> = {
  readonly [K in keyof C as C[K] extends SecretField | z.ZodMiniOptional<SecretField> ? never : K]: z.output<C[K]>;
};

const texts = new WeakMap<z.core.$ZodType, FieldText & { readonly secret: boolean; readonly accept?: string }>();

function make(text: FieldText, secret: boolean): z.ZodMiniString {
  const schema = z.string().check(z.minLength(1), z.maxLength(8192));
  const field = text.pattern ? schema.check(z.regex(text.pattern, text.help)) : schema;
  texts.set(field, { ...text, secret });
  return field;
}

/** A credential field that may be shown: it labels the connection and can stand in a URL. */
export const field = (text: FieldText): z.ZodMiniString => make(text, false);

/** A credential field that may not: masked everywhere, and an action cannot name it. */
export const secret = (text: FieldText): SecretField => make(text, true) as unknown as SecretField; // the brand exists for the type alone

/** A secret of several lines, pasted or read from a file: a private key, a key file. */
export function secretFile(text: FileText): SecretField {
  const schema = z.string().check(z.minLength(1), z.maxLength(8192));
  texts.set(schema, { ...text, secret: true });
  return schema as unknown as SecretField; // as above
}

/**
 * A value no one types: the test call finds it and gives it back as `found`, and it is kept with the credential. Never a secret. It may be
 * lacking, in what was stored before the vendor's file asked for it.
 */
export function found(): z.ZodMiniOptional<z.ZodMiniString> {
  const schema = z.optional(z.string().check(z.minLength(1), z.maxLength(2048)));
  findings.add(schema);
  return schema;
}
const findings = new WeakSet<z.ZodMiniType>();

/** Names of the fields an action may read. */
export const readable = (shape: CredentialShape): readonly string[] => [
  ...describeFields(shape).flatMap(({ name, secret }) => (secret ? [] : [name])),
  ...Object.keys(shape).filter((name) => isFound(shape, name)),
];
const isFound = (shape: CredentialShape, name: string): boolean => shape[name] !== undefined && findings.has(shape[name]);

/** What the connect form asks for. */
export function describeFields(shape: CredentialShape): CredentialField[] {
  const typed = Object.entries(shape).filter(([name]) => !isFound(shape, name));
  return typed.map(([name, schema]) => {
    const optional = schema instanceof z.ZodMiniOptional;
    const text = texts.get(optional ? schema.def.innerType : schema);
    if (!text) throw new Error(`credential field ${name} is made by neither field() nor secret()`);
    const { label, help, placeholder, pattern, accept } = text;
    return {
      name,
      label,
      help,
      ...(placeholder !== undefined && { placeholder }),
      ...(pattern && { pattern: pattern.source }),
      secret: text.secret,
      optional,
      ...(accept !== undefined && { file: accept }),
    };
  });
}
