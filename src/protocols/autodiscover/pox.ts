import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import type { HttpRequest } from '#src/platform/http/route.ts'
import {
  formatMobileReply,
  formatOutlookReply,
  formatPoxError,
  type PoxRequest,
  parsePoxRequest,
} from '#src/wire/autodiscover/pox.ts'
import { outlookResponseNamespace } from '#src/wire/autodiscover/schema.ts'
import type { OutlookProtocol, OutlookResponse } from '#src/wire/autodiscover/schema-types.ts'
import { type Discovered, discoverUser } from './discovered-user.ts'
import { type AutodiscoverServices, ewsUrl, oabUrl } from './services.ts'

const MOST_OCTETS = 64 * 1024

/** Plain XML (AUD-02): for Outlook, Apple's programs and Exchange; to ActiveSync it says who is elsewhere. Always an answer that can be read. */
export async function answerPox(
  services: AutodiscoverServices,
  request: HttpRequest,
  login: Authenticated,
): Promise<string> {
  const at = new Date(services.now())
  let asked: PoxRequest
  try {
    asked = parsePoxRequest(await request.readBody(MOST_OCTETS))
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return formatPoxError(600, 'Invalid Request', at)
  }
  const schema = asked.AcceptableResponseSchema?.trim()
  if (asked.for === 'outlook' && schema !== undefined && schema !== outlookResponseNamespace)
    return formatPoxError(601, 'Provider is not available', at)
  const address = asked.EMailAddress ?? (asked.for === 'outlook' ? asked.LegacyDN : undefined)
  if (address === undefined) return formatPoxError(600, 'Invalid Request', at)
  const found = await discoverUser(services, login, address)
  if (found.kind === 'unknown') return formatPoxError(500, 'The e-mail address cannot be found.', at)
  const base = services.baseUrl(request)
  return asked.for === 'outlook' ? forOutlook(found, base) : forMobile(found, address, at)
}

type Found = Exclude<Discovered, { kind: 'unknown' }>

function forOutlook(found: Found, base: string): string {
  if (found.kind === 'elsewhere') {
    const { url, address } = found
    return formatOutlookReply({
      Account:
        url === null
          ? { Action: 'redirectAddr', RedirectAddr: address! }
          : { Action: 'redirectUrl', RedirectUrl: url },
    })
  }
  const { displayName, address, legacyDn, deployment, added, offlineBook } = found
  const book = offlineBook === null ? undefined : oabUrl(base, offlineBook)
  const server = new URL(base).hostname
  const response: OutlookResponse = {
    User: {
      DisplayName: displayName,
      LegacyDN: legacyDn,
      AutoDiscoverSMTPAddress: address,
      DeploymentId: deployment,
    },
    Account: {
      AccountType: 'email',
      Action: 'settings',
      MicrosoftOnline: 'False',
      // evolution-ews takes what EXPR says over EXCH and needs ASUrl (exchange-interop.md 2.1).
      Protocol: [
        protocol('EXCH', server, base, book),
        protocol('EXPR', server, base, book),
        webProtocol(base),
      ],
      AlternativeMailbox: added.map((one) => ({
        Type: 'Delegate',
        DisplayName: one.displayName,
        LegacyDN: one.legacyDn,
        Server: server,
        SmtpAddress: one.address,
        OwnerSmtpAddress: one.address,
      })),
    },
  }
  return formatOutlookReply(response)
}

const protocol = (
  type: string,
  server: string,
  base: string,
  offlineBook: string | undefined,
): OutlookProtocol => ({
  Type: type,
  Server: server,
  ...(type === 'EXPR' && { SSL: 'On', AuthPackage: 'Basic' }),
  ASUrl: ewsUrl(base),
  EwsUrl: ewsUrl(base),
  EwsPartnerUrl: ewsUrl(base),
  OOFUrl: ewsUrl(base),
  OABUrl: offlineBook,
})

const webProtocol = (base: string): OutlookProtocol => ({
  Type: 'WEB',
  Internal: { Protocol: { Type: 'EXCH', ASUrl: ewsUrl(base) } },
  External: { Protocol: { Type: 'EXPR', ASUrl: ewsUrl(base) } },
})

/** There is no ActiveSync here; whose mailbox is elsewhere may find it there. */
function forMobile(found: Found, asked: string, at: Date): string {
  if (found.kind === 'here') return formatPoxError(601, 'Provider is not available', at)
  // ActiveSync knows no address of another Autodiscover, only of another user.
  if (found.address === null) return formatPoxError(500, 'The mailbox is on another system.', at)
  return formatMobileReply({
    Culture: 'en:us',
    User: { EMailAddress: asked },
    Action: { Redirect: found.address },
  })
}
