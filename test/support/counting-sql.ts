import type { Row, Sql, Value } from '#src/store/driver/driver.ts'

/** Counts the rows that pass. */
export function counting(sql: Sql, seen: { rows: number }): Sql {
  return {
    async all<R extends Row>(text: string, ...values: Value[]) {
      const rows = await sql.all<R>(text, ...values)
      seen.rows += rows.length
      return rows
    },
    get<R extends Row>(text: string, ...values: Value[]) {
      seen.rows++
      return sql.get<R>(text, ...values)
    },
    run: (text, ...values) => sql.run(text, ...values),
  }
}
