import type {
  DirectorySource,
  FullWanted,
  KnownForms,
  SourceBatch,
  SourceGuid,
  SourceKey,
  SourcePosition,
  SourceReading,
  WhyFull,
} from '#src/domain/directory-sync/source.ts'
import type { DomainOptions, Services } from './controllers.ts'
import { DomainReading, type Extent } from './domain-reading.ts'
import { once } from './once.ts'
import { type OpenDomain, type OpenOptions, openDomain } from './open-domain.ts'

/** Which forest is read, how, and how much of it. */
export type ActiveDirectoryOptions = OpenOptions & {
  domains: readonly DomainOptions[]
  /** Whether to look which objects have a photo: one more search over the same objects, for their keys. */
  photos?: boolean
  /** Whether to read who may send as whom (nTSecurityDescriptor): some 2 KB more for each object. */
  rights?: boolean
  /** Distinguished name of an address list: who is not in it is hidden (exchange-interop 1.1). */
  addressList?: string
  /** Whether accounts that are no recipients of Exchange are read too, so that they can be enabled here. */
  accounts?: boolean
  /** By what is seen who changed: the controller's own account (DirSync), or change numbers. */
  changes?: 'dirsync'
  /** Names the program that reads: what another made of an entry says nothing about what this one would. */
  reader?: string
  /** At most MaxPageSize, which is 1,000. */
  pageSize?: number
  /** What an administrator should know though the run goes on; each sentence once. */
  warn?: (sentence: string) => void
}

const PAGE = 500

/** Active Directory by LDAP: what changed since the last run by uSNChanged, and the keys of everything (exchange-interop 1.5). */
export function activeDirectorySource(
  options: ActiveDirectoryOptions,
  deps: { dns: Services },
): DirectorySource {
  const names = new Map<string, string>()
  const extent: Extent = {
    photos: options.photos ?? true,
    rights: options.rights ?? true,
    ...(options.addressList !== undefined && { addressList: options.addressList }),
    accounts: options.accounts ?? false,
    reader: options.reader ?? '',
    pageSize: Math.min(options.pageSize ?? PAGE, PAGE),
    warn: once(options.warn ?? (() => undefined)),
  }
  return {
    name: `Active Directory ${options.domains.map(({ name }) => name).join(', ')}`,
    async read({ since, full, avoid, signal }) {
      const open: OpenDomain[] = []
      try {
        for (const domain of options.domains) {
          open.push(await openDomain(domain, { options, dns: deps.dns, since, avoid, signal, names }))
        }
      } catch (error) {
        await closeAll(open)
        throw error
      }
      return new ForestReading(open, whyFullOf(open, full), extent, options.changes === 'dirsync')
    },
  }
}

/** That a server is not the one of before counts most, whoever asked for everything: what it lacks may be late only. */
function whyFullOf(open: readonly OpenDomain[], wanted: FullWanted | null): WhyFull | null {
  const reasons = open.flatMap(({ whyFull }) => whyFull ?? [])
  return reasons.find((each) => each !== 'first-run') ?? wanted ?? reasons[0] ?? null
}

/** All domains, one after the other; when one must be read whole, all are. */
class ForestReading implements SourceReading {
  full: WhyFull | null
  readonly tellsChanges: boolean
  readonly #open: readonly OpenDomain[]
  readonly #domains: readonly { reading: DomainReading; open: OpenDomain }[]
  readonly #cookies = new Map<string, string>()

  constructor(open: readonly OpenDomain[], full: WhyFull | null, extent: Extent, tellsChanges: boolean) {
    this.#open = open
    // Without a cookie there is nothing to ask about.
    const lacks = tellsChanges && full === null && open.some(({ since }) => since?.cookie === undefined)
    this.full = lacks ? 'first-run' : full
    this.tellsChanges = tellsChanges
    this.#domains = open.map((each) => ({ reading: new DomainReading(each, extent), open: each }))
  }

  get positions(): readonly SourcePosition[] {
    return this.#open.map(({ partition, identity }) => {
      const cookie = this.#cookies.get(partition)
      return {
        partition,
        server: identity.server,
        generation: identity.generation,
        changeNumber: String(identity.highestChange),
        ...(cookie !== undefined && { cookie }),
      }
    })
  }

  async *changes(known?: KnownForms): AsyncGenerator<SourceBatch> {
    const told = this.tellsChanges ? await this.#askAll() : new Map<OpenDomain, readonly Buffer[]>()
    for (const { reading, open } of this.#domains) {
      const keys = told.get(open)
      if (this.full !== null) yield* reading.all(known)
      else yield* keys ? reading.those(keys) : reading.since(open.since!.changeNumber)
    }
  }

  /** What each domain says has changed. When one cannot tell any more, all are read whole. */
  async #askAll(): Promise<Map<OpenDomain, readonly Buffer[]>> {
    const changed = new Map<OpenDomain, readonly Buffer[]>()
    const isWhole = this.full !== null
    for (const { reading, open } of this.#domains) {
      const told = await reading.told(isWhole ? null : Buffer.from(open.since!.cookie!, 'base64'))
      this.#cookies.set(open.partition, told.cookie.toString('base64'))
      if (told.keys === null) this.full = 'cookie-refused'
      else changed.set(open, told.keys)
    }
    return changed
  }

  async *keys(): AsyncGenerator<readonly SourceKey[]> {
    for (const { reading } of this.#domains) yield* reading.keys()
  }

  async *photos(of: readonly SourceGuid[]): AsyncGenerator<{ guid: SourceGuid; octets: Uint8Array }> {
    for (const { reading } of this.#domains) yield* reading.photos(of)
  }

  close(): Promise<void> {
    return closeAll(this.#open)
  }
}

async function closeAll(open: readonly OpenDomain[]): Promise<void> {
  await Promise.all(open.map(({ connection }) => connection.close()))
}
