import { isDeepStrictEqual } from 'node:util'
import type {
  ChangePage,
  ReadItem,
  SourceChange,
  SourceFolder,
  SourceItem,
  SourceMailbox,
  SourceReturns,
  SourceRule,
  SourceSettings,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { withConfiguration } from './scripted-configurations.ts'
import { type FolderOptions, type Journal, newFolder, type ScriptedFolder } from './scripted-folder.ts'
import { itemOf, type MessageOptions, nameOf, type ScriptedItem, toldOf } from './scripted-item.ts'
import type { ScriptedSource, SourceCall } from './scripted-source.ts'

type Cursor = { epoch: number; listed: number | null; from: number }

/** A mailbox of a `ScriptedSource`. */
export class ScriptedBox implements SourceMailbox {
  readonly address: string
  readonly #source: ScriptedSource
  readonly tree = new Map<string, ScriptedFolder>()
  settled: SourceSettings = {
    outOfOffice: null,
    rules: [],
    grants: [],
    folderGrants: [],
    junk: null,
    losses: [],
  }
  /** Whether changes of known items come with marks instead of having to be read; of what is new to a folder they always do. */
  givesMarks = false
  /** Whether its lists leave out what came after a cursor and is gone again, as Exchange and IMAP do. */
  tellsWhatIs = false
  /** Whether lists say when items came in. */
  tellsArrival = false
  /** Whether messages may say of themselves what others say. */
  isUnproven = false
  /**
   * The clock of a server that tells marks of folders as Exchange does: when something of one changed last, in whole seconds and not for
   * marks of having been read, and its counts. Null: it tells none.
   */
  tellsMarks: (() => number) | null = null
  /** Whether `tree` lacks folders that are there. */
  lacksFolders = false
  /** Where a list does not tell all that may have changed of what moved, as with Exchange. */
  facts?: NonNullable<SourceMailbox['facts']>
  #seq = 0

  constructor(address: string, source: ScriptedSource) {
    this.address = address
    this.#source = source
  }

  addFolder(name: string, options: FolderOptions & { key?: string } = {}): string {
    const key = options.key ?? `f${++this.#seq}`
    this.tree.set(key, newFolder(key, name, options))
    return key
  }

  folder(key: string): ScriptedFolder {
    return this.tree.get(key)!
  }

  renameFolder(key: string, change: { name?: string; parent?: string }): void {
    Object.assign(this.folder(key), change)
  }

  removeFolder(key: string): void {
    this.tree.delete(key)
  }

  addMessage(folder: string, subject: string, options: MessageOptions = {}): string {
    const seq = ++this.#seq
    const octets =
      options.octets ??
      Buffer.from(
        `From: a@source.example\r\nTo: ${this.address}\r\nSubject: ${subject}\r\nMessage-ID: <${this.address}-${seq}@source.example>\r\n\r\n${options.body ?? `Text of ${subject}`}\r\n`,
      )
    return this.#put(folder, seq, octets, {
      class: 'message',
      title: subject,
      receivedAt: options.receivedAt ?? 1_700_000_000_000 + seq * 1000,
      flags: options.flags ?? 0,
      keywords: options.keywords ?? [],
      properties: {},
      content: null,
      losses: options.losses ?? [],
    })
  }

  addContent(
    folder: string,
    itemClass: 'event' | 'contact' | 'task' | 'note',
    content: NonNullable<SourceItem['content']>,
  ): string {
    const seq = ++this.#seq
    return this.#put(folder, seq, null, {
      class: itemClass,
      title: String(content.title ?? ''),
      receivedAt: 1_700_000_000_000 + seq * 1000,
      flags: 0,
      keywords: [],
      properties: { 'String:0x3001': `property ${seq}` },
      content,
      losses: [],
    })
  }

  #changed(folder: ScriptedFolder, entry: Journal): void {
    folder.journal.push(entry)
    if (entry.kind === 'gone') folder.deleted++
    // Of a clock that was set back nobody is told.
    if (entry.kind !== 'read') folder.changedAt = Math.max(folder.changedAt, this.tellsMarks?.() ?? 0)
  }

  #markOf({ changedAt, items, deleted }: ScriptedFolder): string | null {
    if (this.tellsMarks === null) return null
    const unread = [...items.values()].filter(({ item }) => (item.flags & 1) === 0).length
    return [Math.floor(changedAt / 1_000), items.size, unread, deleted].join(' ')
  }

  #put(folder: string, seq: number, octets: ScriptedItem['octets'], item: ScriptedItem['item']): string {
    const key = `${this.address}/i${seq}`
    const to = this.folder(folder)
    to.items.set(key, { seq, key, version: 1, match: `match-${seq}`, octets, item })
    this.#changed(to, { kind: 'item', key })
    return key
  }

  edit(folder: string, key: string, change: Partial<ScriptedItem['item']> & { body?: string }): void {
    const { body, ...rest } = change
    const at = this.folder(folder)
    const item = at.items.get(key)!
    item.version++
    item.arrived = false
    item.item = { ...item.item, ...rest }
    if (body !== undefined) {
      item.octets = Buffer.from(`Subject: ${item.item.title}\r\n\r\n${body}\r\n`)
      item.match = `${item.match}-${item.version}`
    }
    this.#changed(at, { kind: 'item', key })
  }

  read(folder: string, key: string, seen: boolean): void {
    const at = this.folder(folder)
    const item = at.items.get(key)!
    item.version++
    item.item = { ...item.item, flags: seen ? item.item.flags | 1 : item.item.flags & ~1 }
    this.#changed(at, { kind: 'read', key, seen })
  }

  /** As Exchange does it: gone from one folder, there in the other under a new key. */
  move(from: string, key: string, to: string): string {
    const item = this.folder(from).items.get(key)!
    this.remove(from, key)
    const fresh = `${this.address}/i${++this.#seq}`
    this.folder(to).items.set(fresh, { ...item, key: fresh, seq: this.#seq, arrived: true })
    this.#changed(this.folder(to), { kind: 'item', key: fresh })
    return fresh
  }

  remove(folder: string, key: string): void {
    this.folder(folder).items.delete(key)
    this.#changed(this.folder(folder), { kind: 'gone', key })
  }

  /** Cursors are void from now on; with `renumber` every item has another key too (UIDVALIDITY). */
  invalidate(folder: string, { renumber = false } = {}): void {
    const at = this.folder(folder)
    at.epoch++
    if (!renumber) return
    const items = [...at.items.values()]
    at.items.clear()
    for (const item of items) {
      const seq = ++this.#seq
      at.items.set(`${this.address}/i${seq}`, { ...item, seq, key: `${this.address}/i${seq}`, arrived: true })
    }
  }

  async *folders(signal: AbortSignal): AsyncGenerator<SourceFolder> {
    await this.#source.call({ op: 'folders', mailbox: this.address }, signal, async () => undefined)
    for (const folder of this.tree.values()) {
      const { key, parent, name, role, class: kind, folderClass, items, subscribed } = folder
      const said = { items: items.size, sizeBytes: null, ...(subscribed !== undefined && { subscribed }) }
      yield { key, parent, name, role, class: kind, folderClass, ...said, mark: this.#markOf(folder) }
    }
  }

  changes(
    { key }: SourceFolder,
    cursor: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<ChangePage> {
    const call: SourceCall = { op: 'changes', mailbox: this.address, folder: key }
    return this.#source.call(call, signal, async () => this.#page(this.folder(key), cursor, limit))
  }

  #page(folder: ScriptedFolder, text: string | null, limit: number): ChangePage {
    const given = text === null ? undefined : (JSON.parse(text) as Cursor)
    const known = given?.epoch === folder.epoch ? given : undefined
    const at: Cursor = known ?? { epoch: folder.epoch, listed: 0, from: folder.journal.length }
    const restarted = given !== undefined && known === undefined
    const answer = (changes: SourceChange[], next: Cursor, more: boolean): ChangePage => ({
      changes,
      cursor: JSON.stringify(next),
      more,
      restarted,
    })
    if (at.listed !== null) {
      const rest = [...folder.items.values()]
        .filter(({ seq }) => seq > at.listed!)
        .sort((a, b) => a.seq - b.seq)
      const page = rest.slice(0, limit)
      const listed = page.length === rest.length ? null : page.at(-1)!.seq
      return answer(
        page.map((item) => this.#change(item)),
        { ...at, listed },
        listed !== null,
      )
    }
    const page = folder.journal.slice(at.from, at.from + limit)
    const came = new Set<string>()
    const changes = page.flatMap((entry): SourceChange[] => {
      if (entry.kind === 'item') came.add(entry.key)
      if (entry.kind === 'gone' && this.tellsWhatIs && came.has(entry.key)) return []
      if (entry.kind === 'gone') return [{ kind: 'gone', key: entry.key }]
      if (entry.kind === 'read') return [{ kind: 'read', key: entry.key, seen: entry.seen! }]
      const item = folder.items.get(entry.key)
      return item === undefined ? [] : [this.#change(item)]
    })
    const from = at.from + page.length
    return answer(changes, { ...at, from }, from < folder.journal.length)
  }

  #change({ key, version, match, item, octets, arrived, contentId }: ScriptedItem): SourceChange {
    const sizeBytes = octets === null ? 0 : 'sizeBytes' in octets ? octets.sizeBytes : octets.length
    const told = this.givesMarks || (arrived === true && item.class === 'message')
    const marks = told ? { flags: item.flags, keywords: item.keywords } : null
    const said = {
      ...(this.tellsArrival && { receivedAt: item.receivedAt }),
      ...(this.isUnproven && { unproven: true as const }),
      ...(contentId !== undefined && { contentId }),
    }
    return { kind: 'item', key, version: String(version), sizeBytes, match, marks, ...said }
  }

  async *items(
    { key: folder }: SourceFolder,
    keys: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<ReadItem> {
    await this.#source.call({ op: 'items', mailbox: this.address, folder }, signal, async () => undefined)
    for (const key of keys) {
      const found = this.folder(folder).items.get(key)
      try {
        await this.#source.call(
          { op: 'item', mailbox: this.address, folder, key },
          signal,
          async () => undefined,
        )
      } catch (error) {
        if (!(error instanceof SourceFailure) || error.code.startsWith('call:')) throw error
        yield { kind: 'failed', key, failure: error, ...toldOf(found?.item) }
        continue
      }
      if (found === undefined) {
        const failure = new SourceFailure('item-permanent', 'gone', 'It is not there any more.')
        yield { kind: 'failed', key, failure }
        continue
      }
      yield { kind: 'item', item: itemOf(found) }
    }
  }

  /** Whether it adds of its own what lies beside what is put there, and what is no mail has come when it was put. */
  addsOfItsOwn = false
  /** Whether it takes back what came in since. */
  takesBack = true
  /** Classes that it does not take. */
  refuses: readonly string[] = []

  get returns(): SourceReturns | undefined {
    return this.takesBack
      ? {
          ...{
            mark: this.#mark,
            put: this.#putBack,
            makeFolder: this.#makeFolder,
            change: this.#changeThere,
            putConfiguration: (order, signal) =>
              this.#source.call({ op: 'configuration', mailbox: this.address }, signal, async () => {
                this.settled = withConfiguration(this, order)
              }),
          },
          ...(this.makesFolders && { placeFolder: this.#placeFolder }),
          ...(this.takesAbsence && { setOutOfOffice: this.#setOutOfOffice }),
          ...(this.takesRules && { changeRules: this.#changeRules }),
        }
      : undefined
  }

  /** Another name or place gives a folder, and those below it, another key, as at IMAP servers without OBJECTID. */
  namesAreKeys = false

  #renameKeys(before: string): string {
    const folder = this.folder(before)
    const key = `${folder.parent ?? ''}/${folder.name}`
    this.tree.delete(before)
    this.tree.set(key, Object.assign(folder, { key }))
    for (const each of [...this.tree.values()])
      if (each.parent === before) {
        each.parent = key
        this.#renameKeys(each.key)
      }
    return key
  }

  /** Whether it makes folders, and gives them other names. */
  makesFolders = true
  /** No folder is given one of these names. */
  refusedNames: readonly string[] = []
  /** Whether the absence of its owner can be set. */
  takesAbsence = true
  /** Whether inbox rules can be changed, and names of those that are not taken. */
  takesRules = true
  refusedRules: readonly string[] = []
  /** Names of what programs keep with folders that is not taken. */
  refusedConfigurations: readonly string[] = []

  readonly #placeFolder: NonNullable<SourceReturns['placeFolder']> = (folder, { name, parent }, signal) =>
    this.#source.call(
      { op: 'place', mailbox: this.address, folder: folder.key, key: name },
      signal,
      async () => {
        const taken = [...this.tree.values()].some(
          (each) => each.name === name && each.parent === (parent?.key ?? null) && each.key !== folder.key,
        )
        if (taken) throw new SourceFailure('item-permanent', 'exists', `There is a "${name}" already.`)
        if (this.refusedNames.includes(name))
          throw new SourceFailure('item-permanent', 'name', `The name "${name}" is not taken.`)
        Object.assign(this.folder(folder.key), { name, parent: parent?.key ?? null })
        const key = this.namesAreKeys ? this.#renameKeys(folder.key) : folder.key
        return { ...folder, key, name, parent: parent?.key ?? null }
      },
    )

  readonly #setOutOfOffice: NonNullable<SourceReturns['setOutOfOffice']> = (absence, signal) =>
    this.#source.call({ op: 'absence', mailbox: this.address }, signal, async () => {
      this.settled = { ...this.settled, outOfOffice: absence }
    })

  readonly #changeRules: NonNullable<SourceReturns['changeRules']> = (orders, signal) =>
    this.#source.call({ op: 'rules', mailbox: this.address }, signal, async () =>
      orders.map((order) => {
        const { rules } = this.settled
        const name = order.kind === 'delete' ? order.was.name : order.rule.name
        if (this.refusedRules.includes(name)) return `The rule "${name}" is not taken.`
        const find = (rule: SourceRule | null) => rules.findIndex((each) => isDeepStrictEqual(each, rule))
        if (order.kind !== 'delete' && find(order.rule) >= 0) return null
        const at = order.kind === 'make' ? find(order.behind) + 1 : find(order.was)
        const after = {
          make: () => rules.toSpliced(at, 0, (order as { rule: SourceRule }).rule),
          set: () => rules.with(at, (order as { rule: SourceRule }).rule),
          delete: () => (at < 0 ? rules : rules.toSpliced(at, 1)),
        }[order.kind]()
        this.settled = { ...this.settled, rules: after }
        return null
      }),
    )

  readonly #makeFolder: NonNullable<SourceReturns['makeFolder']> = async ({ name, class: kind }, parent) => {
    const isTaken = [...this.tree.values()].some(
      (each) => each.name === name && each.parent === (parent?.key ?? null),
    )
    if (isTaken || !this.makesFolders)
      throw new SourceFailure('item-permanent', 'not-made', `The folder "${name}" is not made.`)
    const key = this.addFolder(name, { parent: parent?.key ?? null, class: kind, key: `made-${name}` })
    const none = { role: null, folderClass: null, items: 0, sizeBytes: 0 }
    return { key, parent: parent?.key ?? null, name, class: kind, ...none }
  }

  readonly #mark: SourceReturns['mark'] = (folder, signal) =>
    this.#source.call({ op: 'mark', mailbox: this.address, folder: folder.key }, signal, async () => {
      const mark = `${this.#seq} ${this.#marked.size}`
      this.#marked.set(mark, this.folder(folder.key))
      return mark
    })

  readonly #marked = new Map<string, ScriptedFolder>()

  #since(mark: string, folder: string): number {
    if (this.#marked.get(mark) !== this.folder(folder)) throw new Error(`${mark} is no mark of ${folder}`)
    return Number.parseInt(mark, 10)
  }

  readonly #putBack: SourceReturns['put'] = ({ key: folder }, given, { token, mark, again }, signal) =>
    this.#source.call({ op: 'put', mailbox: this.address, folder, key: given.title }, signal, async () => {
      if (this.refuses.includes(given.class))
        throw new SourceFailure('item-permanent', 'not-taken', `A ${given.class} is not taken.`)
      const since = this.#since(mark, folder)
      const isIt = (item: ScriptedItem) => again && item.token === token && item.seq > since
      const there = this.folder(folder).items.values().find(isIt)
      if (there !== undefined) return nameOf(there)
      const seq = ++this.#seq
      const pieces = given.message === null ? null : await Array.fromAsync(given.message.open(signal))
      const { class: kind, title, receivedAt, flags, keywords, properties, content } = given
      const key = this.#put(folder, seq, pieces && Buffer.concat(pieces), {
        ...{ class: kind, title, receivedAt, flags, keywords, properties, content },
        losses: [],
        ...(this.addsOfItsOwn && { properties: { ...properties, '0x0070:String': title } }),
        ...(this.addsOfItsOwn && kind !== 'message' && { receivedAt: 1_900_000_000_000 + seq * 1_000 }),
      })
      const put = this.folder(folder).items.get(key)!
      put.token = token
      return nameOf(put)
    })

  readonly #changeThere: SourceReturns['change'] = (
    known,
    { marks, to, properties },
    { token, mark, again },
    signal,
  ) => {
    const { folder, key, title } = known
    const call: SourceCall = { op: 'change', mailbox: this.address, folder: folder.key, key: title }
    return this.#source.call(call, signal, async () => {
      this.#since(mark, to?.key ?? folder.key)
      const isIt = (item: ScriptedItem) => again && item.token === token
      const moved = to === null ? undefined : this.folder(to.key).items.values().find(isIt)
      if (moved !== undefined) return nameOf(moved)
      const item = this.folder(folder.key).items.get(key)
      if (item === undefined)
        throw new SourceFailure('item-permanent', 'gone', `"${title}" is not there any more.`)
      item.token = token
      if (marks !== null) this.edit(folder.key, key, { ...marks, ...(properties && { properties }) })
      return nameOf(to === null ? item : this.folder(to.key).items.get(this.move(folder.key, key, to.key))!)
    })
  }

  async settings(signal: AbortSignal): Promise<SourceSettings> {
    return this.#source.call({ op: 'settings', mailbox: this.address }, signal, async () => this.settled)
  }

  async close(): Promise<void> {}
}
