import type { MailDomain, RecordPurpose } from './mail-domain.ts'

/** A DNS record to be published: absolute names without a final dot. `value` of a TXT is unquoted. */
export type DnsRecord = { purpose: RecordPurpose; type: 'TXT' | 'MX' | 'CNAME'; name: string; value: string }

/** What the records of every domain point at. */
export type MailHosts = {
  /** Host that takes in mail. */
  mx: string
  mxPreference: number
  /** Host that answers Autodiscover. */
  autodiscover: string
  /** SPF mechanisms of what sends our mail, for example `include:spf.example.net` or `a:out.example.net`. */
  spf: string
  /** First label of the name of the ownership record. */
  ownershipLabel: string
}

export const DEFAULT_OWNERSHIP_LABEL = '_landbridge'

/** DOM-11. */
const TTL = 3_600
/** RFC 1035 §3.3: octets of one character-string. */
const STRING = 255

/** The records that a domain wants, in the order in which to publish them (DOM-02 to DOM-07). */
export function dnsRecords(domain: MailDomain, hosts: MailHosts): readonly DnsRecord[] {
  const { name, dkim, mailFrom } = domain
  const mx = `${hosts.mxPreference} ${hosts.mx}`
  const spf = `v=spf1 ${hosts.spf} ~all`
  const records: DnsRecord[] = [
    {
      purpose: 'ownership',
      type: 'TXT',
      name: `${hosts.ownershipLabel}.${name}`,
      value: domain.ownershipToken,
    },
    { purpose: 'mx', type: 'MX', name, value: mx },
  ]
  if (domain.use === 'mail') {
    records.push({
      purpose: 'autodiscover',
      type: 'CNAME',
      name: `autodiscover.${name}`,
      value: hosts.autodiscover,
    })
  }
  records.push(
    { purpose: 'spf', type: 'TXT', name, value: spf },
    {
      purpose: 'dkim',
      type: 'TXT',
      name: `${dkim.selector}._domainkey.${name}`,
      value: `v=DKIM1; k=rsa; p=${dkim.publicKey}`,
    },
    { purpose: 'dmarc', type: 'TXT', name: `_dmarc.${name}`, value: 'v=DMARC1; p=quarantine; fo=1' },
  )
  if (mailFrom !== null) {
    records.push(
      { purpose: 'mail-from-mx', type: 'MX', name: mailFrom.name, value: mx },
      { purpose: 'mail-from-spf', type: 'TXT', name: mailFrom.name, value: spf },
    )
  }
  return records
}

/** The records as text of a zone file (RFC 1035 §5.1), for "copy all". */
export function formatZone(records: readonly DnsRecord[]): string {
  return records.map((record) => `${record.name}. ${TTL} IN ${record.type} ${formatData(record)}\n`).join('')
}

function formatData({ type, value }: DnsRecord): string {
  if (type !== 'TXT') return `${value}.`
  const strings = []
  for (let from = 0; from === 0 || from < value.length; from += STRING) {
    strings.push(`"${value.slice(from, from + STRING).replace(/["\\]/g, '\\$&')}"`)
  }
  return strings.join(' ')
}
