import { createReadStream } from 'node:fs'
import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** A line with what was folded onto the lines after it; `number` is where it begins, from 1. */
export type LdifLine = { text: string; number: number }

/** A photo of 100 KB has 140,000 characters; a security descriptor at most 64 KB. */
const MOST_CHARACTERS = 16 * 1024 * 1024

/**
 * The lines of a file as ldifde writes it: UTF-8 or, with `-u`, UTF-16, told by the byte order mark; folded lines joined (RFC 2849
 * note 2), comments left out. SyntaxFault for octets that are no text and for lines without end.
 */
export async function* ldifLines(path: string): AsyncGenerator<LdifLine> {
  let current: LdifLine | undefined
  let number = 0
  for await (const text of physicalLines(path)) {
    number++
    if (text.startsWith(' ') && current !== undefined) {
      if (current.text.length + text.length > MOST_CHARACTERS)
        throw new SyntaxFault(`line ${current.number} does not end`)
      current.text += text.slice(1)
      continue
    }
    if (current !== undefined && !current.text.startsWith('#')) yield current
    current = { text, number }
  }
  if (current !== undefined && !current.text.startsWith('#')) yield current
}

async function* physicalLines(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const text of decoded(path)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    if (rest.length > MOST_CHARACTERS) throw new SyntaxFault('a line does not end')
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  if (rest !== '') yield rest
}

async function* decoded(path: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let head = Buffer.alloc(0)
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      if (decoder === undefined) {
        head = Buffer.concat([head, chunk])
        if (head.length < 3) continue
        decoder = decoderFor(head)
        yield decoder.decode(head, { stream: true })
      } else {
        yield decoder.decode(chunk, { stream: true })
      }
    }
    decoder ??= decoderFor(head)
    yield decoder.decode(head.length < 3 ? head : undefined)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    throw new SyntaxFault('it is neither UTF-8 nor UTF-16 with a byte order mark')
  }
}

function decoderFor(head: Buffer): TextDecoder {
  const mark = head.subarray(0, 2).toString('hex')
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding, { fatal: true })
}
