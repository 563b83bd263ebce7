import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AnyElement } from './any-element.ts'
import { GatheredOctets } from './gathered-octets.ts'
import type { XmlVisitor } from './markup-reader.ts'
import { xsiNamespace } from './namespaces.ts'
import { Base64Reader, type OctetStore } from './octets.ts'
import type { ComplexType, Field } from './schema.ts'
import { readSimple, type SimpleType } from './simple-type.ts'
import type { XmlAttribute } from './start-tag.ts'

export type ValueOptions = {
  /**
   * For replies of servers that are not ours: what they left out is no fault, nor are words that the schema does not have, nor
   * references to characters that XML does not have, which Exchange writes where such characters are in mail.
   */
  lenient?: boolean
  /** Where octets of one element beyond `memoryOctets` go. Without it they stay in memory. */
  store?: () => OctetStore
  /** Octets of one element that stay in memory. */
  memoryOctets?: number
  /** Octets of all elements together; by default 256 MiB, and 32 MiB without stores. */
  octets?: number
  textChars?: number
}

/** Makes the value that one of the root fields describes out of elements; order does not matter, what no field describes is passed over. */
export class ValueReader implements XmlVisitor {
  readonly #roots: readonly Field[]
  readonly #lenient: boolean
  readonly #memoryOctets: number
  readonly #store: (() => OctetStore) | undefined
  readonly #done: (value: unknown, root: Field) => void
  readonly #stack: Frame[] = []
  #frame: Frame | undefined
  /** Within so many elements that nobody asked for. */
  #skipped = 0
  readonly #tree: Branch[] = []
  #charsLeft: number
  #octetsLeft: number
  #waiting: { store: OctetStore; octets: Uint8Array }[] = []
  readonly #stores: OctetStore[] = []
  /** Of the element under way, until it is closed or goes to a store. */
  readonly #gathered = new GatheredOctets()
  readonly #room = (bytes: number): Buffer => this.#gathered.room(bytes)

  constructor(
    roots: readonly Field[],
    done: (value: unknown, root: Field) => void,
    options: ValueOptions = {},
  ) {
    this.#roots = roots
    this.#done = done
    this.#lenient = options.lenient ?? false
    this.#store = options.store
    this.#memoryOctets = options.memoryOctets ?? 256 * 1024
    this.#charsLeft = options.textChars ?? 32 * 1024 * 1024
    this.#octetsLeft = options.octets ?? (options.store === undefined ? 32 : 256) * 1024 * 1024
  }

  /** Octets wait to be put into their stores: `drain` before more is read. */
  get waits(): boolean {
    return this.#waiting.length > 0
  }

