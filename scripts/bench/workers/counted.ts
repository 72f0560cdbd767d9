/** Bindings that count each billable operation as it passes through them, and change nothing. */

export type Counts = Record<string, number>;
export const counts: Counts = {};

export function count(what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by;
}

/** The object with some methods replaced; every other one is the object's own, bound to it. */
function over<T extends object>(
  of: T,
  replaced: (name: string, own: (...args: never[]) => unknown) => ((...args: never[]) => unknown) | undefined,
): T {
  return new Proxy(of, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== "function" || typeof name !== "string") return own;
      const bound = (...args: never[]): unknown => Reflect.apply(own, target, args);
      return replaced(name, bound) ?? bound;
    },
  });
}

const counting =
  (what: string, own: (...args: never[]) => unknown) =>
  (...args: never[]): unknown => {
    count(what);
    return own(...args);
  };

export const countedKv = (kv: KVNamespace): KVNamespace =>
  over(kv, (name, own) => {
    if (name === "get") return counting("KV reads", own);
    return name === "put" || name === "delete" ? counting("KV writes", own) : undefined;
  });

/** A service whose every method is an invocation of that Worker. */
export const countedService = <T extends object>(service: T, what: string): T =>
  over(service, (name, own) => (name === "then" ? undefined : counting(what, own)));

export const countedObjects = <T extends DurableObjectNamespace>(namespace: T): T =>
  over(namespace, (name, own) =>
    name === "get" ? (...args) => countedService(own(...args) as object, "Durable Object requests") : undefined,
  );

interface Meta {
  readonly meta: { readonly rows_read?: number; readonly rows_written?: number };
}
const real = new WeakMap<object, D1PreparedStatement>();

export function countedD1(db: D1Database, whose: string): D1Database {
  const bill = ({ meta }: Meta, sql: string) => {
    count(`${whose} D1 ${/^\s*(select|with)/i.test(sql) ? "reads" : "writes"}`);
    count(`${whose} D1 rows read`, meta.rows_read ?? 0);
    count(`${whose} D1 rows written`, meta.rows_written ?? 0);
  };
  const statement = (own: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const counted = over(own, (name, method) => {
      if (name === "bind") return (...args) => statement(method(...args) as D1PreparedStatement, sql);
      if (name === "first") return async () => (await ran(own.all())).results[0] ?? null;
      return name === "all" || name === "run" ? () => ran(method() as Promise<D1Result>) : undefined;
    });
    const ran = async (running: Promise<D1Result>) => {
      const result = await running;
      bill(result, sql);
      return result;
    };
    real.set(counted, own);
    return counted;
  };
  return over(db, (name) => {
    if (name === "prepare") return (sql: string) => statement(db.prepare(sql), sql);
    if (name !== "batch") return undefined;
    return async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements.map((one) => real.get(one) ?? one));
      for (const result of results) bill(result, "batch");
      return results;
    };
  }) as D1Database;
}
