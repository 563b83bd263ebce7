import { counted, octetWords } from '#src/base/figure-words.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../../../directory/entry.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store } from '../../../store.ts'
import { worthOf } from '../../right.ts'
import { ownerOf } from '../flip/flip.ts'
import { sharingFault } from '../flip/shared-ledger.ts'
import { broughtBy, everybodyOf, findParty, hasBrought } from '../grants/grants.ts'
import { withOwnAddress } from '../grants/own-address.ts'
import { originFault, originOf, projectNames, sharedWords } from '../ledger/ledger-origin.ts'
import type { CheckLine, DeferredGrant, Member, SourceConfig } from '../project/project.ts'
import { line } from './check-line.ts'
import type { SizeThere } from './preflight-there.ts'

/** What a pre-flight knows of a mailbox beside the member; `together`: addresses of all that move with it, in small letters. */
type Known = { config: SourceConfig | undefined; size: SizeThere | null; together: ReadonlySet<string> }

export const addressesOf = (members: readonly Pick<Member, 'address'>[]): ReadonlySet<string> =>
  new Set(members.map(({ address }) => address.toLowerCase()))

/** What is here for a mailbox; `owners`: whose the mailboxes before it become. */
export async function targetChecks(
  store: Store,
  organization: OrganizationId,
  member: Member,
  { config, size, together }: Known,
  owners: Map<string, string>,
): Promise<readonly CheckLine[]> {
  const of = member.address
  try {
    const entry = await ownerOf(store.directory, organization, member)
    const other = owners.get(entry.id)
    owners.set(entry.id, of)
    if (other !== undefined)
      return [
        line(
          of,
          'target',
          'failed',
          `${other} goes to ${entry.name} as well.`,
          'Give each mailbox an owner of its own.',
        ),
      ]
    if (entry.state === 'DELETED')
      return [line(of, 'target', 'failed', `${entry.name} is deleted.`, 'Make the user anew.')]
    await withOwnAddress(store.directory, organization, entry, of)
    const lines = [line(of, 'target', 'ok', `It becomes the mailbox of ${entry.name}.`)]
    lines.push(...(await movedLines(store, organization, member, entry)))
    if (config?.kind === 'exchange') lines.push(oldNames(member, entry))
    lines.push(...(await takenNames(store, organization, member, entry)))
    lines.push(...(await rightsLines(store, organization, member, together)))
    if (entry.mailbox !== null && config !== undefined)
      lines.push(...(await mailboxLines(store, organization, member, { ...entry, config })))
    if (size !== null)
      lines.push(...(await quotaLines(store, organization, member, entry, size.countedBytes)))
    return lines
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const remedy = error.reason === 'wrong-state' ? '' : 'Name its owner with "migrate add".'
    return [line(of, 'target', 'failed', error.message, remedy)]
  }
}

/** Of whom another project has made at home here: what comes over is added to what it has here. */
async function movedLines(
  store: Store,
  organization: OrganizationId,
  member: Member,
  entry: Entry,
): Promise<readonly CheckLine[]> {
  const { address, project } = member
  if (hasBrought(member) || entry.home !== 'local') return []
  const other = await broughtBy(store, organization, project, entry)
  if (other === undefined) return []
  return [
    line(
      address,
      'moved already',
      'warning',
      `${entry.name} has moved with the project "${other}" and is at home here: this adds what is new there to the mailbox here.`,
      'If that is not meant, take it out with "landbridge migrate remove".',
    ),
  ]
}

/** Old mail and address caches of Outlook know people by their distinguished name alone (migration.md 1.5). */
function oldNames({ address, x500 }: Member, entry: Entry): CheckLine {
  const names = x500.length + entry.addresses.filter(({ kind }) => kind === 'x500').length
  if (names > 0) return line(address, 'x500', 'ok', `Replies to old mail find it by ${names} X500 names.`)
  return line(
    address,
    'x500',
    'warning',
    `No X500 name of ${entry.name} is known: replies to old mail would come back as 5.1.1 IMCEAEX.`,
    'Synchronise the address book with Active Directory, which tells its legacyExchangeDN.',
  )
}

/** Names that its owner gets with the flip and somebody else has: the batch would not flip. */
async function takenNames(
  { directory }: Store,
  organization: OrganizationId,
  { address, x500 }: Member,
  entry: Entry,
): Promise<CheckLine[]> {
  const lines: CheckLine[] = []
  for (const name of x500) {
    const other = await directory.findEntry(organization, { x500: name })
    if (other !== undefined && other.id !== entry.id)
      lines.push(
        line(
          address,
          'x500',
          'failed',
          `Its X500 name ${name} is one of ${other.name}.`,
          `Take it from ${other.name} or from the plan: one name leads to one mailbox.`,
        ),
      )
  }
  return lines
}

/** Names that the rest of a sentence can bear. */
const NAMES_TOLD = 5

