import type { NewItem } from '#src/domain/mailbox/store.ts'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Writer } from '#src/domain/store.ts'
import type { MigrationSite, migrationSite } from './migration-site.ts'
import type { SourceCall } from './scripted-source.ts'
import { stageBytes } from './store.ts'

/** A mailbox that has moved, what comes into it since, and its way back. */

const { signal } = new AbortController()

/** One mailbox that has moved, with two messages of before. */
export async function movedMailbox(start: typeof migrationSite): Promise<MigrationSite> {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  box.addMessage(folder, 'before 1')
  box.addMessage(folder, 'before 2')
  site.engine()
  await move(site, 1)
  return site
}

/** Takes a batch through its copy and its flip. */
export async function move(site: MigrationSite, batch: number): Promise<void> {
  await site.start(batch)
  await site.until('it is synced', async () => (await site.batch(batch)).state === 'synced')
  await cutOverBatch(site.steering(), batch, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch(batch)).state === 'done')
}

/** Her mailbox here. */
export async function placeOf(site: MigrationSite) {
  const { mailbox } = await site.member('anna')
  return { organization: site.organization, mailbox: mailbox! }
}

/** What somebody does in her mailbox here. */
export async function write(site: MigrationSite, work: (writer: Writer) => Promise<unknown>): Promise<void> {
  const at = await placeOf(site)
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, work)
}

/** Something that comes in here. */
export async function arrives(
  site: MigrationSite,
  folder: string,
  item: Partial<NewItem>,
  text = '',
): Promise<void> {
  const at = await placeOf(site)
  const { no } = (await site.store.mailboxes.findFolder(at, { distinguished: folder }))!
  const octets = Buffer.from(`Subject: ${item.summary?.subject}\r\n\r\n${text}\r\n`)
  const body = item.class === 'event' ? {} : { body: await stageBytes(site.store, at, octets) }
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      ...{ folder: no, class: 'message', receivedAt: site.clock.now(), summary: { subject: '' } },
      ...body,
      ...item,
    }),
  )
}

/** An event, as it lies in a calendar. */
export const meeting = {
  class: 'event',
  summary: { subject: 'meeting' },
  content: { '@type': 'Event', uid: 'm1', title: 'meeting', start: '2027-01-12T10:00:00' },
} as const

/** Rolls a batch back. */
export const back = async (site: MigrationSite, batch = 1) =>
  rollBack(site.store, await site.current(), batch, { by: 'ed', now: site.clock.now(), signal })

/**
 * Rolls back while the answer to every second of these calls is lost and the process ends at every third, at most `most` times;
 * answers how often it ended. Each end is a fault at the item that is under way.
 */
export async function backThroughEnds(
  site: MigrationSite,
  calls: readonly SourceCall['op'][],
  most = Infinity,
): Promise<number> {
  let count = 0
  site.foreseen.add('The process was ended')
  let engine = site.engine()
  const ends: Promise<void>[] = []
  site.source.after = ({ op }) => {
    if (!calls.includes(op)) return
    count++
    if (count % 3 === 0 && ends.length < most) {
      ends.push(engine.stop(AbortSignal.abort()))
      engine = site.engine()
      throw new Error('The process was ended')
    }
    if (count % 2 === 0) throw new SourceFailure('transient', 'lost', 'The answer was lost.')
  }
  const stop = site.clock.leap()
  await back(site)
  await site.until('it is back', isBack(site), 60_000)
  stop()
  await Promise.all(ends)
  return ends.length
}

/** Whether everything of hers is settled. */
export const isBack = (site: MigrationSite) => async () => (await site.member('anna')).state === 'rolled-back'

/** What lies in a folder of the source, in order. */
export const there = (site: MigrationSite, folder = 'anna-inbox'): string[] =>
  [...site.source.box('anna@corp.example').folder(folder).items.values()].map(({ item }) => item.title).sort()

/** Her folders at the source, each as `key: above/name`. */
export const tree = (site: MigrationSite) =>
  Object.fromEntries(
    [...site.source.box('anna@corp.example').tree.values()].map(({ key, name, parent }) => [
      key,
      `${parent ?? ''}/${name}`,
    ]),
  )
