/** Made-up people, to fill a vendor's records with: the same number is always the same person. */
import * as z from "zod";

export interface Person {
  readonly first: string;
  readonly last: string;
  readonly email: string;
  /** As somebody typed it: of four people, three wrote no E.164. */
  readonly phone: string;
  readonly e164: string;
  /** Every third has one. */
  readonly company?: string;
}

const FIRST = ["Ada", "Ben", "Cleo", "Dora", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jun", "Kai", "Lou", "Mia", "Ned", "Ola", "Pia", "Quin"];
const LAST = [
  "Archer",
  "Baker",
  "Carter",
  "Dyer",
  "Fisher",
  "Gardner",
  "Hunter",
  "Mason",
  "Miller",
  "O'Hara",
  "Porter",
  "Sawyer",
  "Tanner",
];
/** Numbers an area code has for fiction: 555-0100 to 555-0199. */
const FICTIONAL = 100;
const MOST = 80_000;

/** The person of a number from 0 to 79,999, unlike any other in email and phone. */
export function personOf(number: number): Person {
  const [first, last] = [FIRST[number % FIRST.length] ?? "", LAST[Math.floor(number / FIRST.length) % LAST.length] ?? ""];
  const area = String(200 + Math.floor(number / FICTIONAL));
  const line = `01${String(number % FICTIONAL).padStart(2, "0")}`;
  const written = [`+1${area}555${line}`, `(${area}) 555-${line}`, `${area}-555-${line}`, `+1 ${area} 555 ${line}`];
  return {
    ...{ first, last, e164: `+1${area}555${line}`, phone: written[number % written.length] ?? "" },
    email: `${first}.${last}.${number}@example.com`.toLowerCase().replace("'", ""),
    ...(number % 3 === 0 && { company: `${last} & Sons` }),
  };
}

/** What `POST /sandbox/api/leads` takes: so many people, from this number on, are put into the vendor's records by its own people. */
export const LeadsAsk = z
  .strictObject({
    vendor: z.string(),
    count: z.number().int().min(1).max(5000).default(1),
    first: z.number().int().min(0).default(0),
  })
  .refine(({ count, first }) => first + count <= MOST, { path: ["first"], error: `there are ${MOST} people` });
export type LeadsAsk = z.output<typeof LeadsAsk>;
