import { createReadStream } from 'node:fs'
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'

const PIECE = 65_536

/** Files that appear under their names all together, once everything is in them. */
export class ReportFiles {
  readonly #open: { file: ReportFile; name: string; passing: boolean; once: boolean }[] = []

  /**
   * Without a name it takes everything and keeps nothing. One that is only passing goes in the end. One that is written once is
   * never put in the place of another. Refuses `invalid-parameter` where its folder is not there.
   */
  async open(name: string | undefined, { passing = false, once = false } = {}): Promise<ReportFile> {
    if (name === undefined) return new ReportFile(null, '')
    if (this.#open.some((other) => resolve(other.name) === resolve(name)))
      throw new Refusal('invalid-parameter', `${name} is named twice. Give each file a name of its own.`)
    const path = `${name}.new`
    const handle = await open(path, 'w', 0o640).catch((error: unknown) => {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      throw missing
        ? new Refusal(
            'invalid-parameter',
            `There is no folder ${dirname(name)}. Make it, or name a file elsewhere.`,
          )
        : error
    })
    const file = new ReportFile(handle, path)
    this.#open.push({ file, name, passing, once })
    return file
  }

  async keep(): Promise<void> {
    // First what may be in the way: then nothing of the others has changed yet.
    for (const { file, name, once } of this.#open) if (once) await link(file.path, name)
    for (const { file, name, passing, once } of this.#open)
      if (!passing && !once) await rename(file.path, name)
  }

  /** Takes away what was not kept. */
  async drop(): Promise<void> {
    for (const { file } of this.#open) {
      await file.close()
      await rm(file.path, { force: true })
    }
  }
}

/** Text on its way into a file, in pieces. */
export class ReportFile {
  readonly #handle: FileHandle | null
  readonly path: string
  #piece = ''
  #closed = false

  constructor(handle: FileHandle | null, path: string) {
    this.#handle = handle
    this.path = path
  }

  async write(text: string): Promise<void> {
    if (this.#handle === null) return
    this.#piece += text
    if (this.#piece.length >= PIECE) await this.#flush()
  }

  /** Everything of another one that has ended. */
  async append({ path }: ReportFile): Promise<void> {
    if (this.#handle === null || path === '') return
    for await (const piece of createReadStream(path, 'utf8')) await this.write(piece as string)
  }

  async end(): Promise<void> {
    await this.#flush()
    await this.#handle?.sync()
    await this.close()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#handle?.close()
  }

  async #flush(): Promise<void> {
    const piece = this.#piece
    this.#piece = ''
    if (piece !== '') await this.#handle?.writeFile(piece)
  }
}
