import { dnsRecords, type MailHosts } from '#src/domain/directory/dns-record.ts'
import type { MailDomain } from '#src/domain/directory/mail-domain.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** A domain as GetMailDomain answers it (DOM-07), with what was found of each record beside it. */
export function formatMailDomain(domain: MailDomain, hosts: MailHosts, isDefault: boolean): JsonObject {
  return {
    Records: dnsRecords(domain, hosts).map(({ type, name, value, purpose }) => ({
      Type: type,
      Hostname: name,
      Value: value,
      Purpose: purpose,
      Status: domain.records[purpose] ?? 'PENDING',
    })),
    IsTestDomain: domain.isTest,
    IsDefault: isDefault,
    OwnershipVerificationStatus: domain.ownership,
    DkimVerificationStatus: dkimStatus(domain),
  }
}

/** The API knows three states where a record has four. */
function dkimStatus({ records }: MailDomain): 'VERIFIED' | 'PENDING' | 'FAILED' {
  if (records.dkim === 'VERIFIED') return 'VERIFIED'
  return records.dkim === 'INCONSISTENT' ? 'FAILED' : 'PENDING'
}
