import { type TlsTrouble, tlsTroubleOf } from '#src/base/tls-words.ts'
import type { EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import type { HttpsLogin } from '#src/clients/https/https-peer.ts'
import { quoted } from '#src/domain/migration/cut-over/powershell.ts'
import type { SourceCheck } from '#src/domain/migration/source.ts'
import { failed, ok, warning } from '#src/domain/migration/source-check.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { EwsAccess, EwsSession } from './ews-session.ts'
import { askPasswordEnd } from './password-end.ts'

export type Checked = {
  client: EwsClient
  access: EwsAccess
  login: HttpsLogin | undefined
  sessionFor(mailbox: string): EwsSession
}

/** Beyond this Kerberos and tokens are refused. */
const MOST_SKEW_MS = 5 * 60_000

/** For so long a connection that was well is not looked at again: a pre-flight asks about one mailbox after the other. */
const WELL_MS = 60_000
const well = new WeakMap<EwsClient, { at: number; checks: SourceCheck[] }>()

/** What can be seen before anything is copied, each with what mends it. Never rejects but with the signal's reason. */
export async function checkSource(
  checked: Checked,
  mailbox: string | null,
  signal: AbortSignal,
): Promise<readonly SourceCheck[]> {
  const known = mailbox === null ? undefined : well.get(checked.client)
  const isFresh = known !== undefined && Date.now() - known.at < WELL_MS
  const reached = isFresh ? known.checks : await checkConnection(checked, signal)
  if (!isFresh && reached.every(({ state }) => state === 'ok'))
    well.set(checked.client, { at: Date.now(), checks: reached })
  if (reached.some(({ state }) => state === 'failed') || mailbox === null) return reached
  return [...reached, ...(await checkMailbox(checked, mailbox, signal))]
}

const trusted = 'Give the certificate of the authority that issued the server’s (--ca FILE; tls.ca).'
const renew =
  'Renew it there: Get-ExchangeCertificate shows it, New-ExchangeCertificate makes another, Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services IIS assigns it.'
const minVersion = 'Exchange 2010 may speak TLS 1.0 alone: --min-tls TLSv1; tls.minVersion.'
const tlsRemedies: Readonly<Record<TlsTrouble, string>> = {
  ended: renew,
  'not-yet': `Set both clocks by the same time server. Where they are right: ${renew}`,
  name: 'Name the server in --url by a name that its certificate is for, or assign one with the right name: Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services IIS.',
  authority: trusted,
  version: minVersion,
  'clear-text':
    'Name the port of HTTPS, mostly 443; the address is that of Get-WebServicesVirtualDirectory | Format-List InternalUrl,ExternalUrl.',
}
const anyTls = `${trusted} ${minVersion}`

async function checkConnection({ client, login }: Checked, signal: AbortSignal): Promise<SourceCheck[]> {
  const { host } = client.url
  try {
    const schemes = await client.offered({ signal })
    const tls = ok('TLS', `${host} shows a certificate that is trusted`)
    if (login === undefined) return [tls]
    if (schemes.length > 0) return [tls, ok('ways to sign in', schemes.join(', '))]
    return [
      tls,
      warning(
        'ways to sign in',
        `${host} names none that is known here`,
        'Set-WebServicesVirtualDirectory "<server>\\EWS (Default Web Site)" -WindowsAuthentication $true; -BasicAuthentication $true serves too.',
      ),
    ]
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HttpsFailure)) throw error
    if (error.kind === 'tls') {
      const trouble = tlsTroubleOf(error)
      return [failed('TLS', error.message, trouble === undefined ? anyTls : tlsRemedies[trouble])]
    }
    return [
      {
        ...failed(
          'connection',
          error.message,
          'Look at the name, the firewall and the port; the address is that of Get-WebServicesVirtualDirectory | Format-List InternalUrl,ExternalUrl. Where TLS breaks off each time: Exchange 2010 may speak TLS 1.0 alone (--min-tls; tls.minVersion).',
        ),
        transient: mayPass.has(error.kind),
      },
    ]
  }
}

/** What a server that restarts is like. */
const mayPass: ReadonlySet<HttpsFailure['kind']> = new Set(['unreachable', 'timeout', 'lost', 'busy'])

async function checkMailbox(
  { client, access, sessionFor, login }: Checked,
  mailbox: string,
  signal: AbortSignal,
): Promise<SourceCheck[]> {
  const session = sessionFor(mailbox)
  const rights = access === 'impersonation' ? 'impersonation' : 'right to read'
  try {
    await session.one(
      'GetFolder',
      { FolderShape: { BaseShape: 'IdOnly' }, FolderIds: [session.distinguished('inbox')] },
      `The mailbox ${mailbox}`,
      signal,
    )
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof SourceFailure)) throw error
    return [refusalOf(error, { rights, login, mailbox }), ...about(session)]
  }
  if (login !== undefined) await askPasswordEnd(client, signal)
  return [
    ok('sign-in', login === undefined ? 'the token is taken' : `${login.user} is let in`),
    ok(rights, `${mailbox} can be read`),
    ...about(session),
  ]
}

