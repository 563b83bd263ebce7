import { FOLDER_PROPERTIES } from '#src/domain/mailbox/user-configuration.ts'
import type {
  Loss,
  SourceConfiguration,
  SourceFolder,
  SourceRule,
  SourceSettings,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { GetUserPhotoResponseMessageType } from '#src/wire/ews/schema-types.ts'
import { type Delegates, readDelegates } from './delegates.ts'
import type { EwsSession } from './ews-session.ts'
import { readFolderPermissions } from './folder-permissions.ts'
import type { FoundFolders } from './folders.ts'
import { listHidden } from './hidden-items.ts'
import { askRules, readInboxRule } from './inbox-rules.ts'
import { readJunkLists } from './junk-rule.ts'
import { readOutOfOffice } from './out-of-office.ts'
import { noConfigurations, readConfigurations } from './user-configurations.ts'

/** What EWS hands out of no mailbox, with the cmdlet that does. */
const unreachable: readonly Loss[] = [
  {
    property: 'Full Access, Send As',
    reason:
      'EWS does not tell who has them: those of the plan are given; others: Get-MailboxPermission, Get-ADPermission',
    weight: 'metadata',
  },
  {
    property: 'quota',
    reason: 'EWS does not tell it, and it is that of the organisation here: Get-Mailbox',
    weight: 'metadata',
  },
  {
    property: 'properties of other programs',
    reason:
      'EWS tells a property only to who asks for it by name: what other programs keep beside items stays there',
    weight: 'metadata',
  },
  {
    property: 'views',
    reason: 'arrangements of folders belong to Outlook and are left out',
    weight: 'metadata',
  },
]

/** Everything of a mailbox that is no item. Parts that cannot be had are losses; SourceFailure only when none can. */
export async function readSettings(
  session: EwsSession,
  { folders, retention }: Pick<FoundFolders, 'folders' | 'retention'>,
  signal: AbortSignal,
): Promise<SourceSettings> {
  const losses: Loss[] = [...unreachable]
  const part = async <T>(property: string, read: () => Promise<T>, none: T): Promise<T> => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof SourceFailure) || !isOfPart(error)) throw error
      losses.push({ property, reason: error.message, weight: weightOf(property) })
      return none
    }
  }
  const outOfOffice = await part('out of office', () => readOutOfOffice(session, losses, signal), null)
  const rules = await part('inbox rules', () => readRules(session, losses, signal), [])
  const hidden = await part('settings of other programs', () => listHidden(session, signal), undefined)
  const junk = await part('junk mail lists', () => readJunkLists(session, hidden, losses, signal), null)
  const none: Delegates = { grants: [], losses: [] }
  const delegates = await part('delegates', () => readDelegates(session, signal), none)
  const permissions = await readFolderPermissions(session, folders, signal)
  await part('photo', () => readPhoto(session, losses, signal), undefined)
  losses.push(...delegates.losses, ...permissions.losses)
  const programs = await part(
    'settings of programs',
    () => readConfigurations(session, hidden, signal),
    noConfigurations,
  )
  losses.push(...programs.losses, ...retentionLosses(retention, folders))
  const { folderGrants, untold: untoldFolders } = permissions
  const { grants, told } = delegates
  return {
    outOfOffice,
    rules,
    grants,
    folderGrants,
    untoldFolders,
    ...(told && { delegates: told }),
    configurations: [...retention, ...programs.configurations],
    untoldConfigurations: programs.untold,
    ...(programs.asked && { askedConfigurations: [...programs.asked, FOLDER_PROPERTIES] }),
    ...(programs.workingHours && { workingHours: programs.workingHours }),
    junk,
    losses,
  }
}

const MOST_NAMED = 5

/** Tags come as properties of their folders; what they mean is told to administrators of Exchange alone. */
function retentionLosses(
  retention: readonly SourceConfiguration[],
  folders: readonly Pick<SourceFolder, 'key' | 'name'>[],
): Loss[] {
  const tagged = new Set(retention.map(({ folder }) => 'key' in folder && folder.key))
  const names = folders.filter(({ key }) => tagged.has(key)).map(({ name }) => `"${name}"`)
  if (names.length === 0) return []
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} others` : ''
  const reason = `tags came with ${names.slice(0, MOST_NAMED).join(', ')}${more}, and nothing is deleted because of them: Get-RetentionPolicyTag tells the days, set them here`
  return [{ property: 'retention of folders', reason, weight: 'metadata' }]
}

/** Of what nobody sees that it is missing. */
const weightOf = (property: string): Loss['weight'] =>
  property === 'settings of other programs' || property === 'junk mail lists' ? 'metadata' : 'visible'

/** Another part may be answered all the same. */
const isOfPart = ({ kind }: SourceFailure): boolean =>
  kind === 'item-permanent' || kind === 'mailbox-permanent' || kind === 'refused'

async function readRules(session: EwsSession, losses: Loss[], signal: AbortSignal): Promise<SourceRule[]> {
  const { hasOutlooks, given } = await askRules(session, signal)
  if (hasOutlooks)
    losses.push({
      property: 'rules of Outlook',
      reason: 'EWS shows rules of the server alone; those that run in Outlook stay with its profile',
      weight: 'metadata',
    })
  const rules: SourceRule[] = []
  for (const rule of given) {
    const known = readInboxRule(rule)
    if ('why' in known)
      losses.push({ property: `rule "${rule.DisplayName}"`, reason: known.why, weight: 'visible' })
    else rules.push(known)
  }
  return rules
}

async function readPhoto(session: EwsSession, losses: Loss[], signal: AbortSignal): Promise<void> {
  if (!session.isRecent) return
  const answer = (await session.ask(
    'GetUserPhoto',
    { Email: session.mailbox, SizeRequested: 'HR96x96' },
    signal,
  )) as GetUserPhotoResponseMessageType
  const { PictureData: picture } = answer
  const size = picture instanceof Uint8Array ? picture.length : (picture?.sizeBytes ?? 0)
  if (answer.ResponseClass !== 'Error' && size > 0)
    losses.push({ property: 'photo', reason: 'photos of mailboxes are not kept here', weight: 'metadata' })
}
