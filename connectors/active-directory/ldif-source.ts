import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  type DirectorySource,
  type SourceBatch,
  SourceFailure,
  type SourceGuid,
  type SourceKey,
  type SourcePosition,
  type SourceReading,
  type WhyFull,
} from '#src/domain/directory-sync/source.ts'
import { PHOTO } from './attributes.ts'
import { EntryRights } from './entry-rights.ts'
import { formatGuid } from './guid.ts'
import { type LdifEntry, ldifEntries } from './ldif-entries.ts'
import { once } from './once.ts'
import { ownPrimaryGroup, primaryGroupOf } from './primary-members.ts'
import type { RawEntry } from './raw-entry.ts'
import { batchOf, changeNumberOf, type Judged, sourceObjectOf } from './source-object.ts'
import { FileTrustees } from './trustees.ts'

const BATCH = 500
const KEYS_AT_ONCE = 1_000
const LDIF_PARTITION = 'ldif'

/** Which file it was, so that one that is written to in mid-reading is noticed. */
type Version = { sizeBytes: number; mtimeMs: number; inode: number }

/**
 * An LDIF file as ldifde writes it, for rehearsals without a connection. It is read whole each time, twice or three times over, and of it only
 * keys are held in memory. Who may send as whom is read where nTSecurityDescriptor is in it, and whose the SIDs are from the file itself.
 */
export function ldifSource(
  path: string,
  options: { accounts?: boolean; warn?: (sentence: string) => void } = {},
): DirectorySource {
  return {
    name: `LDIF file ${path}`,
    async read({ since, full, signal }) {
      signal.throwIfAborted()
      const version = await versionOf(path)
      const why = full ?? (since.length === 0 ? 'first-run' : 'keeps-no-changes')
      return new LdifReading({
        path,
        version,
        full: why,
        signal,
        accounts: options.accounts ?? false,
        warn: once(options.warn ?? (() => undefined)),
      })
    },
  }
}

type Parts = {
  path: string
  version: Version
  full: WhyFull
  signal: AbortSignal
  /** Those who are no recipients of Exchange too. */
  accounts: boolean
  warn: (sentence: string) => void
}

class LdifReading implements SourceReading {
  readonly positions: readonly SourcePosition[]
  readonly full: WhyFull
  readonly #parts: Parts
  readonly #rights: EntryRights

  constructor(parts: Parts) {
    this.#parts = parts
    this.#rights = new EntryRights(parts.path, parts.warn)
    this.full = parts.full
    this.positions = [
      {
        partition: LDIF_PARTITION,
        server: basename(parts.path),
        generation: String(parts.version.mtimeMs),
        changeNumber: '0',
      },
    ]
  }

