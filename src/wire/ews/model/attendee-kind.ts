import type { Participant } from '#src/formats/jscalendar/event.ts'

export type AttendeeKind = 'required' | 'optional' | 'resource'

/** In which of the three lists of EWS somebody is who is invited (MS-OXWSMTGS 2.2.4.20). */
export const kindOfAttendee = ({ kind, roles }: Participant): AttendeeKind =>
  kind === 'resource' || kind === 'location'
    ? 'resource'
    : roles.optional || roles.informational
      ? 'optional'
      : 'required'
