import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdtemp, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import { OutputFailed } from './output-failed.ts'

const PIECE = 65_536

/** Where a name leads: `isKept` is false for a device, a pipe or a socket, into which is written and which stays what it is. */
type Destination = { path: string; isKept: boolean }
type Opened = { file: ReportFile; at: Destination; passing: boolean; once: boolean }

/** Files that appear under their names all together, once everything is in them. */
export class ReportFiles {
  readonly #open: Opened[] = []
  #aside: string | undefined

  /**
   * Without a name it takes everything and keeps nothing. One that is only passing goes in the end. One that is written once is
   * never put in the place of another. Refuses `invalid-parameter` where its folder is not there.
   */
  async open(name: string | undefined, { passing = false, once = false } = {}): Promise<ReportFile> {
    if (name === undefined) return new ReportFile(null, '', '')
    const at = once ? { path: resolve(name), isKept: true } : await destinationOf(resolve(name))
    if (this.#open.some((other) => other.passing === passing && other.at.path === at.path))
      throw new Refusal('invalid-parameter', `${name} is named twice. Give each file a name of its own.`)
    const no = this.#open.length
    const path = at.isKept ? `${at.path}.${passing ? 'passing' : 'new'}` : join(await this.#folder(), `${no}`)
    const handle = await open(path, 'w', 0o640).catch((error: unknown) => {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      throw missing
        ? new Refusal(
            'invalid-parameter',
            `There is no folder ${dirname(name)}. Make it, or name a file elsewhere.`,
          )
        : error
    })
    const file = new ReportFile(handle, path, name)
    this.#open.push({ file, at, passing, once })
    return file
  }

  async keep(): Promise<void> {
    // First what may be in the way: then nothing of the others has changed yet.
    for (const { file, at, once } of this.#open) if (once) await link(file.path, at.path)
    const kept = this.#open.filter(({ passing, once }) => !passing && !once)
    for (const { file, at } of kept) if (!at.isKept) await pour(file, at.path)
    for (const { file, at } of kept) if (at.isKept) await rename(file.path, at.path)
  }

  /** Takes away what was not kept. */
  async drop(): Promise<void> {
    for (const { file } of this.#open) {
      await file.close()
      await rm(file.path, { force: true })
    }
    if (this.#aside !== undefined) await rm(this.#aside, { recursive: true, force: true })
  }

  async #folder(): Promise<string> {
    this.#aside ??= await mkdtemp(join(tmpdir(), 'landbridge-report-'))
    return this.#aside
  }
}

/** A link keeps leading where it leads, also where nothing is yet. */
async function destinationOf(path: string): Promise<Destination> {
  try {
    const found = await stat(path)
    return found.isFile() || found.isDirectory()
      ? { path: await realpath(path), isKept: true }
      : { path, isKept: false }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const leads = await readlink(path).catch(() => undefined)
    return leads === undefined ? { path, isKept: true } : destinationOf(resolve(dirname(path), leads))
  }
}

/** Into what is not replaced: a device, a pipe. */
async function pour({ path, name }: ReportFile, into: string): Promise<void> {
  try {
    await using out = await open(into, 'w')
    for await (const piece of createReadStream(path)) await out.writeFile(piece as Buffer)
  } catch (error) {
    throw new OutputFailed(name, error)
  }
}

/** Text on its way into a file, in pieces. */
export class ReportFile {
  readonly #handle: FileHandle | null
  /** Where it is written, and how people named it. */
  readonly path: string
  readonly name: string
  #piece = ''
  #closed = false

  constructor(handle: FileHandle | null, path: string, name: string) {
    this.#handle = handle
    this.path = path
    this.name = name
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
    try {
      if (piece !== '') await this.#handle?.writeFile(piece)
    } catch (error) {
      throw new OutputFailed(this.name, error)
    }
  }
}
