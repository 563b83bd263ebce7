import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * A file of log lines that never grows much past `maxBytes`: then it becomes FILE.1, FILE.1 becomes FILE.2, and
 * what goes past `kept` is deleted. Lines are written at once, so that a crash loses none; a full disk loses
 * lines, never the service.
 */
export class LogFile {
  readonly #path: string
  readonly #maxBytes: number
  readonly #kept: number
  #file: number
  #bytes: number

  constructor(path: string, { maxBytes, kept }: { maxBytes: number; kept: number }) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#path = path
    this.#maxBytes = maxBytes
    this.#kept = kept
    this.#file = openSync(path, 'a', 0o600)
    this.#bytes = fstatSync(this.#file).size
  }

  write(line: string): void {
    const octets = Buffer.from(line)
    try {
      if (this.#bytes > 0 && this.#bytes + octets.length > this.#maxBytes) this.#begin()
      this.#bytes += writeSync(this.#file, octets)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  #begin(): void {
    closeSync(this.#file)
    rmSync(`${this.#path}.${this.#kept}`, { force: true })
    for (let number = this.#kept - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`
      if (existsSync(from)) renameSync(from, `${this.#path}.${number + 1}`)
    }
    if (this.#kept === 0) rmSync(this.#path, { force: true })
    this.#file = openSync(this.#path, 'a', 0o600)
    this.#bytes = 0
  }
}
