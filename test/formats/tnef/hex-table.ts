import { readFileSync } from 'node:fs'

/** Octets of a table in fixtures/tnef: hex digits, and after `#` what they are. */
export function hexTable(name: string): Buffer {
  const text = readFileSync(new URL(`../../../fixtures/tnef/${name}.hex`, import.meta.url), 'utf8')
  return Buffer.from(text.replace(/#.*$/gm, '').replace(/\s/g, ''), 'hex')
}
