import { noteGrants } from './grants.ts'
import { KEPT_SETTINGS } from './kept-settings.ts'
import { commit, type PassRun } from './page-run.ts'

/** How long settings that were read are good enough for a delta. */
const GOOD_FOR_MS = 24 * 3_600_000

/**
 * Reads everything of the mailbox that is no item: rights are noted now, the rest is kept with the mailbox until the flip. They
 * cost as many calls as all folders of a mailbox at rest, so a delta takes those of the last day; `last`: the one before the flip
 * reads them whatever is kept. Throws as `Lane.call`, and `LeaseLost`.
 */
export async function takeSettings(run: PassRun, { last }: { last: boolean }): Promise<void> {
  if (run.copiesOnly) return
  const { store, at, lane, source } = run
  const root = await store.mailboxes.findFolder(at, { distinguished: 'root' })
  const kept = root && (await store.mailboxes.findConfiguration(at, root.no, KEPT_SETTINGS))
  const readAt = kept?.content.readAt
  if (!last && typeof readAt === 'number' && lane.clock.now() - readAt < GOOD_FOR_MS) return
  const settings = await lane.call((signal) => source.settings(signal))
  await noteGrants(run, settings)
  if (root === undefined) return
  await commit(run, ({ mailboxes }) =>
    mailboxes.putConfiguration(at, root.no, KEPT_SETTINGS, { settings, readAt: lane.clock.now() }),
  )
}
