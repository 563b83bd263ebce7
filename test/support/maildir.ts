import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identityOf } from './imap-mail.ts'

const flagOf: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

/** A folder of mail as files, which mbsync and offlineimap keep in step with a server. */
export class Maildir {
  readonly path: string
  #next = 0

  constructor(path: string) {
    this.path = path
  }

  async make(): Promise<void> {
    for (const part of ['cur', 'new', 'tmp']) await mkdir(join(this.path, part), { recursive: true })
  }

  /** Names of its files, sorted; a change of flags is a change of name. */
  async files(): Promise<string[]> {
    const found = await Promise.all(
      ['cur', 'new'].map(async (part) =>
        (await readdir(join(this.path, part))).map((name) => `${part}/${name}`),
      ),
    )
    return found.flat().sort()
  }

  /** As `contents` of a folder on a server. */
  async contents(): Promise<string[]> {
    const found: string[] = []
    for (const file of await this.files()) {
      const letters = /:2,(.*)$/.exec(file)?.[1] ?? ''
      const flags = [...letters].map((letter) => flagOf[letter] ?? letter)
      found.push(`${identityOf(await readFile(join(this.path, file)))} ${flags.sort().join(' ')}`)
    }
    return found.sort()
  }

  async add(octets: Buffer, letters = ''): Promise<void> {
    const name = `${1_700_000_000 + this.#next}.M${this.#next++}P${process.pid}.test:2,${letters}`
    await writeFile(
      join(this.path, 'tmp', name),
      octets.toString('latin1').replaceAll('\r\n', '\n'),
      'latin1',
    )
    await rename(join(this.path, 'tmp', name), join(this.path, 'cur', name))
  }

  /** Gives a message these flags and no others. */
  async flag(file: string, letters: string): Promise<void> {
    const base = file.replace(/^\w+\//, '').replace(/:2,.*$/, '')
    await rename(join(this.path, file), join(this.path, 'cur', `${base}:2,${letters}`))
  }

  remove(file: string): Promise<void> {
    return rm(join(this.path, file))
  }
}
