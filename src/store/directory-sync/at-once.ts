import type { OrganizationId } from '#src/base/ids.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { Sql } from '../driver/driver.ts'

/** What is put into place while readers still see what was before. */
type Change = {
  /** The directory as it was, once there is a copy of it. */
  before: DirectoryReader | undefined
  ended: Promise<void>
}

type Deps = {
  /** Reads of a copy of that directory, which is made first. */
  apart: (organization: OrganizationId, work: (sql: Sql) => Promise<void>) => Promise<void>
  readerOf: (sql: Sql) => DirectoryReader
  /** Puts into place what was being put there when the process ended. */
  finish: (organization: OrganizationId) => Promise<void>
}

/** Methods of a directory reader that look over all organisations. */
const overAll: ReadonlySet<string> = new Set([
  'findDomainOwner',
  'findDomainClaims',
  'findMailFromOwner',
  'listExpired',
] satisfies (keyof DirectoryReader)[])

/** A writer that came while its directory was being changed at once: its transaction is run again afterwards. */
export class ChangedAtOnce extends Error {
  override readonly name = 'ChangedAtOnce'
}

/**
 * Changes of a whole directory that take many transactions and are seen all at once: readers stay on a copy from before
 * until the last transaction is committed (docs/decisions/0003).
 */
export class AtOnce {
  readonly #deps: Deps
  readonly #under = new Map<OrganizationId, Change>()
  /** Begun, and stopped before the end: by a failure, or with the process before. */
  readonly #unfinished: Set<OrganizationId>
  readonly #finishing = new Map<OrganizationId, Promise<void>>()

  constructor(deps: Deps, unfinished: readonly OrganizationId[]) {
    this.#deps = deps
    this.#unfinished = new Set(unfinished)
  }

  /** Whether others must not write to that directory now. */
  isUnder(organization: OrganizationId): boolean {
    return this.#under.has(organization) || this.#unfinished.has(organization)
  }

  /** Resolves once nothing is under way there. */
  async settled(organization: OrganizationId): Promise<void> {
    await this.finished(organization)
    await this.#under.get(organization)?.ended
  }

  async run(organization: OrganizationId, work: () => Promise<void>): Promise<void> {
    // One that finishes what was left needs no copy: nobody could read what was before.
    if (this.#unfinished.has(organization)) return work()
    while (this.#under.has(organization)) await this.#under.get(organization)!.ended
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const change: Change = { before: undefined, ended }
    // From now on nobody else writes; until the copy is there, what they read is what was before.
    this.#under.set(organization, change)
    try {
      await this.#deps.apart(organization, async (sql) => {
        const { reader, idle } = counted(this.#deps.readerOf(sql))
        change.before = reader
        try {
          await work()
        } catch (error) {
          // It stands half done: whoever reads next has it finished first.
          this.#unfinished.add(organization)
          throw error
        } finally {
          this.#under.delete(organization)
          await idle()
        }
      })
    } finally {
      this.#under.delete(organization)
      end()
    }
  }

  /** The reader that everybody is given: of what was before, while something is under way. */
  guard(reader: DirectoryReader): DirectoryReader {
    type Method = (organization: OrganizationId, ...args: unknown[]) => Promise<unknown>
    const guarded = Object.entries(reader as unknown as Record<string, Method>).map(([name, method]) => {
      if (overAll.has(name)) return [name, method]
      const read: Method = (organization, ...args) => {
        const change = this.#under.get(organization)
        if (change?.before)
          return (change.before as unknown as Record<string, Method>)[name]!(organization, ...args)
        if (!this.#unfinished.has(organization)) return method(organization, ...args)
        return this.finished(organization).then(() => method(organization, ...args))
      }
      return [name, read]
    })
    return Object.fromEntries(guarded) as DirectoryReader
  }

  /** What stopped half way is whole then. One that cannot be finished now is tried again by whoever asks next. */
  async finished(organization: OrganizationId): Promise<void> {
    if (!this.#unfinished.has(organization)) return
    let finishing = this.#finishing.get(organization)
    if (finishing === undefined) {
      finishing = this.#deps
        .finish(organization)
        .then(() => {
          this.#unfinished.delete(organization)
        })
        .finally(() => this.#finishing.delete(organization))
      this.#finishing.set(organization, finishing)
    }
    await finishing
  }
}

/** A reader that tells when nobody is reading with it any more: only then may its copy go. */
function counted(reader: DirectoryReader): { reader: DirectoryReader; idle: () => Promise<void> } {
  type Method = (...args: unknown[]) => Promise<unknown>
  const under = new Set<Promise<unknown>>()
  const methods = Object.entries(reader as unknown as Record<string, Method>).map(([name, method]) => [
    name,
    (...args: unknown[]) => {
      const reading = method(...args)
      under.add(reading)
      const done = () => under.delete(reading)
      reading.then(done, done)
      return reading
    },
  ])
  return {
    reader: Object.fromEntries(methods) as DirectoryReader,
    async idle() {
      while (under.size > 0) await Promise.allSettled(under)
    },
  }
}
