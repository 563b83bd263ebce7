import { setTimeout as sleep } from 'node:timers/promises'
import { backOffOf } from '#src/clients/ews/back-off.ts'
import type {
  ReadItem,
  SourceFacts,
  SourceFolder,
  SourceItem,
  SparePlace,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Spool, Spooled } from '#src/platform/spool/spool.ts'
import { namedValues } from '#src/wire/ews/fault.ts'
import type { ItemInfoResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import { BusyItems, BusyTogether, failureOfItem, waitsByItself } from './busy-items.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage, kindOfCode } from './failures.ts'
import { type Batch, batchesOf, halved, type WantedItem } from './item-batches.ts'
import type { ItemHeads } from './item-heads.ts'
import { isMeetingClass } from './item-kind.ts'
import { factsShape, headShape, shapeOf } from './item-shapes.ts'
import { largeAnswer } from './large-answer.ts'
import type { OctetRoom } from './octet-room.ts'
import { type Fetched, readAhead } from './read-ahead.ts'
import { factsOf, sourceItem } from './source-item.ts'
import { toldItem } from './told-item.ts'

export type ReaderOptions = {
  session: EwsSession
  heads: ItemHeads
  spool: Spool
  /** What may be read ahead. */
  room: OctetRoom
  /** Between attempts at one item that is busy; the number of them is how often it is tried again. */
  retryMs: readonly number[]
}

type Answered =
  | { item: WantedItem; found: ItemType }
  | { item: WantedItem; failure: SourceFailure; attempts?: number }

const HEADS_AT_ONCE = 200

/** Of all mailboxes: one is opened anew after each time that it waited. */
const busy = new BusyItems()

/** Reads items as `SourceMailbox.items` promises: in requests as large as the server bears, the next ones while one is taken. */
export class ItemReader {
  readonly #options: ReaderOptions

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  async *read(
    folder: SourceFolder,
    keys: readonly string[],
    signal: AbortSignal,
    spare?: SparePlace,
  ): AsyncGenerator<ReadItem> {
    const { wanted, failed } = await this.#wanted(keys, signal)
    yield* failed
    const options = {
      fetch: (batch: Batch, until: AbortSignal) => this.#fetch(batch, until),
      room: this.#options.room,
      spare,
    }
    for await (const answer of readAhead(wanted, options, signal))
      yield await this.#shown(folder, answer, signal)
  }

  /** As `SourceMailbox.facts`. */
  async facts(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SourceFacts>> {
    const facts = new Map<string, SourceFacts>()
    for (let from = 0; from < keys.length; from += HEADS_AT_ONCE) {
      const some = keys.slice(from, from + HEADS_AT_ONCE)
      const answers = await this.#options.session.messages<'GetItem', ItemInfoResponseMessageType>(
        'GetItem',
        { ItemShape: factsShape, ItemIds: some.map((Id) => ({ ItemId: { Id } })) },
        signal,
      )
      some.forEach((key, at) => {
        const item = answers[at] && itemOf(answers[at])
        if (item !== undefined) facts.set(key, factsOf(item))
      })
    }
    return facts
  }

  async #wanted(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<{ wanted: WantedItem[]; failed: ReadItem[] }> {
    const { heads } = this.#options
    const unknown = keys.filter((key) => heads.find(key) === undefined)
    const failed: ReadItem[] = []
    const gone = new Set<string>()
    const found = new Map<string, WantedItem['head']>()
    for (let from = 0; from < unknown.length; from += HEADS_AT_ONCE) {
      const some = unknown.slice(from, from + HEADS_AT_ONCE)
      const answers = await this.#options.session.messages<'GetItem', ItemInfoResponseMessageType>(
        'GetItem',
        { ItemShape: headShape, ItemIds: some.map((Id) => ({ ItemId: { Id } })) },
        signal,
      )
      some.forEach((key, at) => {
        const answer = answers[at]
        const item = answer && itemOf(answer)
        if (item !== undefined)
          found.set(key, { sizeBytes: item.Size ?? null, itemClass: item.ItemClass ?? '' })
        else if (answer?.ResponseCode === 'ErrorItemNotFound') {
          gone.add(key)
          failed.push({ kind: 'failed', key, failure: goneFailure() })
        }
      })
    }
    const wanted = keys.flatMap((key) =>
      gone.has(key)
        ? []
        : { key, head: heads.find(key) ?? found.get(key) ?? { sizeBytes: null, itemClass: '' } },
    )
    return { wanted, failed }
  }

  async #fetch(batch: Batch, signal: AbortSignal): Promise<Fetched<Answered>> {
    try {
      return await this.#request(batch, signal)
    } catch (error) {
      if (!(error instanceof BusyTogether) && !isTooMuch(error)) throw error
      if (batch.items.length > 1) return { answers: [], again: halved(batch), release: async () => undefined }
      return this.#alone(batch, error as SourceFailure, signal)
    }
  }

  /** Throws where the server as a whole does not answer now. */
  async #requireWell(signal: AbortSignal): Promise<void> {
    const { session } = this.#options
    await session.one(
      'GetFolder',
      { FolderShape: { BaseShape: 'IdOnly' }, FolderIds: [session.distinguished('inbox')] },
      'The inbox',
      signal,
    )
  }

  /** One item that breaks its request: where the server answers otherwise, it is the item. */
  async #alone(batch: Batch, failure: SourceFailure, signal: AbortSignal): Promise<Fetched<Answered>> {
    const [item] = batch.items as [WantedItem]
    await this.#requireWell(signal)
    try {
      return await this.#request(batch, signal)
    } catch (error) {
      if (!isTooMuch(error)) throw error
      return { answers: [{ item, failure, attempts: 2 }], again: [], release: async () => undefined }
    }
  }

  async #request(batch: Batch, signal: AbortSignal): Promise<Fetched<Answered>> {
    const stored: Spooled[] = []
    const release = async (): Promise<void> => {
      for (const one of stored.splice(0)) await one.release()
    }
    try {
      const messages = await this.#messages(batch, stored, signal)
      return { answers: await this.#answersOf(batch, messages, stored, signal), again: [], release }
    } catch (error) {
      await release()
      throw error
    }
  }

  #messages(
    { kind, items, sizeBytes }: Batch,
    stored: Spooled[],
    signal: AbortSignal,
  ): Promise<ItemInfoResponseMessageType[]> {
    const { session, spool } = this.#options
    const ItemIds = items.map(({ key }) => ({ ItemId: { Id: key } }))
    const meetings = items.some(({ head: { itemClass } }) => itemClass === '' || isMeetingClass(itemClass))
    const ItemShape = shapeOf(kind, session.isRecent, meetings)
    return session.messages('GetItem', { ItemShape, ItemIds }, signal, largeAnswer(spool, stored, sizeBytes))
  }

  async #answersOf(
    { items }: Batch,
    messages: readonly ItemInfoResponseMessageType[],
    stored: Spooled[],
    signal: AbortSignal,
  ): Promise<Answered[]> {
    const answers: Answered[] = []
    const succeeded = messages.some(({ ResponseClass }) => ResponseClass !== 'Error')
    for (const [at, item] of items.entries()) {
      const message = messages[at]
      if (message === undefined)
        throw new SourceFailure(
          'transient',
          'protocol',
          `The answer has ${messages.length} of ${items.length} items.`,
        )
      const found = itemOf(message)
      if (found !== undefined) {
        answers.push({ item, found })
        continue
      }
      const failure = failureOfMessage(message, 'An item')
      const passing =
        failure.kind === 'throttled' || failure.kind === 'transient' || failure.kind === 'too-many'
      // The whole server is busy, or all of them are: nothing of it is the items' fault.
      const hint = backOffOf(namedValues(message.MessageXml ?? []))
      if (passing && !succeeded && (items.length > 1 || hint !== undefined)) {
        const keys = items.map(({ key }) => key)
        if (!busy.wereSo(keys, hint ?? 0, Date.now())) throw failure
        await this.#requireWell(signal)
        if (items.length > 1) throw new BusyTogether('Each of them is busy')
      }
      answers.push(passing ? await this.#again(item, failure, stored, signal) : { item, failure })
    }
    return answers
  }

  /** Busy may be local to one item, for ever (migration.md 1.3, vandelay #6): it is tried some times more. */
  async #again(
    item: WantedItem,
    first: SourceFailure,
    stored: Spooled[],
    signal: AbortSignal,
  ): Promise<Answered> {
    let failure = first
    let attempts = 1
    if (waitsByItself(first)) return { item, failure, attempts }
    for (const wait of this.#options.retryMs) {
      await sleep(Math.max(wait, failure.backOffMs ?? 0), undefined, { signal })
      attempts++
      const [message] = await this.#messages(batchesOf([item])[0]!, stored, signal)
      const found = message && itemOf(message)
      if (found !== undefined) return { item, found }
      if (message !== undefined) failure = failureOfMessage(message, 'An item')
      if (message !== undefined && kindOfCode(failure.code) === 'item-permanent') break
      if (waitsByItself(failure)) return { item, failure, attempts }
    }
    busy.forget(item.key)
    return { item, failure: new SourceFailure('item-permanent', failure.code, failure.message), attempts }
  }

  async #shown(folder: SourceFolder, answer: Answered, signal: AbortSignal): Promise<ReadItem> {
    const { key } = answer.item
    const { session, spool } = this.#options
    if ('failure' in answer) {
      const { attempts = 1, failure } = answer
      if (failure.code === 'ErrorItemNotFound') return { kind: 'failed', key, failure: goneFailure() }
      const told = await toldItem(session, folder, answer.item, signal)
      const words = failure.message.replace(/^An item/, () =>
        told.title ? `The item "${told.title}"` : 'An item',
      )
      return {
        kind: 'failed',
        key,
        failure: failureOfItem(failure, words),
        attempts,
        ...told,
      }
    }
    try {
      const item: SourceItem = await sourceItem({ session, spool, folder }, answer.found, signal)
      return { kind: 'item', item: { ...item, key } }
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      return { kind: 'failed', key, failure: error, title: answer.found.Subject ?? '' }
    }
  }
}

/** As the engine knows that it is not there any more. */
const goneFailure = (): SourceFailure =>
  new SourceFailure('item-permanent', 'gone', 'It was deleted or moved meanwhile.')

function itemOf(message: ItemInfoResponseMessageType): ItemType | undefined {
  if (message.ResponseClass === 'Error') return undefined
  return Object.values(message.Items?.[0] ?? {})[0] as ItemType | undefined
}

const tooMuch = new Set([
  'timeout',
  'ErrorTimeoutExpired',
  'ErrorMessageSizeExceeded',
  'ErrorInternalServerError',
  'protocol',
])

/** Whether less at once may be answered. */
const isTooMuch = (error: unknown): error is SourceFailure =>
  error instanceof SourceFailure && (tooMuch.has(error.code) || /^HTTP 5(?!03)/.test(error.code))
