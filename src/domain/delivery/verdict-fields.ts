import { unfold } from '#src/formats/header/fields.ts'
import {
  type AuthenticationResult,
  formatAuthenticationResults,
} from '#src/formats/trace-headers/authentication-results.ts'
import { formatReceivedSpf } from '#src/formats/trace-headers/received-spf.ts'
import type { SenderVerdict, SpfVerdict } from '../authentication/verdict.ts'

/** Authentication-Results of our own (RFC 8601) and Received-SPF (RFC 7208 §9.1), in the order to put them in front. */
export function verdictTraceFields(verdict: SenderVerdict, hostName: string): string[] {
  return [
    formatAuthenticationResults({ authservId: hostName, results: resultsOf(verdict) }),
    ...(verdict.spf ? [receivedSpf(verdict.spf, hostName)] : []),
  ]
}

/** The value of that Authentication-Results on one line, as an ARC set holds it. */
export function resultsText(verdict: SenderVerdict, hostName: string): string {
  const field = formatAuthenticationResults({ authservId: hostName, results: resultsOf(verdict) })
  return unfold(field.slice(field.indexOf(':') + 1))
}

/** For mail of somebody who logged in: there is nothing else to be found out. */
export const loginTraceField = (hostName: string): string =>
  formatAuthenticationResults({
    authservId: hostName,
    results: [{ method: 'auth', result: 'pass', properties: [] }],
  })

function resultsOf({ spf, spfHelo, dkim, dmarc, arc }: SenderVerdict): AuthenticationResult[] {
  const results = [spf, spfHelo].flatMap((each) => (each ? [spfResult(each)] : []))
  if (dkim.length === 0) results.push({ method: 'dkim', result: 'none', properties: [] })
  for (const each of dkim) {
    const said = [
      ['header.d', each.domain],
      ['header.i', each.identity],
      ['header.s', each.selector],
      ['header.a', each.algorithm],
      ['header.b', each.signatureStart],
    ] as const
    results.push({
      method: 'dkim',
      result: each.result,
      ...(each.reason !== undefined && { reason: each.reason }),
      properties: said.filter(([, value]) => value !== ''),
    })
  }
  results.push({
    method: 'dmarc',
    result: dmarc.result,
    ...(dmarc.policy !== undefined && { comment: `p=${dmarc.policy}` }),
    properties: dmarc.fromDomain === '' ? [] : [['header.from', dmarc.fromDomain]],
  })
  if (arc.instances > 0) {
    results.push({
      method: 'arc',
      result: arc.result,
      ...(arc.reason !== undefined && { reason: arc.reason }),
      properties: arc.sealer === undefined ? [] : [['header.d', arc.sealer]],
    })
  }
  return results
}

const spfResult = ({
  identity,
  result,
  reason,
  domain,
  envelopeFrom,
  helo,
}: SpfVerdict): AuthenticationResult => ({
  method: 'spf',
  result,
  ...(reason !== undefined && { reason }),
  properties: [identity === 'mailfrom' ? ['smtp.mailfrom', envelopeFrom || domain] : ['smtp.helo', helo]],
})

const receivedSpf = (spf: SpfVerdict, hostName: string): string =>
  formatReceivedSpf({
    result: spf.result,
    ...(spf.reason !== undefined && { comment: spf.reason }),
    clientAddress: spf.clientAddress,
    envelopeFrom: spf.envelopeFrom,
    helo: spf.helo,
    receiver: hostName,
    identity: spf.identity,
  })
