import type { ChangePage, SourceFolder } from '../source.ts'
import type { PassRun } from './page-run.ts'

type Ahead = { cursor: string | null; page: Promise<ChangePage>; stop: AbortController }

/** First pages of folders that are asked for while another one is copied. */
const FOLDERS_AHEAD = 4

/**
 * Pages of changes, asked for before they are needed: the next one of a folder while this one is copied, and the first ones of the
 * folders after it, unless items are read one at a time. Each takes its place in the budget of its server; what is ahead and not wanted any more is dropped.
 */
export class FolderPages {
  readonly #run: PassRun
  readonly #ahead = new Map<string, Ahead>()

  constructor(run: PassRun) {
    this.#run = run
  }

  /** The page after `cursor`. Throws as `Lane.call`. */
  next(at: SourceFolder, cursor: string | null): Promise<ChangePage> {
    const ahead = this.#ahead.get(at.key)
    this.#ahead.delete(at.key)
    if (ahead?.cursor === cursor) return ahead.page
    ahead?.stop.abort()
    return this.#ask(at, cursor)
  }

  begin(at: SourceFolder, cursor: string | null): void {
    if (this.#ahead.has(at.key) || this.#run.careful?.isOn) return
    const stop = new AbortController()
    const page = this.#ask(at, cursor, stop.signal)
    // Told to whoever takes it.
    page.catch(() => undefined)
    this.#ahead.set(at.key, { cursor, page, stop })
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

  #ask(at: SourceFolder, cursor: string | null, stop?: AbortSignal): Promise<ChangePage> {
    const { lane, source, settings } = this.#run
    return lane.call((signal) => {
      stop?.throwIfAborted()
      const both = stop === undefined ? signal : AbortSignal.any([signal, stop])
      return source.changes(at, cursor, settings.pageItems, both)
    })
  }
}
