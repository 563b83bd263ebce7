import assert from 'node:assert/strict'
import type { ActiveDirectoryOptions } from '#connectors/active-directory/active-directory-source.ts'
import { activeDirectorySource } from '#connectors/active-directory/active-directory-source.ts'
import {
  type DirectorySource,
  SourceFailure,
  type SourceFailureKind,
  type SourceObject,
  type SourceOmission,
  type SourcePosition,
  type SourceReading,
  type SourceServer,
} from '#src/domain/directory-sync/source.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import type { StubLdapServer, StubObject } from '#test/support/ldap-server.ts'

export const guidOf = (number: number): string =>
  `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`

/** A mailbox user. */
export function person(number: number, more: StubObject['attributes'] = {}): StubObject {
  const alias = `person${number}`
  return {
    guid: guidOf(number),
    dn: `CN=Person ${number},OU=People,DC=corp,DC=example,DC=com`,
    usn: 100 + number,
    attributes: {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      mailNickname: alias,
      cn: `Person ${number}`,
      displayName: `Person ${number}`,
      proxyAddresses: [`SMTP:${alias}@corp.example.com`, `smtp:${alias}@old.example.com`],
      sAMAccountName: alias,
      userAccountControl: '512',
      msExchRecipientTypeDetails: '1',
      homeMDB: 'CN=DB1,CN=Configuration,DC=corp,DC=example,DC=com',
      ...more,
    },
  }
}

export function group(
  number: number,
  members: readonly number[],
  more: StubObject['attributes'] = {},
): StubObject {
  return {
    guid: guidOf(number),
    dn: `CN=Group ${number},OU=Groups,DC=corp,DC=example,DC=com`,
    usn: 100 + number,
    attributes: {
      objectClass: ['top', 'group'],
      mailNickname: `group${number}`,
      displayName: `Group ${number}`,
      proxyAddresses: [`SMTP:group${number}@corp.example.com`],
      msExchRecipientTypeDetails: '256',
      groupType: '8',
      member: members.map((each) => `<GUID=${guidOf(each)}>;${person(each).dn}`),
      ...more,
    },
  }
}

export const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => from + at)

export function optionsFor(
  servers: readonly StubLdapServer[],
  more: Partial<ActiveDirectoryOptions> = {},
): ActiveDirectoryOptions {
  return {
    domains: [{ name: 'corp.example.com', controllers: servers.map(({ port }) => `localhost:${port}`) }],
    security: 'ldaps',
    authorities: servers.map(({ authorities }) => authorities).join('\n'),
    account: { name: 'sync@corp.example.com', password: 'secret' },
    betweenRoundsMs: 10,
    times: { connectMs: 20_000, operationMs: 20_000 },
    ...more,
  }
}

/** For those who name their domain controllers. */
export const noDns = fixedDns({})

/** What `assert.rejects` is given. */
export const failure = (kind: SourceFailureKind, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SourceFailure, String(error))
  assert.equal(error.kind, kind, error.message)
  assert.match(error.message, words)
  return true
}

export const sourceOf = (
  servers: readonly StubLdapServer[],
  more: Partial<ActiveDirectoryOptions> = {},
): DirectorySource => activeDirectorySource(optionsFor(servers, more), { dns: noDns })

export type Read = {
  objects: SourceObject[]
  omitted: SourceOmission[]
  keys: string[]
  positions: readonly SourcePosition[]
  full: SourceReading['full']
}

/** All of one reading, closed at its end however it ends. */
export async function readAll(
  source: DirectorySource,
  since: readonly SourcePosition[] = [],
  full: 'asked' | null = null,
  avoid?: SourceServer,
): Promise<Read> {
  const reading = await source.read({ since, full, avoid, signal: new AbortController().signal })
  const read: Read = { objects: [], omitted: [], keys: [], positions: reading.positions, full: reading.full }
  try {
    for await (const batch of reading.changes()) {
      read.objects.push(...batch.objects)
      read.omitted.push(...batch.omitted)
    }
    for await (const keys of reading.keys()) read.keys.push(...keys.map(({ guid }) => guid))
    // Only then are they complete.
    read.positions = reading.positions
  } finally {
    await reading.close()
  }
  return read
}
