import { SmtpFailure } from '#src/clients/smtp/failure.ts'
import type { SmtpServer } from '#src/clients/smtp/open-session.ts'
import { openProbe, probeRecipient } from '#src/clients/smtp/probe.ts'
import type { SmtpClientSession } from '#src/clients/smtp/session.ts'
import { typedWord } from '#src/domain/migration/cut-over/powershell.ts'
import { sizeLimit } from '#src/wire/smtp/ehlo.ts'
import type { Finding, MailPreflight } from './mail-preflight.ts'

type Found = Omit<Finding, 'direction'>

/** The name that remedies give the receive connector; the administrator's may have another. */
const CONNECTOR = '"From Landbridge"'
/** LIM-02. */
const OUR_LARGEST = 40 * 1024 * 1024
const PERMISSIONS = `Get-ReceiveConnector ${CONNECTOR} | Add-ADPermission -User "NT AUTHORITY\\ANONYMOUS LOGON" -ExtendedRights`

/** The way to Exchange: reached, secured, named, able, and willing to take what it should. */
export async function checkToExchange(preflight: MailPreflight): Promise<Finding[]> {
  const found = await outward(preflight)
  return found.map((each) => ({ direction: 'to Exchange', ...each }))
}

async function outward(preflight: MailPreflight): Promise<Found[]> {
  const { exchange, hostName } = preflight
  if (exchange === undefined) {
    return [
      {
        check: 'route',
        outcome: 'failed',
        sentence: 'No server of the Exchange side is configured.',
        remedy: 'Set exchange.host to the name of its mail server.',
      },
    ]
  }
  const { host, port, tls, verifyName, ca, certificate, login } = exchange
  const server: SmtpServer = {
    host,
    port,
    helloName: hostName,
    tls: {
      mode: tls,
      ...(verifyName !== undefined && { verifyName }),
      ...(ca !== undefined && { ca }),
      ...(certificate && { certificate }),
    },
    ...(login && { login }),
  }
  const session = await openProbe(server, preflight.timeoutMs)
  if (session instanceof SmtpFailure) return [namesOf(hostName, host), troubleWith(session, preflight)]
  const open: Found[] = [
    namesOf(hostName, host, session.serverName),
    { check: 'connection', outcome: 'good', sentence: `${host} port ${port} answers.` },
    session.secured
      ? {
          check: 'TLS',
          outcome: verifyName === undefined ? 'warning' : 'good',
          sentence:
            verifyName === undefined
              ? 'TLS works, but nobody looks whose certificate it is.'
              : `The certificate is for ${verifyName}.`,
          ...(verifyName === undefined && { remedy: 'Set exchange.tls to required.' }),
        }
      : {
          check: 'TLS',
          outcome: 'warning',
          sentence: 'Mail to Exchange travels in clear.',
          remedy: 'Set exchange.tls to required.',
        },
    ...extensionsOf(session),
  ]
  await session.quit()
  return [...open, ...(await recipients(server, preflight))]
}

/** Of the names Exchange goes by, that which it says itself counts for its loop detection. */
function namesOf(ours: string, ...theirs: string[]): Found {
  const check = 'names'
  if (!theirs.some((name) => name.toLowerCase() === ours.toLowerCase()))
    return { check, outcome: 'good', sentence: `We are ${ours}, it is ${theirs.at(-1) || theirs[0]}.` }
  return {
    check,
    outcome: 'failed',
    sentence: `Both sides are called ${ours}; Exchange takes its own name for a loop (5.3.5).`,
    remedy: 'Set service.hostname to a name that no Exchange server has.',
  }
}

function troubleWith(failure: SmtpFailure, { exchange, hostName }: MailPreflight): Found {
  const { host, port, verifyName } = exchange!
  const sentence = `${failure.message}.`
  switch (failure.kind) {
    case 'tls':
      return {
        check: 'TLS',
        outcome: 'failed',
        sentence,
        remedy: `Enable-ExchangeCertificate -Thumbprint <of a certificate for ${verifyName ?? host}> -Services SMTP; or name the authority of its certificate in exchange.authoritiesFile, or another name in exchange.certificateName.`,
      }
    case 'login':
      return {
        check: 'login',
        outcome: 'failed',
        sentence,
        remedy: `Set-ReceiveConnector ${CONNECTOR} -AuthMechanism Tls,BasicAuth,BasicAuthRequireTLS -PermissionGroups ExchangeUsers; or correct exchange.user and exchange.password.`,
      }
    default:
      return {
        check: 'connection',
        outcome: 'failed',
        sentence,
        remedy: `New-ReceiveConnector -Name ${CONNECTOR} -TransportRole FrontendTransport -Usage Custom -Bindings 0.0.0.0:${port} -RemoteIPRanges <addresses of ${hostName}> -AuthMechanism Tls -PermissionGroups AnonymousUsers; and open port ${port} in the firewalls between.`,
      }
  }
}

