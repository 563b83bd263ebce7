import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '#src/platform/files/sync-folder.ts'
import { roomTrouble } from '../driver/sqlite-trouble.ts'
import { behind } from './pieces.ts'

/** A segment file is not added to beyond this size. */
export const SEGMENT_BYTES = 256 * 1024 * 1024
const MOST_OPEN = 128

/** Where octets lie: number of the segment file and offset in it. */
export type Place = { segment: number; place: number }

/** Whoever counts among the users may wait for the handle; the last one of an unlisted file closes it. */
type Opened = { handle: Promise<FileHandle>; users: number }

/**
 * Append-only files that hold large bodies, as they are: whoever writes seals first. Space is reserved, then
 * written at leisure, so that slow writers stand in nobody's way.
 */
export class Segments {
  readonly #folder: string
  readonly #opened = new Map<number, Opened>()
  #current: { no: number; end: number } | undefined
  #opening: Promise<void> | undefined
  #newest = 0
  /** Segments whose sync failed: the kernel may have dropped their pages, so a later success would prove nothing. */
  readonly #failed = new Map<number, Error>()
  /** How many places in a segment are spoken for by bodies that no row refers to yet. */
  readonly #held = new Map<number, number>()
  readonly #syncs = new Map<number, { running: Promise<void>; next: Promise<void> | undefined }>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** After a stop or a crash writing goes on in a new file, so that nothing half-written is ever added to. */
  static async open(folder: string): Promise<Segments> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const segments = new Segments(folder)
    segments.#newest = Math.max(0, ...(await segments.list()))
    return segments
  }

  async list(): Promise<number[]> {
    const names = await readdir(this.#folder)
    return names.flatMap((name) => (/^\d{10}\.segment$/.test(name) ? [Number.parseInt(name, 10)] : []))
  }

  fileOf(segment: number): string {
    return join(this.#folder, `${String(segment).padStart(10, '0')}.segment`)
  }

  /**
   * Whether only rows can refer to that segment any more: it is not written to, and no body in it waits for its
   * row. Once settled, a segment stays so.
   */
  isSettled(segment: number): boolean {
    // A file above the newest is just being made.
    return segment <= this.#newest && segment !== this.#current?.no && !this.#held.has(segment)
  }

  /** Whoever reserves calls `release` once a row refers to the place or none ever will. */
  async reserve(bytes: number): Promise<Place> {
    while (!this.#current || (this.#current.end > 0 && this.#current.end + bytes > SEGMENT_BYTES)) {
      this.#opening ??= this.#begin().finally(() => {
        this.#opening = undefined
      })
      await this.#opening
    }
    const place = { segment: this.#current.no, place: this.#current.end }
    this.#current.end += bytes
    this.#held.set(place.segment, (this.#held.get(place.segment) ?? 0) + 1)
    return place
  }

  release(segment: number): void {
    const held = this.#held.get(segment) ?? 0
    if (held > 1) this.#held.set(segment, held - 1)
    else this.#held.delete(segment)
  }

  /** Writes the pieces one behind the other, in one call of the system where it takes them. */
  write(at: Place, offset: number, pieces: Uint8Array[]): Promise<void> {
    return this.#use(at.segment, async (handle) => {
      let left = pieces
      let position = at.place + offset
      while (left.length > 0) {
        const { bytesWritten } = await handle.writev(left, position).catch(noRoom)
        left = behind(left, bytesWritten)
        position += bytesWritten
      }
    })
  }

  /** Fewer octets than asked for when the file ends; `into` has room for them. A file that is not there is ENOENT. */
  async read(at: Place, offset: number, bytes: number, into?: Buffer): Promise<Buffer> {
    return this.#use(at.segment, async (handle) => {
      const buffer = into ?? Buffer.allocUnsafe(bytes)
      let filled = 0
      while (filled < bytes) {
        const { bytesRead } = await handle.read(buffer, filled, bytes - filled, at.place + offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return buffer.subarray(0, filled)
    })
  }

  async sizeOf(segment: number): Promise<number> {
    return this.#use(segment, async (handle) => (await handle.stat()).size)
  }

  /** Resolves when all that was written to the segment before this call is on disk. Calls share one sync. */
  sync(segment: number): Promise<void> {
    const state = this.#syncs.get(segment)
    if (!state) return this.#beginSync(segment)
    // The sync that is running may have begun before our write: wait for it, then for one more.
    state.next ??= state.running.catch(() => undefined).then(() => this.#beginSync(segment))
    return state.next
  }

  #beginSync(segment: number): Promise<void> {
    const failed = this.#failed.get(segment)
    if (failed) return Promise.reject(failed)
    const running = this.#use(segment, (handle) => handle.datasync()).catch((error: Error) => {
      const failure = new Error(`The disk did not take the data: ${error.message}`, { cause: error })
      this.#failed.set(segment, failure)
      if (this.#current?.no === segment) this.#current = undefined
      throw failure
    })
    const state = { running, next: undefined }
    this.#syncs.set(segment, state)
    const done = () => {
      if (this.#syncs.get(segment) === state && !state.next) this.#syncs.delete(segment)
    }
    running.then(done, done)
    return running
  }

  async remove(segment: number): Promise<void> {
    const opened = this.#opened.get(segment)
    this.#opened.delete(segment)
    await unlink(this.fileOf(segment)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    if (opened) this.#closeUnused(opened)
  }

  async close(): Promise<void> {
    const opened = [...this.#opened.values()]
    this.#opened.clear()
    this.#current = undefined
    for (const entry of opened) await entry.handle.then((handle) => handle.close())
  }

  async #begin(): Promise<void> {
    const no = this.#newest + 1
    const handle = await open(this.fileOf(no), 'wx+', 0o600).catch(noRoom)
    try {
      await syncFolder(this.#folder)
    } catch (error) {
      // The number must stay free, or nothing large could be stored until the next start.
      await handle.close()
      await unlink(this.fileOf(no))
      throw error
    }
    this.#newest = no
    this.#opened.set(no, { handle: Promise.resolve(handle), users: 0 })
    this.#current = { no, end: 0 }
  }

  async #use<T>(segment: number, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const entry = this.#opened.get(segment) ?? this.#open(segment)
    entry.users++
    try {
      return await work(await entry.handle)
    } finally {
      entry.users--
      if (this.#opened.get(segment) !== entry) this.#closeUnused(entry)
    }
  }

  #open(segment: number): Opened {
    const entry: Opened = { handle: open(this.fileOf(segment), 'r+'), users: 0 }
    this.#opened.set(segment, entry)
    entry.handle.catch(() => {
      if (this.#opened.get(segment) === entry) this.#opened.delete(segment)
    })
    for (const [other, old] of this.#opened) {
      if (this.#opened.size <= MOST_OPEN) break
      if (other === this.#current?.no || other === segment) continue
      this.#opened.delete(other)
      this.#closeUnused(old)
    }
    return entry
  }

  #closeUnused(entry: Opened): void {
    if (entry.users !== 0) return
    entry.users = Number.NEGATIVE_INFINITY
    entry.handle.then((handle) => handle.close()).catch(() => undefined)
  }
}

function noRoom(error: unknown): never {
  throw roomTrouble(error)
}
