import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { formatTable } from './table.ts'

/** DOM-11. */
const advice = `A TTL of 3,600 seconds will do. It may take up to 72 hours until everybody sees a new TXT. Mail to postmaster@ and abuse@ of a domain
goes to whoever the setting smtp.postmaster names, unless somebody has that address.
`

/**
 * The DNS records of domains, with advice while one of them was not found (DOM-11), and a warning instead where they name a host
 * that nobody outside can look up.
 */
export function formatRecords(records: readonly JsonObject[], columns: readonly string[]): string {
  const mx = records.find(({ Type }) => Type === 'MX')
  const host = String(mx?.Value ?? '').replace(/^\d+ /, '')
  const isQualified = mx === undefined || host.includes('.')
  const table = formatTable(
    columns.map((title) => ({ title, show: title })),
    records,
  )
  const areFound = records.every(({ Status }) => Status === 'VERIFIED')
  if (isQualified) return areFound ? table : `${table}\n${advice}`
  return `${table}\nDo not publish them yet: "${host}" is what this machine calls itself, and others cannot look that up. Set service.hostname to its
full name, for example mail.acme.example, in the configuration file; then "landbridge domain show NAME" has the right records.\n`
}
