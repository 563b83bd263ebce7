import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'

const PIECE = 65_536

/** Files that appear under their names all together, once everything is in them. */
export class ReportFiles {
  readonly #open: { file: ReportFile; name: string; passing: boolean }[] = []

  /** Without a name it takes everything and keeps nothing. One that is only passing goes in the end. */
  async open(name: string | undefined, { passing = false } = {}): Promise<ReportFile> {
    if (name === undefined) return new ReportFile(null, '')
    const path = `${name}.new`
    const file = new ReportFile(await open(path, 'w', 0o640), path)
    this.#open.push({ file, name, passing })
    return file
  }

  async keep(): Promise<void> {
    for (const { file, name, passing } of this.#open) if (!passing) await rename(file.path, name)
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
