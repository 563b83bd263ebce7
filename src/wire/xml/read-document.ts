import { setImmediate } from 'node:timers/promises'
import { MarkupReader, type XmlLimits } from './markup-reader.ts'
import type { OctetFlow } from './octets.ts'
import type { Field } from './schema.ts'
import { type ValueOptions, ValueReader } from './value-reader.ts'

export type ReadOptions = ValueOptions & { limits?: Partial<XmlLimits> }

/** Between such stretches octets go to their stores. */
const stretch = 64 * 1024
/** After so much the rest of the process has its turn, however fast the source is. */
const turn = 512 * 1024

/** The value of one document that is in memory as a whole; XmlFault for anything else. */
export const parseDocument = (
  document: Uint8Array | string,
  root: Field,
  options: ReadOptions = {},
): unknown => parseEither(document, [root], options).value

/** The same, where the document may begin with one of several elements; says with which. */
export function parseEither(
  document: Uint8Array | string,
  roots: readonly Field[],
  options: ReadOptions = {},
): { root: Field; value: unknown } {
  let found: { root: Field; value: unknown } | undefined
  const reader = new ValueReader(roots, (value, root) => (found = { root, value }), textLimit(options))
  const markup = new MarkupReader(reader, limitsOf(options))
  markup.push(typeof document === 'string' ? Buffer.from(document) : document)
  markup.finish()
  return found!
}

/**
 * Reads one document as it arrives. Octets in base64 beyond `options.memoryOctets` go to `options.store` on the way; the value
 * holds the stores, and whoever takes the value releases them. When it fails, they are released here.
 */
export async function readDocument(
  source: AsyncIterable<Uint8Array> | OctetFlow,
  root: Field,
  options: ReadOptions = {},
): Promise<unknown> {
  let value: unknown
  const reader = new ValueReader([root], (found) => (value = found), textLimit(options))
  const markup = new MarkupReader(reader, limitsOf(options))
  try {
    const take = (octets: Uint8Array): Promise<void> | undefined => {
      markup.push(octets)
      return reader.waits ? reader.drain() : undefined
    }
    if ('flow' in source) await source.flow(take)
    else await takeAll(source, take)
    markup.finish()
    await reader.drain()
    return value
  } catch (error) {
    await reader.release()
    throw error
  }
}

/** In stretches, however large the pieces are. */
async function takeAll(
  source: AsyncIterable<Uint8Array>,
  take: (octets: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  let taken = 0
  for await (const octets of source) {
    for (let at = 0; at < octets.length; at += stretch) {
      const piece = octets.subarray(at, at + stretch)
      const stored = take(piece)
      if (stored !== undefined) await stored
      taken += piece.length
      if (taken < turn) continue
      taken = 0
      await setImmediate()
    }
  }
}

/** Documents that follow each other in one stream, each as soon as it is complete. */
export async function* readDocuments(
  source: AsyncIterable<Uint8Array>,
  root: Field,
  options: ReadOptions = {},
): AsyncGenerator<unknown> {
  const found: unknown[] = []
  const renewed = new Renewed(() => new ValueReader([root], (value) => found.push(value), textLimit(options)))
  const markup = new MarkupReader(renewed, { ...limitsOf(options), several: true })
  for await (const octets of source) {
    markup.push(octets)
    yield* found.splice(0)
  }
  markup.finish()
  yield* found.splice(0)
}

/** A reader for each document, so that limits count anew. */
class Renewed {
  readonly #make: () => ValueReader
  #reader: ValueReader

  constructor(make: () => ValueReader) {
    this.#make = make
    this.#reader = make()
  }

  open(...args: Parameters<ValueReader['open']>): boolean {
    return this.#reader.open(...args)
  }

  text(text: string): void {
    this.#reader.text(text)
  }

  octets(octets: Buffer): void {
    this.#reader.octets(octets)
  }

  close(): void {
    this.#reader.close()
  }

  end(): void {
    this.#reader = this.#make()
  }
}

const limitsOf = ({ limits = {}, lenient = false }: ReadOptions) => ({ limits, lenient })

function textLimit(options: ReadOptions): ValueOptions {
  const textChars = options.textChars ?? options.limits?.textChars
  return textChars === undefined ? options : { ...options, textChars }
}
