import type { OrganizationId } from '#src/base/ids.ts'
import type { TraceEvent } from '#src/domain/delivery/trace.ts'
import type { Metric } from '#src/platform/metrics/exposition.ts'

/** WorkMail's metrics (MON-02..04), each with what it counts. */
const counted = {
  OrganizationEmailReceived: 'Messages that an organisation received from elsewhere (MON-02).',
  MailboxEmailDelivered: 'Messages that were put into mailboxes, one for each mailbox (MON-02).',
  OutgoingEmailSent: 'Recipients elsewhere to whom mail was handed over (MON-03).',
  OutgoingEmailBounced: 'Recipients elsewhere to whom mail could not be brought (MON-03).',
  IncomingEmailBounced: 'Recipients here who could not be given their mail (MON-04).',
} as const
type Counted = keyof typeof counted

const metricOf: Partial<Record<TraceEvent['name'], Counted>> = {
  ORGANIZATION_EMAIL_RECEIVED: 'OrganizationEmailReceived',
  MAILBOX_EMAIL_DELIVERED: 'MailboxEmailDelivered',
  OUTGOING_EMAIL_SENT: 'OutgoingEmailSent',
  OUTGOING_EMAIL_BOUNCED: 'OutgoingEmailBounced',
  INCOMING_EMAIL_BOUNCED: 'IncomingEmailBounced',
}

/** Counts mail by what its trace says, since the start, for each organisation. */
export class MailCounts {
  readonly #counts = new Map<OrganizationId, Record<Counted, number>>()

  count({ organization, name }: Pick<TraceEvent, 'organization' | 'name'>): void {
    const metric = metricOf[name]
    if (metric === undefined) return
    const counts = this.#counts.getOrInsertComputed(organization, noneYet)
    counts[metric]++
  }

  /** `landbridge_mailbox_email_delivered_total{organization="m-…"} 12` */
  read(): Metric[] {
    return (Object.keys(counted) as Counted[]).map((metric) => ({
      name: `landbridge_${metric.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase()}_total`,
      help: counted[metric],
      type: 'counter',
      samples: [...this.#counts].map(([organization, counts]) => ({
        labels: { organization },
        value: counts[metric],
      })),
    }))
  }
}

const noneYet = (): Record<Counted, number> =>
  Object.fromEntries(Object.keys(counted).map((metric) => [metric, 0])) as Record<Counted, number>
