import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { Config } from '#src/config/settings.ts'
import { requireDomainNames } from '#src/domain/organization/make-organization.ts'
import { createOrganization } from '#src/protocols/admin/actions/create-organization.ts'
import { inputOf, inWords } from '#src/protocols/admin/answer-call.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

type Judged = { Alias: string; Domains?: { DomainName: string }[] }

/** Judges the input of `CreateOrganization` by itself, where no data folder is there yet. Throws `AdminFault`, as that call would. */
export function judgeOrganization(config: Config, input: JsonObject): void {
  try {
    const { Alias, Domains = [] } = inputOf(createOrganization, input) as Judged
    const domains = Domains.map(({ DomainName }) => DomainName)
    requireDomainNames({ alias: Alias.toLowerCase(), domains }, config['service.testDomainSuffix'])
  } catch (error) {
    const { type, message } = inWords(error, createOrganization, '')
    throw new AdminFault(type, message, '')
  }
}
