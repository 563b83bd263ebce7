import type { ItemClass } from '#src/domain/mailbox/item.ts'
import { SENSITIVITY_KEY } from '#src/wire/ews/model/numbered-words.ts'
import { twins, twinsOf } from '#src/wire/ews/model/twins.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import type { FlagType } from '#src/wire/ews/schema-types.ts'
import { SUBJECT_KEY } from '../item-view.ts'
import { FLAG_KEY } from '../properties/item.ts'
import { type Marks, marksOf } from './message-updates.ts'

const usualClass = /^IPM\.(?:Appointment|Contact|Task|DistList|Note)$/i

/** What of an update is kept beside the content of an event, contact, task or note: categories are keywords, as for messages. */
export function marksBeside(
  itemClass: ItemClass,
  { values, extended, ...updates }: ItemUpdates,
  keywords: readonly string[],
): Marks {
  const { Importance, Sensitivity, ItemClass, Flag, ...others } = values
  const isUsual = typeof ItemClass === 'string' && usualClass.test(ItemClass)
  const own = {
    ...others,
    ...(ItemClass !== undefined && { ItemClass: isUsual ? null : ItemClass }),
    // The dates of a flag are, of a task, those of the task.
    ...(itemClass !== 'task' && definedOf({ Flag })),
    // Events and tasks have places for both in their content.
    ...(itemClass !== 'event' && itemClass !== 'task' && definedOf({ Importance, Sensitivity })),
  }
  const known = {
    ...twinsOf(twins[itemClass], values),
    ...personal(itemClass, Sensitivity),
    ...(itemClass === 'contact' && subjectApart(values)),
  }
  const marks = marksOf({ ...updates, values: own, extended: { ...known, ...extended } }, keywords)
  const flagged = itemClass !== 'task' && (Flag as FlagType | null | undefined)?.FlagStatus === 'Flagged'
  return flagged ? { ...marks, properties: { ...marks.properties, [FLAG_KEY]: '2' } } : marks
}

/** Events and tasks are private or not: that they are personal is kept beside it. */
function personal(itemClass: ItemClass, sensitivity: unknown): Record<string, string | null> {
  if ((itemClass !== 'event' && itemClass !== 'task') || sensitivity === undefined) return {}
  return { [SENSITIVITY_KEY]: sensitivity === 'Personal' ? '1' : null }
}

/** The subject of a contact is its name, unless a client says otherwise; who renames it says nothing else of it any more. */
function subjectApart({ Subject, DisplayName }: ItemUpdates['values']): Record<string, string | null> {
  if (Subject === undefined && DisplayName === undefined) return {}
  const isApart = typeof Subject === 'string' && Subject !== '' && Subject !== DisplayName
  return { [SUBJECT_KEY]: isApart ? Subject : null }
}

const definedOf = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