const listed = (names: readonly string[]): string =>
  `${names.slice(0, NAMES_TOLD).join(', ')}${names.length > NAMES_TOLD ? ` and ${names.length - NAMES_TOLD} more` : ''}`

/**
 * Rights that nobody here could be given at the flip, and rights between it and people who stay behind then, which do not work until
 * these move too.
 */
async function rightsLines(
  { migration, directory }: Store,
  organization: OrganizationId,
  { address, project }: Member,
  together: ReadonlySet<string>,
): Promise<CheckLine[]> {
  const unknown = new Set<string>()
  const apart: DeferredGrant[] = []
  const ends = new Map<string, Entry | undefined>()
  for (const grant of await migration.grantsOf(organization, project, address, ['waiting', 'unresolved'])) {
    const isOwner = grant.owner === address
    const name = isOwner ? grant.grantee : grant.owner
    if (everybodyOf(name) !== undefined) continue
    const entry = ends.has(name) ? ends.get(name) : await findParty(directory, organization, name)
    ends.set(name, entry)
    if (entry === undefined) {
      if (isOwner) unknown.add(name)
    } else if (staysBehind(entry, together) && worthOf[grant.right] > 0) apart.push(grant)
  }
  const lines: CheckLine[] = []
  if (unknown.size > 0)
    lines.push(
      line(
        address,
        'rights',
        'warning',
        `${address} gives rights to whom nobody here is called: ${listed([...unknown].map((name) => `"${name}"`))}.`,
        'Synchronise the address book or make them; the others get nothing at the flip: "landbridge migrate report --rights" lists them.',
      ),
    )
  if (apart.length > 0) {
    const names = new Set(apart.map(({ owner, grantee }) => (owner === address ? grantee : owner)))
    lines.push(
      line(
        address,
        'rights apart',
        'warning',
        `${counted(apart.length, 'right')} between ${address} and who does not move with it ${apart.length === 1 ? 'does' : 'do'} not work until they have moved too: ${listed([...names])}.`,
        'Put them into one batch, or tell them; "landbridge migrate report --rights" lists them.',
      ),
    )
  }
  return lines
}

/** Groups are in both address books. */
const staysBehind = ({ kind, home, addresses }: Entry, together: ReadonlySet<string>): boolean =>
  kind !== 'group' &&
  home !== 'local' &&
  !addresses.some(({ address }) => together.has(address.toLowerCase()))

/** Of a mailbox that its owner has here already: what filled it. */
async function mailboxLines(
  store: Store,
  organization: OrganizationId,
  member: Member,
  { mailbox, config, name }: Pick<Entry, 'mailbox' | 'name'> & { config: SourceConfig },
): Promise<CheckLine[]> {
  const at = { organization, mailbox: mailbox! }
  const lines: CheckLine[] = []
  const known = await store.migration.listLedgerFolders(at, config.id)
  const origin = originOf(member.project, config)
  const nameOf = await projectNames(store.migration, organization)
  const fault = originFault(config.id, known, origin, nameOf)
  if (fault) lines.push(line(member.address, 'source', 'failed', fault.found, fault.remedy))
  const both =
    member.mailbox === at.mailbox
      ? undefined
      : await sharingFault(store.migration, organization, member, { mailbox: at.mailbox, rows: known })
  if (both) lines.push(line(member.address, 'source', 'failed', both.found, both.remedy))
  const shared = sharedWords(config.id, known, origin, nameOf)
  if (shared !== undefined) lines.push(line(member.address, 'source', 'ok', shared))
  const { items } = await store.mailboxes.getMailbox(at)
  if (known.length === 0 && items > 0)
    lines.push(
      line(
        member.address,
        'target',
        'warning',
        `${name} has a mailbox here already, with ${counted(items, 'item')}: what comes over is added to it.`,
        'If it is not meant to be, name another owner with "migrate add".',
      ),
    )
  return lines
}

/** It comes over whole in any case; but a mailbox above its quota takes no new mail. */
async function quotaLines(
  store: Store,
  organization: OrganizationId,
  { address, mailbox, counts }: Member,
  entry: Entry,
  size: number,
): Promise<readonly CheckLine[]> {
  const here = mailbox ?? entry.mailbox
  const { quotaBytes, sizeBytes } =
    here === null
      ? { quotaBytes: (await store.organizations.get(organization)).settings.defaultQuotaBytes, sizeBytes: 0 }
      : await store.mailboxes.getMailbox({ organization, mailbox: here })
  if (sizeBytes + Math.max(0, size - counts.bytes) <= quotaBytes) return []
  return [
    line(
      address,
      'quota',
      'warning',
      `Its ${octetWords(size)} do not fit into a quota of ${octetWords(quotaBytes)}: it comes over whole, and takes no new mail once it has moved.`,
      'Let something be taken out of it there before it moves, or raise its quota here: "landbridge user quota", at most 50 GB.',
    ),
  ]
}
