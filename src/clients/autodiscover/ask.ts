import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatPoxRequest, parsePoxReply } from '#src/wire/autodiscover/pox.ts'
import { outlookResponseNamespace } from '#src/wire/autodiscover/schema.ts'
import type { UserResponse } from '#src/wire/autodiscover/schema-types.ts'
import { formatSoapRequest, parseSoapReply } from '#src/wire/autodiscover/soap.ts'
import { encodeParts } from '#src/wire/xml/xml-writer.ts'
import type { HttpsAnswer } from '../https/exchange-octets.ts'
import { HttpsFailure } from '../https/https-failure.ts'
import type { HttpsPeer } from '../https/https-peer.ts'

/** What one address says. */
export type Said =
  | { kind: 'settings'; ewsUrl: string; version: string | null }
  | { kind: 'redirect-url'; url: string }
  | { kind: 'redirect-address'; address: string }
  /** It answers, and does not know the user or has no EWS for it. */
  | { kind: 'error'; message: string }

type AskOptions = {
  timeoutMs: number
  signal?: AbortSignal | undefined
  http?: Record<string, string>
}

const MOST_OCTETS = 1_048_576
const settings = ['ExternalEwsUrl', 'InternalEwsUrl', 'ExternalEwsVersion'] as const

/** Asks one Autodiscover address for the EWS of a mailbox: plain XML, or SOAP where its name ends in `.svc`. Rejects with HttpsFailure. */
export async function askAutodiscover(
  peer: HttpsPeer,
  url: URL,
  address: string,
  options: AskOptions,
): Promise<Said> {
  const soap = /\.svc$/i.test(url.pathname)
  const body = soap
    ? await gathered(
        encodeParts(
          formatSoapRequest(
            'GetUserSettings',
            { Users: [{ Mailbox: address }], RequestedSettings: settings },
            { url: url.href },
          ),
        ),
      )
    : Buffer.from(
        formatPoxRequest({
          for: 'outlook',
          EMailAddress: address,
          AcceptableResponseSchema: outlookResponseNamespace,
        }),
      )
  const answer = await peer.send(
    {
      method: 'POST',
      url,
      headers: { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml', ...options.http },
      body,
    },
    { timeoutMs: options.timeoutMs, signal: options.signal, mostOctets: MOST_OCTETS, repeatable: true },
  )
  const redirected = await redirectOf(url, answer)
  if (redirected !== undefined) return redirected
  const text = await bodyOf(url, answer)
  try {
    return soap ? saidBySoap(text) : saidByPox(text)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new HttpsFailure('protocol', `${url.href} sent a reply that cannot be read: ${error.message}.`, {
      cause: error,
    })
  }
}

async function redirectOf(url: URL, answer: HttpsAnswer): Promise<Said | undefined> {
  if (![301, 302, 307, 308].includes(answer.status)) return undefined
  await answer.drain()
  const target = URL.parse(answer.headers.location ?? '', url)
  if (target === null)
    throw new HttpsFailure('protocol', `${url.href} redirects to nowhere.`, { status: answer.status })
  return { kind: 'redirect-url', url: target.href }
}

async function bodyOf(url: URL, answer: HttpsAnswer): Promise<Buffer> {
  const { status, headers } = answer
  const isXml = /\bxml\b/i.test(headers['content-type'] ?? '')
  if (status === 200 && isXml) return gathered(answer.body)
  await answer.drain().catch(() => undefined)
  const kind = status === 403 ? 'forbidden' : status === 503 ? 'busy' : 'protocol'
  throw new HttpsFailure(
    kind,
    `${url.href} answered ${status} with ${headers['content-type'] ?? 'nothing'}, which is no reply of Autodiscover.`,
    { status },
  )
}

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces)
}

function saidByPox(text: Buffer): Said {
  const { Outlook: outlook, Failure: failure } = parsePoxReply(text)
  const account = outlook?.Account
  const problem = failure?.Error ?? outlook?.Error
  if (account?.RedirectUrl) return { kind: 'redirect-url', url: account.RedirectUrl }
  if (account?.RedirectAddr) return { kind: 'redirect-address', address: account.RedirectAddr }
  const protocols = account?.Protocol ?? []
  // What is for outside comes first: it is what the name in the certificate is for.
  const order = ['EXPR', 'EXHTTP', 'EXCH']
  const [found] = order.flatMap((type) =>
    protocols.filter((one) => one.Type === type && (one.EwsUrl ?? one.ASUrl)),
  )
  const ewsUrl = found?.EwsUrl ?? found?.ASUrl
  if (ewsUrl !== undefined) return { kind: 'settings', ewsUrl, version: found?.ServerVersion ?? null }
  const code = problem === undefined ? '' : ` (${problem.ErrorCode})`
  return { kind: 'error', message: `${problem?.Message ?? 'It names no Exchange Web Services.'}${code}` }
}

function saidBySoap(text: Buffer): Said {
  const { reply, fault } = parseSoapReply('GetUserSettings', text)
  if (fault !== undefined) return { kind: 'error', message: fault.text }
  const [user] = reply?.UserResponses ?? []
  const error = (message: string | null | undefined, code: string | undefined): Said => ({
    kind: 'error',
    message: `${message || 'It tells nothing about the user.'}${code === undefined ? '' : ` (${code})`}`,
  })
  if (user === undefined) return error(reply?.ErrorMessage, reply?.ErrorCode)
  if (user.ErrorCode === 'RedirectUrl' && user.RedirectTarget)
    return { kind: 'redirect-url', url: user.RedirectTarget }
  if (user.ErrorCode === 'RedirectAddress' && user.RedirectTarget)
    return { kind: 'redirect-address', address: user.RedirectTarget }
  const ewsUrl = settingOf(user, 'ExternalEwsUrl') ?? settingOf(user, 'InternalEwsUrl')
  if (ewsUrl === undefined) return error(user.ErrorMessage, user.ErrorCode)
  return { kind: 'settings', ewsUrl, version: settingOf(user, 'ExternalEwsVersion') ?? null }
}

const settingOf = ({ UserSettings = [] }: UserResponse, name: string): string | undefined =>
  UserSettings.find((setting) => setting.Name === name)?.Value || undefined
