import { Readable } from 'node:stream'
import type { DKIMResult, DKIMVerifyResult } from 'mailauth'
import { arc } from 'mailauth/lib/arc/index.js'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import type { ArcVerdict, DkimResult, DkimVerdict } from '#src/domain/authentication/verdict.ts'
import type { Resolve } from '#src/platform/dns/resolve-for.ts'
import { GuardedMessage } from './guarded-message.ts'
import { reasonOf } from './reason.ts'

/** RFC 8301 §3.2. */
const MIN_RSA_BITS = 1_024

type SignatureFindings = {
  dkim: readonly DkimVerdict[]
  arc: ArcVerdict
  /** Addresses in From, and how many From fields there were: what DMARC starts from. */
  authors: readonly string[]
  fromFields: number
  /** Why nothing, or only the header, was looked at. */
  refused?: string
}

/** Verifies DKIM (RFC 6376) and ARC (RFC 8617) while the message is read once. Rejects only as the message does. */
export async function checkSignatures(
  content: AsyncIterable<Uint8Array>,
  about: { resolve: Resolve; address?: string },
): Promise<SignatureFindings> {
  const guarded = new GuardedMessage()
  const options = { resolver: about.resolve, minBitLength: MIN_RSA_BITS, strict: true }
  const found = await dkimVerify(Readable.from(guarded.read(content), { objectMode: false }), options)
  const people = { authors: found.headerFrom, fromFields: found.fromFields }
  if (guarded.refused !== undefined) {
    const { refused } = guarded
    return {
      dkim: [refusedSignature(refused)],
      arc: { result: 'none', instances: 0, reason: refused },
      ...people,
      refused,
    }
  }
  return {
    dkim: found.results.filter(({ status }) => status.result !== 'none').map(verdictOf),
    arc: await checkArc(found, { ...options, ...(about.address === undefined ? {} : { ip: about.address }) }),
    ...people,
  }
}

const refusedSignature = (reason: string): DkimVerdict => ({
  result: 'permerror',
  domain: '',
  selector: '',
  algorithm: '',
  identity: '',
  signatureStart: '',
  reason,
})

const results = new Set<string>([
  'none',
  'pass',
  'fail',
  'policy',
  'neutral',
  'temperror',
  'permerror',
] satisfies DkimResult[])

function verdictOf({ status, signingDomain, selector, algo }: DKIMResult): DkimVerdict {
  const known = results.has(status.result) ? (status.result as DkimResult) : 'permerror'
  // What l= leaves out can be anything, so a signature over a part says nothing about the message (RFC 6376 §8.2).
  const partial = known === 'pass' && (status.underSized ?? 0) > 0
  const said = (name: string): string => {
    const text: unknown = status.header?.[name]
    return typeof text === 'string' ? text : ''
  }
  return {
    result: partial ? 'policy' : known,
    domain: signingDomain ?? '',
    selector: selector ?? '',
    algorithm: algo ?? '',
    identity: said('i'),
    signatureStart: said('b'),
    ...reasonOf(partial ? 'the body is signed only in part' : status.comment),
  }
}

async function checkArc(
  found: DKIMVerifyResult,
  options: { resolver: Resolve; strict: boolean; minBitLength: number; ip?: string },
): Promise<ArcVerdict> {
  const chain = found.arc
  if (chain === undefined) return { result: 'none', instances: 0 }
  const instances = Array.isArray(chain.chain) ? chain.chain.length : 0
  try {
    const { status } = await arc(chain as Parameters<typeof arc>[0], options)
    const result = status.result === 'pass' ? 'pass' : status.result === 'none' ? 'none' : 'fail'
    const sealer: unknown = chain.lastEntry?.['arc-seal']?.parsed?.d?.value
    return {
      result,
      instances,
      ...(typeof sealer === 'string' ? { sealer } : {}),
      ...(result === 'fail' ? reasonOf(status.comment) : {}),
    }
  } catch (error) {
    return { result: 'fail', instances, ...reasonOf((error as Error).message) }
  }
}
