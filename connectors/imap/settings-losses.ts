import type { Loss } from '#src/domain/migration/source.ts'

/** What a mailbox is beside its mail and IMAP has no words for, each by its name; of no mailbox of the server is it told. */
export function settingsLosses(has: (capability: string) => boolean): readonly Loss[] {
  return [
    lost('out of office', 'IMAP does not tell it.', 'visible'),
    lost('rules', 'IMAP does not tell them.', 'visible'),
    lost(
      'calendars, contacts, tasks and notes',
      'IMAP has mail alone. Where the server keeps them too, export them there and take them in here.',
      'visible',
    ),
    lost('junk mail lists', 'IMAP does not tell safe and blocked senders.', 'metadata'),
    lost('delegated invitations', "IMAP does not tell whose a delegate's copy of one is.", 'metadata'),
    lost('quota', 'It is that of the organisation here.', 'metadata'),
    lost('signature', 'Those of mail programs lie on their computers.', 'metadata'),
    ...(has('ACL')
      ? []
      : [lost('rights on folders', 'The server does not tell them: it has no ACL.', 'metadata')]),
    ...(has('X-GM-EXT-1')
      ? [lost('labels', 'They are categories of their messages here, and no folders.', 'metadata')]
      : []),
  ]
}

const lost = (property: string, reason: string, weight: Loss['weight']): Loss => ({
  property,
  reason,
  weight,
  ofSource: true,
})
