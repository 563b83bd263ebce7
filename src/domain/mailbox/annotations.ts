import type { EntryId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { FolderNo } from './item.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from './store.ts'

/** Whose annotations: everybody's who may see the folder, or those of one user. */
export type AnnotationOwner = 'shared' | EntryId
/** Values by name, in lower case and without its owner: `/comment`. Octets, one per character. */
export type Annotations = ReadonlyMap<string, string>

/** As many as one owner has on one folder, the octets of one value, and of all of them with their names: no quota counts them. */
export const MOST_ANNOTATIONS = 100
export const LARGEST_ANNOTATION_BYTES = 16 * 1024
const MOST_BYTES = 64 * 1024
/** Changes that are remembered for those who watch. */
const MOST_CHANGES = 100

/** A value that there is no room for. */
export class AnnotationLimit extends Refusal {
  readonly limit: 'count' | 'octets'

  constructor(limit: 'count' | 'octets') {
    const most =
      limit === 'count'
        ? `${MOST_ANNOTATIONS} annotations of ${MOST_BYTES} octets together`
        : `${LARGEST_ANNOTATION_BYTES} octets`
    super('limit-exceeded', `At most ${most} are kept. Remove or shorten some.`)
    this.limit = limit
  }
}

/** That somebody changed an annotation; `no` ascends in the mailbox. */
type AnnotationChange = { no: number; folder: FolderNo; owner: AnnotationOwner; name: string }

const nameFor = (owner: AnnotationOwner) => `Landbridge.Annotations.${owner}`
const CHANGES = 'Landbridge.AnnotationChanges'

/** Annotations of a folder. Those of the whole mailbox hang on its root. */
export async function readAnnotations(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: FolderNo,
  owner: AnnotationOwner,
): Promise<Annotations> {
  const kept = await mailboxes.findConfiguration(at, folder, nameFor(owner))
  return new Map(Object.entries((kept?.content.values ?? {}) as Record<string, string>))
}

/** Sets values, or removes them with null: all of them or none. Refuses `AnnotationLimit`, `no-such-folder`. */
export function writeAnnotations(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  changes: readonly { owner: AnnotationOwner; name: string; value: string | null }[],
): Promise<void> {
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    for (const [owner, some] of Map.groupBy(changes, (each) => each.owner)) {
      const values = new Map(await readAnnotations(mailboxes, at, folder, owner))
      for (const { name, value } of some) {
        if (value === null) values.delete(name)
        else if (value.length > LARGEST_ANNOTATION_BYTES) throw new AnnotationLimit('octets')
        else values.set(name, value)
      }
      const bytes = [...values].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
      if (values.size > MOST_ANNOTATIONS || bytes > MOST_BYTES) throw new AnnotationLimit('count')
      const content = values.size === 0 ? null : { values: Object.fromEntries(values) }
      await mailboxes.putConfiguration(at, folder, nameFor(owner), content)
    }
    await rememberChanges(mailboxes, at, folder, changes)
  })
}

/** Changes after `since`, in their order; 0 gives what is remembered. Old ones are forgotten. */
export async function annotationChanges(
  mailboxes: MailboxReader,
  at: MailboxRef,
  since: number,
): Promise<readonly AnnotationChange[]> {
  const kept = await mailboxes.findConfiguration(at, 'root', CHANGES)
  return ((kept?.content.changes ?? []) as AnnotationChange[]).filter(({ no }) => no > since)
}

async function rememberChanges(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  folder: FolderNo,
  changed: readonly { owner: AnnotationOwner; name: string }[],
): Promise<void> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) return
  const before = await annotationChanges(mailboxes, at, 0)
  let no = before.at(-1)?.no ?? 0
  const changes = [...before, ...changed.map(({ owner, name }) => ({ no: ++no, folder, owner, name }))]
  await mailboxes.putConfiguration(at, root.no, CHANGES, { changes: changes.slice(-MOST_CHANGES) })
}
