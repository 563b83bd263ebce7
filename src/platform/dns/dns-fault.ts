/**
 * Why DNS gave no records. `nxdomain`: the name does not exist; `nodata`: it has none of that type; `bad-name`: it
 * cannot exist (RFC 1035 §2.3.4). These three are answers. `timeout` and `servfail` (any trouble of the servers,
 * refusal and unreadable answers among it) are none: the question may be asked again later.
 */
export type DnsFailure = 'nxdomain' | 'nodata' | 'bad-name' | 'timeout' | 'servfail'

export type DnsType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME' | 'PTR' | 'SRV'

export class DnsFault extends Error {
  override readonly name = 'DnsFault'
  readonly failure: DnsFailure
  /** What was asked for, and about whom. */
  readonly type: DnsType
  readonly about: string

  constructor(failure: DnsFailure, type: DnsType, about: string) {
    super(`DNS: ${failure} for ${type} of ${about}`)
    this.failure = failure
    this.type = type
    this.about = about
  }

  /** Whether DNS did answer, with "there is none". */
  get isAnswer(): boolean {
    return this.failure !== 'timeout' && this.failure !== 'servfail'
  }
}

/** The records, or an empty list where DNS answered that there are none. Other faults pass through. */
export async function orNone<T>(records: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await records
  } catch (fault) {
    if (fault instanceof DnsFault && fault.isAnswer) return []
    throw fault
  }
}
