import type { StoredObject } from '../../directory-sync/store.ts'
import { identityOf, type MovedRecipient, primaryOf } from './moved-recipient.ts'
import { cmdlet, hashtable, lines, quoted, remark, type ShellValue } from './powershell.ts'
import { commonWords, keptFile, type ScriptPlace } from './script-words.ts'

/** A part of the script for the Exchange side, the part that undoes it, and what it changes as it was before. */
export type ScriptStep = { name: string; script: string; rollback: string; before: StoredObject | null }

/**
 * What comes before the mailboxes (migration.md 1.5, exchange-interop 0): run in the Exchange Management Shell once the batch
 * has moved. Every mailbox is written down before it is touched; a mailbox that fails is told and the others go on.
 */
export function scriptHead({
  project,
  batch,
  routingDomain,
  hasMoved = true,
}: ScriptPlace & { hasMoved?: boolean }): string {
  return lines([
    remark(`Migration "${project}", batch ${batch}: its people have mailboxes on the other side.`),
    ...(hasMoved
      ? []
      : [
          remark(
            'WARNING: its people had not moved yet when this was written. Until they have, do not run it.',
          ),
        ]),
    remark('Run it in the Exchange Management Shell after the batch has moved, not before.'),
    remark('Running it again does no harm: who is a mail user already is left alone.'),
    "param([string]$Kept = (Join-Path (Get-Location) 'kept'))",
    ...commonWords,
    'New-Item -ItemType Directory -Force -Path $Kept | Out-Null',
    `$routingDomain = ${quoted(routingDomain)}`,
    'if (-not (Get-SendConnector | Where-Object { "$($_.AddressSpaces)" -match [regex]::Escape($routingDomain) })) {',
    '  throw "No send connector leads to $routingDomain. Make it first (landbridge interop check says how)."',
    '}',
    remark(
      'Programs with EWS are led on by Autodiscover: a mail user is answered with a redirect to its external address.',
    ),
    remark(
      'Outlook for Windows and phones are not, and are set up anew: docs/guide/after-the-move.md says how.',
    ),
    'if (-not (Resolve-DnsName "autodiscover.$routingDomain" -ErrorAction SilentlyContinue)) {',
    '  Write-Warning "autodiscover.$routingDomain has no address yet: programs find the new mailboxes only once it has."',
    '}',
  ])
}

export function rollbackHead({ project, batch }: ScriptPlace): string {
  return lines([
    remark(`Migration "${project}", batch ${batch}: back to mailboxes on this side.`),
    remark(
      'Run it in the Exchange Management Shell. It needs the folder that the first script wrote ($Kept).',
    ),
    remark('-Shared also sets back what the first script changed for everybody: groups and rooms.'),
    "param([string]$Kept = (Join-Path (Get-Location) 'kept'), [switch]$Shared)",
    ...commonWords,
    'Import-Module ActiveDirectory',
  ])
}

export const scriptEnd = (): string =>
  lines(['if ($failed.Count -gt 0) { Write-Error "$($failed.Count) did not work: $($failed -join \', \')" }'])

/** One mailbox: a mail user that leads here, with every address it had and its old distinguished names as X500 addresses. */
export function mailboxStep(recipient: MovedRecipient): ScriptStep {
  const { address, before } = recipient
  return {
    name: address,
    script: step(recipient, forward(recipient)),
    rollback: step(recipient, back(recipient)),
    before,
  }
}

function forward(recipient: MovedRecipient): readonly string[] {
  const { identity, routing, alias, proxyAddresses, before } = recipient
  const kept = keptFile(recipient.identity)
  return [
    `if (Get-Mailbox -Identity ${quoted(identity)} -ErrorAction SilentlyContinue) {`,
    `  ${cmdlet('Get-Mailbox', { Identity: identity })} | Export-Clixml -Depth 4 -Path ${kept}`,
    `  ${cmdlet('Disable-Mailbox', { Identity: identity, Confirm: false })}`,
    `  ${cmdlet('Enable-MailUser', { Identity: identity, Alias: alias, ExternalEmailAddress: `SMTP:${routing}`, PrimarySmtpAddress: primaryOf(recipient) })}`,
    '}',
    cmdlet('Set-MailUser', {
      Identity: identity,
      EmailAddressPolicyEnabled: false,
      EmailAddresses: proxyAddresses,
      ExternalEmailAddress: `SMTP:${routing}`,
      HiddenFromAddressListsEnabled: before?.hidden,
      RequireSenderAuthenticationEnabled: before?.restrictions.authenticatedOnly,
      ...customAttributes(before),
    }),
  ]
}

