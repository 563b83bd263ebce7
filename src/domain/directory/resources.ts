import { type EntryId, newResourceId, type OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { BookingOptions, Home, Resource, ResourceType } from './entry.ts'
import {
  changeEntry,
  type EntryChange,
  freshEntry,
  nameOf,
  requireEnabled,
  requireEntry,
  withChange,
} from './entry-changes.ts'
import { requireResourcesHere } from './kept-elsewhere.ts'
import { LIMITS } from './limits.ts'
import { invalid, requireResourceName, requireText } from './names.ts'
import { type MailboxPlan, registerToWorkMail } from './registration.ts'
import type { DirectoryReader } from './store.ts'

const DEFAULT_BOOKING: BookingOptions = {
  autoAcceptRequests: true,
  autoDeclineRecurringRequests: false,
  autoDeclineConflictingRequests: true,
}

type NewResource = {
  name: string
  displayName?: string
  type: ResourceType
  description?: string
  hidden?: boolean
  capacity?: number | null
  home?: Home
  id?: EntryId
}

/**
 * Makes a resource. With `enable` it is enabled at once, as the console does (DIR-17); without, it waits
 * DISABLED for RegisterToWorkMail. Refuses `name-taken`, `reserved-name`, `invalid-parameter`, and as registering.
 */
export async function createResource(
  store: Store,
  organization: OrganizationId,
  resource: NewResource,
  now: number,
  enable?: { email: string; plan: MailboxPlan },
): Promise<Resource> {
  const name = requireResourceName(resource.name)
  await requireResourcesHere(store, organization)
  const entry = {
    ...freshEntry(resource.id ?? newResourceId(), name, resource.displayName ?? name, now),
    kind: 'resource' as const,
    type: requireType(resource.type),
    description: requireText(
      'The description',
      resource.description ?? '',
      LIMITS.resourceDescriptionCharacters,
    ),
    bookingOptions: DEFAULT_BOOKING,
    capacity: requireCapacity(resource.capacity ?? null),
    home: resource.home ?? 'local',
    hidden: resource.hidden ?? false,
  }
  const made = await store.transact({ organization }, ({ directory }) =>
    directory.createEntry(organization, entry),
  )
  if (!enable) return made as Resource
  return (await registerToWorkMail(
    store,
    organization,
    { entry: made.id, email: enable.email },
    enable.plan,
    now,
  )) as Resource
}

type ResourceChange = EntryChange & {
  name?: string
  type?: ResourceType
  description?: string
  capacity?: number | null
  bookingOptions?: Partial<BookingOptions>
}

/** Refuses also `invalid-configuration`: without a delegate nobody could answer what is not accepted by itself (DIR-18). */
export function updateResource(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  change: ResourceChange,
): Promise<Resource> {
  return changeEntry(store, organization, id, ['resource'], async (resource, directory) => {
    const bookingOptions = { ...resource.bookingOptions, ...change.bookingOptions }
    if (
      change.bookingOptions?.autoAcceptRequests === false &&
      !(await hasDelegate(directory, organization, id))
    ) {
      throw new Refusal(
        'invalid-configuration',
        `${nameOf(resource)} has no delegate who could answer requests. Add one before you turn automatic acceptance off.`,
      )
    }
    return {
      ...withChange(resource, change),
      name: change.name === undefined ? resource.name : requireResourceName(change.name),
      type: change.type === undefined ? resource.type : requireType(change.type),
      description:
        change.description === undefined
          ? resource.description
          : requireText('The description', change.description, LIMITS.resourceDescriptionCharacters),
      capacity: change.capacity === undefined ? resource.capacity : requireCapacity(change.capacity),
      bookingOptions,
    }
  })
}

/** DIR-19. Refuses `no-such-entry`, `wrong-state`. */
export async function associateDelegate(
  store: Store,
  organization: OrganizationId,
  { resource, delegate }: { resource: EntryId; delegate: EntryId },
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    await requireEntry(directory, organization, resource, 'resource')
    await requireEnabled(directory, organization, delegate, 'user', 'group')
    await directory.addDelegate(organization, resource, delegate)
  })
}

/** Refuses `invalid-configuration` for the last delegate of a resource that does not accept by itself. */
export async function disassociateDelegate(
  store: Store,
  organization: OrganizationId,
  { resource, delegate }: { resource: EntryId; delegate: EntryId },
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    const entry = await requireEntry(directory, organization, resource, 'resource')
    await directory.getEntry(organization, delegate)
    await directory.removeDelegate(organization, resource, delegate)
    if (!entry.bookingOptions.autoAcceptRequests && !(await hasDelegate(directory, organization, resource))) {
      throw new Refusal(
        'invalid-configuration',
        `This is the last delegate of ${nameOf(entry)}, which does not accept requests by itself. Turn automatic acceptance on, or add another delegate first.`,
      )
    }
  })
}

async function hasDelegate(
  directory: DirectoryReader,
  organization: OrganizationId,
  resource: EntryId,
): Promise<boolean> {
  const { rows } = await directory.listDelegates(organization, resource, { limit: 1 })
  return rows.length > 0
}

function requireType(type: ResourceType): ResourceType {
  if (type === 'ROOM' || type === 'EQUIPMENT') return type
  throw invalid('A resource is a ROOM or EQUIPMENT.')
}

function requireCapacity(capacity: number | null): number | null {
  if (capacity === null || (Number.isInteger(capacity) && capacity >= 0 && capacity <= 1_000_000))
    return capacity
  throw invalid('The capacity is a number of seats.')
}
