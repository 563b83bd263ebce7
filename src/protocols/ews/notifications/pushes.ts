/** Push notifications (CLT-14): what happens in a mailbox is sent to an address that a client names. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatRequest } from '#src/wire/ews/request.ts'
import { parseResponse } from '#src/wire/ews/response.ts'
import type { NotificationType, SendNotificationResultType } from '#src/wire/ews/schema-types.ts'
import { encodeParts } from '#src/wire/xml/xml-writer.ts'
import type { EwsCall } from '../call.ts'
import { success } from '../messages.ts'
import { refusedFor } from '../refusal-codes.ts'
import { eventsSince, watermarkOf } from './events.ts'
import { type OpenPushChannel, type PushChannel, PushUndelivered } from './push-channel.ts'
import { renewedCall } from './renewed-call.ts'
import type { Subscription } from './subscriptions.ts'
import { Wakes } from './wakes.ts'

type PushTimes = {
  /** Until the first notification, so that the client has heard what its subscription is called. */
  firstMs: number
  /** Before the first repetition; each later one waits twice as long. */
  retryMs: number
  /** For one notification and its answer. */
  answerMs: number
  /** In a minute of StatusFrequency. */
  minuteMs: number
}

const PUSH_TIMES: PushTimes = { firstMs: 1_000, retryMs: 5_000, answerMs: 30_000, minuteMs: 60_000 }

type Push = {
  url: URL
  /** Minutes without events after which a StatusEvent is sent; what cannot be sent is tried for as long. */
  statusFrequency: number
}

/** All subscriptions whose events are sent. They end with the process, as Exchange's do with a server: clients that hear no StatusEvent subscribe anew with their watermark. */
export class Pushes {
  readonly #open: OpenPushChannel
  readonly #times: PushTimes
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(open: OpenPushChannel, times: PushTimes = PUSH_TIMES) {
    this.#open = open
    this.#times = times
  }

  /** Refuses `invalid-parameter` for an address that may not be spoken to. */
  open(url: URL): PushChannel {
    return this.#open(url)
  }

  /** Sends what happens from now on, beginning with a StatusEvent, until the subscription ends. */
  start(call: EwsCall, subscription: Subscription, push: Push, channel: PushChannel): void {
    const signal = AbortSignal.any([this.#stopping.signal, subscription.ended.signal])
    const own = { ...call, signal, gone: signal, stopping: signal }
    const run = new PushRun(own, subscription, push, channel, this.#times).run().finally(() => {
      channel.close()
      call.services.subscriptions.remove(subscription)
      this.#running.delete(run)
    })
    this.#running.add(run)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#running)
  }
}

type Verdict = SendNotificationResultType['SubscriptionStatus']

/** One subscription while it is told. */
class PushRun {
  readonly #call: EwsCall
  readonly #subscription: Subscription
  readonly #push: Push
  readonly #channel: PushChannel
  readonly #times: PushTimes
  readonly #startedAt: number

  constructor(call: EwsCall, subscription: Subscription, push: Push, channel: PushChannel, times: PushTimes) {
    this.#call = call
    this.#subscription = subscription
    this.#push = push
    this.#channel = channel
    this.#times = times
    this.#startedAt = call.services.now()
  }

  /** Never rejects: why it ended is a line in the log. */
  async run(): Promise<void> {
    const { log } = this.#call.services
    const about = { host: this.#push.url.host, organization: this.#subscription.organization }
    try {
      log.info({ ...about, reason: await this.#tell() }, 'A push subscription has ended')
    } catch (error) {
      if (this.#call.signal.aborted) return
      if (error instanceof PushUndelivered || refusedFor(error) !== undefined)
        log.info({ ...about, reason: (error as Error).message }, 'A push subscription has ended')
      else log.error({ ...about, err: error }, 'A push subscription failed for a reason of our own')
    }
  }

  async #tell(): Promise<string> {
    const subscription = this.#subscription
    const { signal } = this.#call
    const statusMs = this.#push.statusFrequency * this.#times.minuteMs
    const { store } = this.#call.services
    const wakes = new Wakes([(woken) => store.watch(subscription.at, woken)], signal)
    try {
      await pause(this.#times.firstMs, signal)
      // Whether somebody listens there is known from the beginning.
      for (let quiet = true; !signal.aborted; ) {
        const call = await renewedCall(this.#call, this.#startedAt)
        const { events, upTo, more } = await eventsSince(call, subscription, subscription.told)
        if (events.length > 0 || quiet) {
          const status = { StatusEvent: { Watermark: watermarkOf(subscription, upTo) } }
          const notification: NotificationType = {
            SubscriptionId: subscription.id,
            PreviousWatermark: watermarkOf(subscription, subscription.told),
            MoreEvents: more,
            Events: events.length > 0 ? events : [status],
          }
          if ((await this.#deliver(notification)) === 'Unsubscribe') return 'The client has unsubscribed.'
        }
        subscription.told = upTo
        quiet = !more && !(await wakes.next(statusMs))
      }
      return 'It was ended.'
    } finally {
      wakes.end()
    }
  }

  /** Tries for StatusFrequency minutes. Rejects with `PushUndelivered`. */
  async #deliver(notification: NotificationType): Promise<Verdict> {
    const { now } = this.#call.services
    const lastAt = now() + this.#push.statusFrequency * this.#times.minuteMs
    const document = await sendNotification(notification)
    for (let waitMs = this.#times.retryMs; ; waitMs *= 2) {
      try {
        return await this.#sendOnce(document)
      } catch (error) {
        if (!(error instanceof PushUndelivered) || now() + waitMs > lastAt) throw error
      }
      await pause(waitMs, this.#call.signal)
    }
  }

  async #sendOnce(document: Uint8Array): Promise<Verdict> {
    const signal = AbortSignal.any([this.#call.signal, AbortSignal.timeout(this.#times.answerMs)])
    const answer = await this.#channel.send(document, signal)
    try {
      const { response } = parseResponse('SendNotification', answer)
      const verdict = response?.SubscriptionStatus
      if (verdict === 'OK' || verdict === 'Unsubscribe') return verdict
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
    }
    throw new PushUndelivered('The answer to a notification says neither OK nor Unsubscribe.')
  }
}

async function sendNotification(notification: NotificationType): Promise<Uint8Array> {
  const message = { SendNotificationResponseMessage: { ...success, Notification: notification } }
  const parts = formatRequest(
    'SendNotification',
    { ResponseMessages: [message] },
    { RequestServerVersion: { Version: 'Exchange2016' } },
  )
  return Buffer.concat(await Array.fromAsync(encodeParts(parts)))
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const over = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over)
      resolve()
    }, ms)
    signal.addEventListener('abort', over, { once: true })
  })
}