function back(recipient: MovedRecipient): readonly string[] {
  const { identity, alias, before } = recipient
  const restored =
    before === null
      ? []
      : [
          cmdlet('Set-Mailbox', {
            Identity: identity,
            EmailAddressPolicyEnabled: { code: '$was.EmailAddressPolicyEnabled' },
            HiddenFromAddressListsEnabled: before.hidden,
            RequireSenderAuthenticationEnabled: before.restrictions.authenticatedOnly,
            GrantSendOnBehalfTo: before.delegates.map(identityOf),
            ...customAttributes(before),
          }),
          cmdlet('Set-ADUser', {
            Identity: identity,
            Replace: hashtable({
              proxyAddresses: before.proxyAddresses,
              ...(before.legacyDn !== null && { legacyExchangeDN: before.legacyDn }),
            }),
            ...(before.targetAddress === null && { Clear: 'targetAddress' }),
          }),
        ]
  return [
    `$was = Import-Clixml -Path ${keptFile(recipient.identity)}`,
    `if (Get-MailUser -Identity ${quoted(identity)} -ErrorAction SilentlyContinue) {`,
    `  ${cmdlet('Disable-MailUser', { Identity: identity, Confirm: false })}`,
    '  Update-StoreMailboxState -Database "$($was.Database)" -Identity "$($was.ExchangeGuid)" -Confirm:$false',
    `  ${cmdlet('Connect-Mailbox', {
      Identity: { code: '"$($was.ExchangeGuid)"' },
      Database: { code: '"$($was.Database)"' },
      User: identity,
      Alias: alias,
      ...sharing(before),
    })}`,
    '}',
    ...restored,
  ]
}

/** A mailbox that nobody signs in to is connected as what it was. */
function sharing(before: StoredObject | null): Record<string, null> {
  if (before?.type === 'shared-mailbox') return { Shared: null }
  if (before?.type === 'room') return { Room: null }
  return before?.type === 'equipment' ? { Equipment: null } : {}
}

const customAttributes = (before: StoredObject | null): Record<string, string> =>
  Object.fromEntries(
    Object.entries(before?.details.customAttributes ?? {}).map(([no, text]) => [
      `CustomAttribute${no}`,
      text,
    ]),
  )

const step = ({ address, before }: MovedRecipient, inside: readonly string[]): string =>
  lines([
    '',
    remark(before === null ? address : `${address}, ${before.place}`),
    `Step ${quoted(address)} {`,
    ...inside.map((line) => `  ${line}`),
    '}',
  ])

/**
 * What an object that stays has to allow, so that people here reach it: groups that only take mail of authenticated senders,
 * and rooms that only take meetings from their own side. Undefined where nothing is to be done.
 */
export function sharedStep(object: StoredObject): ScriptStep | undefined {
  const { guid, type, restrictions, place } = object
  const name = object.displayName ?? object.alias
  const both = (script: string, rollback: string): ScriptStep => ({
    name,
    script: lines(['', remark(place), `Step ${quoted(name)} {`, `  ${script}`, '}']),
    rollback: lines(['', remark(place), `if ($Shared) { Step ${quoted(name)} {`, `  ${rollback}`, '} }']),
    before: object,
  })
  if (type === 'room' || type === 'equipment') {
    if (!object.hasMailbox) return undefined
    const kept = keptFile(guid)
    const set = (value: ShellValue) =>
      cmdlet('Set-CalendarProcessing', { Identity: guid, ProcessExternalMeetingMessages: value })
    const keep = `if (-not (Test-Path ${kept})) { ${cmdlet('Get-CalendarProcessing', { Identity: guid })} | Export-Clixml -Path ${kept} }`
    return both(
      `${keep}; ${set(true)}`,
      set({ code: `(Import-Clixml -Path ${kept}).ProcessExternalMeetingMessages` }),
    )
  }
  if (!restrictions.authenticatedOnly) return undefined
  const group =
    type === 'dynamic-group'
      ? 'Set-DynamicDistributionGroup'
      : type === 'group' || type === 'security-group'
        ? 'Set-DistributionGroup'
        : undefined
  if (group === undefined) return undefined
  const set = (value: boolean) => cmdlet(group, { Identity: guid, RequireSenderAuthenticationEnabled: value })
  return both(set(false), set(true))
}