  async drain(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { store, octets } of waiting) await store.write(octets)
  }

  /** Lets go of what was stored, when the value is not wanted any more. */
  async release(): Promise<void> {
    this.#waiting = []
    for (const store of this.#stores.splice(0)) await store.release()
  }

  open(namespace: string, name: string, attributes: readonly XmlAttribute[]): boolean {
    if (this.#skipped > 0) {
      this.#skipped++
      return false
    }
    if (this.#tree.length > 0) {
      this.#tree.push(new Branch(namespace, name, attributes))
      return false
    }
    const field = this.#fieldOf(namespace, name)
    if (field === undefined) {
      if (this.#frame?.complex?.any) this.#tree.push(new Branch(namespace, name, attributes))
      else this.#skipped = 1
      return false
    }
    const frame = new Frame(field)
    this.#frame = frame
    this.#stack.push(frame)
    for (const attribute of attributes) {
      if (attribute.namespace === xsiNamespace && attribute.name === 'nil') {
        frame.nil = /^\s*(?:true|1)\s*$/.test(attribute.value)
      }
      const known = frame.complex?.attributes.get(attribute.name)
      if (known !== undefined && known.namespace === attribute.namespace) {
        frame.record[known.name] = this.#simple(known.type, attribute.value, known.name)
      }
    }
    if (frame.base64 === undefined) return false
    this.#gathered.clear()
    return true
  }

  text(text: string): void {
    const branch = this.#tree.at(-1)
    const frame = this.#frame
    if (this.#skipped > 0 || frame === undefined) return
    if (branch === undefined && frame.base64 !== undefined) {
      this.#octets(frame, frame.base64.push(text, frame.store === undefined ? this.#room : undefined))
      return
    }
    if (branch !== undefined) branch.text += text
    else if (frame.simple !== undefined) frame.text += text
    else return
    this.#charsLeft -= text.length
    if (this.#charsLeft < 0) throw new SyntaxFault('There is too much text')
  }

  octets(octets: Buffer): void {
    const frame = this.#frame!
    const text = octets.toString('latin1')
    this.#octets(frame, frame.base64!.push(text, frame.store === undefined ? this.#room : undefined))
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--
      return
    }
    const branch = this.#tree.pop()
    if (branch !== undefined) {
      const element = branch.element()
      const parent = this.#tree.at(-1)
      if (parent !== undefined) parent.children.push(element)
      else this.#keep(element)
      return
    }
    const frame = this.#stack.pop()!
    const parent = this.#stack.at(-1)
    this.#frame = parent
    const value = frame.nil ? null : this.#valueOf(frame)
    if (parent === undefined) this.#done(value, frame.field)
    else if (value !== null || frame.field.nillable) attach(parent, frame.field, value)
  }

  end(): void {}

  #fieldOf(namespace: string, name: string): Field | undefined {
    const frame = this.#frame
    if (frame === undefined) {
      const root = this.#roots.find((root) => root.name === name && root.namespace === namespace)
      if (root !== undefined) return root
      const expected = this.#roots.map((root) => `'${root.name}' of '${root.namespace}'`).join(' or ')
      throw new SyntaxFault(`The document begins with '${name}' of '${namespace}' and not with ${expected}`)
    }
    const { complex } = frame
    const field = complex?.byName.get(name)
    if (field === undefined || field.namespace === namespace) return field
    return complex!.others.get(`${namespace} ${name}`)
  }

  #keep(element: AnyElement): void {
    const frame = this.#frame!
    if (frame.complex!.form === 'any') (frame.value as AnyElement[]).push(element)
    else pushTo(frame.record, 'Any', element)
  }

  #octets(frame: Frame, octets: Uint8Array): void {
    this.#octetsLeft -= octets.length
    if (this.#octetsLeft < 0) throw new SyntaxFault('There are too many octets')
    if (octets.length === 0) return
    frame.size += octets.length
    if (frame.store === undefined) {
      this.#gathered.add(octets)
      if (frame.size <= this.#memoryOctets || this.#store === undefined) return
      frame.store = this.#store()
      this.#stores.push(frame.store)
      this.#waiting.push({ store: frame.store, octets: this.#gathered.take() })
    } else {
      this.#waiting.push({ store: frame.store, octets })
    }
  }

  #valueOf(frame: Frame): unknown {
    const { complex, simple, record, field } = frame
    let own: unknown
    if (frame.base64 !== undefined) {
      this.#octets(frame, frame.base64.finish())
      own = frame.store ?? this.#gathered.take()
    } else if (simple !== undefined) {
      own = this.#simple(simple, frame.text, field.name)
    }
    if (complex === undefined) return own
    if (complex.text !== undefined) record.Value = own
    if (!this.#lenient) checkComplete(complex, frame.value, field.name)
    return frame.value
  }

  #simple(type: SimpleType, text: string, name: string): unknown {
    if (type.base === 'string' && type.words === undefined && type.pattern === undefined) {
      if (type.least === undefined && type.most === undefined && !type.list) return text
    }
    try {
      return readSimple(type, text, this.#lenient)
    } catch (error) {
      throw error instanceof SyntaxFault ? new SyntaxFault(`${name}: ${error.message}`) : error
    }
  }
}

/** An element under way. */
class Frame {
  readonly field: Field
  readonly complex: ComplexType | undefined
  readonly simple: SimpleType | undefined
  readonly base64: Base64Reader | undefined
  readonly value: unknown
  /** The same, where it is an object; attributes go into it. */
  readonly record: Record<string, unknown>
  text = ''
  nil = false
  size = 0
  store: OctetStore | undefined

  constructor(field: Field) {
    const { type } = field
    this.field = field
    this.complex = type.kind === 'complex' ? type : undefined
    this.simple = type.kind === 'simple' ? type : type.text
    const list = this.complex !== undefined && this.complex.form !== 'record'
    this.value = list ? [] : this.complex === undefined ? undefined : {}
    this.record = this.value as Record<string, unknown>
    this.base64 = this.simple?.base === 'base64' ? new Base64Reader() : undefined
  }
}

/** An element that no schema describes. */
class Branch {
  readonly #namespace: string
  readonly #name: string
  readonly #attributes = new Map<string, string>()
  readonly children: AnyElement[] = []
  text = ''

  constructor(namespace: string, name: string, attributes: readonly XmlAttribute[]) {
    this.#namespace = namespace
    this.#name = name
    for (const { prefix, name, value } of attributes)
      if (prefix !== 'xmlns' && (prefix !== '' || name !== 'xmlns')) this.#attributes.set(name, value)
  }

  element(): AnyElement {
    const { text, children } = this
    return {
      namespace: this.#namespace,
      name: this.#name,
      attributes: this.#attributes,
      text: children.length > 0 && text.trim() === '' ? '' : text,
      children,
    }
  }
}

function attach(parent: Frame, field: Field, value: unknown): void {
  const { name, property, list, many } = field
  const { form } = parent.complex!
  if (form === 'array') {
    ;(parent.value as unknown[]).push(value)
  } else if (form === 'choices') {
    ;(parent.value as unknown[]).push({ [name]: value })
  } else if (list !== undefined) {
    pushTo(parent.record, list, { [name]: value })
  } else if (many) {
    pushTo(parent.record, property, value)
  } else if (parent.record[property] !== undefined) {
    throw new SyntaxFault(`The element '${name}' is there twice`)
  } else {
    parent.record[property] = value
  }
}

function pushTo(record: Record<string, unknown>, name: string, value: unknown): void {
  const entries = record[name] as unknown[] | undefined
  if (entries === undefined) record[name] = [value]
  else entries.push(value)
}

function checkComplete(type: ComplexType, value: unknown, element: string): void {
  if (type.form !== 'record') {
    if ((value as unknown[]).length < type.least) throw new SyntaxFault(`The element '${element}' is empty`)
    return
  }
  const record = value as Record<string, unknown>
  for (const name of type.requiredAttributes) {
    if (record[name] === undefined)
      throw new SyntaxFault(`The element '${element}' has no attribute '${name}'`)
  }
  for (const name of type.required) {
    if (record[name] === undefined) throw new SyntaxFault(`The element '${element}' has no element '${name}'`)
  }
  for (const { branches, optional } of type.choices) {
    const chosen = branches.filter((names) => names.some((name) => record[name] !== undefined))
    if (chosen.length > 1) {
      throw new SyntaxFault(`The element '${element}' has both '${chosen[0]![0]}' and '${chosen[1]![0]}'`)
    }
    if (chosen.length === 0 && !optional) {
      throw new SyntaxFault(`The element '${element}' has none of ${branches.flat().join(', ')}`)
    }
  }
}
