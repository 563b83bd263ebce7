import { readFileSync } from 'node:fs'
import { DirectoryWriter, type Values } from '#connectors/active-directory/directory-writer.ts'
import { LdapFault } from '#connectors/active-directory/ldap-fault.ts'
import { ldifEntries } from '#connectors/active-directory/ldif-entries.ts'
import type { RawEntry } from '#connectors/active-directory/raw-entry.ts'
import { companyFiles } from '../company.ts'
import { DemoFault } from '../demo-fault.ts'
import { inParallel } from '../rounds.ts'
import { ROUTING_DOMAIN } from '../scene.ts'
import type { CompanyDirectory } from './company-directory.ts'

/** A directory to put the company into, and who may write there. */
export type DirectoryPlace = {
  host: string
  port: number
  /** PEM file of the authority that its certificate comes from. */
  authoritiesFile?: string
  account: { name: string; password: string }
}

const AT_ONCE = 8
const UNIT = 'Landbridge demonstration'
/** Says that the unit is ours: only then it is removed. */
const MARK = 'Made by landbridge demo, which removes it with everything below when it is run again.'
const BASE_OF_FILE = 'DC=corp,DC=example'
const UNITS = ['People', 'Shared', 'Resources', 'Contacts', 'Groups']
/** Set once everybody they name is there. */
const LINKS = ['member', 'publicdelegates', 'msexchdelegatelistlink']
/** The directory's own to set, or about an Exchange organisation that is not there. */
const NOT_WRITTEN = new Set(['objectguid', 'usnchanged', 'objectcategory', 'homemdb', ...LINKS])

const PASSWORD_NOT_REQUIRED = 0x20
const NORMAL_ACCOUNT = 0x200
const MAIL_USER: Values = {
  msExchMailboxGuid: [],
  msExchDelegateListLink: [],
  msExchRecipientTypeDetails: ['128'],
  msExchRecipientDisplayType: ['6'],
}

/** An Active Directory with Exchange's schema. The company lies in one organisational unit of it. SourceFailure. */
export async function activeDirectory(place: DirectoryPlace, signal: AbortSignal): Promise<CompanyDirectory> {
  const { host, port, authoritiesFile, account } = place
  const authorities = authoritiesFile === undefined ? undefined : readFileSync(authoritiesFile, 'utf8')
  const server = { host, port, security: 'ldaps', ...(authorities !== undefined && { authorities }) } as const
  const writer = await DirectoryWriter.open(server, account, signal)
  const unit = `OU=${UNIT},${writer.domain}`
  const inUnit = (name: string) => `${name.slice(0, -BASE_OF_FILE.length)}${unit}`
  const places = new Map<string, string>()
  return {
    name: `${unit} at ldaps://${host}:${port}`,
    connection: {
      args: [
        ...[domainName(writer.domain), '--controller', `${host}:${port}`, '--base', unit],
        ...['--bind', account.name],
        ...(authoritiesFile === undefined ? [] : ['--ca', authoritiesFile]),
      ],
      stdin: account.password,
    },
    keepsPasswords: true,
    async fill(_, { aliases, password }) {
      await freshUnit(writer, unit)
      const entries: RawEntry[] = []
      for await (const { entry } of ldifEntries(companyFiles.directory)) entries.push(entry)
      await inParallel(entries, AT_ONCE, async (entry) => {
        places.set(entry.text('mailNickname')!, inUnit(entry.name))
        await told(inUnit(entry.name), () => writer.add(inUnit(entry.name), valuesOf(entry)))
      })
      await inParallel(entries, AT_ONCE, async (entry) => {
        const links = LINKS.filter((name) => entry.has(name))
        if (links.length === 0) return
        const replace = Object.fromEntries(links.map((name) => [name, entry.texts(name).map(inUnit)]))
        await told(inUnit(entry.name), () => writer.modify(inUnit(entry.name), { replace }))
      })
      for (const alias of aliases)
        await told(places.get(alias)!, () =>
          writer.modify(places.get(alias)!, { replace: signsIn(password) }),
        )
    },
    async makeMailUsers(aliases) {
      await inParallel(aliases, AT_ONCE, async (alias) => {
        const routed = `${alias}@${ROUTING_DOMAIN}`
        await told(places.get(alias)!, () =>
          writer.modify(places.get(alias)!, {
            replace: { ...MAIL_USER, targetAddress: [`SMTP:${routed}`] },
            add: { proxyAddresses: [`smtp:${routed}`] },
          }),
        )
      })
    },
    close: () => writer.close(),
  }
}

/** `DC=corp,DC=example` is `corp.example`. */
const domainName = (base: string): string => base.replaceAll(/,?DC=/gi, '.').slice(1).toLowerCase()

/** The unit, empty. What is there under its name and not ours is left alone: DemoFault. */
async function freshUnit(writer: DirectoryWriter, unit: string): Promise<void> {
  const found = await writer.find(unit, ['description'])
  if (found !== undefined && found.text('description') !== MARK)
    throw new DemoFault(`${unit} is there and not of a demonstration. Rename or remove it.`)
  if (found !== undefined) await told(unit, () => writer.removeTree(unit))
  const objectClass = ['top', 'organizationalUnit']
  await told(unit, () => writer.add(unit, { objectClass, description: [MARK] }))
  for (const name of UNITS) await told(unit, () => writer.add(`OU=${name},${unit}`, { objectClass }))
}

function valuesOf(entry: RawEntry): Values {
  const kept = [...entry.attributes].filter((name) => !NOT_WRITTEN.has(name))
  const values = Object.fromEntries(kept.map((name) => [name, entry.allOctets(name)]))
  const control = entry.number('userAccountControl')
  // Nobody has a password yet, and an account that is enabled needs one.
  const without =
    control === null ? undefined : { useraccountcontrol: [String(control | PASSWORD_NOT_REQUIRED)] }
  return { ...values, ...without }
}

/** unicodePwd, MS-ADTS 3.1.1.3.1.5: in quotation marks, as UTF-16. */
const signsIn = (password: string): Values => ({
  unicodePwd: [Buffer.from(`"${password}"`, 'utf16le')],
  userAccountControl: [String(NORMAL_ACCOUNT)],
})

async function told(place: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof LdapFault)) throw error
    throw new DemoFault(
      `The directory does not take ${place}: ${error.message} (${error.code}). It needs Exchange's schema, and the account the right to write there.`,
    )
  }
}
