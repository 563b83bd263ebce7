import { isIP } from 'node:net'
import { isPublicAddress } from '#connectors/internet-mail/public-address.ts'
import { publicLookup } from '#connectors/internet-mail/public-lookup.ts'
import { type AlertDeps, alertMigrationsJob } from '#jobs/alert-migrations.ts'
import { type ReportDeps, reportMigrationsJob } from '#jobs/report-migrations.ts'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'
import type { PeerTls } from '#src/clients/https/secure-sockets.ts'
import type { Config } from '#src/config/settings.ts'
import type { Job } from '#src/platform/scheduler/job.ts'
import type { MailService } from './mail-service.ts'
import { version } from './version.ts'

const TIMEOUT_MS = 15_000
const MOST_OCTETS = 64 * 1024

/** Mail of the service itself, once it has started. */
export const noticesBy =
  (mail: () => Pick<MailService, 'notify'> | undefined): MailService['notify'] =>
  async (organization, notice) => {
    const service = mail()
    if (service === undefined) throw new Error('The service is still starting.')
    return service.notify(organization, notice)
  }

/** Alerts of migrations: mail goes the way of all mail, webhooks are sent from here. */
export function migrationAlerts(
  config: Pick<Config, 'outbound.privateAddresses'>,
  deps: Omit<AlertDeps, 'mail' | 'webhook'> & { mail: () => Pick<MailService, 'notify'> | undefined },
): Job {
  return alertMigrationsJob({
    ...deps,
    webhook: webhookSender(config),
    mail: mailBy(deps.mail),
  })
}

/** Reports of migrations by mail. */
export const migrationReports = (
  deps: Omit<ReportDeps, 'mail'> & { mail: () => Pick<MailService, 'notify'> | undefined },
): Job => reportMigrationsJob({ ...deps, mail: mailBy(deps.mail) })

const mailBy =
  (mail: () => Pick<MailService, 'notify'> | undefined): AlertDeps['mail'] =>
  async (organization, to, subject, text) => {
    if (!(await noticesBy(mail)(organization, { to, subject, text })))
      throw new Error('The address leads to nobody.')
  }

/**
 * Posts JSON. As administrators of an organisation name the address, private networks are only spoken to where
 * `outbound.privateAddresses` allows it; redirects are not followed. Rejects unless the answer is a success.
 */
export function webhookSender(
  config: Pick<Config, 'outbound.privateAddresses'>,
  tls?: PeerTls,
): AlertDeps['webhook'] {
  const allowed = config['outbound.privateAddresses'] === 'yes'
  return async (address, body, signal) => {
    const url = new URL(address)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (!allowed && isIP(host) !== 0 && !isPublicAddress(host))
      throw new Error(
        `${host} is an address of a private network, and the setting outbound.privateAddresses forbids those.`,
      )
    const peer = new HttpsPeer({
      userAgent: `Landbridge/${version}`,
      connections: 1,
      ...(tls && { tls }),
      ...(!allowed && { lookup: publicLookup }),
    })
    try {
      const answer = await peer.send(
        {
          method: 'POST',
          url,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(JSON.stringify(body)),
        },
        { timeoutMs: TIMEOUT_MS, signal, mostOctets: MOST_OCTETS, repeatable: true },
      )
      // It was told: what else is in the answer, or does not come, is of no use to anybody.
      if (answer.status >= 200 && answer.status <= 299) return
      const redirect = answer.status >= 300 && answer.status <= 399
      throw new Error(
        `${url.host} answered ${answer.status}${redirect ? ', which leads elsewhere and is not followed: name the address that it leads to' : ''}.`,
      )
    } finally {
      peer.close()
    }
  }
}
