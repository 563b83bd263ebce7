import type { ChangePage, SourceFolder } from '../../source.ts'
import type { PassRun } from '../ledger/page-run.ts'

type Asked = {
  cursor: string | null
  page: Promise<ChangePage>
  stop: AbortController
  /** When it was asked for, and answered, by the count of both. */
  from: number
  until: number
  /** Another page that was answered since names an item of this one: it may have moved meanwhile. */
  isOld: boolean
}

/** First pages of folders that are asked for while another one is copied. */
const FOLDERS_AHEAD = 4

/**
 * Pages of changes, asked for before they are needed: the next one of a folder while this one is copied, and the first ones of the
 * folders after it, unless items are read one at a time. Each takes its place in the budget of its server; what is ahead and not
 * wanted any more is dropped. What is said of an item counts in the order in which it was said: a page that waited while a later one
 * named the same item is asked for anew.
 */
export class FolderPages {
  readonly #run: PassRun
  readonly #ahead = new Map<string, Asked>()
  #count = 0

  constructor(run: PassRun) {
    this.#run = run
  }

  /** The page after `cursor`. Throws as `Lane.call`. */
  async next(at: SourceFolder, cursor: string | null): Promise<ChangePage> {
    const ahead = this.#ahead.get(at.key)
    this.#ahead.delete(at.key)
    if (ahead?.cursor !== cursor) ahead?.stop.abort()
    let asked = ahead?.cursor === cursor ? ahead : this.#ask(at, cursor)
    let page = await asked.page
    if (asked.isOld) {
      asked = this.#ask(at, cursor)
      page = await asked.page
    }
    this.#outdate(page, asked.until)
    return page
  }

  /** Pages that were asked for before this one was answered, and name one of its items. */
  #outdate({ changes }: ChangePage, until: number): void {
    if (changes.length === 0) return
    const named = new Set(changes.map(({ key }) => key))
    for (const other of this.#ahead.values())
      if (other.from < until)
        other.page.then(
          (page) => {
            other.isOld ||= page.changes.some(({ key }) => named.has(key))
          },
          () => undefined,
        )
  }

  begin(at: SourceFolder, cursor: string | null): void {
    if (this.#ahead.has(at.key) || this.#run.careful?.isOn) return
    const asked = this.#ask(at, cursor)
    // Told to whoever takes it.
    asked.page.catch(() => undefined)
    this.#ahead.set(at.key, asked)
  }

  /** Asks for those that come next, as many as it has places for. */
  beginAll(folders: Iterable<{ at: SourceFolder; cursor: string | null }>): void {
    for (const { at, cursor } of folders) {
      if (this.#ahead.size >= FOLDERS_AHEAD) return
      this.begin(at, cursor)
    }
  }

  /** Ends what is still being asked for, and waits for it. */
  async close(): Promise<void> {
    const all = [...this.#ahead.values()]
    this.#ahead.clear()
    for (const { stop } of all) stop.abort(new Error('The pass has ended'))
    await Promise.allSettled(all.map(({ page }) => page))
  }

  #ask(at: SourceFolder, cursor: string | null): Asked {
    const { lane, source, settings } = this.#run
    const stop = new AbortController()
    const asked: Asked = {
      ...{ cursor, stop, from: ++this.#count, until: Number.POSITIVE_INFINITY, isOld: false },
      page: lane
        .call((signal) => {
          stop.signal.throwIfAborted()
          return source.changes(at, cursor, settings.pageItems, AbortSignal.any([signal, stop.signal]))
        })
        .then((page) => {
          asked.until = ++this.#count
          return page
        }),
    }
    return asked
  }
}
