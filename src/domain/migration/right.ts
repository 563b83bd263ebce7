/** What one mailbox may do with another (migration.md 2.1), and what it is worth to keep it unbroken (2.3). */
export const rights = [
  'delegate',
  'full-access',
  'send-as',
  'room-delegate',
  'send-on-behalf',
  'calendar-edit',
  'folder-edit',
  'folder-read',
  'availability',
] as const
export type Right = (typeof rights)[number]

export const isRight = (text: string): text is Right => (rights as readonly string[]).includes(text)

/** Whether it is about one folder, so that somebody may have it several times in a mailbox. */
export const isOnFolder = (right: Right): boolean =>
  right === 'calendar-edit' || right === 'folder-edit' || right === 'folder-read' || right === 'availability'

/** Worth of a right that is used and granted directly. */
export const worthOf: Readonly<Record<Right, number>> = {
  delegate: 10,
  'full-access': 8,
  'send-as': 6,
  'room-delegate': 6,
  'send-on-behalf': 5,
  'calendar-edit': 5,
  'folder-edit': 4,
  'folder-read': 2,
  availability: 0,
}

/** As people call it. */
export const wordsOf: Readonly<Record<Right, string>> = {
  delegate: 'Delegate with meeting copies',
  'full-access': 'Full Access',
  'send-as': 'Send As',
  'room-delegate': 'Room delegate',
  'send-on-behalf': 'Send on behalf',
  'calendar-edit': 'Edits the calendar',
  'folder-edit': 'Edits a folder',
  'folder-read': 'Reads a folder',
  availability: 'Sees free/busy',
}

/** One pair is never worth more than this, in hundredths, however many rights it has. */
export const heaviestPair = 2_000

export type Use = { today: number; lastUsedDay: number | null }

/** In hundredths: worth times use (seen within 90 days 1, not for 180 days 0.2, else 0.7) times 1/√n for a group of n. */
export function weightOf(right: Right, use: Use, groupMembers: number | null): number {
  return Math.round(100 * worthOf[right] * useFactor(use) * groupFactor(groupMembers))
}

function useFactor({ today, lastUsedDay }: Use): number {
  if (lastUsedDay === null) return 0.7
  const ago = today - lastUsedDay
  if (ago <= 90) return 1
  return ago >= 180 ? 0.2 : 0.7
}

const groupFactor = (members: number | null): number =>
  members === null ? 1 : Math.max(0.05, 1 / Math.sqrt(Math.max(1, members)))
