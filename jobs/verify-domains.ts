import type { MailHosts } from '#src/domain/directory/dns-record.ts'
import { type Resolver, verifyMailDomain } from '#src/domain/directory/domain-verification.ts'
import { forEveryOrganization } from '#src/domain/organization/every-organization.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

const PAGE = 100

/** Looks up the DNS records of every mail domain, so that one becomes usable soon after its records appear (DOM-02..05). */
export function verifyDomainsJob(deps: {
  store: Store
  resolver: Resolver
  hosts: MailHosts
  now: () => number
}): Job {
  return {
    name: 'verify-domains',
    schedule: '7,37 * * * *',
    run: (signal) =>
      forEveryOrganization(
        deps.store,
        async (organization) => {
          const domains = rowsOf((after: string | null) =>
            deps.store.directory.listDomains(organization, { after, limit: PAGE }),
          )
          for await (const { name, isTest } of domains) {
            signal.throwIfAborted()
            if (!isTest) await verifyMailDomain(deps, organization, name, deps.now()).catch(leaveOut)
          }
        },
        signal,
      ),
  }
}

/** One that was removed meanwhile, or is another organisation's, must not keep the others waiting. */
function leaveOut(error: unknown): void {
  const reasons = ['no-such-domain', 'domain-in-use']
  if (!(error instanceof Refusal) || !reasons.includes(error.reason)) throw error
}
