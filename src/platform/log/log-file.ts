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
  #closed = false

  constructor(path: string, { maxBytes, kept }: { maxBytes: number; kept: number }) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#path = path
    this.#maxBytes = maxBytes
    this.#kept = kept
    this.#file = openSync(path, 'a', 0o600)
    this.#bytes = fstatSync(this.#file).size
  }

  /** Does nothing once it is closed. */
  write(line: string): void {
    if (this.#closed) return
    const octets = Buffer.from(line)
    if (this.#bytes > 0 && this.#bytes + octets.length > this.#maxBytes) this.#begin()
    losingLines(() => {
      this.#bytes += writeSync(this.#file, octets)
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#file)
  }

  /** The old file is let go only when the new one is in its place: where that fails the old one goes on. */
  #begin(): void {
    // Where it fails it is tried again after as much again, not with every line.
    this.#bytes = 0
    losingLines(() => {
      const fresh = `${this.#path}.new`
      const file = openSync(fresh, 'w', 0o600)
      try {
        this.#setAside()
        renameSync(fresh, this.#path)
      } catch (error) {
        closeSync(file)
        throw error
      }
      closeSync(this.#file)
      this.#file = file
    })
  }

  #setAside(): void {
    rmSync(`${this.#path}.${this.#kept}`, { force: true })
    for (let number = this.#kept - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`
      if (existsSync(from)) renameSync(from, `${this.#path}.${number + 1}`)
    }
  }
}

/** What the system refuses costs lines of the log and nothing else. */
function losingLines(work: () => void): void {
  try {
    work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}
