import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { exchangeGrants } from '#connectors/exchange/grant-source.ts'
import { accountReason } from '#connectors/exchange-csv/accounts.ts'
import { workMailGrants, workMailGroups } from '#connectors/workmail/grant-source.ts'
import { noCertificate } from '#src/base/tls-words.ts'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { settings } from '#src/config/settings.ts'
import type { DirectoryHome } from '#src/domain/migration/directory-grants.ts'
import { hasCredentials } from '#src/domain/migration/engine/project/source-config.ts'
import type { GrantSource } from '#src/domain/migration/grant.ts'
import type { GroupRow } from '#src/domain/migration/groups.ts'
import { isRight } from '#src/domain/migration/right.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { kerberosTickets } from './kerberos.ts'
import { version } from './version.ts'
import { workMailApi } from './workmail-source.ts'

/** Servers that are asked who may do what in whose mailbox, beside the files. */
export type AskedGrants = {
  /** YAML or JSON files, each with `exchange` or `workmail`. */
  files: readonly string[]
  /** Certificates of who may have issued those of the servers, in PEM form, for files that name none. */
  authorities?: string
  /** The address book of a service, with the organisation it is of. */
  addressBook: { client: AdminClient; organization: string } | null
}

type OpenGrants = {
  /** `mailboxes`: primary addresses of the plan. */
  grants(mailboxes: readonly string[]): GrantSource
  groups(): AsyncIterable<GroupRow> | null
}

const text = z.string().min(1)
const shape = z.union([
  z.strictObject({
    exchange: z.strictObject({
      url: z.url({ protocol: /^https$/ }),
      user: text,
      passwordFile: text,
      access: z.enum(['impersonation', 'own-rights']).default('impersonation'),
      caFile: text.optional(),
      kerberosControllers: text.optional(),
      minVersion: z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']).optional(),
    }),
  }),
  z.strictObject({
    workmail: z.strictObject({
      organization: text,
      region: z.string().regex(/^[a-z0-9-]{1,64}$/),
      keyId: text,
      secretFile: text,
      endpoint: z.url({ protocol: /^https$/ }).optional(),
      caFile: text.optional(),
    }),
  }),
])

/** What a file says about where grants are asked for; passwords lie in files of their own. Refuses `invalid-parameter`. */
export async function openGrants(
  file: string,
  authorities: string | undefined,
  signal: AbortSignal,
): Promise<OpenGrants> {
  const written = await readFile(file, 'utf8')
  const refuse = (what: string, cause: unknown) =>
    new Refusal(
      'invalid-parameter',
      `${basename(file)}: ${what}. It has either exchange with url, user and passwordFile, or workmail with organization, region, keyId and secretFile.`,
      { cause },
    )
  let read: unknown
  try {
    read = parse(written)
  } catch (error) {
    throw refuse((error as Error).message.split('\n')[0]!, error)
  }
  const bare = secretIn(read)
  if (bare !== undefined) throw refuse(bare, undefined)
  const checked = shape.safeParse(read)
  if (!checked.success) throw refuse(checked.error.issues[0]!.message, checked.error)
  const near = async (path: string) => {
    try {
      return await readFile(resolve(dirname(file), path), 'utf8')
    } catch (error) {
      throw refuse(`"${path}", which it names, cannot be read (${(error as { code?: string }).code})`, error)
    }
  }
  const issuers = async (caFile: string | undefined) => {
    if (caFile === undefined) return authorities === undefined ? {} : { ca: authorities }
    const ca = await near(caFile)
    const fault = noCertificate(ca)
    if (fault !== undefined) throw refuse(`"${caFile}", which it names, ${fault}`, undefined)
    return { ca }
  }
  if ('exchange' in checked.data) {
    const { url, user, passwordFile, access, caFile, minVersion, kerberosControllers } = checked.data.exchange
    const { type, takes } = settings['kerberos.controllers']
    if (!type.safeParse(kerberosControllers ?? '').success)
      throw refuse(`its kerberosControllers takes ${takes}, not "${kerberosControllers}"`, undefined)
    const kerberos = kerberosTickets({ 'kerberos.controllers': kerberosControllers ?? '', 'dns.servers': '' })
    const password = (await near(passwordFile)).replace(/\r?\n$/, '')
    const tls = { ...(await issuers(caFile)), ...(minVersion && { minVersion }) }
    const reached = { url, login: { user, password }, access, tls, kerberos, version, signal }
    return { grants: (mailboxes) => exchangeGrants({ ...reached, mailboxes }), groups: () => null }
  }
  const { organization, region, keyId, secretFile, endpoint, caFile } = checked.data.workmail
  const secret = (await near(secretFile)).trim()
  const client = workMailApi({
    region,
    key: { id: keyId, secret },
    ...(endpoint && { api: { endpoint, ...(await issuers(caFile)) } }),
  })
  const asked = { client, organization, signal }
  return { grants: () => workMailGrants(asked), groups: () => workMailGroups(asked) }
}

