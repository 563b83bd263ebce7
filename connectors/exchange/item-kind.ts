/** How an item is read: mail as its octets, everything else as its properties. */
export type ItemKind = 'mail' | 'event' | 'contact' | 'task' | 'note'

const classes: readonly [RegExp, ItemKind][] = [
  [/^IPM\.Appointment(?:$|\.)/i, 'event'],
  [/^IPM\.OLE\.CLASS\.\{00061055-/i, 'event'],
  [/^IPM\.(?:Contact|DistList)(?:$|\.)/i, 'contact'],
  [/^IPM\.Task(?:$|\.)/i, 'task'],
  [/^IPM\.StickyNote(?:$|\.)/i, 'note'],
]

/** By PidTagMessageClass; what is none of the others is mail, reports and journal entries too. */
export const kindOfClass = (itemClass: string): ItemKind =>
  classes.find(([pattern]) => pattern.test(itemClass))?.[1] ?? 'mail'

/** Of mail: an invitation, an answer to one, or what calls it off (MS-OXOCAL §2.2.5 to §2.2.9). */
export const isMeetingClass = (itemClass: string): boolean => /^ipm\.schedule\.meeting\./i.test(itemClass)
