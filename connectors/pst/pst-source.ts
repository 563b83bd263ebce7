import { basename } from 'node:path'
import type { WorkingHours } from '#src/domain/calendar/working-hours.ts'
import { MOST_CARRIED_BYTES } from '#src/domain/mailbox/user-configuration.ts'
import { guardedItem } from '#src/domain/migration/guarded-item.ts'
import type {
  ChangePage,
  Loss,
  MailboxSource,
  SourceChange,
  SourceConfiguration,
  SourceFolder,
  SourceItem,
  SourceMailbox,
  SourceSettings,
} from '#src/domain/migration/source.ts'
import { failed, ok, warning } from '#src/domain/migration/source-check.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { isDamage } from './damage.ts'
import { faultOfFile, repair } from './file-fault.ts'
import { contentsOf, hiddenItems, ROOT_FOLDER, readFolders } from './folders.ts'
import { type HiddenItem, hoursIn, readConfiguration } from './hidden-configurations.ts'
import { readJunkRule } from './hidden-junk-rule.ts'
import { ItemDamage } from './item-damage.ts'
import { areSizesPlausible, findLargeItems } from './large-items.ts'
import { readProperties } from './properties.ts'
import { readNames } from './property-names.ts'
import { PstFile } from './pst-file.ts'
import { matchOf, readSourceItem, versionOf } from './source-item.ts'
import { tableRows } from './table.ts'

export type PstSourceOptions = {
  /** Path of the file of a mailbox, by the address that its items are for. */
  fileOf: (mailbox: string) => string
}

/** So that nobody looks for the line that other sources have. */
const noClock = ok(
  'clock',
  'Files have no clock: every time in them is told in UTC, and there is none to compare.',
)

/** PidTagPstPassword: a check sum, which hides nothing. */
const PASSWORD = 0x67ff
/** PidTagRecordKey of the store: every file has another one (MS-PST §2.4.3.1). */
const RECORD_KEY = 0x0ff9
const MESSAGE_STORE = 0x21
const NORMAL_MESSAGE = 4
const MESSAGE_SIZE = 0x0e08
const ORPHANS = 'orphans'
const lost: SourceFolder = {
  key: ORPHANS,
  parent: null,
  name: 'Found without a folder',
  role: null,
  class: 'message',
  folderClass: null,
  items: null,
  sizeBytes: null,
}

type HiddenParts = {
  configurations: SourceConfiguration[]
  workingHours: WorkingHours | undefined
  junk: SourceSettings['junk']
  losses: Loss[]
}

/** Where the next page begins, in the file of this size and time. */
type Cursor = { stamp: string; row: number | null }

/** PST and OST files (MS-PST), ANSI and Unicode, with or without a password, read piece by piece. Nothing is written. */
export function openPstSource({ fileOf }: PstSourceOptions): MailboxSource {
  return {
    name: 'PST files',
    server: 'pst',
    connections: 2,
    async check(mailbox) {
      if (mailbox === null) return [noClock]
      const path = fileOf(mailbox)
      try {
        const file = await PstFile.open(path)
        try {
          const names = await readNames(file)
          const { bag } = await readProperties(file, await file.getNode(MESSAGE_STORE), names)
          const isProtected = (bag.number(PASSWORD) ?? 0) !== 0
          return [
            ok('file', `${basename(path)} (${file.header.format.name}): ${bag.text(tag.displayName) ?? ''}`),
            isProtected
              ? warning(
                  'password',
                  'The file has a password, which keeps Outlook from opening it and not us.',
                  'Make sure that its owner agrees.',
                )
              : ok('password', 'The file has no password.'),
          ]
        } finally {
          await file.close()
        }
      } catch (error) {
        const { found, remedy } = faultOfFile(error, path)
        return [failed('file', found, remedy)]
      }
    },
    async open(mailbox) {
      const path = fileOf(mailbox)
      try {
        const file = await PstFile.open(path)
        return await pstMailbox(file).catch(async (error: unknown) => {
          await file.close()
          throw error
        })
      } catch (error) {
        const { code, found, remedy } = faultOfFile(error, path)
        throw new SourceFailure('mailbox-permanent', code, `${found} ${remedy}`, { cause: error })
      }
    },
    close: async () => {},
  }
}

