import { type DnsRecord, dnsRecords, type MailHosts } from '#src/domain/directory/dns-record.ts'
import type { MailDomain } from '#src/domain/directory/mail-domain.ts'
import { mailFromState } from '#src/domain/directory/mail-from.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** A domain as GetMailDomain answers it (DOM-07), with what was found of each record beside it. */
export function formatMailDomain(domain: MailDomain, hosts: MailHosts, isDefault: boolean): JsonObject {
  return {
    Records: recordsOf(domain, hosts),
    IsTestDomain: domain.isTest,
    IsDefault: isDefault,
    OwnershipVerificationStatus: domain.ownership,
    DkimVerificationStatus: dkimStatus(domain),
    ...mailFromMembers(domain),
  }
}

/** The MAIL FROM domain with its records; without one the name of the domain alone. Members and words are those of SES. */
export function formatMailFrom(domain: MailDomain, hosts: MailHosts): JsonObject {
  const Records = recordsOf(domain, hosts, ({ purpose }) => purpose.startsWith('mail-from'))
  return { DomainName: domain.name, ...mailFromMembers(domain), Records }
}

function mailFromMembers(domain: MailDomain): JsonObject {
  if (domain.mailFrom === null) return {}
  const { name, whenMissing } = domain.mailFrom
  return {
    MailFromDomain: name,
    MailFromDomainStatus: mailFromState(domain),
    BehaviorOnMxFailure: whenMissing === 'refuse' ? 'REJECT_MESSAGE' : 'USE_DEFAULT_VALUE',
  }
}

const recordsOf = (
  domain: MailDomain,
  hosts: MailHosts,
  isWanted: (record: DnsRecord) => boolean = () => true,
): JsonObject[] =>
  dnsRecords(domain, hosts)
    .filter(isWanted)
    .map(({ type, name, value, purpose }) => ({
      Type: type,
      Hostname: name,
      Value: value,
      Purpose: purpose,
      Status: domain.records[purpose] ?? 'PENDING',
    }))

/** The API knows three states where a record has four. */
function dkimStatus({ records }: MailDomain): 'VERIFIED' | 'PENDING' | 'FAILED' {
  if (records.dkim === 'VERIFIED') return 'VERIFIED'
  return records.dkim === 'INCONSISTENT' ? 'FAILED' : 'PENDING'
}
