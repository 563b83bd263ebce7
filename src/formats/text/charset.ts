import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { decodeUnlabelled, unfinishedUtf8 } from './utf8.ts'

/** Takes octets piece by piece and gives their text; characters split between pieces are put together. */
export interface TextStream {
  push(chunk: Uint8Array): string
  finish(): string
}

/** Labels that say nothing: what they mark is UTF-8 or windows-1252 in practice. */
const meaningless = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'iso-ir-6',
  'unknown',
  'unknown-8bit',
  'x-unknown',
  'default',
  'default_charset',
  'none',
  'binary',
  '8bit',
  '7bit',
])

/** Names seen in mail that neither library knows, or knows less well than the one they stand for. */
const aliases: Record<string, string> = {
  cp932: 'shift_jis',
  'x-ms-cp932': 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  'x-windows-949': 'euc-kr',
  cp950: 'big5',
  'cp-850': 'cp850',
  'utf-8mb4': 'utf-8',
  utf8mb4: 'utf-8',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-1-1-utf-7': 'utf-7',
  'x-utf-7': 'utf-7',
}

/** iconv-lite reads the byte order mark of these; TextDecoder takes them for little-endian. */
const markedOrder = new Set(['utf-16', 'utf16', 'utf-32', 'utf32'])

type Codec = { by: 'platform'; decoder: TextDecoder } | { by: 'iconv' } | { by: 'guess' }

const codecs = new Map<string, Codec>()

function normalizeLabel(label: string | undefined): string {
  const name = (label ?? '')
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase()
  return Object.hasOwn(aliases, name) ? aliases[name]! : name
}

function findCodec(name: string): Codec {
  if (meaningless.has(name)) return { by: 'guess' }
  if (!markedOrder.has(name)) {
    try {
      return { by: 'platform', decoder: new TextDecoder(name) }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  return name.length <= 40 && /^[a-z0-9._:+-]+$/.test(name) && iconv.encodingExists(name)
    ? { by: 'iconv' }
    : { by: 'guess' }
}

function codecOf(name: string): Codec {
  const known = codecs.get(name)
  if (known) return known
  const found = findCodec(name)
  // Labels come from strangers: what is remembered must not grow with them.
  if (codecs.size >= 100) codecs.clear()
  if (name.length <= 40) codecs.set(name, found)
  return found
}

/**
 * Text of octets in the named charset. A label nobody knows means UTF-8 when valid, else windows-1252.
 * Octets the charset does not define become U+FFFD; nothing fails.
 */
export function decodeText(bytes: Uint8Array, label?: string): string {
  const name = normalizeLabel(label)
  const codec = codecOf(name)
  if (codec.by === 'platform') return codec.decoder.decode(bytes)
  return codec.by === 'iconv' ? iconv.decode(Buffer.from(bytes), name) : decodeUnlabelled(bytes)
}

/** As `decodeText`, for a body that arrives in pieces. */
export function decodeTextStream(label?: string): TextStream {
  const name = normalizeLabel(label)
  const codec = codecOf(name)
  if (codec.by === 'platform') {
    const decoder = new TextDecoder(name)
    return { push: (chunk) => decoder.decode(chunk, { stream: true }), finish: () => decoder.decode() }
  }
  if (name === 'utf-7') return utf7Stream()
  if (codec.by === 'iconv') {
    const decoder = iconv.getDecoder(name)
    return { push: (chunk) => decoder.write(Buffer.from(chunk)), finish: () => decoder.end() ?? '' }
  }
  return guessStream()
}

/** Longer shifted runs of UTF-7 than this are cut; RFC 2152 text has one per word. */
const MAX_SHIFTED = 64 * 1024

/** iconv-lite's own UTF-7 stream loses what is shifted when a piece ends inside it, so such a run waits here. */
function utf7Stream(): TextStream {
  let held = ''
  const decode = (text: string) => iconv.decode(Buffer.from(text, 'latin1'), 'utf-7')
  return {
    push(chunk) {
      const text = held + Buffer.from(chunk).toString('latin1')
      const plus = text.lastIndexOf('+')
      const open =
        plus >= 0 && text.length - plus < MAX_SHIFTED && /^\+[A-Za-z0-9+/]*$/.test(text.slice(plus))
      held = open ? text.slice(plus) : ''
      return decode(open ? text.slice(0, plus) : text)
    },
    finish: () => decode(held),
  }
}

/** UTF-8 for as long as it is valid; from the first piece that is not, windows-1252. */
function guessStream(): TextStream {
  let held = Buffer.alloc(0)
  let decoder = new TextDecoder('utf-8')
  let guess: 'utf-8' | 'windows-1252' = 'utf-8'
  const decode = (bytes: Uint8Array, more: boolean): string => {
    if (guess === 'utf-8' && !isUtf8(bytes)) {
      guess = 'windows-1252'
      decoder = new TextDecoder(guess)
    }
    return decoder.decode(bytes, { stream: more })
  }
  return {
    push(chunk) {
      const data = Buffer.concat([held, chunk])
      const whole = guess === 'utf-8' ? data.length - unfinishedUtf8(data) : data.length
      held = Buffer.from(data.subarray(whole))
      return decode(data.subarray(0, whole), true)
    },
    finish: () => decode(held, false),
  }
}
