import { shellWord } from '#src/base/shell-word.ts'
import { SmtpFailure } from '#src/clients/smtp/failure.ts'
import type { SmtpServer } from '#src/clients/smtp/open-session.ts'
import { openProbe, probeRecipient } from '#src/clients/smtp/probe.ts'
import type { Finding, MailPreflight } from './mail-preflight.ts'

type Found = Omit<Finding, 'direction'>

const CONNECTOR = '"To Landbridge"'

/** The way from Exchange, as far as it can be seen from our side of it. */
export async function checkFromExchange(preflight: MailPreflight): Promise<Finding[]> {
  const found = [trust(preflight), ...(await ownPort(preflight)), sendConnector(preflight)]
  return found.map((each) => ({ direction: 'from Exchange', ...each }))
}

function trust({ trustedAddresses, trustedCertificates }: MailPreflight): Found {
  const check = 'trust'
  if (trustedAddresses.length + trustedCertificates.length > 0)
    return { check, outcome: 'good', sentence: 'Mail from Exchange is known by its address or certificate.' }
  return {
    check,
    outcome: 'failed',
    sentence: 'Mail from Exchange is judged like mail from strangers: SPF fails, and DMARC may drop it.',
    remedy:
      'Set exchange.addresses to the addresses its servers send from (Get-TransportService shows the servers).',
  }
}

async function ownPort(preflight: MailPreflight): Promise<Found[]> {
  const { own, hostName, ownAuthorities, timeoutMs } = preflight
  const server = (verified: boolean): SmtpServer => ({
    ...own,
    helloName: 'landbridge-preflight.invalid',
    tls: {
      mode: 'required',
      ...(verified && { verifyName: hostName }),
      ...(verified && ownAuthorities !== undefined && { ca: ownAuthorities }),
    },
  })
  const plain = await openProbe(server(false), timeoutMs)
  if (plain instanceof SmtpFailure) {
    return [
      {
        check: 'our port',
        outcome: 'failed',
        sentence: `${plain.message}.`,
        remedy: 'Start the service, and set smtp.host and smtp.mxPort to where Exchange reaches it.',
      },
    ]
  }
  await plain.quit()
  const verified = await openProbe(server(true), timeoutMs)
  const certificate: Found =
    verified instanceof SmtpFailure
      ? {
          check: 'our certificate',
          outcome: 'warning',
          sentence: `Exchange would not accept our certificate under its name: ${verified.message}.`,
          remedy: `Give tls.certificateFile a certificate for ${hostName} of an authority that Exchange trusts; then Set-SendConnector ${CONNECTOR} -TlsAuthLevel DomainValidation -TlsDomain ${hostName}`,
        }
      : { check: 'our certificate', outcome: 'good', sentence: `Our certificate is for ${hostName}.` }
  if (!(verified instanceof SmtpFailure)) await verified.quit()
  return [
    {
      check: 'our port',
      outcome: 'good',
      sentence: `We take mail on ${own.host} port ${own.port}, with TLS.`,
    },
    certificate,
    ...(await routingDomain(preflight, server(false))),
  ]
}

/** The rule that breaks every loop: addresses of the routing domain that we do not know are refused. */
async function routingDomain(preflight: MailPreflight, server: SmtpServer): Promise<Found[]> {
  const { routingDomain: domain, timeoutMs } = preflight
  const check = 'routing domain'
  if (domain === null) {
    return [
      {
        check,
        outcome: 'failed',
        sentence: 'No routing domain was named, by which Exchange reaches mailboxes here and nobody else.',
        remedy:
          'Name it with --routing-domain. Where there is none: landbridge domain add NAME --routing; landbridge domain check NAME; landbridge domain routing NAME; landbridge org interop on',
      },
    ]
  }
  const session = await openProbe(server, timeoutMs)
  if (session instanceof SmtpFailure) return [{ check, outcome: 'failed', sentence: `${session.message}.` }]
  const answer = await probeRecipient(session, '', `landbridge-preflight-nobody@${domain}`)
  await session.quit()
  return [unknownThere(domain, answer), ...(await residentThere(preflight, domain, server))]
}

async function residentThere(
  { resident, timeoutMs }: MailPreflight,
  domain: string,
  server: SmtpServer,
): Promise<Found[]> {
  if (resident === null) return []
  const check = 'routing address'
  const { address, routingAddress } = resident
  const name = address.slice(0, address.lastIndexOf('@'))
  if (routingAddress === null) {
    return [
      {
        check,
        outcome: 'failed',
        sentence: `${address} has no address in ${domain}, by which Exchange would reach it.`,
        remedy: `landbridge alias add ${shellWord(address)} ${shellWord(`${name}@${domain}`)}`,
      },
    ]
  }
  const session = await openProbe(server, timeoutMs)
  if (session instanceof SmtpFailure) return [{ check, outcome: 'failed', sentence: `${session.message}.` }]
  const { accepted, said } = await probeRecipient(session, '', routingAddress)
  await session.quit()
  return [
    accepted
      ? { check, outcome: 'good', sentence: `We take mail for ${address} under ${routingAddress}.` }
      : {
          check,
          outcome: 'failed',
          sentence: `What Exchange sends back for ${address} to ${routingAddress} is refused here: ${said}`,
          remedy: `landbridge trace --recipient ${shellWord(routingAddress)}`,
        },
  ]
}

function unknownThere(domain: string, answer: { status: string; said: string }): Found {
  const check = 'routing domain'
  return answer.status === '5.1.1'
    ? {
        check,
        outcome: 'good',
        sentence: `Unknown addresses in ${domain} are refused: no loop can begin there.`,
      }
    : {
        check,
        outcome: 'failed',
        sentence: `An unknown address in ${domain} is not refused with 5.1.1: ${answer.said}`,
        remedy: `landbridge domain check ${domain}; landbridge domain routing ${domain} (which refuses a domain that was added without --routing)`,
      }
}

/** What only the Exchange Management Shell can show. */
function sendConnector({
  routingDomain: domain,
  sharedDomain,
  hostName,
  mailExchanger,
}: MailPreflight): Found {
  const spaces = [
    ...(domain === null ? [] : [`"SMTP:${domain};1"`]),
    ...(mailExchanger === 'exchange' ? [`"SMTP:${sharedDomain};10"`] : []),
  ]
  return {
    check: 'send connector',
    outcome: 'not checked',
    sentence: `Exchange needs a send connector to ${hostName}; Get-SendConnector shows whether it has one.`,
    remedy: `New-SendConnector -Name ${CONNECTOR} -AddressSpaces ${spaces.join(',') || '"SMTP:<routing domain>;1"'} -SmartHosts ${hostName} -DNSRoutingEnabled $false -RequireTLS $true`,
  }
}
