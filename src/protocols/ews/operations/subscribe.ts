import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { EwsCall } from '../call.ts'
import { single } from '../messages.ts'
import { parseWatermark, watermarkOf } from '../notifications/events.ts'
import type { PushChannel } from '../notifications/push-channel.ts'
import { operation } from '../operation.ts'
import { need, type ReachedMailbox } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'

const MINUTE_MS = 60_000
/** A stream may break off for so long and go on. */
const STREAM_MINUTES = 30

/** Subscribe, for events that are asked for, streamed, or sent to an address of the client. */
export const subscribe = operation({
  name: 'Subscribe',
  run: (call, request) => single(call, 'Subscribe', () => add(call, request)),
})

async function add(call: EwsCall, request: Request<'Subscribe'>): Promise<object> {
  const { PullSubscriptionRequest: pull, StreamingSubscriptionRequest: streaming } = request
  const push = request.PushSubscriptionRequest
  const asked = pull ?? push ?? streaming
  if (asked === undefined)
    throw new EwsRefusal('ErrorInvalidSubscriptionRequest', 'invalid-parameter', 'Say how events are told.')
  const { mailbox, folders } = await placesOf(call, asked)
  const { organization, user } = call.caller.acting
  const { modseq } = await call.services.store.mailboxes.getMailbox(mailbox.at)
  // A client that goes on from an earlier subscription says where it stood.
  const watermark = (pull ?? push)?.Watermark
  const from = watermark === undefined ? modseq : earlier(watermark, modseq)
  const wanted = {
    organization,
    user: user.id,
    at: mailbox.at,
    folders,
    events: new Set(asked.EventTypes),
    told: from,
    lifetimeMs: (pull?.Timeout ?? STREAM_MINUTES) * MINUTE_MS,
  }
  const { subscriptions } = call.services
  if (push !== undefined) return addPush(call, wanted, push)
  const kind = pull === undefined ? 'streaming' : 'pull'
  const subscription = subscriptions.add({ ...wanted, kind })
  if (pull === undefined) return { SubscriptionId: subscription.id }
  return { SubscriptionId: subscription.id, Watermark: watermarkOf(subscription, from) }
}

type Wanted = Omit<Parameters<EwsCall['services']['subscriptions']['add']>[0], 'kind'>

function addPush(call: EwsCall, wanted: Wanted, { URL: address, StatusFrequency }: PushAsked): object {
  const { subscriptions, pushes } = call.services
  const url = pushAddress(address)
  const channel = openChannel(call, url)
  const subscription = subscriptions.add({ ...wanted, kind: 'push' })
  pushes.start(call, subscription, { url, statusFrequency: StatusFrequency }, channel)
  return { SubscriptionId: subscription.id, Watermark: watermarkOf(subscription, wanted.told) }
}

const LONGEST_URL = 2_048

function pushAddress(address: string): URL {
  const url = address.length > LONGEST_URL ? null : URL.parse(address.trim())
  const speaks = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !speaks || url.username !== '' || url.password !== '')
    throw invalidUrl('Events are pushed to an http or https address without user name and password.')
  return url
}

function openChannel(call: EwsCall, url: URL): PushChannel {
  try {
    return call.services.pushes.open(url)
  } catch (error) {
    if (error instanceof Refusal) throw invalidUrl(error.message)
    throw error
  }
}

const invalidUrl = (text: string) =>
  new EwsRefusal('ErrorInvalidPushSubscriptionUrl', 'invalid-parameter', text)

function earlier(watermark: string, now: number): number {
  const of = Buffer.from(watermark, 'base64').toString().split(' ')[0] ?? ''
  return Math.min(now, parseWatermark({ id: of } as Parameters<typeof parseWatermark>[0], watermark))
}

type PushAsked = NonNullable<Request<'Subscribe'>['PushSubscriptionRequest']>
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
