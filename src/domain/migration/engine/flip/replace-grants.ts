import { counted } from '#src/base/figure-words.ts'
import { primaryAddress } from '../../../directory/entry.ts'
import type { Writer } from '../../../store.ts'
import type { Right } from '../../right.ts'
import { giveGrants } from '../grants/give-grants.ts'
import {
  ALREADY_HERE,
  allGrantsOf,
  findEnd,
  hasBrought,
  keyOf,
  ofFolders,
  ofPlans,
} from '../grants/grants.ts'
import { withdraw } from '../grants/take-back-grants.ts'
import type { DeferredGrant, Member } from '../project/project.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { type KeptSettings, keptSettings } from '../settings/kept-settings.ts'
import { mailboxesTouched } from './flip.ts'

/** Of what an earlier plan had, and the one that took its place has not. */
const REPLACED = 'The plan that took the place of the earlier one does not have it.'

export type PlannedRight = Pick<DeferredGrant, 'owner' | 'grantee' | 'right' | 'folder'>
/** All rights of a plan on one mailbox. */
export type PlannedRights = { owner: string; grants: readonly Omit<PlannedRight, 'owner'>[] }

/** A right that the plan has no more; `taken`: it is not given, or was given and is not any more; else `why` it stays. */
export type ReplacedRight = PlannedRight & { given: boolean; taken: boolean; why: string }

export type ReplaceOrder = {
  /** Also rights on mailboxes that have moved: with a plan of exports from before, as those of later days do not have them. */
  moved: boolean
  /** Nothing is written. */
  dryRun: boolean
}

/**
 * Puts what a plan says of Full Access, Send As and room delegates of some mailboxes in the place of what earlier ones said: no source
 * tells these over EWS, so nobody else can say that they are gone; so it is with delegates and rights on folders where the source tells
 * none. What waits and is not in it is not given. Of mailboxes that have
 * moved nothing changes unless that is asked for, and `left` counts those whose rights would; what was given is then taken away where
 * a migration gave it, and no other project plans it, and what is new is given where its other end is here. Mailboxes that the
 * project does not move are passed over.
 */
export async function replaceGrants(
  steering: Steering,
  owners: readonly PlannedRights[],
  { moved, dryRun }: ReplaceOrder,
): Promise<{ added: number; left: number; replaced: readonly ReplacedRight[] }> {
  const { store } = steering
  let added = 0
  let left = 0
  const replaced: ReplacedRight[] = []
  for (const { owner: name, grants } of owners) {
    const owner = name.toLowerCase()
    const member = await store.migration.findMember(steering.organization, steering.project, owner)
    if (member === undefined) continue
    const change = await changeOf(steering, member, { owner, grants }, moved)
    added += change.added.length
    if (change.isLeft) left++
    replaced.push(...change.gone.map(({ grant, taken, why }) => ({ ...shown(grant), taken, why })))
    if (!dryRun) await apply(steering, member, change)
  }
  const gone = replaced.filter(({ taken }) => taken)
  if (!dryRun && added + gone.length > 0) await tell(steering, added, gone)
  return { added, left, replaced }
}

type Gone = { grant: DeferredGrant; taken: boolean; why: string }
type Change = {
  added: readonly (Omit<DeferredGrant, 'no'> & { no?: number })[]
  gone: readonly Gone[]
  /** Something would be to do, and its mailbox has moved. */
  isLeft: boolean
}

const shown = ({ owner, grantee, right, folder, appliedAt }: DeferredGrant) => ({
  ...{ owner, grantee, right, folder },
  given: appliedAt !== null,
})

async function changeOf(
  steering: Steering,
  member: Member,
  { owner, grants }: PlannedRights,
  moved: boolean,
): Promise<Change> {
  const { store, organization, project } = steering
  const { migration, mailboxes } = store
  const at = member.mailbox === null ? null : { organization, mailbox: member.mailbox }
  const settings = at === null ? undefined : await keptSettings(mailboxes, at)
  const isOfPlans = ({ right }: Pick<DeferredGrant, 'right'>) =>
    ofPlans.has(right) || isUntold(right, settings)
  const known = (await allGrantsOf(migration, organization, project, owner)).filter(
    // A plan knows no rights bit by bit: those are of a source.
    (grant) => isOfPlans(grant) && (ofPlans.has(grant.right) || grant.rights === null),
  )
  const isLate = hasBrought(member) && !moved
  const byKey = new Map(known.map((grant) => [keyOf(grant), grant]))
  const wanted = new Set<string>()
  const added: Change['added'][number][] = []
  for (const grant of grants) {
    if (!isOfPlans(grant)) continue
    const named = await namedParty(steering, grant.grantee)
    const planned = { ...grant, owner, grantee: named ?? grant.grantee.toLowerCase() }
    // Nobody may have had that name when an earlier plan was noted.
    const keys = [keyOf(planned), keyOf({ ...planned, grantee: grant.grantee })]
    const isTwice = wanted.has(keys[0]!)
    for (const key of keys) wanted.add(key)
    if (isTwice) continue
    const before = keys.map((key) => byKey.get(key)).find((each) => each !== undefined)
    if (before !== undefined && !(before.state === 'dropped' && before.cause === REPLACED)) continue
    const cause = named === undefined ? `Nobody in the directory is called "${grant.grantee}" yet.` : ''
    added.push({
      ...{ ...before, ...planned, state: 'waiting', rights: null, cause },
      ...{ brokenFrom: null, appliedAt: null },
    })
  }
  // Some sources tell them too, and know better than a plan.
  for (const told of settings?.grants ?? [])
    if (ofPlans.has(told.right)) {
      const grantee = (await namedParty(steering, told.grantee)) ?? told.grantee
      wanted.add(keyOf({ ...told, owner, grantee }))
    }
  const unwanted = known.filter((grant) => grant.state !== 'dropped' && !wanted.has(keyOf(grant)))
  const isGiven = unwanted.some(({ appliedAt }) => appliedAt !== null)
  const elsewhere = isGiven && !isLate ? await plannedElsewhere(steering, owner) : new Map<string, string>()
  const gone = unwanted.map((grant) => {
    const why = isLate
      ? 'The mailbox has moved, and what the other side exports since says nothing of it.'
      : whyItStays(grant, elsewhere)
    return { grant, taken: why === '', why }
  })
  return { added: isLate ? [] : added, gone, isLeft: isLate && added.length + gone.length > 0 }
}

