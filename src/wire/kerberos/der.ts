import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** DER (X.690 §10) as far as Kerberos and SPNEGO use it: tags of one octet, definite lengths. */
const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  enumerated: 0x0a,
  time: 0x18,
  generalString: 0x1b,
  sequence: 0x30,
} as const

export const application = (number: number): number => 0x60 | number
export const context = (number: number): number => 0xa0 | number

export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), ...parts])
  const octets = Math.ceil((32 - Math.clz32(length)) / 8)
  const head = Buffer.alloc(2 + octets)
  head.writeUInt8(tag)
  head.writeUInt8(0x80 | octets, 1)
  head.writeUIntBE(length, 2, octets)
  return Buffer.concat([head, ...parts])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(Tag.sequence, ...parts)
export const octetString = (octets: Uint8Array): Buffer => der(Tag.octetString, octets)
export const generalString = (text: string): Buffer => der(Tag.generalString, Buffer.from(text, 'utf8'))

/** From -2^47 to 2^47 - 1. */
export function integer(value: number): Buffer {
  let octets = 1
  while (octets < 6 && (value < -(2 ** (octets * 8 - 1)) || value >= 2 ** (octets * 8 - 1))) octets++
  const content = Buffer.alloc(octets)
  content.writeIntBE(value, 0, octets)
  return der(Tag.integer, content)
}

/** KerberosFlags (RFC 4120 §5.2.8): 32 bits, the first the highest. */
export function flags(bits: number): Buffer {
  const content = Buffer.alloc(5)
  content.writeUInt32BE(bits >>> 0, 1)
  return der(Tag.bitString, content)
}

/** KerberosTime (RFC 4120 §5.2.3): whole seconds. */
export const kerberosTime = (epochMs: number): Buffer =>
  der(Tag.time, Buffer.from(`${new Date(epochMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`))

/** `1.3.6.1.5.5.2` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(Tag.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(number: number): number[] {
  const octets = [number & 0x7f]
  for (let left = number >>> 7; left > 0; left >>>= 7) octets.unshift((left & 0x7f) | 0x80)
  return octets
}

/** One value: its tag, what is in it, and all of it as it came. */
export class DerValue {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer

  constructor(tag: number, content: Buffer, whole: Buffer) {
    this.tag = tag
    this.content = content
    this.whole = whole
  }

  /** The values in it. SyntaxFault for another tag than `tag`. */
  values(tag: number = Tag.sequence): DerValue[] {
    this.#must(tag)
    const values: DerValue[] = []
    for (let at = 0; at < this.content.length; ) {
      const value = valueAt(this.content, at)
      values.push(value)
      at += value.whole.length
    }
    return values
  }

  /** The one value in it. */
  only(tag: number): DerValue {
    const [value, ...others] = this.values(tag)
    if (value === undefined || others.length > 0) throw new SyntaxFault(`not one value in tag ${tag}`)
    return value
  }

  /** Of a SEQUENCE whose members have context tags in rising order: each by its number. */
  members(): Members {
    return new Members(this.values())
  }

  integer(): number {
    if (this.tag !== Tag.enumerated) this.#must(Tag.integer)
    if (this.content.length === 0 || this.content.length > 6) throw new SyntaxFault('an integer of no use')
    return this.content.readIntBE(0, this.content.length)
  }

  octets(): Buffer {
    return this.#must(Tag.octetString)
  }

  text(): string {
    return this.textOctets().toString('utf8')
  }

  /** A text as it came, whatever its charset. */
  textOctets(): Buffer {
    return this.#must(Tag.generalString)
  }

  /** Epoch milliseconds. */
  time(): number {
    const text = this.#must(Tag.time).toString('latin1')
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
    const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
    if (Number.isNaN(time)) throw new SyntaxFault('a time of no use')
    return time
  }

  #must(tag: number): Buffer {
    if (this.tag !== tag) throw new SyntaxFault(`tag ${this.tag} where ${tag} is expected`)
    return this.content
  }
}

/** What a SEQUENCE has under its context tags. */
class Members {
  readonly #members = new Map<number, DerValue>()

  constructor(values: readonly DerValue[]) {
    for (const value of values) this.#members.set(value.tag, value)
  }

  get(number: number): DerValue {
    const found = this.find(number)
    if (found === undefined) throw new SyntaxFault(`member ${number} is missing`)
    return found
  }

  find(number: number): DerValue | undefined {
    return this.#members.get(context(number))?.only(context(number))
  }
}

/** The one value that these octets are. SyntaxFault for anything else. */
export function parseDer(octets: Uint8Array): DerValue {
  const value = valueAt(Buffer.from(octets.buffer, octets.byteOffset, octets.length), 0)
  if (value.whole.length !== octets.length) throw new SyntaxFault('octets behind the end', value.whole.length)
  return value
}

function valueAt(octets: Buffer, at: number): DerValue {
  const tag = octets[at]
  const short = octets[at + 1]
  if (tag === undefined || short === undefined) throw new SyntaxFault('it breaks off', at)
  if ((tag & 0x1f) === 0x1f) throw new SyntaxFault('a long tag', at)
  const wide = short < 0x80 ? 0 : short & 0x7f
  if (short === 0x80 || wide > 4 || at + 2 + wide > octets.length)
    throw new SyntaxFault('a broken length', at)
  const start = at + 2 + wide
  const length = wide === 0 ? short : octets.readUIntBE(at + 2, wide)
  if (length > octets.length - start) throw new SyntaxFault('it breaks off', at)
  return new DerValue(tag, octets.subarray(start, start + length), octets.subarray(at, start + length))
}
