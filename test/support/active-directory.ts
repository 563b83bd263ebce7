/**
 * Samba as an Active Directory with Exchange's attributes: the scripts lie beside this project, not in it. Each start is a domain of
 * its own on free ports of 127.0.0.1.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Attribute, Change, Client, Control, EqualityFilter } from 'ldapts'
import type { ActiveDirectoryOptions } from '#connectors/active-directory/active-directory-source.ts'
import { parseGuid } from '#connectors/active-directory/guid.ts'
import { freePort } from '#src/app/demo/free-port.ts'
import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import { command, peer } from './peers.ts'

const scripts = resolve(import.meta.dirname, '../../../shared/peers/active-directory')

/** Samba and its scripts, when they are here and may be started (it takes root). */
export const activeDirectory = peer(
  'Active Directory',
  () => {
    const isRoot = process.getuid?.() === 0
    const hasSamba = command('samba')() !== undefined || existsSync('/usr/sbin/samba')
    return isRoot && hasSamba && existsSync(join(scripts, 'up')) ? scripts : undefined
  },
  'apt-get install samba-ad-dc, have ../shared/peers/active-directory, and run as root',
)

/** What `up` prints. */
type Connection = {
  ldapUrl: string
  ldapsUrl: string
  caFile: string
  baseDn: string
  bindDn: string
  bindPassword: string
  syncBindDn: string
  readerBindDn: string
  dir: string
  samDb: string
}

/** What `populate --change` did, by name of the step: distinguished names, renames as pairs. */
export type Changes = Readonly<Record<string, readonly (string | readonly [string, string])[]>>

export type RunningDirectory = {
  readonly connection: Connection
  /** How the connector is told about it. */
  readonly options: ActiveDirectoryOptions
  /** An administrator, by a client that is not ours. */
  admin(): Promise<Client>
  /** Replaces attributes of one object; an empty text takes one away. */
  modify(place: string, ...values: (readonly [string, string | string[] | Buffer])[]): Promise<void>
  /** Renames, moves, or both. */
  move(from: string, to: string): Promise<void>
  delete(place: string): Promise<void>
  /** Brings one back that was deleted, as bare as Samba keeps it: without alias, addresses and groups. */
  undelete(guid: SourceGuid, place: string): Promise<void>
  /** Loads an organisation: the same numbers give the same one. */
  populate(people: number): Promise<void>
  /** Alters what is there. */
  change(steps: number, seed: number): Promise<Changes>
  /** Where its tickets are asked for, over TCP; `close` ends what leads there. */
  kdc(): Promise<{ host: string; port: number; close(): void }>
  /** Ends it as it is, and starts it again. */
  stop(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

const run = promisify(execFile)
/** MS-ADTS 3.1.1.3.4.1.14 */
const SHOW_DELETED = '1.2.840.113556.1.4.417'
/** The first start on a machine sets up a domain; later ones unpack it. */
const UP_MS = 600_000

/** Its port 88 lies in a network of its own, or at another address of this machine. */
async function reachKdc(dir: string) {
  const space = join(dir, 'run/netns')
  if (!existsSync(space)) {
    const [, host] = /interfaces = ([\d.]+)/.exec(readFileSync(join(dir, 'etc/smb.conf'), 'utf8')) ?? []
    return { host: host!, port: 88, close() {} }
  }
  const state = join(dir, 'run/kdc-relay.json')
  const name = readFileSync(space, 'utf8').trim()
  const where = ['--listen', '127.0.0.1', '--connect', '127.0.0.1', '--netns', name, '0:88']
  const relay = spawn('python3', [join(activeDirectory.found, 'relay.py'), '--state', state, ...where])
  while (!existsSync(state) && relay.exitCode === null) await pause(20)
  const { ports } = JSON.parse(readFileSync(state, 'utf8'))
  return { host: '127.0.0.1', port: Number(ports['88']), close: () => void relay.kill() }
}

/** With nobody in it for 0 `people`; contacts fill up the group of everybody to `largestGroup`. Rejects when it does not come up. */
export async function startActiveDirectory(people: number, largestGroup = 1_700): Promise<RunningDirectory> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-ad-'))
  const ports = await Promise.all(Array.from({ length: 4 }, freePort))
  const names = ['--ldap-port', '--ldaps-port', '--gc-port', '--gcs-port']
  const script = async (name: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(join(activeDirectory.found, name), ['--dir', folder, ...args], {
      timeout: UP_MS,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  }
  const up = async (): Promise<Connection> =>
    JSON.parse(await script('up', ...names.flatMap((name, at) => [name, String(ports[at])])))
  const connection = await up()
  const authorities = readFileSync(connection.caFile, 'utf8')
  const asAdmin = async (work: (admin: Client) => Promise<void>): Promise<void> => {
    const admin = await directory.admin()
    try {
      await work(admin)
    } finally {
      await admin.unbind()
    }
  }
  const directory: RunningDirectory = {
    connection,
    options: {
      domains: [
        { name: 'corp.example.com', controllers: [`localhost:${new URL(connection.ldapsUrl).port}`] },
      ],
      security: 'ldaps',
      authorities,
      account: { name: connection.syncBindDn, password: connection.bindPassword },
    },
    async admin() {
      const client = new Client({
        url: connection.ldapsUrl,
        timeout: 60_000,
        tlsOptions: { ca: authorities },
      })
      await client.bind(connection.bindDn, connection.bindPassword)
      return client
    },
    modify: (place, ...values) =>
      asAdmin(async (admin) => {
        const modification = values.map(([type, value]) => {
          const list = Array.isArray(value) ? value : value === '' ? [] : [value]
          return new Change({
            operation: 'replace',
            modification: new Attribute({ type, values: list as string[] }),
          })
        })
        await admin.modify(place, modification)
      }),
    move: (from, to) => asAdmin((admin) => admin.modifyDN(from, to)),
    delete: (place) => asAdmin((admin) => admin.del(place)),
    undelete: (guid, place) =>
      asAdmin(async (admin) => {
        const deleted = new Control(SHOW_DELETED, { critical: true })
        const { searchEntries } = await admin.search(
          `CN=Deleted Objects,${connection.baseDn}`,
          {
            scope: 'one',
            filter: new EqualityFilter({ attribute: 'objectGUID', value: parseGuid(guid)! }),
            attributes: ['cn'],
          },
          deleted,
        )
        const undeleted = new Attribute({ type: 'isDeleted', values: [] })
        const named = new Attribute({ type: 'distinguishedName', values: [place] })
        await admin.modify(
          searchEntries[0]!.dn,
          [
            new Change({ operation: 'delete', modification: undeleted }),
            new Change({ operation: 'replace', modification: named }),
          ],
          deleted,
        )
      }),
    async populate(count) {
      await script('populate', '--people', String(count), '--seed', '1', '--big', String(largestGroup))
    },
    async change(steps, seed) {
      return JSON.parse(await script('populate', '--change', String(steps), '--seed', String(seed)))
    },
    kdc: () => reachKdc(connection.dir),
    async stop() {
      await script('down')
    },
    async start() {
      await up()
    },
    async remove() {
      await script('down', '--wipe').catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    },
  }
  if (people > 0) await directory.populate(people)
  return directory
}
