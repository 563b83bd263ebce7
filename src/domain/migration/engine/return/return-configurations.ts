import { isSameName } from '#src/base/same-name.ts'
import type { Configuration } from '../../../mailbox/configuration.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import {
  configurationOfClass,
  FOLDER_PROPERTIES,
  isFolderProperties,
} from '../../../mailbox/user-configuration.ts'
import type { Store } from '../../../store.ts'
import { toldCategories } from '../../merged-categories.ts'
import type { ConfigurationOrder, Loss, SourceRuleFolder } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { PassRun } from '../ledger/page-run.ts'
import { refusedThere } from '../ledger/refused-there.ts'
import { digestOf, wordOfConfiguration } from '../settings/bring-configurations.ts'
import { type BroughtConfiguration, keptSettings, noteThere } from '../settings/kept-settings.ts'

type Content = Configuration['content']
/** `after`: as it is noted once the source has it. */
export type ChangedConfiguration = { order: ConfigurationOrder; after: BroughtConfiguration }

/** Folders in which programs keep settings of a whole mailbox. */
const places: ReadonlySet<string | null> = new Set(
  'root inbox calendar contacts tasks notes drafts sentitems'.split(' '),
)

/** What programs keep with folders that stands otherwise here than it came, or did not come at all. */
export async function changedConfigurations(
  { mailboxes, migration }: Pick<Store, 'mailboxes' | 'migration'>,
  at: MailboxRef,
  source: string,
): Promise<readonly ChangedConfiguration[]> {
  const folders = await mailboxes.listFolders(at)
  const ledger = await migration.listLedgerFolders(at, source)
  const here = new Map(folders.map((folder) => [folder.no, folder]))
  const there = new Map<FolderNo, SourceRuleFolder>(
    ledger.filter(({ gone }) => !gone).map(({ key, target }) => [target, { key }]),
  )
  for (const { no, distinguished } of folders)
    if (distinguished !== null && places.has(distinguished) && !there.has(no))
      there.set(no, { role: distinguished })
  const known = ((await keptSettings(mailboxes, at))?.brought ?? []).filter((each) => each.source === source)
  const changes: ChangedConfiguration[] = []
  const compare = (folder: FolderNo, name: string, content: Content | undefined) => {
    const was = known.find((each) => each.folder === folder && isSameName(each.name, name))
    const place = was?.at ?? there.get(folder)
    const digest = digestOf(content)
    if (place === undefined || digest === (was?.digest ?? null)) return
    const keys = isFolderProperties(name) ? { keys: Object.keys(content ?? {}) } : {}
    const categories = content && toldCategories(name, content)
    const taken = isFolderProperties(name) ? (was?.keys ?? []).map((key) => [key, null]) : []
    const wanted = isFolderProperties(name) ? { ...Object.fromEntries(taken), ...content } : (content ?? null)
    changes.push({
      order: { folder: place, name, content: wanted },
      after: { source, at: place, folder, name, digest, ...keys, ...(categories && { categories }) },
    })
  }
  const properties = await mailboxes.findConfigurations(at, [...there.keys()], FOLDER_PROPERTIES)
  for (const [folder, { content }] of properties) compare(folder, FOLDER_PROPERTIES, content)
  const listed = new Set([...known.map(({ folder }) => folder), ...rootsOf(folders)])
  for (const folder of listed) {
    // Those of a folder that was deleted here go with it.
    if (!here.has(folder)) continue
    const kept = await mailboxes.listConfigurations(at, folder)
    for (const { name, content } of kept)
      if (configurationOfClass(name) !== undefined) compare(folder, name, content)
    for (const each of known)
      if (each.folder === folder && !kept.some(({ name }) => isSameName(name, each.name)))
        compare(folder, each.name, undefined)
  }
  return changes
}

const rootsOf = (folders: readonly { no: FolderNo; distinguished: string | null }[]): FolderNo[] =>
  folders.filter(({ distinguished }) => places.has(distinguished)).map(({ no }) => no)

/**
 * Writes at the source what programs have changed here since the move. Answers what the source has not. May be run any number of times.
 * Throws as `Lane.call`.
 */
export async function returnConfigurations(run: PassRun): Promise<readonly Loss[]> {
  const { store, at, member } = run
  const changes = await changedConfigurations(store, at, member.source)
  if (changes.length === 0) return []
  const put = run.source.returns?.putConfiguration
  const losses = new Map<string, Loss>()
  const done: BroughtConfiguration[] = []
  for (const { order, after } of changes)
    try {
      if (put === undefined) throw new SourceFailure('item-permanent', 'not-set', 'The source takes none.')
      await run.lane.call((signal) => put(order, signal))
      done.push(after)
    } catch (error) {
      const property = wordOfConfiguration(order.name)
      const reason = `Changed here, and as it was there. ${refusedThere(error)}`
      losses.set(property, { property, reason, weight: 'metadata' })
    }
  if (done.length > 0) {
    const kept = (await keptSettings(store.mailboxes, at))?.brought ?? []
    const others = kept.filter(
      (each) => !done.some((one) => one.folder === each.folder && isSameName(one.name, each.name)),
    )
    await noteThere(run, { brought: [...others, ...done] })
  }
  return [...losses.values()]
}