  async *changes(): AsyncGenerator<SourceBatch> {
    const sids = await this.#sids()
    for await (const entries of inBatches(this.#inScope(new Map()), BATCH)) {
      const judged = entries.map((entry) => this.#judge(entry, sids))
      yield batchOf(judged.filter((each) => each !== undefined))
    }
  }

  async *keys(): AsyncGenerator<readonly SourceKey[]> {
    for await (const entries of inBatches(this.#inScope(), KEYS_AT_ONCE)) {
      yield entries.map((entry) => ({
        guid: guidOf(entry),
        changeNumber: changeNumberOf(entry),
        partition: LDIF_PARTITION,
      }))
    }
  }

  async *photos(of: readonly SourceGuid[]): AsyncGenerator<{ guid: SourceGuid; octets: Uint8Array }> {
    const wanted = new Set(of)
    if (wanted.size === 0) return
    for await (const entry of this.#inScope()) {
      const octets = entry.octets(PHOTO)
      if (octets !== undefined && wanted.has(guidOf(entry)))
        yield { guid: guidOf(entry), octets: Uint8Array.from(octets) }
    }
  }

  async close(): Promise<void> {}

  /** Every entry that the filter of a search would find, each with a key; `lines` of a key, where none may come twice. */
  async *#inScope(lines?: Map<SourceGuid, number>): AsyncGenerator<RawEntry> {
    for await (const { entry, line } of this.#entries()) {
      if (!isInScope(entry, this.#parts.accounts)) continue
      const keyed = this.#withKey(entry)
      const guid = guidOf(keyed)
      const before = lines?.get(guid)
      if (before !== undefined)
        throw failureOf(
          new SyntaxFault(
            `line ${line}: ${entry.name} has the same key (objectGUID ${guid}) as the entry of line ${before}. Take one of the two out, or export anew`,
          ),
          this.#parts.path,
        )
      lines?.set(guid, line)
      yield keyed
    }
  }

  /** Every entry, in scope or not; of those in scope each that cannot be taken is a fault. */
  async *#entries(): AsyncGenerator<LdifEntry> {
    const { path, signal, accounts } = this.#parts
    try {
      for await (const each of ldifEntries(path)) {
        signal.throwIfAborted()
        const trouble = isInScope(each.entry, accounts) ? troubleWith(each.entry) : undefined
        if (trouble !== undefined) throw new SyntaxFault(`line ${each.line}: ${each.entry.name} ${trouble}`)
        yield each
      }
    } catch (error) {
      throw failureOf(error, path)
    }
    const now = await versionOf(path)
    const was = this.#parts.version
    if (now.sizeBytes !== was.sizeBytes || now.mtimeMs !== was.mtimeMs || now.inode !== was.inode)
      throw new SourceFailure(
        'interrupted',
        `${path} was changed while it was read. Nothing of this run counts; start it again.`,
      )
  }

  /** A file that was written to be imported has no keys: then the name is the key. */
  #withKey(entry: RawEntry): RawEntry {
    if (formatGuid(entry.octets('objectGUID')) !== undefined) return entry
    this.#parts.warn(
      `${this.#parts.path} has entries without objectGUID; their name is taken as their key, so that one that is renamed becomes another. Export objectGUID too (ldifde -l with objectGUID, or without -l).`,
    )
    const key = createHash('sha256').update(entry.name.toLowerCase()).digest().subarray(0, 16)
    return entry.with([['objectguid', [key]]])
  }

  /** What is known by its SID: it stands in the file behind who names it, or before. */
  async #sids(): Promise<FileSids> {
    const sids: FileSids = { primaryMembers: new Map(), trustees: new FileTrustees() }
    for await (const { entry } of this.#entries()) {
      if (!entry.has('objectSid') || isComputer(entry)) continue
      const keyed = this.#withKey(entry)
      sids.trustees.add(keyed)
      const group = isInScope(entry, this.#parts.accounts) ? ownPrimaryGroup(entry) : undefined
      if (group !== undefined) sids.primaryMembers.getOrInsert(group, []).push(guidOf(keyed))
    }
    return sids
  }

  #judge(entry: RawEntry, { primaryMembers, trustees }: FileSids): Judged | undefined {
    const members = primaryMembers.get(primaryGroupOf(entry) ?? '')
    const { sendAs, fullAccess } = this.#rights.of(entry)
    return sourceObjectOf(entry, {
      ...(members && { primaryMembers: members }),
      partition: LDIF_PARTITION,
      hasPhoto: entry.has(PHOTO),
      sendAs: trustees.linksOf(sendAs),
      fullAccess: trustees.linksOf(fullAccess),
      unknownType: (details) =>
        this.#parts.warn(
          `${this.#parts.path}: recipients of the type ${details} (msExchRecipientTypeDetails) are not known here. They are taken for what their object class says.`,
        ),
    })
  }
}

/** `primaryMembers`: those whose primary group each is, by its SID. */
type FileSids = { primaryMembers: Map<string, SourceGuid[]>; trustees: FileTrustees }

const isComputer = (entry: RawEntry): boolean =>
  entry.texts('objectClass').some((name) => name.toLowerCase() === 'computer')

/** What IN_SCOPE says, for an entry that was not found by it, or IN_SCOPE_WITH_ACCOUNTS. */
function isInScope(entry: RawEntry, accounts: boolean): boolean {
  if (isComputer(entry)) return false
  const classes = new Set(entry.texts('objectClass').map((name) => name.toLowerCase()))
  if (!entry.has('mailNickname')) return accounts && classes.has('user')
  return ['user', 'contact', 'group', 'msexchdynamicdistributionlist', 'publicfolder'].some((name) =>
    classes.has(name),
  )
}

function troubleWith(entry: RawEntry): string | undefined {
  const cut = [...entry.attributes].find((name) => /;range=/.test(name))
  if (cut !== undefined) return `has only a part of its ${cut}. Export it with a tool that writes all values`
  return undefined
}

/** Entries in scope have one. */
function guidOf(entry: RawEntry): SourceGuid {
  return formatGuid(entry.octets('objectGUID'))!
}

async function versionOf(path: string): Promise<Version> {
  try {
    const { size, mtimeMs, ino } = await stat(path)
    return { sizeBytes: size, mtimeMs, inode: ino }
  } catch (error) {
    throw failureOf(error, path)
  }
}

function failureOf(error: unknown, path: string): unknown {
  if (error instanceof SyntaxFault)
    return new SourceFailure('unusable', `${path} cannot be read as LDIF: ${error.message}.`, {
      cause: error,
    })
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    return new SourceFailure(
      'unreachable',
      `${path} cannot be opened (${code}). Check its name and who may read it.`,
      { cause: error },
    )
  return error
}

async function* inBatches<T>(all: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const each of all) {
    batch.push(each)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
