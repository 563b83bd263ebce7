import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js'
import type {
  DkimVerdict,
  DmarcPolicy,
  DmarcVerdict,
  SpfVerdict,
} from '#src/domain/authentication/verdict.ts'
import type { Resolve } from '#src/platform/dns/resolve-for.ts'
import { reasonOf } from './reason.ts'

type DmarcInput = {
  authors: readonly string[]
  fromFields: number
  spf: SpfVerdict | undefined
  dkim: readonly DkimVerdict[]
}

type Evaluated = Awaited<ReturnType<typeof evaluateDmarc>>
type Response = Exclude<Evaluated['response'], false>

/** DMARC by the tree walk of RFC 9989; `pct` as RFC 7489 had it. Never rejects: what goes wrong is temperror. */
export async function checkDmarc(input: DmarcInput, resolve: Resolve): Promise<DmarcVerdict> {
  try {
    const { response, reason } = await evaluateDmarc({
      headerFrom: [...input.authors],
      fromFields: input.fromFields,
      spfDomains: input.spf?.result === 'pass' ? [input.spf.domain] : [],
      dkimDomains: input.dkim
        .filter(({ result }) => result === 'pass')
        .map(({ domain }, index) => ({ id: String(index), domain })),
      resolver: resolve,
      strict: true,
    } as Parameters<typeof evaluateDmarc>[0])
    if (response !== false) return verdictOf(response, input)
    const nobody = { fromDomain: '', percent: 100, alignedBy: [], reason: reason ?? 'no-author-domain' }
    // A mailbox without From shows no author to be deceived by; several authors, or a garbled one, are a trick (§11.5).
    return { ...nobody, result: reason === 'no-author-domain' ? 'none' : 'permerror' }
  } catch (error) {
    const reason = reasonOf((error as Error).message)
    return { result: 'temperror', fromDomain: '', percent: 100, alignedBy: [], ...reason }
  }
}

function verdictOf(response: Response, input: DmarcInput): DmarcVerdict {
  const { alignment, policyDomain, policy, status } = response
  const author: unknown = status.header?.from
  const common = {
    fromDomain: typeof author === 'string' ? author : '',
    percent: percentOf(response.rr),
    alignedBy: [
      ...(alignment?.spf.result ? (['spf'] as const) : []),
      ...(alignment?.dkim.result ? (['dkim'] as const) : []),
    ],
    ...(policyDomain === undefined ? {} : { policyDomain }),
    ...(isPolicy(policy) ? { policy } : {}),
  }
  switch (status.result) {
    case 'pass':
    case 'none':
      return { ...common, result: status.result }
    case 'fail':
      break
    default:
      return { ...common, result: 'temperror', ...reasonOf(response.error) }
  }
  if (mightHaveAligned(input, response.domain))
    return { ...common, result: 'temperror', reason: 'what would align could not be verified now' }
  // Over trusted relays with nothing known before them SPF was not asked, so nothing has failed (exchange-interop 4.6).
  if (input.spf === undefined) return { ...common, result: 'none', reason: 'the first sender is not known' }
  return { ...common, result: 'fail' }
}

const isPolicy = (text: unknown): text is DmarcPolicy =>
  text === 'none' || text === 'quarantine' || text === 'reject'

function percentOf(record: string | undefined): number {
  const digits = /(?:^|;)\s*pct\s*=\s*(\d{1,3})\s*(?:;|$)/i.exec(record ?? '')?.[1]
  return digits === undefined ? 100 : Math.min(100, Number(digits))
}

/** Whether a check of the author's own domains was not possible now. Those of others cannot align, whatever they answer. */
function mightHaveAligned({ spf, dkim }: DmarcInput, organizational: string): boolean {
  const within = (domain: string): boolean => {
    const name = domain.toLowerCase()
    return name === organizational || name.endsWith(`.${organizational}`)
  }
  const undecided = [...(spf === undefined ? [] : [spf]), ...dkim].filter(
    ({ result }) => result === 'temperror',
  )
  return undecided.some(({ domain }) => within(domain))
}
