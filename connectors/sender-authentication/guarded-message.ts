import { setImmediate as breathe } from 'node:timers/promises'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { HeaderSplitter } from '#src/formats/dkim/signable.ts'
import { parseFields } from '#src/formats/header/fields.ts'

/** Beyond these a message costs more to verify than its signatures are worth; no honest one comes near. */
const MAX_HEADER_OCTETS = 262_144
const MAX_SIGNATURES = 8
const MAX_LINE_OCTETS = 262_144
/** The verifier needs time with the square of these: a run of blanks, a signature or From field. */
const MAX_BLANKS = 1_000
const MAX_FIELD_OCTETS = 16_384
const costlyField = /^(dkim-signature|arc-seal|arc-message-signature|arc-authentication-results|from)$/
/** The verifier goes over an unfinished line again with each chunk, so it gets few and large ones. */
const CHUNK_OCTETS = 65_536
const LF = 10
const CR = 13
const crlf = Buffer.from('\r\n')

/**
 * A message on its way into the verifier: in chunks of one size, lines ended by CRLF, and cut short where it goes beyond
 * what is verified. `refused` then says why; read it when the message has been read.
 */
export class GuardedMessage {
  refused: string | undefined
  #lineOctets = 0
  #lastWasCr = false

  /** Never yields anything when the header is refused. Rejects as the source does. */
  async *read(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    let waiting: Buffer[] = []
    let size = 0
    let header: Buffer | undefined
    const take = (chunk: Uint8Array) => {
      const mended = this.#mend(chunk)
      waiting.push(mended)
      size += mended.length
    }
    let inBody = false
    const splitter = new HeaderSplitter((chunk) => {
      inBody = true
      take(chunk)
    }, MAX_HEADER_OCTETS)
    try {
      for await (const chunk of source) {
        splitter.push(chunk)
        if (header === undefined && inBody) {
          header = splitter.end()
          if (this.#refuseHeader(header)) return
          yield Buffer.concat([this.#headerLines(header), crlf])
        }
        if (this.refused !== undefined) return
        if (size < CHUNK_OCTETS) continue
        yield Buffer.concat(waiting)
        waiting = []
        size = 0
        // Streams that have all their data would not let anything else run.
        await breathe()
      }
      if (header === undefined) {
        header = splitter.end()
        if (this.#refuseHeader(header)) return
        yield Buffer.concat([this.#headerLines(header), crlf])
      }
      if (size > 0) yield Buffer.concat(waiting)
    } catch (fault) {
      if (!(fault instanceof SyntaxFault)) throw fault
      this.refused = fault.message
    }
  }

  #refuseHeader(header: Buffer): boolean {
    this.refused = headerTrouble(header)
    return this.refused !== undefined
  }

  #headerLines(header: Buffer): Buffer {
    return Buffer.from(header.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
  }

  /** The chunk itself where every LF follows a CR, as it does in mail that came by SMTP. */
  #mend(chunk: Uint8Array): Buffer {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const pieces: Buffer[] = []
    let from = 0
    let lineStart = 0
    for (let at = octets.indexOf(LF); at >= 0; at = octets.indexOf(LF, at + 1)) {
      this.#countLine(at - lineStart)
      this.#lineOctets = 0
      lineStart = at + 1
      const afterCr = at === 0 ? this.#lastWasCr : octets[at - 1] === CR
      if (afterCr) continue
      pieces.push(octets.subarray(from, at), crlf)
      from = at + 1
    }
    this.#countLine(octets.length - lineStart)
    this.#lastWasCr = octets.at(-1) === CR
    return pieces.length === 0 ? octets : Buffer.concat([...pieces, octets.subarray(from)])
  }

  #countLine(octets: number): void {
    this.#lineOctets += octets
    if (this.#lineOctets > MAX_LINE_OCTETS) this.refused ??= `a line longer than ${MAX_LINE_OCTETS} octets`
  }
}

function headerTrouble(header: Buffer): string | undefined {
  const blanks = new RegExp(`[ \\t\\r\\n]{${MAX_BLANKS}}`)
  if (blanks.test(header.toString('latin1'))) return `more than ${MAX_BLANKS} blanks in a row in the header`
  const fields = parseFields(header)
  if (fields.filter(({ key }) => key === 'dkim-signature').length > MAX_SIGNATURES)
    return `more than ${MAX_SIGNATURES} signatures`
  const long = fields.find(({ key, value }) => costlyField.test(key) && value.length > MAX_FIELD_OCTETS)
  return long && `a field ${long.name} longer than ${MAX_FIELD_OCTETS} octets`
}
