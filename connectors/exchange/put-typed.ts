/** Contacts and tasks as CreateItem takes them, and the description of an event: properties, and what none of them says. */
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { contactValues, namePrefix } from '#src/wire/ews/model/contact-values.ts'
import { SENSITIVITY_KEY } from '#src/wire/ews/model/numbered-words.ts'
import { STATUS_KEY } from '#src/wire/ews/model/task-updates.ts'
import { taskValues } from '#src/wire/ews/model/task-values.ts'
import type { BodyType, ContactItemType, ExtendedPropertyType, TaskType } from '#src/wire/ews/schema-types.ts'

type Typed<T> = { values: T; losses: readonly Loss[] }

/** Of which somebody who opens the item sees nothing. */
const unseen = new Set(['certificate', 'keyword', 'calendar address', 'property of a vCard', 'status'])

const lossOf = (property: string): Loss => ({
  property,
  reason: 'EWS has no property that takes it. It stays here: set it by hand.',
  weight: unseen.has(property) ? 'metadata' : 'visible',
})

/** A contact by its properties: servers do without a word of a vCard beside them. */
export function typedContact(
  { content, title }: SourceItem,
  ExtendedProperty: readonly ExtendedPropertyType[],
): Typed<ContactItemType> {
  const { values, prefix, unsaid } = contactValues(content as unknown as Card)
  const named = prefix === undefined ? [] : [{ ExtendedFieldURI: namePrefix, Value: prefix }]
  return {
    values: {
      ...values,
      DisplayName: values.DisplayName || title,
      ExtendedProperty: [...ExtendedProperty, ...named],
    },
    losses: unsaid.map(lossOf),
  }
}

/** A task by its properties. */
export function typedTask({ content, title, properties }: SourceItem): Typed<TaskType> {
  const task = content as unknown as CalendarObject
  const { values, unsaid } = taskValues(task, (properties as Record<string, unknown>)[STATUS_KEY])
  const { priority = 0, privacy } = task
  const Importance = priority === 0 || priority === 5 ? undefined : priority < 5 ? 'High' : 'Low'
  const isPersonal = properties[SENSITIVITY_KEY] === '1'
  const Sensitivity =
    privacy === 'secret'
      ? 'Confidential'
      : privacy !== 'private'
        ? undefined
        : isPersonal
          ? 'Personal'
          : 'Private'
  return {
    values: {
      ...{ Subject: title, Body: bodyOf(task) ?? { BodyType: 'Text', Value: '' } },
      ...(Importance && { Importance }),
      ...(Sensitivity && { Sensitivity }),
      ...values,
    },
    losses: unsaid.map(lossOf),
  }
}

/** A description in the type that it has; undefined where there is none. */
export const bodyOf = ({
  description,
  descriptionContentType: type,
}: Pick<CalendarObject, 'description' | 'descriptionContentType'>): BodyType | undefined =>
  description === undefined || description === ''
    ? undefined
    : { BodyType: isHtml(type) ? 'HTML' : 'Text', Value: description }

/** An event whose description is a page goes as iCalendar with its text: DESCRIPTION knows no tags (RFC 5545 3.8.1.5). */
export function withPlainText(event: CalendarObject): CalendarObject {
  const plain = <T extends { description?: unknown; descriptionContentType?: unknown }>(of: T): T => {
    if (!isHtml(of.descriptionContentType ?? event.descriptionContentType)) return of
    const { descriptionContentType: _, ...rest } = of
    return {
      ...rest,
      ...(of.description !== undefined && { description: htmlToText(String(of.description)) }),
    } as T
  }
  const overrides = event.recurrenceOverrides
  return {
    ...plain(event),
    ...(overrides && {
      recurrenceOverrides: Object.fromEntries(
        Object.entries(overrides).map(([start, patch]) => [start, plain(patch as object)]),
      ) as NonNullable<CalendarObject['recurrenceOverrides']>,
    }),
  }
}

export const isHtml = (type: unknown): boolean => typeof type === 'string' && /^text\/html\b/i.test(type)
