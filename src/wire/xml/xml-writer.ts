import type { AnyElement } from './any-element.ts'
import { escapeAttribute, escapeText } from './escape.ts'
import { asBuffer, type Octets } from './octets.ts'
import { PieceRoom } from './piece-room.ts'
import type { Attribute, ComplexType, Field } from './schema.ts'
import { writeSimple } from './simple-type.ts'

/** XML in pieces: text, and octets that go out as base64. */
export type XmlPart = string | Octets

/** Octets in memory of this size and more are encoded where they go out, and not as text before. */
const largeOctets = 64 * 1024
const largeText = 32 * 1024

/** Writes values as their fields describe them, in the order of the schema. Namespace prefixes must be declared around it. */
export class XmlWriter {
  #text = ''
  #parts: XmlPart[] = []
  readonly #prefixes: ReadonlyMap<string, string>

  /** `prefixes`: by namespace, for elements that no schema describes. */
  constructor(prefixes: ReadonlyMap<string, string> = new Map()) {
    this.#prefixes = prefixes
  }

  /** Markup as it is. */
  raw(markup: string): this {
    this.#text += markup
    return this
  }

  /** What was written since the last time. */
  take(): XmlPart[] {
    const parts = this.#parts
    if (this.#text !== '') parts.push(this.#text)
    this.#text = ''
    this.#parts = []
    return parts
  }

  /** One element, or as many as the value has if the field may be there several times; none for undefined. */
  field(field: Field, value: unknown): this {
    if (value === undefined) return this
    if (field.many) for (const one of value as unknown[]) this.element(field, one)
    else this.element(field, value)
    return this
  }

  /** One element, even if the field may be there several times. */
  element(field: Field, value: unknown): void {
    const { tag, type, declared } = field
    if (this.#text.length > largeText) {
      this.#parts.push(this.#text)
      this.#text = ''
    }
    if (value === null) {
      this.#text += `<${tag}${declared} xsi:nil="true"/>`
      return
    }
    if (type.kind === 'simple') {
      if (type.base === 'base64') {
        this.#text += `<${tag}${declared}>`
        this.#octets(value as Octets)
      } else {
        const text = typeof value === 'string' ? value : writeSimple(type, value)
        this.#text += `<${tag}${declared}>${escapeText(text)}`
      }
      this.#text += `</${tag}>`
      return
    }
    this.#text += `<${tag}${declared}`
    for (const attribute of type.attributes.values()) this.#attribute(attribute, value as Values)
    this.#text += '>'
    this.#content(type, value)
    this.#text += `</${tag}>`
  }

  #attribute({ name, tag, type }: Attribute, values: Values): void {
    const value = values[name]
    if (value !== undefined) this.#text += ` ${tag}="${escapeAttribute(writeSimple(type, value))}"`
  }

  #content(type: ComplexType, value: unknown): void {
    switch (type.form) {
      case 'array': {
        const field = type.fields[0]!
        for (const one of value as unknown[]) this.element(field, one)
        return
      }
      case 'choices':
        for (const one of value as Values[]) this.#chosen(type, one)
        return
      case 'any':
        for (const one of value as AnyElement[]) this.any(one)
        return
      case 'record':
        this.#record(type, value as Values)
    }
  }

  #record(type: ComplexType, values: Values): void {
    if (type.text?.base === 'base64') this.#octets(values.Value as Octets)
    else if (type.text !== undefined) this.#text += escapeText(writeSimple(type.text, values.Value))
    let list: string | undefined
    for (const field of type.fields) {
      if (field.list === undefined) {
        const value = values[field.property]
        if (value !== undefined) this.field(field, value)
      } else if (field.list !== list) {
        list = field.list
        for (const one of (values[list] ?? []) as Values[]) this.#chosen(type, one)
      }
    }
    if (type.any) for (const one of (values.Any ?? []) as AnyElement[]) this.any(one)
  }

  /** An object with one property. */
  #chosen(type: ComplexType, value: Values): void {
    for (const name in value) {
      const field = type.byName.get(name)
      if (field !== undefined && value[name] !== undefined) this.element(field, value[name])
    }
  }

  #octets(octets: Octets): void {
    if (octets instanceof Uint8Array && octets.length < largeOctets) {
      this.#text += asBuffer(octets).toString('base64')
      return
    }
    this.#parts.push(this.#text, octets)
    this.#text = ''
  }

  /** An element that no schema describes. */
  any({ namespace, name, attributes, text, children }: AnyElement): this {
    const prefix = this.#prefixes.get(namespace)
    const tag = prefix === undefined ? name : `${prefix}:${name}`
    this.#text += `<${tag}`
    if (prefix === undefined) this.#text += ` xmlns="${escapeAttribute(namespace)}"`
    for (const [key, value] of attributes) this.#text += ` ${key}="${escapeAttribute(value)}"`
    this.#text += `>${escapeText(text)}`
    for (const child of children) this.any(child)
    this.#text += `</${tag}>`
    return this
  }
}

type Values = Record<string, unknown>

/**
 * The octets of parts, in pieces of at most 128 KiB; no more is read from a source before what was read was taken, but for
 * what one piece holds, so whoever takes slowly is not overrun.
 */
export async function* encodeParts(
  parts: Iterable<XmlPart> | AsyncIterable<XmlPart>,
): AsyncGenerator<Uint8Array> {
  const room = new PieceRoom()
  for await (const part of parts) {
    if (typeof part === 'string') for (const piece of room.text(part)) yield piece
    else if (part instanceof Uint8Array)
      for (const piece of room.base64(asBuffer(part), 0, part.length)) yield piece
    else {
      let rest = Buffer.alloc(0)
      for await (const read of part.read()) {
        // Three octets make four characters: those that were over go out with the first of what comes next.
        const over = rest.length === 0 ? 0 : Math.min(3 - rest.length, read.length)
        if (over > 0) rest = Buffer.concat([rest, read.subarray(0, over)])
        if (rest.length % 3 !== 0) continue
        for (const piece of room.base64(rest, 0, rest.length)) yield piece
        const octets = asBuffer(read)
        const end = octets.length - ((octets.length - over) % 3)
        for (const piece of room.base64(octets, over, end)) yield piece
        // A copy: the piece may be a window on memory that is used again.
        rest = Buffer.from(octets.subarray(end))
      }
      for (const piece of room.base64(rest, 0, rest.length)) yield piece
    }
  }
  for (const piece of room.take()) yield piece
}
