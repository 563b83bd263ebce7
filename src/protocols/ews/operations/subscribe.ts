import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { EwsCall } from '../call.ts'
import { single } from '../messages.ts'
import { parseWatermark, watermarkOf } from '../notifications/events.ts'
import { operation } from '../operation.ts'
import { need, type ReachedMailbox } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'

const MINUTE_MS = 60_000
/** A stream may break off for so long and go on. */
const STREAM_MINUTES = 30

/** Subscribe, for events that are asked for or streamed. */
export const subscribe = operation({
  name: 'Subscribe',
  run: (call, request) => single(call, 'Subscribe', () => add(call, request)),
})

async function add(call: EwsCall, request: Request<'Subscribe'>): Promise<object> {
  const { PullSubscriptionRequest: pull, StreamingSubscriptionRequest: streaming } = request
  const asked = pull ?? streaming
  if (asked === undefined)
    throw new EwsRefusal(
      'ErrorInvalidOperation',
      'not-supported',
      'Events are not pushed here. Ask for them, or have them streamed.',
    )
  const { mailbox, folders } = await placesOf(call, asked)
  const { organization, user } = call.caller.acting
  const { modseq } = await call.services.store.mailboxes.getMailbox(mailbox.at)
  const subscription = call.services.subscriptions.add({
    organization,
    user: user.id,
    at: mailbox.at,
    folders,
    events: new Set(asked.EventTypes),
    kind: pull === undefined ? 'streaming' : 'pull',
    told: modseq,
    lifetimeMs: (pull?.Timeout ?? STREAM_MINUTES) * MINUTE_MS,
  })
  if (pull === undefined) return { SubscriptionId: subscription.id }
  // A client that goes on from an earlier subscription says where it stood.
  const from = pull.Watermark === undefined ? modseq : earlier(pull.Watermark, modseq)
  return { SubscriptionId: subscription.id, Watermark: watermarkOf(subscription, from) }
}

function earlier(watermark: string, now: number): number {
  const of = Buffer.from(watermark, 'base64').toString().split(' ')[0] ?? ''
  return Math.min(now, parseWatermark({ id: of } as Parameters<typeof parseWatermark>[0], watermark))
}

type Asked = NonNullable<Request<'Subscribe'>['StreamingSubscriptionRequest']>

async function placesOf(
  call: EwsCall,
  { FolderIds = [], SubscribeToAllFolders }: Pick<Asked, 'FolderIds' | 'SubscribeToAllFolders'>,
): Promise<{ mailbox: ReachedMailbox; folders: ReadonlySet<FolderNo> | undefined }> {
  if (SubscribeToAllFolders) return { mailbox: await call.places.own(), folders: undefined }
  const [first, ...others] = FolderIds
  if (first === undefined)
    throw new EwsRefusal(
      'ErrorInvalidSubscriptionRequest',
      'invalid-parameter',
      'Name the folders, or all of them.',
    )
  const place = need(await call.places.folder(first), FolderRight.readAny)
  const folders = new Set([place.folder.no])
  for (const id of others) {
    const other = need(await call.places.folder(id), FolderRight.readAny)
    if (other.mailbox.at.mailbox !== place.mailbox.at.mailbox)
      throw new EwsRefusal(
        'ErrorInvalidSubscriptionRequest',
        'invalid-parameter',
        'A subscription is for one mailbox.',
      )
    folders.add(other.folder.no)
  }
  return { mailbox: place.mailbox, folders }
}
