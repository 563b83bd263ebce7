import type { OctetStream } from './octet-stream.ts'

/** A line holds at most 45 octets in 61 characters; a longer one is none of ours. */
const MAX_LINE = 200

/** Decodes one line (POSIX uuencode): a length, then four characters for three octets. */
function decodeLine(line: string): Uint8Array {
  const value = (index: number) => ((line.charCodeAt(index) || 32) - 32) & 63
  const length = value(0)
  const out = new Uint8Array(Math.ceil(length / 3) * 3)
  for (let group = 0; group * 3 < length; group++) {
    const at = 1 + group * 4
    const bits = (value(at) << 18) | (value(at + 1) << 12) | (value(at + 2) << 6) | value(at + 3)
    out.set([bits >>> 16, (bits >>> 8) & 255, bits & 255], group * 3)
  }
  return out.subarray(0, length)
}

/** Files between `begin` and `end`, one after another; other text is left out. */
class UuencodeDecoder implements OctetStream {
  #line = ''
  #inside = false

  push(chunk: Uint8Array): Uint8Array {
    const out: Uint8Array[] = []
    const lines = (
      this.#line + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')
    ).split('\n')
    this.#line = lines.pop()!.slice(0, MAX_LINE)
    for (const line of lines) this.#take(line.endsWith('\r') ? line.slice(0, -1) : line, out)
    return Buffer.concat(out)
  }

  finish(): Uint8Array {
    const out: Uint8Array[] = []
    this.#take(this.#line, out)
    this.#line = ''
    return Buffer.concat(out)
  }

  #take(line: string, out: Uint8Array[]): void {
    if (!this.#inside) this.#inside = /^begin [0-7]{3,4} /.test(line)
    else if (line === 'end') this.#inside = false
    else if (line !== '' && line.length < MAX_LINE) out.push(decodeLine(line))
  }
}

export const uuencodeDecoder = (): OctetStream => new UuencodeDecoder()
