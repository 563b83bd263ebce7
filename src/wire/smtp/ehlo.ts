import type { Reply } from './reply.ts'

/** What a server offers (RFC 5321 §4.1.1.1): keyword in upper case → its parameters. */
export type Extensions = ReadonlyMap<string, readonly string[]>

/** Reads the answer to EHLO; the first line greets and names nothing. Lines that are no keyword are passed over. */
export function parseEhloReply({ lines }: Reply): Extensions {
  const found = new Map<string, readonly string[]>()
  for (const line of lines.slice(1)) {
    // `AUTH=PLAIN` is how servers of the last century said it, and some still do beside `AUTH PLAIN`.
    const [keyword = '', ...parameters] = line
      .trim()
      .replace(/^AUTH=/i, 'AUTH ')
      .split(/ +/)
    if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(keyword)) continue
    const key = keyword.toUpperCase()
    found.set(key, [...(found.get(key) ?? []), ...parameters.filter((word) => word !== '')])
  }
  return found
}

/** The name by which a server answers EHLO or HELO; empty when it says none. */
export const greetingName = ({ lines }: Reply): string => lines[0]?.trim().split(/ +/, 1).join() ?? ''

/** Lines for an EHLO reply behind its greeting. */
export function formatExtensions(extensions: Extensions): string[] {
  return [...extensions].map(([keyword, parameters]) => [keyword, ...parameters].join(' '))
}

/** The limit a server states with SIZE; undefined when it states none (`SIZE` alone or `SIZE 0`, RFC 1870 §4). */
export function sizeLimit(extensions: Extensions): number | undefined {
  const value = extensions.get('SIZE')?.[0]
  const octets = value !== undefined && /^\d{1,20}$/.test(value) ? Number(value) : 0
  return octets === 0 ? undefined : octets
}
