import type { DnsClient, MxRecord, SrvRecord } from '#src/platform/dns/dns-client.ts'
import { type DnsFailure, DnsFault, type DnsType } from '#src/platform/dns/dns-fault.ts'

/** What a name has; a failure instead of records. Names that are not listed do not exist. */
export type FixedNames = Readonly<
  Record<
    string,
    {
      a?: string[] | DnsFailure
      aaaa?: string[] | DnsFailure
      mx?: MxRecord[] | DnsFailure
      txt?: string[]
      srv?: SrvRecord[] | DnsFailure
    }
  >
>

/** DNS with fixed answers. */
export function fixedDns(names: FixedNames): DnsClient {
  const answer = async <T>(type: DnsType, name: string, records: T[] | DnsFailure | undefined) => {
    if (names[name] === undefined) throw new DnsFault('nxdomain', type, name)
    if (records === undefined || (Array.isArray(records) && records.length === 0))
      throw new DnsFault('nodata', type, name)
    if (!Array.isArray(records)) throw new DnsFault(records, type, name)
    return records
  }
  return {
    a: (name) => answer('A', name, names[name]?.a),
    aaaa: (name) => answer('AAAA', name, names[name]?.aaaa),
    mx: (name) => answer('MX', name, names[name]?.mx),
    txt: (name) => answer('TXT', name, names[name]?.txt),
    cname: (name) => answer('CNAME', name, undefined as string[] | undefined),
    ptr: (name) => answer('PTR', name, undefined as string[] | undefined),
    srv: (name) => answer('SRV', name, names[name]?.srv),
  }
}
