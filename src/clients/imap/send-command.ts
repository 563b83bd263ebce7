import type { AppendContent } from '#src/wire/imap/append.ts'
import { formatCommand } from '#src/wire/imap/command-reader.ts'
import { formatAnnouncement, splitAtLiterals } from '#src/wire/imap/literal-pieces.ts'
import type { AppendSource, ImapConnection, Pending } from './connection.ts'
import { ImapFailure } from './failure.ts'

/** From here on asking first costs less than sending what the server then refuses. */
const worthAsking = 262_144

/**
 * Sends a command; resolves when all of it is on its way, or when the server refused a part of it. Rejects with ImapFailure
 * `source`, after which the connection is of no use: the server waits for octets that will not come.
 */
export async function sendCommand(pending: Pending, connection: ImapConnection): Promise<void> {
  const { name, args = '' } = pending.request
  const sent =
    typeof args === 'string'
      ? await sendText(pending, connection, formatCommand(pending.tag, name, args))
      : await sendContents(pending, connection, args)
  if (sent) await connection.transport.drained()
}

/** Sends text up to its end; false when the server refused a literal of it. `last` is behind the text. */
async function sendText(
  pending: Pending,
  connection: ImapConnection,
  text: string,
  last = '',
): Promise<boolean> {
  const pieces = splitAtLiterals(text, connection.literalStyle)
  const end = pieces.pop()! + last
  for (const piece of pieces) if (!(await isWanted(pending, connection, piece))) return false
  pending.sent = last === ''
  connection.transport.write(end)
  return true
}

async function sendContents(
  pending: Pending,
  connection: ImapConnection,
  pieces: readonly (string | AppendContent<AppendSource>)[],
): Promise<boolean> {
  let text = `${pending.tag} ${pending.request.name} `
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece
      continue
    }
    const style = piece.sizeBytes > worthAsking ? 'wait' : connection.literalStyle
    const announced = formatAnnouncement(piece.sizeBytes, style, piece.binary)
    if (announced.waits) {
      if (!(await isWanted(pending, connection, text + announced.text))) return false
    } else if (!(await sendText(pending, connection, text, announced.text))) return false
    await sendContent(piece, connection)
    text = ''
  }
  return sendText(pending, connection, `${text}\r\n`)
}

async function sendContent(
  { sizeBytes, content }: AppendContent<AppendSource>,
  connection: ImapConnection,
): Promise<void> {
  const { transport } = connection
  let sent = 0
  try {
    for await (const octets of content()) {
      sent += octets.length
      if (sent > sizeBytes || connection.failure !== undefined) break
      if (!transport.write(octets)) await transport.drained()
      connection.touch()
    }
  } catch (error) {
    throw new ImapFailure('source', 'A message could not be read', { cause: error })
  }
  if (sent !== sizeBytes && connection.failure === undefined)
    throw new ImapFailure('source', `A message is not of the ${sizeBytes} octets it was said to have`)
}

/** Sends text that ends with an announcement; resolves with whether the server wants what was announced. */
function isWanted(pending: Pending, { transport }: ImapConnection, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    pending.goAhead = (goOn) => {
      pending.goAhead = undefined
      resolve(goOn)
    }
    transport.write(text)
  })
}