function extensionsOf({ extensions }: SmtpClientSession): Found[] {
  const found: Found[] = []
  const limit = sizeLimit(extensions)
  if (limit !== undefined && limit < OUR_LARGEST) {
    found.push({
      check: 'size',
      outcome: 'warning',
      sentence: `Exchange takes ${limit} octets, and our users may send ${OUR_LARGEST}.`,
      remedy: `Set-ReceiveConnector ${CONNECTOR} -MaxMessageSize 40MB; Set-TransportConfig -MaxReceiveSize 40MB`,
    })
  }
  const wanted = [
    ['8BITMIME', '-EightBitMimeEnabled $true', 'messages with 8-bit text cannot go there'],
    ['DSN', '-DeliveryStatusNotificationEnabled $true', 'nobody learns of deliveries'],
  ] as const
  for (const [keyword, option, without] of wanted) {
    if (extensions.has(keyword)) continue
    const remedy = `Set-ReceiveConnector ${CONNECTOR} ${option}`
    found.push({
      check: keyword,
      outcome: 'warning',
      sentence: `Exchange does not offer ${keyword}: ${without}.`,
      remedy,
    })
  }
  if (found.length > 0) return found
  const octets = limit === undefined ? '' : ` and takes ${limit} octets`
  return [{ check: 'EHLO', outcome: 'good', sentence: `It offers 8BITMIME and DSN${octets}.` }]
}

async function recipients(server: SmtpServer, preflight: MailPreflight): Promise<Found[]> {
  const { sharedDomain, routingDomain, recipient, resident, mailExchanger, timeoutMs } = preflight
  const sender = `postmaster@${sharedDomain}`
  const ask = async (address: string) => {
    const session = await openProbe(server, timeoutMs)
    if (session instanceof SmtpFailure) return { accepted: false, said: session.message, status: '' }
    const answer = await probeRecipient(session, sender, address)
    await session.quit()
    return answer
  }
  const known: Found =
    recipient === null
      ? {
          check: 'known recipient',
          outcome: 'not checked',
          sentence: 'No mailbox of Exchange was named.',
          remedy: 'Name one with --recipient.',
        }
      : knownRecipient(recipient, await ask(recipient))
  const nobody = await ask(`landbridge-preflight-nobody@${sharedDomain}`)
  const unknown = unknownRecipient(nobody, sharedDomain, mailExchanger)
  const wayBack: Found =
    resident === null
      ? {
          check: 'way back',
          outcome: 'not checked',
          sentence: `Nobody in ${sharedDomain} has a mailbox here yet.`,
        }
      : recipientHere(resident, routingDomain, nobody.accepted, await ask(resident.address))
  return [known, unknown, wayBack]
}

type Said = { accepted: boolean; said: string; status: string }

function knownRecipient(recipient: string, { accepted, said, status }: Said): Found {
  const check = 'known recipient'
  if (accepted) return { check, outcome: 'good', sentence: `Exchange takes mail for ${recipient}.` }
  const sentence = `Exchange refuses ${recipient}: ${said}`
  if (status === '5.1.1' || status === '5.1.10') {
    return {
      check,
      outcome: 'failed',
      sentence,
      remedy: `Get-Recipient ${typedWord(recipient)}; name a mailbox that is there.`,
    }
  }
  if (status === '5.7.60' || /sender/i.test(said)) {
    return {
      check,
      outcome: 'failed',
      sentence,
      remedy: `${PERMISSIONS} ms-Exch-SMTP-Accept-Authoritative-Domain-Sender`,
    }
  }
  return { check, outcome: 'failed', sentence, remedy: `${PERMISSIONS} ms-Exch-SMTP-Accept-Any-Recipient` }
}

/** Exchange must know whoever is here, to write to them and to send what reaches it back to us. */
function recipientHere(
  { address, routingAddress }: NonNullable<MailPreflight['resident']>,
  routingDomain: string | null,
  takesAnything: boolean,
  { accepted, said, status }: Said,
): Found {
  const check = 'way back'
  const target =
    routingAddress ?? `${address.slice(0, address.lastIndexOf('@'))}@${routingDomain ?? '<routing domain>'}`
  if (accepted && !takesAnything)
    return { check, outcome: 'good', sentence: `Exchange takes mail for ${address}, whose mailbox is here.` }
  if (accepted)
    return {
      check,
      outcome: 'not checked',
      sentence: `Exchange takes any address, so nothing tells whether it sends mail for ${address} back to us.`,
      remedy: `Get-MailUser ${typedWord(address)} | Format-List ExternalEmailAddress (which must be ${target})`,
    }
  const sentence = `Exchange refuses ${address}, whose mailbox is here: ${said}`
  if (!status.startsWith('5.1')) return { check, outcome: 'failed', sentence }
  return {
    check,
    outcome: 'failed',
    sentence,
    remedy: `Enable-MailUser -Identity ${typedWord(address)} -ExternalEmailAddress ${typedWord(target)} -PrimarySmtpAddress ${typedWord(address)}; New-MailUser -Name ${typedWord(address)} with the same options for somebody whom its directory does not have.`,
  }
}

function unknownRecipient(
  { accepted, said, status }: Said,
  domain: string,
  mailExchanger: MailPreflight['mailExchanger'],
): Found {
  const check = 'unknown recipient'
  if (!accepted && status.startsWith('5.1'))
    return { check, outcome: 'good', sentence: `Exchange refuses unknown addresses at once: ${said}` }
  if (!accepted)
    return { check, outcome: 'warning', sentence: `Exchange refuses for another reason: ${said}` }
  return {
    check,
    outcome: 'warning',
    sentence:
      mailExchanger === 'exchange'
        ? `Exchange takes any address of ${domain} and reports unknown ones later, or sends them back to us.`
        : `Exchange takes any address of ${domain}, so a mistyped one comes back as a report.`,
    remedy: `Set-AcceptedDomain ${domain} -AddressBookEnabled $true; with a mail user for every mailbox here also Set-AcceptedDomain ${domain} -DomainType Authoritative`,
  }
}