type RemedyOf = 'forbidden' | 'impersonation' | 'rights' | 'mailbox' | 'later'

/** As cmdlets of Exchange. */
const ofExchange = (account: string, mailbox: string): Readonly<Record<RemedyOf, string>> => ({
  forbidden:
    'Set-OrganizationConfig -EwsApplicationAccessPolicy EnforceAllowList -EwsAllowList @{Add="Landbridge/*"}; of the account: Set-CASMailbox <account> -EwsEnabled $true.',
  impersonation: `New-ManagementRoleAssignment -Name Landbridge -Role ApplicationImpersonation -User ${account}; with -CustomRecipientWriteScope for some mailboxes only. It takes effect within two hours, or with iisreset at once.`,
  rights: `Add-MailboxPermission ${mailbox} -User ${account} -AccessRights FullAccess -AutoMapping $false, or the ApplicationImpersonation role.`,
  mailbox: `Get-Mailbox ${mailbox} shows whether it is there; Get-Recipient ${mailbox} what it is else.`,
  later: 'Try again later; where it lasts, look at Get-ServerHealth of the server.',
})

/** Of Amazon WorkMail, where a token of an impersonation role stands in for an account (IMP-01). */
const ofWorkMail = (mailbox: string): Readonly<Record<RemedyOf, string>> => {
  const rule = `Let a rule of the impersonation role allow it: aws workmail get-impersonation-role-effect --target-user ${mailbox} shows what they say.`
  return {
    forbidden: 'aws workmail get-access-control-effect --action EWS shows whether a rule keeps it closed.',
    ...{ impersonation: rule, rights: rule },
    mailbox: `aws workmail describe-user --user-id ${mailbox} shows whether it is enabled.`,
    later: 'Try again later; where it lasts, look whether this machine reaches the servers of its region.',
  }
}

function refusalOf(
  { code, message, kind, backOffMs, ofSignIn }: SourceFailure,
  { rights, login, mailbox }: { rights: string; login: HttpsLogin | undefined; mailbox: string },
): SourceCheck {
  const account = login === undefined ? '<account>' : quoted(login.user)
  const remedies = login === undefined ? ofWorkMail(quoted(mailbox)) : ofExchange(account, quoted(mailbox))
  if (ofSignIn)
    return {
      ...failed(
        'sign-in',
        message,
        /Kerberos ticket/.test(message)
          ? 'Name a domain controller in kerberos.controllers where DNS names none, and open its TCP port 88 for this machine; or let IIS offer NTLM or Basic as well: Set-WebServicesVirtualDirectory "<server>\\EWS (Default Web Site)" -WindowsAuthentication $true.'
          : `Write the name as user@domain or DOMAIN\\user, and the password again. Get-User ${account} shows whether the account is locked or has to change its password.`,
      ),
      ofSignIn,
    }
  if (code === 'forbidden') return failed('sign-in', message, remedies.forbidden)
  if (/^ErrorImpersonat/.test(code)) return failed(rights, message, remedies.impersonation)
  if (code === 'ErrorAccessDenied') return failed(rights, message, remedies.rights)
  if (kind === 'mailbox-permanent') return failed('mailbox', message, remedies.mailbox)
  // Said by WorkMail's API of the key or the role.
  if (kind === 'refused' && login === undefined)
    return failed(
      'token',
      message,
      'Correct the organisation, the role or the key: "landbridge migrate source".',
    )
  const isBusy = kind === 'throttled' || kind === 'too-many'
  return {
    ...failed(rights, message, remedies.later),
    ...(isBusy && { busy: true, ...(backOffMs !== null && { backOffMs }) }),
    ...(kind === 'transient' && { transient: true }),
  }
}

function about({ version, clockSkewMs }: EwsSession): SourceCheck[] {
  const checks: SourceCheck[] = []
  if (version !== undefined) {
    const {
      MajorVersion = 0,
      MinorVersion = 0,
      MajorBuildNumber = 0,
      MinorBuildNumber = 0,
      Version,
    } = version
    const numbers = [MajorVersion, MinorVersion, MajorBuildNumber, MinorBuildNumber].join('.')
    const found = `${numbers}${Version ? ` (${Version})` : ''}`
    const isOld = MajorVersion < 14 || (MajorVersion === 14 && MinorVersion < 1)
    checks.push(
      isOld
        ? failed(
            'version',
            found,
            'Exchange 2010 with Service Pack 1 is the oldest that can be read; install the service pack, or export to PST files.',
          )
        : ok('version', found),
    )
  }
  if (clockSkewMs !== undefined) {
    const seconds = Math.round(clockSkewMs / 1_000)
    const found = `the server’s clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} ours`
    checks.push(
      Math.abs(clockSkewMs) > MOST_SKEW_MS
        ? warning('clock', found, 'Set both clocks by the same time server: w32tm /resync on Windows.')
        : ok('clock', found),
    )
  }
  return checks
}
