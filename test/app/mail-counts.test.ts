import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailCounts } from '#src/app/mail-counts.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { formatMetrics } from '#src/platform/metrics/exposition.ts'

test("what a trace says is counted under WorkMail's names (MON-02, MON-03, MON-04)", () => {
  const counts = new MailCounts()
  const [acme, other] = ['m-acme', 'm-other'] as OrganizationId[]
  for (const name of [
    'ORGANIZATION_EMAIL_RECEIVED',
    'MAILBOX_EMAIL_DELIVERED',
    'MAILBOX_EMAIL_DELIVERED',
  ] as const)
    counts.count({ organization: acme!, name })
  counts.count({ organization: other!, name: 'OUTGOING_EMAIL_BOUNCED' })
  counts.count({ organization: other!, name: 'ROUTED' })
  const text = formatMetrics(counts.read())
  assert.match(text, /^landbridge_organization_email_received_total\{organization="m-acme"\} 1$/m)
  assert.match(text, /^landbridge_mailbox_email_delivered_total\{organization="m-acme"\} 2$/m)
  assert.match(text, /^landbridge_outgoing_email_bounced_total\{organization="m-other"\} 1$/m)
  assert.match(text, /^landbridge_incoming_email_bounced_total\{organization="m-other"\} 0$/m)
})
