import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { SpoolFile } from './spool-file.ts'

type SpoolOptions = {
  /** Folder of the temporary files; made when it is not there, and emptied of what a crash left. */
  folder: string
  /** Octets of one message that stay in memory. */
  memoryBytes?: number
  /** What all messages together may take, also those of other spools that share it. */
  room: SpoolRoom
  /** Takes no more when so much of the room is used, 0 to 1: the rest is for the others. */
  part?: number
  /** What `write` throws when there is no room. */
  full: () => Error
}

/** Octets that come in once, in pieces, and are read many times while they last. */
export type Spooled = {
  readonly sizeBytes: number
  /** Takes the octets, which are nobody else's any more. Throws `full()` when there is no room for them. */
  write(octets: Uint8Array): Promise<void>
  /** The octets from `start` to before `end`; may be called while others read. */
  read(range?: { start?: number; end?: number }): AsyncIterable<Uint8Array>
  /** Lets go of them. Twice is once. */
  release(): Promise<void>
}

export type Spool = {
  create(): Spooled
  /** Octets held at the moment, for the statistics. */
  readonly usedBytes: number
}

/** Together they are bounded below, so a message may be as large as most are: a file costs twice the encryption. */
const MEMORY_BYTES = 2 * 1024 * 1024
const TOTAL_MEMORY_BYTES = 64 * 1024 * 1024

/**
 * A place for messages on their way in: small ones in memory, others in files that have no name from the moment they are
 * made and are encrypted under a key that is only in memory, so nothing readable is left of them on the disk.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, memoryBytes = MEMORY_BYTES, room, part = 1, full } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const left of await readdir(folder)) {
    if (left.endsWith('.spool')) await unlink(join(folder, left))
  }
  return {
    create: () => new SpooledOctets({ folder, memoryBytes, part, full }, room),
    get usedBytes() {
      return room.usedBytes
    },
  }
}

/** What all messages of a spool share, or of several. */
export class SpoolRoom {
  usedBytes = 0
  memoryBytes = 0
  readonly #totalBytes: number
  readonly #totalMemoryBytes: number

  /** Octets in all, and how many of them stay in memory; beyond these even small messages go to files. */
  constructor(totalBytes: number, totalMemoryBytes: number = TOTAL_MEMORY_BYTES) {
    this.#totalBytes = totalBytes
    this.#totalMemoryBytes = totalMemoryBytes
  }

  /** Throws what `full` makes where that part of the room is used. */
  take(octets: number, part: number, full: () => Error): void {
    if (this.usedBytes + octets > this.#totalBytes * part) throw full()
    this.usedBytes += octets
  }

  fitsMemory(octets: number): boolean {
    return this.memoryBytes + octets <= this.#totalMemoryBytes
  }
}

type Place = Required<Pick<SpoolOptions, 'folder' | 'memoryBytes' | 'part' | 'full'>>

class SpooledOctets implements Spooled {
  sizeBytes = 0
  readonly #of: Place
  readonly #room: SpoolRoom
  #pieces: Uint8Array[] = []
  #inMemory = 0
  #file: SpoolFile | undefined
  #released = false

  constructor(of: Place, room: SpoolRoom) {
    this.#of = of
    this.#room = room
  }

  async write(octets: Uint8Array): Promise<void> {
    if (this.#released) throw new Error('What was let go takes no more octets')
    if (octets.length === 0) return
    this.#room.take(octets.length, this.#of.part, this.#of.full)
    this.sizeBytes += octets.length
    const stays = this.sizeBytes <= this.#of.memoryBytes && this.#room.fitsMemory(octets.length)
    if (this.#file === undefined && stays) {
      // A small piece must not keep alive the large buffer it was cut from.
      this.#pieces.push(octets.length * 2 < octets.buffer.byteLength ? new Uint8Array(octets) : octets)
      this.#inMemory += octets.length
      this.#room.memoryBytes += octets.length
      return
    }
    if (this.#file === undefined) await this.#moveToFile()
    await this.#file!.append(octets)
    if (this.#released) await this.#file!.close()
  }

  async *read(range: { start?: number; end?: number } = {}): AsyncGenerator<Uint8Array> {
    if (this.#released) throw new Error('What was let go cannot be read')
    const start = Math.max(0, range.start ?? 0)
    const end = Math.min(this.sizeBytes, range.end ?? this.sizeBytes)
    if (this.#file !== undefined) {
      yield* this.#file.read(start, end)
      return
    }
    let at = 0
    for (const piece of this.#pieces) {
      const from = Math.max(0, start - at)
      const to = Math.min(piece.length, end - at)
      if (from < to) yield piece.subarray(from, to)
      at += piece.length
    }
  }

  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    this.#room.usedBytes -= this.sizeBytes
    this.#forgetMemory()
    await this.#file?.close()
  }

  async #moveToFile(): Promise<void> {
    const file = await SpoolFile.create(this.#of.folder)
    this.#file = file
    for (const piece of this.#pieces) await file.append(piece)
    this.#forgetMemory()
  }

  #forgetMemory(): void {
    this.#room.memoryBytes -= this.#inMemory
    this.#inMemory = 0
    this.#pieces = []
  }
}
