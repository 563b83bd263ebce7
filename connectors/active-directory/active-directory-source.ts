import type {
  DirectorySource,
  FullWanted,
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
    pageSize: Math.min(options.pageSize ?? PAGE, PAGE),
    warn: once(options.warn ?? (() => undefined)),
  }
  return {
    name: `Active Directory ${options.domains.map(({ name }) => name).join(', ')}`,
    async read({ since, full, signal }) {
      const open: OpenDomain[] = []
      try {
        for (const domain of options.domains) {
          open.push(await openDomain(domain, { options, dns: deps.dns, since, signal, names }))
        }
      } catch (error) {
        await closeAll(open)
        throw error
      }
      return new ForestReading(open, whyFullOf(open, full), extent)
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
  readonly positions: readonly SourcePosition[]
  readonly full: WhyFull | null
  readonly #open: readonly OpenDomain[]
  readonly #domains: readonly { reading: DomainReading; since: string | null }[]

  constructor(open: readonly OpenDomain[], full: WhyFull | null, extent: Extent) {
    this.#open = open
    this.full = full
    this.positions = open.map(({ partition, identity }) => ({
      partition,
      server: identity.server,
      generation: identity.generation,
      changeNumber: String(identity.highestChange),
    }))
    this.#domains = open.map((each) => ({
      reading: new DomainReading(each, extent),
      since: full === null ? each.since!.changeNumber : null,
    }))
  }

  async *changes(): AsyncGenerator<SourceBatch> {
    for (const { reading, since } of this.#domains) yield* reading.changes(since)
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