async function pstMailbox(file: PstFile): Promise<SourceMailbox> {
  const names = await readNames(file)
  const { bag: store } = await readProperties(file, await file.getNode(MESSAGE_STORE), names)
  const recordKey = store.bytes(RECORD_KEY)
  const broken = new Set<string>()
  if (!file.header.isWhole) broken.add('The header is not as it was written.')

  let listed: Promise<readonly SourceFolder[]> | undefined
  const list = () => {
    listed ??= readFolders(file, names, (sentence) => broken.add(sentence))
    return listed
  }

  /** A list that is damaged is told by whoever asks for the folders. */
  const listOrNone = () =>
    list().catch((error: unknown): readonly SourceFolder[] => {
      if (!isDamage(error)) throw error
      return []
    })

  /** Messages whose folder is none of those listed: what a damaged file still has of them. */
  async function* orphans(): AsyncGenerator<number> {
    const known = new Set((await list()).map(({ key }) => Number(key)))
    const told = (place: number) => broken.add(`The list of nodes is damaged at ${place}.`)
    for await (const { id, parent } of file.nodes(told))
      if ((id & 0x1f) === NORMAL_MESSAGE && parent !== 0 && !known.has(parent)) yield id
  }

  async function* folders(): AsyncGenerator<SourceFolder> {
    try {
      yield* await list()
    } catch (error) {
      if (!isDamage(error)) throw error
      throw new SourceFailure(
        'mailbox-permanent',
        'bad-file',
        `The folders of the file are damaged: ${error.message}. ${repair}`,
        { cause: error },
      )
    }
    for await (const _ of orphans()) {
      yield { ...lost }
      return
    }
  }

  async function* rowsOf({ key }: SourceFolder): AsyncGenerator<{ id: number; sizeBytes: number | null }> {
    if (key === ORPHANS) {
      for await (const id of orphans()) yield { id, sizeBytes: null }
      return
    }
    const told = new Set<number>()
    try {
      const table = await file.getNode(contentsOf(Number(key)))
      for await (const { id, bag } of tableRows(file, table, new Set([MESSAGE_SIZE]))) {
        told.add(id)
        yield { id, sizeBytes: bag.number(MESSAGE_SIZE) ?? null }
      }
    } catch (error) {
      if (!isDamage(error)) throw error
      // The table is damaged: each message says itself where it lies.
      broken.add(`The list of folder ${key} is damaged.`)
      for await (const { id, parent } of file.nodes(() => {}))
        if (parent === Number(key) && (id & 0x1f) === NORMAL_MESSAGE && !told.has(id))
          yield { id, sizeBytes: null }
    }
  }

  /** Between pages of one folder the place in its table is kept. */
  const places = new Map<
    string,
    { cursor: string; rows: AsyncGenerator<{ id: number; sizeBytes: number | null }> }
  >()

  const page = async (
    folder: SourceFolder,
    given: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<ChangePage> => {
    const stamp = await file.stamp()
    const cursor: Cursor = given === null ? { stamp, row: 0 } : JSON.parse(given)
    const restarted = cursor.stamp !== stamp
    if (!restarted && cursor.row === null)
      return { changes: [], cursor: given!, more: false, restarted: false }
    const from = restarted ? 0 : cursor.row!
    const known = places.get(folder.key)
    places.delete(folder.key)
    const goesOn = known !== undefined && known.cursor === given && !restarted
    const rows = goesOn ? known.rows : rowsOf(folder)
    if (!goesOn) for (let row = 0; row < from && !(await rows.next()).done; row++);
    const changes: SourceChange[] = []
    let isOver = false
    while (changes.length < limit && !isOver) {
      signal.throwIfAborted()
      const { value, done } = await rows.next()
      if (done || value === undefined) isOver = true
      else changes.push(await changeOf(value.id, value.sizeBytes))
    }
    const next = JSON.stringify({ stamp, row: isOver ? null : from + changes.length })
    if (!isOver) places.set(folder.key, { cursor: next, rows })
    return { changes, cursor: next, more: !isOver, restarted }
  }

  const changeOf = async (id: number, sizeBytes: number | null): Promise<SourceChange> => {
    const item = { kind: 'item', key: String(id), sizeBytes, marks: null } as const
    try {
      const damage = new ItemDamage()
      const { bag } = await readProperties(file, await file.getNode(id), names, undefined, damage.lenient)
      return { ...item, version: versionOf(bag), match: damage.isNone ? matchOf(bag) : null }
    } catch (error) {
      if (!isDamage(error)) throw error
      // Reading it will say what is wrong.
      return { ...item, version: 'damaged', match: null }
    }
  }

  let plausible: Promise<boolean> | undefined
  const areSizesTold = () =>
    (plausible ??= file.sizeBytes().then((bytes) => areSizesPlausible(allRows(), bytes)))
  async function* allRows() {
    for (const folder of await listOrNone()) yield* rowsOf(folder)
  }
  const read = async (id: number) => readSourceItem(file, names, String(id), await file.getNode(id))

  const junkIn = (item: HiddenItem) =>
    readJunkRule(file, names, item).catch((error: unknown) => {
      if (!isDamage(error)) throw error
      return undefined
    })
  /** What programs keep with folders, and what of it is left out. */
  const hidden = async (signal: AbortSignal): Promise<HiddenParts> => {
    const parts: HiddenParts = { configurations: [], workingHours: undefined, junk: null, losses: [] }
    const all = await listOrNone()
    let bytes = 0
    const root = { key: String(ROOT_FOLDER), name: 'the whole store', role: 'root' }
    for (const folder of [root, ...all]) {
      signal.throwIfAborted()
      const { key, name, role } = folder
      const left = new Map<string, number>()
      try {
        for await (const item of hiddenItems(file, Number(key))) {
          const found = await readConfiguration(file, names, item, parts.losses).catch((error: unknown) => {
            if (!isDamage(error)) throw error
            return undefined
          })
          const lists = found === undefined && role === 'inbox' ? await junkIn(item) : undefined
          if (lists !== undefined) {
            parts.junk = lists
            continue
          }
          if (found === undefined) left.set(item.messageClass, (left.get(item.messageClass) ?? 0) + 1)
          if (found == null) continue
          bytes += JSON.stringify(found.content).length
          if (bytes > MOST_CARRIED_BYTES) {
            left.set(item.messageClass, (left.get(item.messageClass) ?? 0) + 1)
            continue
          }
          parts.configurations.push({ folder: folder === root ? { role: 'root' } : { key }, ...found })
          if (role === 'calendar') parts.workingHours ??= hoursIn(found.name, found.content)
        }
      } catch (error) {
        if (!isDamage(error)) throw error
        broken.add(`The list of what is hidden in the folder "${name}" is damaged.`)
      }
      const loss = hiddenLoss(name, left)
      if (loss !== undefined) parts.losses.push(loss)
    }
    return parts
  }

  return {
    ...(recordKey !== undefined && { file: Buffer.from(recordKey).toString('hex') }),
    fileBytes: await file.sizeBytes(),
    folders,
    changes: page,
    largeItems: (folder, above, signal) =>
      findLargeItems({ rows: rowsOf(folder), areSizesTold, read }, above, signal),
    async *items(_, keys, signal) {
      for (const key of keys) {
        signal.throwIfAborted()
        try {
          yield {
            kind: 'item',
            item: guardedOf(await read(Number(key))),
          }
        } catch (error) {
          if (!isDamage(error)) throw error
          yield { kind: 'failed', key, failure: damaged(key, error) }
        }
      }
    },
    settings: async (signal) => {
      const { configurations, workingHours, junk, losses } = await hidden(signal)
      return {
        ...{ outOfOffice: null, rules: [], grants: [], folderGrants: [], junk, configurations },
        ...(workingHours && { workingHours }),
        losses: [
          ...losses,
          ...[...broken].map((reason) => ({ property: 'file', reason, weight: 'content' as const })),
        ],
      }
    },
    close: () => file.close(),
  }
}

/** Classes of hidden items that one loss names. */
const MOST_CLASSES = 10

/** Undefined where nothing is hidden in the folder. */
export function hiddenLoss(folder: string, classes: ReadonlyMap<string, number>): Loss | undefined {
  if (classes.size === 0) return undefined
  const named = [...classes].slice(0, MOST_CLASSES).map(([name, n]) => (n === 1 ? name : `${n} ${name}`))
  const more = classes.size > MOST_CLASSES ? ', and others' : ''
  return {
    property: `hidden in "${folder}"`,
    reason: `What Outlook keeps hidden in the folder is left out: ${named.join(', ')}${more}.`,
    weight: 'metadata',
  }
}

/** Numbers of a damaged file lead anywhere, outside of its buffers too. */
const damaged = (key: string, cause: Error) =>
  new SourceFailure('item-permanent', 'damaged', `Item ${key} of the file is damaged: ${cause.message}.`, {
    cause,
  })

/** Octets that turn out to be damaged while they are read say so. */
export const guardedOf = (item: SourceItem): SourceItem =>
  guardedItem(item, (error) => (isDamage(error) ? damaged(item.key, error) : error))
