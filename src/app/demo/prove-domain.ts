import type { OrganizationId } from '#src/base/ids.ts'
import { DEFAULT_OWNERSHIP_LABEL, dnsRecords, type MailHosts } from '#src/domain/directory/dns-record.ts'
import { verifyMailDomain } from '#src/domain/directory/domain-verification.ts'
import type { Store } from '#src/domain/store.ts'

const hosts: MailHosts = {
  mx: 'localhost',
  mxPreference: 10,
  autodiscover: 'localhost',
  spf: 'a:localhost',
  ownershipLabel: DEFAULT_OWNERSHIP_LABEL,
}

/** Checks a domain against the DNS of the demonstration, which has just the records that the domain should have. */
export async function proveDomain(store: Store, organization: OrganizationId, name: string): Promise<void> {
  const domain = await store.directory.getDomain(organization, name)
  const records = dnsRecords(domain, hosts)
  const values = (type: string) => async (asked: string) =>
    records.filter((record) => record.type === type && record.name === asked).map(({ value }) => value)
  const resolver = {
    txt: values('TXT'),
    cname: values('CNAME'),
    mx: async (asked: string) =>
      (await values('MX')(asked)).map((value) => {
        const [preference, exchange] = value.split(' ')
        return { preference: Number(preference), exchange: exchange! }
      }),
  }
  await verifyMailDomain({ store, resolver, hosts }, organization, name, Date.now())
}
