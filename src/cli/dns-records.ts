import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { formatTable } from './table.ts'

/** The DNS records of domains, and a warning where they name a host that nobody outside can look up. */
export function formatRecords(records: readonly JsonObject[], columns: readonly string[]): string {
  const mx = records.find(({ Type }) => Type === 'MX')
  const host = String(mx?.Value ?? '').replace(/^\d+ /, '')
  const isQualified = mx === undefined || host.includes('.')
  const table = formatTable(
    columns.map((title) => ({ title, show: title })),
    records,
  )
  if (isQualified) return table
  return `${table}\nDo not publish them yet: "${host}" is what this machine calls itself, and others cannot look that up. Set service.hostname to its
full name, for example mail.acme.example, in the configuration file; then "landbridge domain show NAME" has the right records.\n`
}
