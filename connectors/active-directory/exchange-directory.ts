import { Attribute, Change, ModifyRequest } from 'ldapts'
import {
  type DirectoryObject,
  type ExchangeDirectory,
  octetAttributes,
  type WrittenAttribute,
  writtenAttributes,
} from '#src/domain/migration/cut-over/directory-values.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { ActiveDirectoryOptions } from './active-directory-source.ts'
import type { Services } from './controllers.ts'
import { parseGuid } from './guid.ts'
import { LdapFault, sourceFailureOf } from './ldap-fault.ts'
import { anyOf } from './octet-filter.ts'
import { type OpenDomain, openDomain } from './open-domain.ts'
import type { RawEntry } from './raw-entry.ts'

/** noSuchAttribute, attributeOrValueExists: what the change takes away or adds is otherwise by now. */
const OTHERWISE: ReadonlySet<number> = new Set([16, 20])

/** Active Directory by an account that may write Exchange's attributes of people who have moved. SourceFailure. */
export async function exchangeDirectory(
  options: Pick<
    ActiveDirectoryOptions,
    'domains' | 'security' | 'account' | 'authorities' | 'certificateName' | 'lookup'
  >,
  { dns, signal }: { dns: Services; signal: AbortSignal },
): Promise<ExchangeDirectory> {
  const open: OpenDomain[] = []
  const names = new Map<string, string>()
  const close = async () => {
    for (const { connection } of open) await connection.close()
  }
  try {
    for (const domain of options.domains)
      open.push(await openDomain(domain, { options, dns, since: [], signal, names }))
  } catch (error) {
    await close()
    throw error
  }
  return {
    async find(guid) {
      const octets = parseGuid(guid)
      if (octets === undefined) return undefined
      for (const { connection, base, server } of open) {
        const { entries } = await telling(server, () =>
          connection.search({
            base,
            scope: 'sub',
            filter: anyOf('objectGUID', [octets]),
            attributes: ['legacyExchangeDN', ...writtenAttributes],
          }),
        )
        if (entries[0] !== undefined) return objectOf(entries[0])
      }
      return undefined
    },
    async change(place, from, to) {
      const { connection, server } = domainOf(open, place)
      const changes = writtenAttributes.flatMap((name) => changesOf(name, from[name], to[name]))
      try {
        await connection.change((messageId) => new ModifyRequest({ messageId, dn: place, changes }))
      } catch (error) {
        if (error instanceof LdapFault && OTHERWISE.has(error.code ?? 0))
          throw new Refusal(
            'try-later',
            `${place} was changed in the directory just now, so nothing was written. Ask again.`,
          )
        throw error instanceof LdapFault ? sourceFailureOf(error, server) : error
      }
    },
    close,
  }
}

async function telling<T>(server: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof LdapFault ? sourceFailureOf(error, server) : error
  }
}

/** The longest base that an object lies below: domains of a forest may lie below one another. */
function domainOf(open: readonly OpenDomain[], place: string): OpenDomain {
  const below = open.filter(({ partition }) => place.toLowerCase().endsWith(partition))
  return below.sort((a, b) => b.partition.length - a.partition.length)[0] ?? open[0]!
}

function objectOf(entry: RawEntry): DirectoryObject {
  const valuesOf = (name: WrittenAttribute) =>
    octetAttributes.has(name)
      ? entry.allOctets(name).map((octets) => octets.toString('base64'))
      : entry.texts(name)
  const values = Object.fromEntries(writtenAttributes.map((name) => [name, valuesOf(name)] as const))
  return {
    place: entry.name,
    legacyDn: entry.text('legacyExchangeDN'),
    values: values as Record<WrittenAttribute, string[]>,
  }
}

/** Values are taken away by name, so that the directory itself refuses what is not there any more. */
function changesOf(name: WrittenAttribute, from: readonly string[], to: readonly string[]): Change[] {
  const octets = octetAttributes.has(name)
  const gone = from.filter((value) => !to.includes(value))
  const added = to.filter((value) => !from.includes(value))
  const change = (operation: 'delete' | 'add' | 'replace', values: readonly string[]) =>
    new Change({
      operation,
      modification: new Attribute({
        type: name,
        values: values.map((value) => Buffer.from(value, octets ? 'base64' : 'utf8')),
      }),
    })
  if (gone.length === 0 && added.length === 0) return []
  // Directories do not compare security descriptors, so nobody can name the one that is to go.
  if (octets) return [change('replace', to)]
  return [
    ...(gone.length === 0 ? [] : [change('delete', gone)]),
    ...(added.length === 0 ? [] : [change('add', added)]),
  ]
}
