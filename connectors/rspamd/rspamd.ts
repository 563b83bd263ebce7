import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ScanContent, ScanEnvelope, SpamScanner, SpamVerdict } from '#src/domain/scanning/scanner.ts'
import { askScanner, type ScanLimits, ScanTrouble } from '../scanner-attempt.ts'

type RspamdOptions = Partial<ScanLimits> & {
  /** Of the worker, when it asks for one. */
  password?: string
}

const defaults: ScanLimits = { maxBytes: 50_000_000, attemptMs: 30_000, attempts: 3 }
const MAX_ANSWER_OCTETS = 1_048_576
const MAX_RULES = 100

/** Rspamd's normal worker, `http://127.0.0.1:11333`, by POST /checkv2. */
export function rspamd(url: string, options: RspamdOptions = {}): SpamScanner {
  const { password, ...limits } = options
  const target = new URL('checkv2', url.endsWith('/') ? url : `${url}/`)
  const name = `rspamd ${target.host}`
  const bounds = { ...defaults, ...limits }
  return {
    name,
    scan: (content, envelope) =>
      askScanner<SpamVerdict>(name, bounds, content.sizeBytes, async (signal) => {
        const headers = { ...headersOf(envelope), ...(password === undefined ? {} : { Password: password }) }
        return readAnswer(await post(target, content, headers, signal))
      }),
  }
}

/** Each recipient is a header of its own. What cannot stand in a header is not told. */
function headersOf(envelope: ScanEnvelope): Record<string, string | string[]> {
  const { clientAddress, helo, clientName, sender, recipients, queueId, user } = envelope
  const told: [name: string, value: string | undefined][] = [
    ['IP', clientAddress],
    ['Helo', helo],
    ['Hostname', clientName],
    ['From', sender === '' ? '<>' : sender],
    ['Queue-Id', queueId],
    ['User', user],
  ]
  const plain = told.filter((pair): pair is [string, string] => pair[1] !== undefined && fits(pair[1]))
  return { ...Object.fromEntries(plain), Rcpt: recipients.filter(fits).slice(0, 500) }
}

const fits = (text: string): boolean => /^[\x21-\x7e][\x20-\x7e]{0,999}$/.test(text)

/** The message streamed, the answer collected. Errors of the message pass; those of the connection are ScanTrouble. */
async function post(
  target: URL,
  content: ScanContent,
  headers: Record<string, string | string[]>,
  signal: AbortSignal,
): Promise<string> {
  const ask = target.protocol === 'https:' ? secureRequest : request
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const unavailable = (why: string, cause?: unknown) => reject(new ScanTrouble('unavailable', why, { cause }))
  const sent = ask(target, {
    method: 'POST',
    headers: { ...headers, 'content-length': content.sizeBytes },
    agent: false,
    signal,
  })
  sent.on('error', (error) => unavailable(signal.aborted ? 'it takes too long' : error.message, error))
  sent.on('response', (response) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_ANSWER_OCTETS) sent.destroy(new Error('its answer does not end'))
      else chunks.push(chunk)
    })
    response.on('error', (error) => unavailable(error.message, error))
    response.on('end', () => {
      if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
      else if ((response.statusCode ?? 500) >= 500) unavailable(`HTTP status ${response.statusCode}`)
      else reject(new ScanTrouble('unreadable', `HTTP status ${response.statusCode}`))
    })
  })
  let ours: unknown
  const source = Readable.from(
    watch(content.open(), (error) => (ours = error)),
    { objectMode: false },
  )
  const writing = pipeline(source, sent).catch((error: unknown) => {
    if (ours !== undefined) reject(ours)
    else unavailable((error as Error).message, error)
  })
  try {
    return await promise
  } finally {
    sent.destroy()
    await writing
  }
}

/** Tells an error of the message apart from one of the connection, which a pipeline does not. */
async function* watch(
  content: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } catch (error) {
    onError(error)
    throw error
  }
}

/** Actions of Rspamd: what adds a header or rewrites the subject is spam, a grey list means doubt. */
const words = {
  reject: 'FAIL',
  'rewrite subject': 'FAIL',
  'add header': 'FAIL',
  'soft reject': 'GRAY',
  greylist: 'GRAY',
  'no action': 'PASS',
  accept: 'PASS',
  discard: 'FAIL',
  quarantine: 'FAIL',
} as const

function readAnswer(text: string): SpamVerdict {
  const answer = parse(text)
  const action = String(answer.action)
  if (!Object.hasOwn(words, action))
    throw new ScanTrouble('unreadable', `an unknown action '${action.slice(0, 50)}'`)
  const rules =
    typeof answer.symbols === 'object' && answer.symbols !== null ? Object.keys(answer.symbols) : []
  return {
    word: words[action as keyof typeof words],
    score: Number(answer.score) || 0,
    threshold: Number(answer.required_score) || 0,
    rules: rules.slice(0, MAX_RULES),
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Falls through: an answer that is no JSON is as useless as one that is no object.
  }
  throw new ScanTrouble('unreadable', 'its answer is no JSON object')
}
