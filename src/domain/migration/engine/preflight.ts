import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../../directory/entry.ts'
import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import type { MailboxSource } from '../source.ts'
import { SourceFailure } from '../source-failure.ts'
import { ownerOf } from './flip.ts'
import type { CheckLine, Member, Project, SourceKind } from './project.ts'

/** Mailboxes that are asked about at once. */
const MOST_TOGETHER = 4

const capOf = ({ settings }: Project, source: string): number =>
  settings.caps[source]?.connections ?? Number.POSITIVE_INFINITY

type Deps = {
  store: Store
  /** The source of a project by its id. Refuses, or throws `SourceFailure`. */
  openSource(project: Project, source: string): Promise<MailboxSource>
  signal: AbortSignal
}

/**
 * What stands against a batch, before anything is copied: each source as a whole and for each mailbox, and what is here for it.
 * Never throws for what the other side does.
 */
export async function preflightBatch(
  { store, openSource, signal }: Deps,
  project: Project,
  members: readonly Member[],
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = []
  if (members.length === 0)
    lines.push(line('', 'members', 'failed', 'The batch has no mailboxes.', 'Add some with "migrate add".'))
  const owners = new Map<string, string>()
  const configs = await store.migration.listSources(project.organization, project.id)
  const kinds = new Map(configs.map((config) => [config.id, config.kind]))
  for (const [id, some] of Map.groupBy(members, ({ source }) => source)) {
    let source: MailboxSource
    try {
      source = await openSource(project, id)
      for (const check of await source.check(null, signal)) lines.push({ mailbox: '', ...check })
    } catch (error) {
      lines.push(
        line('', `source ${id}`, 'failed', wordsOf(error), 'Mend the source, then run the batch again.'),
      )
      continue
    }
    if (lines.some(({ mailbox, state }) => mailbox === '' && state === 'failed')) continue
    const together = Math.max(1, Math.min(MOST_TOGETHER, source.connections, capOf(project, id)))
    for (let from = 0; from < some.length; from += together) {
      signal.throwIfAborted()
      const next = some.slice(from, from + together)
      const found = await Promise.all(next.map(({ address }) => source.check(address, signal)))
      for (const [at, member] of next.entries()) {
        for (const check of found[at]!) lines.push({ mailbox: member.address, ...check })
        lines.push(...(await targetChecks(store, project.organization, member, kinds.get(id), owners)))
      }
    }
  }
  return lines
}

/** Old mail and address caches of Outlook know people by their distinguished name alone (migration.md 1.5). */
function oldNames({ address, x500 }: Member, entry: Entry): CheckLine {
  const names = x500.length + entry.addresses.filter(({ kind }) => kind === 'x500').length
  if (names > 0) return line(address, 'x500', 'ok', `Replies to old mail find it by ${names} X500 names.`, '')
  return line(
    address,
    'x500',
    'warning',
    `No X500 name of ${entry.name} is known: replies to old mail would come back as 5.1.1 IMCEAEX.`,
    'Synchronise the address book with Active Directory, which tells its legacyExchangeDN.',
  )
}

async function targetChecks(
  store: Store,
  organization: OrganizationId,
  member: Member,
  kind: SourceKind | undefined,
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
    const lines = [line(of, 'target', 'ok', `It becomes the mailbox of ${entry.name}.`, '')]
    if (kind === 'exchange') lines.push(oldNames(member, entry))
    if (entry.mailbox !== null && member.expected !== null) {
      const { quotaBytes, sizeBytes } = await store.mailboxes.getMailbox({
        organization,
        mailbox: entry.mailbox,
      })
      if (sizeBytes + member.expected.bytes > quotaBytes)
        lines.push(
          line(
            of,
            'quota',
            'warning',
            `Its ${member.expected.bytes} octets do not fit into a quota of ${quotaBytes}.`,
            'Raise the quota; it comes over whole in any case.',
          ),
        )
    }
    return lines
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [line(of, 'target', 'failed', error.message, 'Name its owner with "migrate add".')]
  }
}

export const hasFailed = (lines: readonly CheckLine[]): boolean =>
  lines.some(({ state }) => state === 'failed')

const line = (
  mailbox: string,
  name: string,
  state: CheckLine['state'],
  found: string,
  remedy: string,
): CheckLine => ({ mailbox, name, state, found, remedy })

const wordsOf = (error: unknown): string => {
  if (error instanceof SourceFailure || error instanceof Refusal) return error.message
  throw error
}