type InProject = Pick<Steering, 'store' | 'organization' | 'project'>

/** What a grantee is noted as once the right is given. */
const namedParty = async (
  { store, organization, project }: InProject,
  name: string,
): Promise<string | undefined> => {
  const party = (await findEnd(store, organization, project, name))?.entry
  return party && (primaryAddress(party) ?? party.id).toLowerCase()
}

/** Whether a source that was asked tells no such rights at all (a PST file, IMAP without ACL): what a plan says of them counts. */
function isUntold(right: Right, settings: KeptSettings | undefined): boolean {
  if (settings === undefined) return false
  if (ofFolders.has(right)) return settings.untoldFolders === undefined && settings.folderGrants.length === 0
  return settings.delegates === undefined && (right === 'delegate' || right === 'send-on-behalf')
}

/** Empty: it does not. */
function whyItStays(grant: DeferredGrant, elsewhere: ReadonlyMap<string, string>): string {
  if (grant.appliedAt === null) return ''
  if (!ofPlans.has(grant.right))
    return 'It was given with the move, and may have been given by hand since: take it away with "landbridge permission".'
  if (grant.cause === ALREADY_HERE) return 'Somebody here had given it before.'
  const name = elsewhere.get(keyOf(grant))
  return name === undefined ? '' : `The project "${name}" plans it too.`
}

/** Names of other projects by what they plan on a mailbox. */
async function plannedElsewhere(
  { store, organization, project }: InProject,
  owner: string,
): Promise<ReadonlyMap<string, string>> {
  const planned = new Map<string, string>()
  for (const { id, name } of await store.migration.listProjects(organization)) {
    if (id === project) continue
    for (const grant of await allGrantsOf(store.migration, organization, id, owner)) {
      if (grant.state === 'dropped') continue
      const grantee = await namedParty({ store, organization, project: id }, grant.grantee)
      planned.set(keyOf({ ...grant, grantee: grantee ?? grant.grantee }), name)
    }
  }
  return planned
}

async function apply(steering: Steering, member: Member, { added, gone }: Change): Promise<void> {
  const taken = gone.filter((each) => each.taken)
  if (added.length + taken.length === 0) return
  const { store, organization, project } = steering
  const gives = added.length > 0 && hasBrought(member)
  const mailboxes = gives ? await mailboxesTouched(store, organization, project, [member]) : []
  await store.transact({ organization, mailboxes }, async (writer) => {
    for (const grant of added) await writer.migration.putGrant(organization, project, grant)
    const owner = taken[0]?.grant.owner
    const now = owner === undefined ? [] : await allGrantsOf(writer.migration, organization, project, owner)
    const states = new Map(now.map(({ no, state }) => [no, state]))
    for (const { grant } of taken) {
      // Given by a flip since somebody looked: that is another question.
      if (states.get(grant.no) !== grant.state) continue
      if (grant.appliedAt !== null) await takeAway(writer, steering, grant)
      await writer.migration.putGrant(organization, project, {
        ...grant,
        ...{ state: 'dropped', brokenFrom: null, appliedAt: null, cause: REPLACED },
      })
    }
    if (gives) await giveGrants(writer, organization, project, [member], steering.now)
  })
}

async function takeAway(
  writer: Writer,
  { organization, project }: Steering,
  { owner, grantee, right }: DeferredGrant,
): Promise<void> {
  const ends = [
    await findEnd(writer, organization, project, owner),
    await findEnd(writer, organization, project, grantee),
  ]
  const [of, to] = ends.map((end) => end?.entry.id)
  if (of !== undefined && to !== undefined)
    await withdraw(writer.directory, organization, right, { owner: of, grantee: to })
}

async function tell(steering: Steering, added: number, gone: readonly ReplacedRight[]): Promise<void> {
  const given = gone.filter((each) => each.given).length
  const parts = [
    added > 0 && `${counted(added, 'right')} came with it`,
    gone.length > given && `${counted(gone.length - given, 'right')} will not be given`,
    given > 0 && `${counted(given, 'right')} that had been given ${given === 1 ? 'was' : 'were'} taken away`,
  ].filter((part) => part !== false)
  const sentence = `Another plan took the place of the one before: ${parts.join(', ')}.`
  const { organization, project, now, by } = steering
  await write(steering, ({ migration }) =>
    migration.addEvent(organization, project, event(now, 'replaced', by, sentence)),
  )
}
