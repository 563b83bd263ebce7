import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { objectOf, ownerOf } from '../engine/flip/flip.ts'
import type { Batch, Member, Project } from '../engine/project/project.ts'
import { hasEnded, isBack, isFlipped } from '../engine/project/state.ts'
import { cmdlet, lines, quoted, remark, type ShellValue } from './powershell.ts'
import { commonWords, keptFile, type ScriptPlace } from './script-words.ts'

/** A mailbox that is closed to its people, and how it is opened again. */
export type FreezeStep = { name: string; script: string; rollback: string }

/** As the migration says who it is: what is not in the list is kept from reading over EWS. */
const OURS = 'Landbridge/*'

/** The ways in that people have. Import reads over EWS, and mail that comes in is no way in: it is fetched after the flip. */
const ways = ['MAPIEnabled', 'OWAEnabled', 'ActiveSyncEnabled', 'PopEnabled', 'ImapEnabled'] as const
/** Programs that Exchange lets in over EWS by name, whatever the list says. */
const programs = ['EwsAllowOutlook', 'EwsAllowMacOutlook', 'EwsAllowEntourage'] as const
const shut = [...ways, ...programs]

/**
 * What comes before the mailboxes (migration.md 1.5, step 3): run before the cut-over, so that nobody changes there what the last
 * delta has read. How each mailbox was is written down first, and never over what is there.
 */
export const freezeHead = ({ project, batch }: Omit<ScriptPlace, 'routingDomain'>): string =>
  lines([
    remark(
      `Migration "${project}", batch ${batch}: its mailboxes are closed to their people until they have moved.`,
    ),
    remark('Run it in the Exchange Management Shell before the cut-over, once everybody was told.'),
    remark('Programs that are open may go on for up to two hours, as Exchange remembers who may.'),
    remark('Mail that comes in is kept. A shared mailbox is closed where those who use it are closed.'),
    "param([string]$Kept = (Join-Path (Get-Location) 'kept-freeze'))",
    ...commonWords,
    'New-Item -ItemType Directory -Force -Path $Kept | Out-Null',
  ])

export const thawHead = ({ project, batch }: Omit<ScriptPlace, 'routingDomain'>): string =>
  lines([
    remark(
      `Migration "${project}", batch ${batch}: its mailboxes are open to their people again, as they were.`,
    ),
    remark(
      'Run it where the batch does not move after all, or has gone back (after the script that undoes the move).',
    ),
    "param([string]$Kept = (Join-Path (Get-Location) 'kept-freeze'))",
    ...commonWords,
  ])

export function freezeStep({ address, identity }: { address: string; identity: string }): FreezeStep {
  const kept = keptFile(identity)
  const undone = keptFile(identity, '.undone')
  const was = (name: string): ShellValue => ({ code: `$was.${name}` })
  const step = (inside: readonly string[]) =>
    lines(['', remark(address), `Step ${quoted(address)} {`, ...inside.map((line) => `  ${line}`), '}'])
  return {
    name: address,
    script: step([
      `if (-not (Test-Path ${kept})) { ${cmdlet('Get-CASMailbox', { Identity: identity })} | Export-Clixml -Path ${kept} }`,
      cmdlet('Set-CASMailbox', {
        Identity: identity,
        ...Object.fromEntries(shut.map((way) => [way, false])),
        EwsApplicationAccessPolicy: 'EnforceAllowList',
        EwsAllowList: [OURS],
      }),
    ]),
    rollback: step([
      `$was = Import-Clixml -Path ${kept}`,
      cmdlet('Set-CASMailbox', {
        Identity: identity,
        ...Object.fromEntries(shut.map((way) => [way, was(way)])),
        EwsApplicationAccessPolicy: was('EwsApplicationAccessPolicy'),
        EwsAllowList: was('EwsAllowList'),
      }),
      // Closed once more, it is written down anew.
      cmdlet('Move-Item', { Path: { code: kept }, Destination: { code: undone }, Force: null }),
    ]),
  }
}

/** Refuses `wrong-state` where the batch has moved, or does not move any more. */
export function requireUnmoved({ no, state }: Pick<Batch, 'no' | 'state'>): void {
  const why = isFlipped(state)
    ? 'has moved: its people are at home here'
    : isBack(state)
      ? 'has gone back: its people work there'
      : 'was cancelled: it does not move'
  if (isFlipped(state) || hasEnded(state))
    throw new Refusal('wrong-state', `Batch ${no} ${why}. There is no cut-over to close its mailboxes for.`)
}

/** Mailboxes of a batch that Exchange closes, and those that come from elsewhere. At most `limit` are looked at. Refuses `no-such-entry`. */
export async function listFreezeSteps(
  store: Store,
  { organization, id }: Project,
  batch: number,
  { after, limit }: { after: number | null; limit: number },
): Promise<{ steps: readonly FreezeStep[]; elsewhere: readonly string[]; next: number | null }> {
  const configs = await store.migration.listSources(organization, id)
  const ofExchange = new Set(configs.flatMap((each) => (each.kind === 'exchange' ? [each.id] : [])))
  const { rows, next } = await store.migration.listMembers(organization, id, { batch, after, limit })
  const there = rows.filter(({ state }) => !['left', 'cancelled', 'rolled-back'].includes(state))
  const steps: FreezeStep[] = []
  for (const member of there)
    if (ofExchange.has(member.source))
      steps.push(
        freezeStep({ address: member.address, identity: await identityIn(store, organization, member) }),
      )
  const elsewhere = there.filter(({ source }) => !ofExchange.has(source)).map(({ address }) => address)
  return { steps, elsewhere, next }
}

/** Its objectGUID, or its address where the directory is not synchronised. */
async function identityIn(
  { directory, directorySync }: Store,
  organization: Project['organization'],
  member: Member,
): Promise<string> {
  const entry = await ownerOf(directory, organization, member)
  return (await objectOf(directorySync, organization, member.before ?? entry))?.guid ?? member.address
}
