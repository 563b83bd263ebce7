import { createHash } from 'node:crypto'
import type { SourceFolder, SourceItem, SourceMailbox } from '#src/domain/migration/source.ts'

export type CopiedItem = {
  folder: string
  version: string
  match: string | null
  item: SourceItem
  /** Hash of the octets of the message, in hexadecimal; '' where there is none. */
  digest: string
  octets: number
}

/** What a copy of a source consists of, kept as an engine would: by key, changed by pages of changes. */
export class CopiedMailbox {
  folders: SourceFolder[] = []
  readonly items = new Map<string, CopiedItem>()
  readonly cursors = new Map<string, string>()
  /** Keys whose items were read by the last pass, and what it was told. */
  read: string[] = []
  failed: { key: string; code: string; kind: string; title?: string }[] = []
  pages = 0
  restarted = 0
  /** Names of folders that the last pass did not ask for, as the source said that nothing was new in them. */
  idle: string[] = []
  readonly #limit: number

  constructor(limit = 7) {
    this.#limit = limit
  }

  /** Takes in everything that is new; `after` a number of pages it stops, as if the process had ended. */
  async pass(source: SourceMailbox, signal: AbortSignal, after = Number.POSITIVE_INFINITY): Promise<void> {
    this.read = []
    this.failed = []
    this.pages = 0
    this.restarted = 0
    this.idle = []
    this.folders = await Array.fromAsync(source.folders(signal))
    for (const folder of this.folders) {
      const before = this.cursors.get(folder.key)
      if (before !== undefined && source.isIdle?.(folder, before) === true) {
        this.idle.push(folder.name)
        continue
      }
      let named: Set<string> | undefined
      for (let more = true; more; ) {
        if (this.pages++ === after) return
        const cursor = this.cursors.get(folder.key) ?? null
        const page = await source.changes(folder, cursor, this.#limit, signal)
        if (page.changes.length > this.#limit) throw new Error('A page is larger than it may be')
        if (page.restarted) {
          this.restarted++
          named = new Set()
        }
        const wanted: string[] = []
        for (const change of page.changes) {
          if (change.kind === 'gone') {
            if (this.items.get(change.key)?.folder === folder.key) this.items.delete(change.key)
            continue
          }
          if (change.kind === 'read') throw new Error('not expected here')
          named?.add(change.key)
          const known = this.items.get(change.key)
          const twin = known ?? this.#twin(change.match)
          if (known?.version === change.version) continue
          if (twin !== undefined && change.marks !== null) {
            const item = { ...twin.item, ...change.marks, key: change.key }
            this.items.set(change.key, { ...twin, folder: folder.key, version: change.version, item })
          } else wanted.push(change.key)
        }
        if (wanted.length > 0) await this.#take(source, folder, wanted, signal)
        this.cursors.set(folder.key, page.cursor)
        more = page.more
      }
      if (named !== undefined)
        for (const [key, { folder: at }] of this.items)
          if (at === folder.key && !named.has(key)) this.items.delete(key)
    }
  }

  in(name: string): CopiedItem[] {
    const folder = this.folders.find((each) => each.name === name)
    return [...this.items.values()].filter((each) => each.folder === folder?.key)
  }

  #twin(match: string | null): CopiedItem | undefined {
    if (match === null) return undefined
    for (const item of this.items.values()) if (item.match === match) return item
    return undefined
  }

  async #take(source: SourceMailbox, folder: SourceFolder, keys: string[], signal: AbortSignal) {
    const left = new Set(keys)
    for await (const read of source.items(folder, keys, signal)) {
      const key = read.kind === 'item' ? read.item.key : read.key
      if (!left.delete(key)) throw new Error(`${key} was not asked for, or comes twice`)
      if (read.kind === 'failed') {
        const { code, kind } = read.failure
        this.failed.push({ key, code, kind, ...(read.title !== undefined && { title: read.title }) })
        continue
      }
      const { item } = read
      const hash = createHash('sha256')
      let octets = 0
      for await (const piece of item.message?.open(signal) ?? []) {
        hash.update(piece)
        octets += piece.length
      }
      if (item.message !== null && item.message.sizeBytes !== null && item.message.sizeBytes !== octets)
        throw new Error(`${key} has ${octets} octets, not the ${item.message.sizeBytes} it was said to have`)
      this.read.push(key)
      const digest = item.message === null ? '' : hash.digest('hex')
      const { version, match } = item
      this.items.set(key, { folder: folder.key, version, match, item, digest, octets })
    }
    if (left.size > 0) throw new Error(`${[...left]} were asked for and did not come`)
  }
}
