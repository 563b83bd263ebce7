import type { Control } from 'ldapts'
import { formatGuid } from './guid.ts'
import type { LdapConnection } from './ldap-connection.ts'
import { LdapFault } from './ldap-fault.ts'
import type { RawEntry } from './raw-entry.ts'

/** A group that changes this often while it is read is left to the next run. */
const MOST_RESTARTS = 5
const NO_SUCH_OBJECT = 32
const BUSY = 51

/** The option of an attribute that is only partly there; the case of options does not matter (RFC 4512 §2.5). */
const RANGE = /;range=/i

type Range = { attribute: string; from: number; to: number | '*' }

/** How the object is read again: the same attributes under the same controls. */
type Reread = { attributes: readonly string[]; controls: readonly Control[] }

/**
 * The entry with every attribute whole of which the server gave only a part, such as `member;range=0-1499` (MS-ADTS
 * 3.1.1.3.1.3.3). When the object changes between two parts, all of it is read anew. Undefined when it is gone. LdapFault.
 */
export async function withWholeValues(
  connection: LdapConnection,
  entry: RawEntry,
  reread: Reread,
): Promise<RawEntry | undefined> {
  let current: RawEntry | undefined = entry
  for (let restarts = 0; restarts <= MOST_RESTARTS; restarts++) {
    const ranges = [...rangesOf(current)]
    if (ranges.length === 0) return current
    const whole = await rest(connection, current, ranges, reread.controls)
    if (whole !== 'changed') return whole
    current = await one(connection, current, reread.attributes, reread.controls)
    if (current === undefined) return undefined
  }
  throw new LdapFault('result', `${entry.name} changes while it is read, again and again`, BUSY)
}

/** Whether the server gave only a part of some attribute. */
export function isPartial(entry: RawEntry): boolean {
  // What an entry holds is only taken apart where its octets name the option.
  if (entry.written !== undefined && !RANGE.test(entry.written.toString('latin1'))) return false
  for (const name of entry.attributes) if (name.includes(';range=')) return true
  return false
}

function* rangesOf(entry: RawEntry): Generator<Range> {
  for (const name of entry.attributes) {
    const parts = /^(.+);range=(\d+)-(\d+|\*)$/.exec(name)
    if (parts === null) continue
    const [, attribute, from, to] = parts as unknown as [string, string, string, string]
    yield { attribute, from: Number(from), to: to === '*' ? '*' : Number(to) }
  }
}

async function rest(
  connection: LdapConnection,
  entry: RawEntry,
  ranges: readonly Range[],
  controls: readonly Control[],
): Promise<RawEntry | 'changed' | undefined> {
  const whole: [string, readonly Buffer[]][] = []
  for (const range of ranges) {
    const values = [...entry.allOctets(`${range.attribute};range=${range.from}-${range.to}`)]
    // An upper bound of `*` is the only proof that there is no more.
    for (let { to } = range; to !== '*'; ) {
      const next = to + 1
      const wanted = `${range.attribute};range=${next}-*`
      const part = await one(connection, entry, [wanted, 'uSNChanged'], controls)
      if (part === undefined) return undefined
      if (part.text('uSNChanged') !== entry.text('uSNChanged')) return 'changed'
      const told = [...rangesOf(part)].find(({ attribute }) => attribute === range.attribute)
      if (told === undefined || told.from !== next)
        throw new LdapFault('grammar', `asked for ${wanted} of ${entry.name}, the server gave something else`)
      values.push(...part.allOctets(`${told.attribute};range=${told.from}-${told.to}`))
      to = told.to
    }
    whole.push([range.attribute, values])
  }
  return entry
    .without(ranges.map(({ attribute, from, to }) => `${attribute};range=${from}-${to}`))
    .with(whole)
}

/** By its key, so that a rename in between does no harm; undefined when it is gone. */
async function one(
  connection: LdapConnection,
  entry: RawEntry,
  attributes: readonly string[],
  controls: readonly Control[],
): Promise<RawEntry | undefined> {
  const base = `<GUID=${formatGuid(entry.octets('objectGUID'))}>`
  try {
    const { entries } = await connection.search({ base, scope: 'base', attributes, controls })
    return entries[0]?.with(
      entries[0].has('objectGUID') ? [] : [['objectguid', entry.allOctets('objectGUID')]],
    )
  } catch (error) {
    if (error instanceof LdapFault && error.code === NO_SUCH_OBJECT) return undefined
    throw error
  }
}
