import { after, before, beforeEach } from 'node:test'
import { calendarArrivals } from '#src/domain/calendar/arrivals.ts'
import { calendarView, viewedEvent } from '#src/domain/calendar/calendar-view.ts'
import { type MeetingMark, meetingOf } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { createMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import type { Actor, MeetingPost } from '#src/domain/calendar/scheduling/post.ts'
import type { RunningIntake } from '#src/domain/delivery/accept-message.ts'
import type { Entry, Resource, ResourceType, User } from '#src/domain/directory/entry.ts'
import { createResource } from '#src/domain/directory/resources.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { FolderNo, Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import { openWorld, type World } from '#test/domain/delivery/intake-world.ts'
import { NOW } from '#test/domain/directory/furnished.ts'

/** An intake whose mailboxes keep calendars. */
export type CalendarWorld = {
  world: World
  post: MeetingPost
  room(name: string, type?: ResourceType): Promise<Resource>
  actor(entry: Entry): Actor
  calendar(entry: Entry): Promise<FolderNo>
  /** What lies in a calendar, in order of item. */
  events(entry: Entry): Promise<{ item: Item; event: CalendarObject }[]>
  /** `start title` of every occurrence of a stretch of days that takes somebody's time. */
  view(entry: Entry, from: string, days: number): Promise<string[]>
  /** Meeting messages in a folder, oldest first. */
  meetings(entry: Entry, folder?: string): Promise<{ item: Item; mark: MeetingMark; text: string }[]>
  /** Until nothing is under way any more. */
  settle(): Promise<void>
  /** The same, and a minute later. */
  later(): Promise<void>
  /** The event of a meeting in the organizer's calendar, once its invitations have arrived. */
  invite(
    from: User,
    to: readonly Entry[],
    more?: Partial<CalendarObject>,
    send?: Parameters<typeof createMeeting>[4]['send'],
  ): ReturnType<typeof createMeeting>
}

export async function openCalendarWorld(): Promise<CalendarWorld> {
  const world = await openWorld()
  const { store } = world
  const now = (): number => world.at
  const trouble = world.deps.trouble
  const intake: RunningIntake = world.with({
    arrivals: calendarArrivals({
      store,
      hostName: 'mx.landbridge.example',
      now,
      trouble,
      intake: () => intake,
    }),
  })
  world.intake = intake
  const ref = (entry: Entry): MailboxRef => ({ organization: world.org, mailbox: entry.mailbox! })
  const plan = { quotaBytes: 60 * 1024 * 1024, folders: distinguishedFolders }
  const calendar = async (entry: Entry): Promise<FolderNo> =>
    (await store.mailboxes.findFolder(ref(entry), { distinguished: 'calendar' }))!.no
  const site: CalendarWorld = {
    world,
    post: { store, intake, hostName: 'mx.landbridge.example', now },
    room: (name, type = 'ROOM') =>
      createResource(store, world.org, { name, type }, NOW, { email: `${name}@corp.example`, plan }),
    actor: (entry) => ({
      owner: entry,
      at: ref(entry),
      login:
        entry.kind === 'resource'
          ? null
          : { organization: world.org, user: entry as User, mailbox: entry.mailbox, by: 'password' },
    }),
    calendar,
    async events(entry) {
      const { rows } = await store.mailboxes.listItems(ref(entry), await calendar(entry), {
        order: 'uid',
        limit: 100,
        parts: ['content'],
      })
      return rows.map((item) => ({ item, event: item.content as unknown as CalendarObject }))
    },
    async view(entry, from, days) {
      const start = Date.parse(`${from}T00:00:00Z`)
      const window = { from: start, to: start + days * 86_400_000, folder: await calendar(entry) }
      const found: [number, string][] = []
      for await (const viewed of calendarView(store.mailboxes, ref(entry), window)) {
        const event = viewedEvent(viewed)
        const mark = event.status === 'cancelled' ? ' (cancelled)' : ''
        found.push([
          viewed.startMs,
          `${new Date(viewed.startMs).toISOString().slice(5, 16)} ${event.title}${mark}`,
        ])
      }
      return found.sort((a, b) => a[0] - b[0]).map(([, text]) => text)
    },
    async meetings(entry, folder = 'inbox') {
      const found = await store.mailboxes.findFolder(ref(entry), { distinguished: folder })
      const { rows } = await store.mailboxes.listItems(ref(entry), found!.no, {
        order: 'uid',
        limit: 100,
        parts: ['content'],
      })
      const inbox = await world.inbox(entry, folder)
      return rows.flatMap((item) => {
        const mark = meetingOf(item)
        const text = inbox.find((one) => one.item.no === item.no)?.text ?? ''
        return mark === undefined ? [] : [{ item, mark, text }]
      })
    },
    async settle() {
      await intake.idle()
    },
    async later() {
      await intake.idle()
      world.at += 60_000
    },
    async invite(from, to, more = {}, send = 'SendToAllAndSaveCopy') {
      const made = await createMeeting(
        site.post,
        site.actor(from),
        await calendar(from),
        meetingWith(to, more),
        {
          send,
        },
      )
      await site.later()
      return made
    },
  }
  return site
}

export const person = (entry: Entry, more: Partial<Participant> = {}): Participant => {
  const email = entry.addresses.find(({ kind }) => kind === 'primary')!.address
  return { name: entry.displayName, email, roles: { attendee: true }, expectReply: true, ...more }
}

/** A meeting of an hour on a Monday, in Berlin. */
export const meetingWith = (
  people: readonly Entry[],
  more: Partial<CalendarObject> = {},
): CalendarObject => ({
  '@type': 'Event',
  uid: '',
  title: 'Planning',
  start: '2026-12-07T09:00:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
  participants: Object.fromEntries(people.map((entry, at) => [String(at + 1), person(entry)])),
  ...more,
})

export const statusOf = (event: CalendarObject | undefined, entry: Entry): string | undefined => {
  const email = entry.addresses.find(({ kind }) => kind === 'primary')!.address
  return Object.values(event?.participants ?? {}).find((one) => one.email === email)?.participationStatus
}

type WithTwo = { site: CalendarWorld; ann: User; bob: User; number: number }

/** For the tests of a file: one world, and an Ann and a Bob anew for each test, whose names end with its number. */
export function annAndBobAnew(take: (made: WithTwo) => unknown): void {
  let site: CalendarWorld
  let number = 0
  before(async () => {
    site = await openCalendarWorld()
  })
  beforeEach(async () => {
    number++
    const [ann, bob] = [await site.world.user(`ann${number}`), await site.world.user(`bob${number}`)]
    await take({ site, ann, bob, number })
  })
  after(() => site.world.end())
}
