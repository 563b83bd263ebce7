import type { ItemClass } from '#src/domain/mailbox/item.ts'
import { twins, twinsOf } from '#src/wire/ews/model/twins.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import { type Marks, marksOf } from './message-updates.ts'

const usualClass = /^IPM\.(?:Appointment|Contact|Task|DistList|Note)$/i

/** What of an update is kept beside the content of an event, contact, task or note: categories are keywords, as for messages. */
export function marksBeside(
  itemClass: ItemClass,
  { values, extended, ...updates }: ItemUpdates,
  keywords: readonly string[],
): Marks {
  const { Importance, Sensitivity, ItemClass, ...others } = values
  const isUsual = typeof ItemClass === 'string' && usualClass.test(ItemClass)
  const own = {
    ...others,
    ...(ItemClass !== undefined && !isUsual && { ItemClass }),
    // Events and tasks have places for both in their content.
    ...(itemClass !== 'event' && itemClass !== 'task' && definedOf({ Importance, Sensitivity })),
  }
  const known = twinsOf(twins[itemClass], values)
  return marksOf({ ...updates, values: own, extended: { ...known, ...extended } }, keywords)
}

const definedOf = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
