import { joinedLists, noJunkLists } from '../../../rules/junk-lists.ts'
import type { Loss, SourceSettings } from '../../source.ts'
import { noteGrants } from '../grants/note-grants.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { bringConfigurations } from '../settings/bring-configurations.ts'
import { KEPT_SETTINGS, type KeptSettings } from '../settings/kept-settings.ts'

/** How long settings that were read are good enough for a delta. */
const GOOD_FOR_MS = 24 * 3_600_000

type ReadSettings = { settings: SourceSettings; readAt: number }

/** Settings that are being read while items come, until somebody takes them. */
export type SettingsBeside = AsyncDisposable & {
  /** Notes rights and keeps the rest with the mailbox until the flip. Throws as `Lane.call`, and `LeaseLost`. */
  take(): Promise<void>
}

/**
 * Begins to read everything of the mailbox that is no item. That costs as many calls as all folders of a mailbox at rest, so a
 * delta takes those of the last day; `anew`: they are read whatever is kept. Where items are read one at a time they come only as they are
 * taken.
 */
export function settingsBeside(run: PassRun, { anew }: { anew: boolean }): SettingsBeside {
  const stop = new AbortController()
  let read: Promise<ReadSettings | null> | undefined
  const begin = () => {
    read ??= run.copiesOnly ? Promise.resolve(null) : readDue(run, anew, stop.signal)
    // Told to whoever takes them.
    read.catch(() => undefined)
    return read
  }
  if (!run.careful?.isOn) begin()
  return {
    async take() {
      const found = await begin()
      if (found !== null) await keep(run, found)
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('Nobody takes the settings'))
      await Promise.allSettled([read])
    },
  }
}

/** Null while those that are kept are good enough. */
async function readDue(
  { store, at, lane, source }: PassRun,
  anew: boolean,
  stop: AbortSignal,
): Promise<ReadSettings | null> {
  const kept = await store.mailboxes.findConfiguration(at, 'root', KEPT_SETTINGS)
  const before = kept?.content.readAt
  const readAt = lane.clock.now()
  if (!anew && typeof before === 'number' && readAt - before < GOOD_FOR_MS) return null
  return { settings: await lane.call((signal) => source.settings(AbortSignal.any([signal, stop]))), readAt }
}

async function keep(run: PassRun, { settings, readAt }: ReadSettings): Promise<void> {
  const { store, at } = run
  await noteGrants(run, settings)
  const root = await store.mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) return
  const { configurations: told, untoldConfigurations: untold = [], workingHours, ...others } = settings
  const { askedConfigurations: asked, ...rest } = others
  await commit(run, async (writer) => {
    const before = (await writer.mailboxes.findConfiguration(at, root.no, KEPT_SETTINGS))?.content.settings
    const came = await bringConfigurations(writer, at, run.member.source, {
      file: run.origin.file,
      told,
      untold,
      asked,
      workingHours,
      before: before as KeptSettings | undefined,
    })
    const junk = rest.junk && joinedLists(noJunkLists, rest.junk)
    const losses = [...rest.losses, ...came.losses, ...unlistedLosses(junk?.left ?? 0)]
    const kept: KeptSettings = { ...rest, ...came, junk: junk?.lists ?? null, losses }
    await writer.mailboxes.putConfiguration(at, root.no, KEPT_SETTINGS, { settings: kept, readAt })
  })
}

/** Safe and blocked senders beyond what a mailbox keeps. */
export const unlistedLosses = (count: number): Loss[] =>
  count === 0
    ? []
    : [
        {
          property: 'junk mail lists',
          reason: `${count} safe and blocked senders have no room here. Name them in rules.`,
          weight: 'visible',
        },
      ]
