import type { FoundGrant } from '#src/domain/migration/grant.ts'
import type { Loss, SourceDelegate, SourceSettings } from '#src/domain/migration/source.ts'
import type { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { DelegateUserType, GetDelegateResponseMessageType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage } from './failures.ts'

export type Delegates = {
  grants: FoundGrant[]
  losses: Loss[]
  /** Undefined where the server does not tell them. */
  told?: NonNullable<SourceSettings['delegates']>
}

/**
 * Delegates as Outlook lists them. Exchange answers with an error when one of them is a group (migration.md 2.1): then only the
 * rights on folders tell, which is a loss. Rejects with SourceFailure when the server is out of reach or refuses us.
 */
export async function readDelegates(session: EwsSession, signal: AbortSignal): Promise<Delegates> {
  const response = (await session.ask(
    'GetDelegate',
    { IncludePermissions: true, Mailbox: { EmailAddress: session.mailbox } },
    signal,
  )) as GetDelegateResponseMessageType
  const { ResponseClass, ResponseCode, ResponseMessages = [] } = response
  // Nobody is one: that is an error of its own for Exchange.
  if (ResponseClass === 'Error' && ResponseCode === 'ErrorDelegateNoUser')
    return { grants: [], losses: [], told: { named: [], delivery: null } }
  if (ResponseClass === 'Error') {
    const failure = failureOfMessage(response, `The delegates of ${session.mailbox}`)
    if (passes(failure)) throw failure
    return { grants: [], losses: [unreadable(failure.code)] }
  }
  const grants: FoundGrant[] = []
  const losses: Loss[] = []
  const named: SourceDelegate[] = []
  for (const one of ResponseMessages) {
    const { DelegateUser: user, ...message } = one
    if (message.ResponseClass !== 'Error' && user !== undefined) {
      grants.push(...grantsOf(session.mailbox, user))
      named.push(...delegateOf(user))
    } else losses.push(unreadable(message.ResponseCode ?? 'an error without a code'))
  }
  const delivery = response.DeliverMeetingRequests ?? null
  return { grants, losses, ...(losses.length === 0 && { told: { named, delivery } }) }
}

const passes = ({ kind }: SourceFailure): boolean =>
  kind === 'throttled' || kind === 'too-many' || kind === 'refused'

const unreadable = (code: string): Loss => ({
  property: 'delegates',
  reason: `the server answered ${code}, as it does when a delegate is a group; who gets copies of meeting requests and sees private items is not known, the rights on folders are`,
  weight: 'visible',
})

const nameOf = ({ UserId }: DelegateUserType): string | undefined =>
  UserId.PrimarySmtpAddress ?? UserId.DisplayName

function delegateOf(user: DelegateUserType): SourceDelegate[] {
  const grantee = nameOf(user)
  const { ReceiveCopiesOfMeetingMessages: copies, ViewPrivateItems: sees } = user
  return grantee === undefined
    ? []
    : [{ grantee, receiveCopies: copies === true, viewPrivate: sees === true }]
}

function grantsOf(owner: string, user: DelegateUserType): FoundGrant[] {
  const grantee = nameOf(user)
  if (grantee === undefined) return []
  const right = user.ReceiveCopiesOfMeetingMessages ? 'delegate' : 'send-on-behalf'
  return [{ owner, grantee, right, folder: null, lastUsedDay: null, where: `delegates of ${owner}` }]
}
