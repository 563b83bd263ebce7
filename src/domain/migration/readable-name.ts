import type { PlanMailbox } from './mailbox.ts'

const namesakes = new WeakMap<readonly PlanMailbox[], ReadonlySet<string>>()

/** What people call a mailbox in a sentence: its display name, with the address behind it where another has the same. */
export function readableName(mailboxes: readonly PlanMailbox[], mailbox: number): string {
  const { displayName, id } = mailboxes[mailbox]!
  let several = namesakes.get(mailboxes)
  if (several === undefined) {
    several = severalOf(mailboxes)
    namesakes.set(mailboxes, several)
  }
  return several.has(keyOf(displayName)) ? `${displayName} (${id})` : displayName
}

function severalOf(mailboxes: readonly PlanMailbox[]): Set<string> {
  const seen = new Set<string>()
  const several = new Set<string>()
  for (const { displayName } of mailboxes) {
    const key = keyOf(displayName)
    if (seen.has(key)) several.add(key)
    else seen.add(key)
  }
  return several
}

const keyOf = (name: string): string => name.trim().toLowerCase().normalize('NFC')
