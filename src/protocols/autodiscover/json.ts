import type { HttpReply, HttpRequest } from '#src/platform/http/route.ts'
import { type AutodiscoverServices, ewsUrl } from './services.ts'

/**
 * Autodiscover V2 (MS-OXDSCLI does not have it; Outlook and phones ask it first), for anybody: where a protocol is, and nothing
 * about the address, which is not looked up.
 */
export function answerJson(services: AutodiscoverServices, request: HttpRequest): HttpReply {
  const base = services.baseUrl(request)
  const asked = URL.parse(request.target, base)?.searchParams
  const wanted = [...(asked ?? [])].find(([name]) => name.toLowerCase() === 'protocol')?.[1] ?? ''
  const urls: Record<string, string> = {
    ews: ewsUrl(base),
    autodiscoverv1: `${base}/autodiscover/autodiscover.xml`,
  }
  const url = Object.hasOwn(urls, wanted.toLowerCase()) ? urls[wanted.toLowerCase()]! : undefined
  if (url === undefined)
    return json(400, {
      ErrorCode: 'ProtocolNotSupported',
      ErrorMessage: `The protocol is not supported; supported are: EWS, AutodiscoverV1.`,
    })
  return json(200, { Protocol: wanted, Url: url })
}

const json = (status: number, body: object): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})
