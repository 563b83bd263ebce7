import { Recent } from '#src/base/recent.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { RawEntry } from './raw-entry.ts'
import { fullAccessOf, sendersAs } from './security-descriptor.ts'

/** Who has rights on an object, as SIDs. */
export type Rights = { sendAs: readonly string[]; fullAccess: readonly string[] }

/** Of some 2 KB each. */
const MOST_DESCRIPTORS = 500

/** What the two descriptors of objects say; those of most of a container are the same, and read once. */
export class EntryRights {
  readonly #source: string
  readonly #warn: (sentence: string) => void
  readonly #known = new Recent<Rights>(MOST_DESCRIPTORS)

  /** `warn` is told of descriptors that cannot be read, which count as empty; `source` begins the sentence. */
  constructor(source: string, warn: (sentence: string) => void) {
    this.#source = source
    this.#warn = warn
  }

  of(entry: RawEntry): Rights {
    const descriptor = entry.octets('nTSecurityDescriptor')
    const mailbox = entry.octets('msExchMailboxSecurityDescriptor')
    const octets = `${descriptor?.length ?? 0}\n${latin1(descriptor)}${latin1(mailbox)}`
    try {
      const rights = this.#known.get(octets) ?? {
        sendAs: descriptor ? sendersAs(descriptor) : [],
        fullAccess: mailbox ? fullAccessOf(mailbox) : [],
      }
      this.#known.set(octets, rights)
      return rights
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      this.#warn(`${this.#source}: the rights on ${entry.name} cannot be read: ${error.message}.`)
      return { sendAs: [], fullAccess: [] }
    }
  }
}

/** Octets as a text that is as long, to be compared. */
export const latin1 = (octets: Buffer | undefined): string => octets?.toString('latin1') ?? ''
