import { Readable } from 'node:stream'
import type { ScanContent, VirusScanner, VirusVerdict } from '#src/domain/scanning/scanner.ts'
import { askScanner, type ScanLimits, ScanTrouble } from '../scanner-attempt.ts'
import { exchange, formatScannerAddress, type ScannerAddress } from '../scanner-connection.ts'

const CHUNK_OCTETS = 65_536
const zINSTREAM = Buffer.from('zINSTREAM\0')
const zPING = Buffer.from('zPING\0')
const PING_MS = 5_000
const end = Buffer.alloc(4)

/** Any message (LIM-02): its StreamMaxLength is clamd's to say ("INSTREAM size limit exceeded"), 100 MB unless configured. */
const defaults: ScanLimits = { maxBytes: 50_000_000, attemptMs: 60_000, attempts: 3 }

/** ClamAV's daemon, by INSTREAM over TCP or a Unix socket (clamd(8)). */
export function clamd(at: ScannerAddress, limits: Partial<ScanLimits> = {}): VirusScanner {
  const name = `clamd ${formatScannerAddress(at)}`
  const bounds = { ...defaults, ...limits }
  return {
    name,
    scan: (content) =>
      askScanner<VirusVerdict>(
        name,
        bounds,
        content.sizeBytes,
        async (signal) => {
          const answer = await exchange(at, inStream(content), { signal, endAfterQuestion: false })
          return readAnswer(answer.toString('utf8'))
        },
        () => answersPing(at),
      ),
  }
}

async function answersPing(at: ScannerAddress): Promise<boolean> {
  try {
    const options = { signal: AbortSignal.timeout(PING_MS), endAfterQuestion: false }
    return (await exchange(at, Readable.from([zPING]), options)).toString('latin1').startsWith('PONG')
  } catch (error) {
    if (error instanceof ScanTrouble) return false
    throw error
  }
}

/** Each chunk behind its length in four octets; a length of zero ends the stream. */
async function* inStream(content: ScanContent): AsyncGenerator<Uint8Array> {
  yield zINSTREAM
  for await (const chunk of content.open()) {
    for (let from = 0; from < chunk.length; from += CHUNK_OCTETS) {
      const piece = chunk.subarray(from, from + CHUNK_OCTETS)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(piece.length)
      yield Buffer.concat([length, piece])
    }
  }
  yield end
}

/** `stream: OK`, `stream: NAME FOUND`, or a sentence that ends with ERROR. */
function readAnswer(text: string): VirusVerdict {
  const answer = text.split('\0', 1).join().trim()
  if (answer === 'stream: OK') return { word: 'PASS' }
  const threat = /^stream: (.{1,200}) FOUND$/.exec(answer)?.[1]
  if (threat !== undefined) return { word: 'FAIL', threat }
  if (/size limit exceeded/i.test(answer)) throw new ScanTrouble('too-large', answer)
  throw new ScanTrouble(
    /ERROR$/.test(answer) ? 'unreadable' : 'unavailable',
    printable(answer) || 'an empty answer',
  )
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
