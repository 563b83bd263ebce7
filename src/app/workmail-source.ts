import type { LookupFunction } from 'node:net'
import { openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { impersonationToken } from '#connectors/workmail/impersonation-token.ts'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { httpsClient } from '#src/clients/admin/http-client.ts'
import type { PeerTls } from '#src/clients/https/secure-sockets.ts'
import type { Expiry, MailboxSource } from '#src/domain/migration/source.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import type { AccessKeyPair } from '#src/wire/aws/signature.ts'

type WorkMailSourceOptions = {
  /** `m-0123456789abcdef…` */
  organization: string
  /** An impersonation role that allows all mailboxes that are copied (IMP-01). */
  role: string
  region: string
  key: AccessKeyPair
  spool: Spool
  version: string
  /** Where it is another than that of Amazon for the region. */
  api?: { endpoint: string; ca?: string }
  ews?: { url: string; tls?: PeerTls; lookup?: LookupFunction }
  connections?: number
  retryMs?: readonly number[]
  now?: () => number
}

/** WorkMail's API of a region, asked with an access key. */
export const workMailApi = ({
  region,
  key,
  api,
}: Pick<WorkMailSourceOptions, 'region' | 'key' | 'api'>): AdminClient =>
  httpsClient({
    endpoint: api?.endpoint ?? `https://workmail.${region}.amazonaws.com`,
    key,
    region,
    ...(api?.ca !== undefined && { ca: api.ca }),
  })

/** Announced by Amazon. */
const workMailEnd: Expiry = { what: 'service', of: 'Amazon WorkMail', endsAt: Date.UTC(2027, 2, 31) }

/** Mailboxes of Amazon WorkMail: its EWS, reached with the token of an impersonation role (migration.md 3.4, MIG-11). */
export function openWorkMailSource(options: WorkMailSourceOptions): MailboxSource {
  const { organization, role, region, ews, now } = options
  const source = openExchangeSource({
    name: `Amazon WorkMail ${organization}`,
    url: ews?.url ?? `https://ews.mail.${region}.awsapps.com/EWS/Exchange.asmx`,
    authorization: impersonationToken({
      client: workMailApi(options),
      organization,
      role,
      ...(now && { now }),
    }),
    access: 'impersonation',
    spool: options.spool,
    version: options.version,
    connections: options.connections ?? 10,
    ...(ews?.tls && { tls: ews.tls }),
    ...(ews?.lookup && { lookup: ews.lookup }),
    ...(options.retryMs && { retryMs: options.retryMs }),
  })
  if (options.api !== undefined) return source
  // A token is made anew, and a role that is taken away has no date; but the whole service has.
  return { ...source, expiries: () => [...(source.expiries?.() ?? []), workMailEnd] }
}
