import { formatBdat, formatCommandLine } from '#src/wire/smtp/command-line.ts'
import { DotStuffer } from '#src/wire/smtp/dot-stuffing.ts'
import { NewlineNormalizer } from '#src/wire/smtp/newlines.ts'
import type { Reply } from '#src/wire/smtp/reply.ts'
import type { SmtpDeadlines } from './deadlines.ts'
import { SmtpFailure } from './failure.ts'
import type { OutgoingMessage } from './message.ts'
import type { ServerStream } from './server-stream.ts'

/** Sends the content, recipients being accepted; resolves with the server's word on the message. */
export type Content = (
  stream: ServerStream,
  message: OutgoingMessage,
  deadlines: SmtpDeadlines,
) => Promise<Reply>

/** Chunks are filled to this size, so that each costs the server little (RFC 3030 leaves it to us). */
const chunkOctets = 256 * 1024

/** DATA (RFC 5321 §4.1.1.4). */
export const contentByDots: Content = async (stream, message, { dataMs, blockMs, endMs }) => {
  await stream.write(formatCommandLine('DATA'), 'data', dataMs)
  const ready = await stream.reply('data', dataMs)
  if (ready.code !== 354) return refusal(ready)
  const stuffer = new DotStuffer()
  for await (const octets of mended(message)) {
    if (stream.hasInput) return closingReply(stream, endMs)
    await stream.write(stuffer.push(octets), 'content', blockMs)
  }
  return ending(stream, stuffer.end(), blockMs, endMs)
}

/** BDAT (RFC 3030), the last chunk with LAST. Each earlier one waits for its reply, so a refusal is heard in time. */
export const contentByChunks: Content = async (stream, message, { blockMs, endMs }) => {
  for await (const { octets, last } of chunked(mended(message))) {
    const chunk = Buffer.concat([Buffer.from(formatBdat({ octets: octets.length, last })), octets])
    if (last) return ending(stream, chunk, blockMs, endMs)
    if (stream.hasInput) return closingReply(stream, endMs)
    await stream.write(chunk, 'content', blockMs)
    const reply = await stream.reply('content', blockMs)
    if (reply.code >= 300) return refusal(reply)
  }
  throw new Error('Content has a last chunk')
}

/** From here on a broken connection leaves it open whether the message was accepted. */
async function ending(
  stream: ServerStream,
  octets: Uint8Array,
  blockMs: number,
  endMs: number,
): Promise<Reply> {
  if (stream.hasInput) return closingReply(stream, endMs)
  try {
    await stream.write(octets, 'end', blockMs)
    const reply = await stream.reply('end', endMs)
    if (reply.code < 300 || reply.code >= 400) return reply
    throw new SmtpFailure('protocol', 'end', `The server said ${reply.code} to a whole message`, { reply })
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error
    throw new SmtpFailure(error.kind, 'end', `${error.message}, and the message may have been accepted`, {
      ...(error.reply && { reply: error.reply }),
      uncertain: true,
      cause: error,
    })
  }
}

/**
 * A server that speaks before the end has seen enough: what it says is meant for the message. Were it taken for the answer to the
 * end, one who answers something twice would be believed to have the message. The connection is in the middle of a
 * message that will not end, so it cannot be used again.
 */
async function closingReply(stream: ServerStream, endMs: number): Promise<Reply> {
  try {
    return refusal(await stream.reply('content', endMs))
  } finally {
    stream.destroy()
  }
}

/** A positive reply where only a refusal makes sense must not pass for an acceptance. */
function refusal(reply: Reply): Reply {
  if (reply.code >= 400) return reply
  throw new SmtpFailure('protocol', 'content', `The server said ${reply.code} where it could not`, { reply })
}

async function* mended(message: OutgoingMessage): AsyncGenerator<Uint8Array> {
  const normalizer = new NewlineNormalizer()
  try {
    for await (const octets of message.content()) {
      const lines = normalizer.push(octets)
      if (lines.length > 0) yield lines
    }
  } catch (error) {
    throw new SmtpFailure('source', 'content', 'The message could not be read', { cause: error })
  }
  const rest = normalizer.end()
  if (rest.length > 0) yield rest
}

async function* chunked(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ octets: Uint8Array; last: boolean }> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const octets of source) {
    // The chunk before goes out only now that it is known not to be the last.
    if (size >= chunkOctets) {
      yield { octets: Buffer.concat(held), last: false }
      held = []
      size = 0
    }
    held.push(octets)
    size += octets.length
  }
  yield { octets: Buffer.concat(held), last: true }
}
