/** How many deliveries of a connection wait to be verified. */
export async function countQuarantined(db: D1Database, connection: string): Promise<number> {
  const count = await db
    .prepare("SELECT count(*) AS count FROM events WHERE connection = ?1 AND state = 'quarantined'") // as its partial index has it
    .bind(connection)
    .first<number>("count");
  return count ?? 0;
}
