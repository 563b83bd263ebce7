import type { ItemResponseShapeType, Path } from '#src/wire/ews/schema-types.ts'
import {
  contactProperties,
  eventProperties,
  mailProperties,
  noteProperties,
  taskProperties,
} from './extended-properties.ts'
import type { ItemKind } from './item-kind.ts'

type FieldUri = NonNullable<Path['FieldURI']>['FieldURI']
type Extended = NonNullable<Path['ExtendedFieldURI']>

const paths = (fields: readonly FieldUri[], extended: readonly Extended[]): Path[] => [
  ...fields.map((FieldURI): Path => ({ FieldURI: { FieldURI } })),
  ...extended.map((ExtendedFieldURI): Path => ({ ExtendedFieldURI })),
]

const mail: readonly FieldUri[] = [
  'item:ItemClass',
  'item:Subject',
  'item:Size',
  'item:Categories',
  'item:Importance',
  'item:Sensitivity',
  'item:DateTimeReceived',
  'item:DateTimeSent',
  'item:IsDraft',
  'item:Culture',
  'message:BccRecipients',
  'message:IsResponseRequested',
]

const series: readonly FieldUri[] = [
  'calendar:Recurrence',
  'calendar:ModifiedOccurrences',
  'calendar:DeletedOccurrences',
  'calendar:StartTimeZone',
  'calendar:EndTimeZone',
  'calendar:UID',
  'calendar:OriginalStart',
]

/** Of meeting messages: a delegate has copies of those of somebody else. */
const receivers: readonly FieldUri[] = ['message:ReceivedBy', 'message:ReceivedRepresenting']

/**
 * What an item of that kind is asked for; `recent`: the server knows what Exchange 2013 brought; `meetings`: some of the messages
 * may be about meetings.
 */
export function shapeOf(kind: ItemKind, recent: boolean, meetings = false): ItemResponseShapeType {
  switch (kind) {
    case 'mail':
      return {
        BaseShape: 'IdOnly',
        IncludeMimeContent: true,
        AdditionalProperties: paths(meetings ? [...mail, ...receivers] : mail, mailProperties),
      }
    case 'event':
      return {
        BaseShape: 'AllProperties',
        BodyType: 'Best',
        AdditionalProperties: paths(
          [...series, ...(recent ? (['calendar:JoinOnlineMeetingUrl'] as const) : [])],
          eventProperties,
        ),
      }
    case 'contact':
      return {
        BaseShape: 'AllProperties',
        BodyType: 'Text',
        AdditionalProperties: paths(['item:Body', 'item:Attachments'], contactProperties),
      }
    case 'task':
      return {
        BaseShape: 'AllProperties',
        BodyType: 'Best',
        AdditionalProperties: paths(['item:Body', 'task:Recurrence'], taskProperties),
      }
    case 'note':
      return {
        BaseShape: 'AllProperties',
        BodyType: 'Text',
        AdditionalProperties: paths(['item:Body'], noteProperties),
      }
  }
}

/** What a message is asked for of which the octets are known. */
export const factsShape: ItemResponseShapeType = {
  BaseShape: 'IdOnly',
  AdditionalProperties: paths([...mail, ...receivers], mailProperties),
}

/** What is asked of items that no list has told. */
export const headShape: ItemResponseShapeType = {
  BaseShape: 'IdOnly',
  AdditionalProperties: paths(['item:ItemClass', 'item:Size'], []),
}
