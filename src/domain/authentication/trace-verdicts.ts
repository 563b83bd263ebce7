import type { DkimResult, SenderVerdict, SpfResult } from './verdict.ts'

/** The words that SES and the message trace have for every check (SEC-03, MON-08). */
type TraceVerdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED'

export type SenderTrace = {
  spfVerdict: TraceVerdict
  dkimVerdict: TraceVerdict
  dmarcVerdict: TraceVerdict
  /** Only with dmarcVerdict FAIL. */
  dmarcPolicy?: 'NONE' | 'QUARANTINE' | 'REJECT'
}

const ofSpf = {
  pass: 'PASS',
  fail: 'FAIL',
  softfail: 'GRAY',
  neutral: 'GRAY',
  none: 'GRAY',
  temperror: 'PROCESSING_FAILED',
  permerror: 'PROCESSING_FAILED',
} as const satisfies Record<SpfResult, TraceVerdict>

const ofDkim = {
  pass: 'PASS',
  fail: 'FAIL',
  policy: 'FAIL',
  neutral: 'GRAY',
  none: 'GRAY',
  temperror: 'PROCESSING_FAILED',
  permerror: 'FAIL',
} as const satisfies Record<DkimResult, TraceVerdict>

const ofDmarc = {
  pass: 'PASS',
  fail: 'FAIL',
  none: 'GRAY',
  temperror: 'PROCESSING_FAILED',
  permerror: 'PROCESSING_FAILED',
} as const

/** Of several signatures the best one speaks: one that verifies is enough. */
const bestFirst: readonly TraceVerdict[] = ['PASS', 'PROCESSING_FAILED', 'FAIL', 'GRAY']

/** The sender's part of ORGANIZATION_EMAIL_RECEIVED (MON-08). */
export function senderTrace({ spf, dkim, dmarc }: SenderVerdict): SenderTrace {
  const signatures = new Set<TraceVerdict>(dkim.map(({ result }) => ofDkim[result]))
  const trace: SenderTrace = {
    spfVerdict: spf === undefined ? 'GRAY' : ofSpf[spf.result],
    dkimVerdict: bestFirst.find((verdict) => signatures.has(verdict)) ?? 'GRAY',
    dmarcVerdict: ofDmarc[dmarc.result],
  }
  if (dmarc.result !== 'fail' || dmarc.policy === undefined) return trace
  const policy = { none: 'NONE', quarantine: 'QUARANTINE', reject: 'REJECT' } as const
  return { ...trace, dmarcPolicy: policy[dmarc.policy] }
}
