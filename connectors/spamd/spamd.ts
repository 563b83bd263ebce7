import type { ScanContent, ScanEnvelope, SpamScanner, SpamVerdict } from '#src/domain/scanning/scanner.ts'
import { askScanner, type ScanLimits, ScanTrouble } from '../scanner-attempt.ts'
import { exchange, formatScannerAddress, type ScannerAddress } from '../scanner-connection.ts'

/** SpamAssassin is made for small mail; spamc sends 500 KB at most. */
const defaults: ScanLimits = { maxBytes: 512_000, attemptMs: 30_000, attempts: 2 }
const MAX_RULES = 100

/** SpamAssassin's daemon, by SYMBOLS of the SPAMC protocol 1.5 over TCP or a Unix socket. */
export function spamd(at: ScannerAddress, limits: Partial<ScanLimits> = {}): SpamScanner {
  const name = `spamd ${formatScannerAddress(at)}`
  const bounds = { ...defaults, ...limits }
  return {
    name,
    scan: (content, envelope) =>
      askScanner<SpamVerdict>(name, bounds, content.sizeBytes, async (signal) =>
        readAnswer(await exchange(at, request(content, envelope), { signal, endAfterQuestion: true })),
      ),
  }
}

async function* request(content: ScanContent, { user }: ScanEnvelope): AsyncGenerator<Uint8Array> {
  // spamd takes preferences by user; a name that could break the line is not told.
  const who = user !== undefined && /^[\x21-\x7e]{1,200}$/.test(user) ? `User: ${user}\r\n` : ''
  yield Buffer.from(`SYMBOLS SPAMC/1.5\r\nContent-length: ${content.sizeBytes}\r\n${who}\r\n`)
  yield* content.open()
}

/** `SPAMD/1.1 0 EX_OK`, a header with `Spam: True ; 15.1 / 5.0`, an empty line, and the rules with commas between. */
function readAnswer(answer: Buffer): SpamVerdict {
  const text = answer.toString('latin1')
  const status = /^SPAMD\/\d+\.\d+ (\d+) ([^\r\n]*)/.exec(text)
  if (status === null) throw new ScanTrouble('unavailable', 'it does not speak SPAMD')
  // Codes of sysexits.h: 75 EX_TEMPFAIL, 79 EX_TIMEOUT; the others are about the message or the setup.
  if (status[1] !== '0')
    throw new ScanTrouble(
      /^(71|75|79)$/.test(status[1]!) ? 'unavailable' : 'unreadable',
      status[2]!.slice(0, 200),
    )
  const spam = /^Spam:\s*(True|False|Yes|No)\s*;\s*(-?[\d.]+)\s*\/\s*(-?[\d.]+)/im.exec(text)
  if (spam === null) throw new ScanTrouble('unreadable', 'it answers without a Spam header')
  const rules = text.slice(text.indexOf('\r\n\r\n') + 4).split(/[,\s]+/)
  return {
    word: /^(True|Yes)$/i.test(spam[1]!) ? 'FAIL' : 'PASS',
    score: Number(spam[2]),
    threshold: Number(spam[3]),
    rules: rules.filter((rule) => /^[A-Za-z0-9_]+$/.test(rule)).slice(0, MAX_RULES),
  }
}
