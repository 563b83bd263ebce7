import { formatStatusLine } from '#src/wire/imap/status-line.ts'
import { command } from '../command.ts'
import { DeflatedStream } from '../deflated-stream.ts'

/** COMPRESS DEFLATE, RFC 4978: both directions, from behind its answer on. */
export const compress = command({
  name: 'COMPRESS',
  state: 'authenticated',
  tellsNoChanges: true,

  parse: (args) => {
    const algorithm = args.atom().toUpperCase()
    args.end()
    return algorithm
  },

  run: async (session, algorithm, { tag }) => {
    if (algorithm !== 'DEFLATE') return { status: 'BAD', text: 'There is DEFLATE only' }
    if (session.isCompressed)
      return { status: 'NO', code: { code: 'COMPRESSIONACTIVE' }, text: 'Compression is on already' }
    const { client } = session
    // RFC 4978 §3: the client sends nothing until it has the answer.
    client.reader.clear()
    session.write(formatStatusLine(tag, { status: 'OK', text: 'Compression begins' }))
    await client.flush()
    await client.layer((stream) => new DeflatedStream(stream))
    session.isCompressed = true
    return 'answered'
  },
})