/** A secret that is written into the file itself, or into an address, without showing it; undefined: there is none. */
function secretIn(read: unknown): string | undefined {
  const { exchange, workmail } = (read ?? {}) as Record<string, Record<string, unknown> | undefined>
  for (const [name, given] of Object.entries({ ...exchange, ...workmail })) {
    if (/^(password|secret|secretKey|token)$/i.test(name))
      return `it has a ${name} in it: put that into a file of its own and name the file as ${/^password$/i.test(name) ? 'passwordFile' : 'secretFile'}`
    if (typeof given === 'string' && hasCredentials(given))
      return `the address "${name}" has a name or a password in it: leave them out, and use user and passwordFile`
  }
  return undefined
}

/** Who is in which group of that directory. */
export async function* addressBookGroups(
  { client, organization }: NonNullable<AskedGrants['addressBook']>,
  signal: AbortSignal,
): AsyncGenerator<GroupRow> {
  for await (const row of pagesOf(client, 'ListDirectoryGroups', 'Groups', organization, signal)) {
    const [group, groupNames] = [String(row.Group), (row.Names as readonly unknown[]).map(String)]
    const members = (row.Members as readonly unknown[]).map(String)
    if (row.Dynamic === true || members.length === 0) yield { group, groupNames, member: '' }
    for (const member of members) yield { group, groupNames, member }
  }
}

async function* pagesOf(
  client: AdminClient,
  operation: string,
  list: string,
  organization: string,
  signal: AbortSignal,
  seen: (answer: JsonObject) => void = () => undefined,
): AsyncGenerator<JsonObject> {
  for (let NextToken: string | undefined; ; ) {
    const input: JsonObject = { OrganizationId: organization, ...(NextToken !== undefined && { NextToken }) }
    const answer = await client.call(operation, input, signal)
    seen(answer)
    yield* answer[list] as readonly JsonObject[]
    if (typeof answer.NextToken !== 'string') return
    NextToken = answer.NextToken
  }
}

/** Delegates, Full Access and Send As that the directory behind an address book tells; `home` is told where each mailbox lies. */
export const addressBookGrants = (
  { client, organization }: NonNullable<AskedGrants['addressBook']>,
  home: (home: DirectoryHome) => void,
  signal: AbortSignal,
): GrantSource => ({
  name: 'the directory of the address book',
  async *read() {
    const tellHomes = (answer: JsonObject) => {
      // A service before this one does not tell them.
      for (const row of (answer.Mailboxes ?? []) as readonly JsonObject[])
        home({
          mailbox: String(row.Mailbox),
          ...(typeof row.Database === 'string' && { database: row.Database }),
          ...(typeof row.Server === 'string' && { server: row.Server }),
        })
    }
    const asked = [client, 'ListDirectoryGrants', 'Grants', organization, signal, tellHomes] as const
    for await (const row of pagesOf(...asked)) {
      const right = String(row.Right)
      const [owner, grantee, where] = [String(row.Owner), String(row.Grantee), String(row.Where)]
      // Exchange's own groups have rights here and there, and stand for nobody.
      const reason = accountReason(/^CN=((?:\\.|[^,\\])+),/i.exec(grantee)?.[1] ?? grantee)
      if (reason !== null) yield { grants: [], leftOut: [{ reason, owner, grantee, right, where }] }
      else if (isRight(right))
        yield { grants: [{ owner, grantee, right, folder: null, lastUsedDay: null, where }], leftOut: [] }
    }
  },
})
