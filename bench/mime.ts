import { performance } from 'node:perf_hooks'
import { envelopeOf } from '#src/formats/mime/envelope.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import { parseArgs } from './arguments.ts'

parseArgs({})

/**
 * Throughput of the MIME index as MB/s and as a ratio to finding every line feed of the same octets with Buffer.indexOf.
 * Run: node bench/mime.ts
 */
const CHUNK = 64 * 1024

const header = (type: string) =>
  [
    'Return-Path: <ann@example.org>',
    'Received: from mx.example.org (mx.example.org [192.0.2.1]) by mail.example.com with ESMTPS id 1a2b3c',
    '\tfor <bob@example.com>; Tue, 03 Mar 2026 09:05:02 +0100 (CET)',
    'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; h=from:to:subject:date;',
    ` bh=${'A'.repeat(43)}=;`,
    ` b=${'B'.repeat(70)}`,
    `  ${'C'.repeat(74)}`,
    'From: =?utf-8?Q?Ann_M=C3=BCller?= <ann@example.org>',
    'To: "Bob, Builder" <bob@example.com>, carol@example.com',
    'Cc: Team: dave@example.com, Eve <eve@example.com>;',
    'Subject: =?utf-8?B?UHJvamVrdCDDnGJlcnNpY2h0?= for March',
    'Date: Tue, 03 Mar 2026 09:05:00 +0100',
    'Message-ID: <20260303090500.1234@example.org>',
    'References: <a@example.org> <b@example.com>',
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: 7bit',
    '',
    '',
  ].join('\r\n')

const lines = (line: string, size: number) => `${line}\r\n`.repeat(Math.ceil(size / (line.length + 2)))
const text = (size: number) =>
  lines('The quick brown fox jumps over the lazy dog, and so on and so forth.', size)
const attachment = (size: number) => lines('QUJD'.repeat(19), size)

const mixed = (size: number) =>
  `${header('multipart/mixed; boundary="=_outer_1234567890"')}--=_outer_1234567890\r\n` +
  'Content-Type: multipart/alternative; boundary="=_inner"\r\n\r\n' +
  `--=_inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text(2000)}\r\n` +
  `--=_inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>${text(3000)}</p>\r\n--=_inner--\r\n` +
  '--=_outer_1234567890\r\nContent-Type: application/pdf; name="report.pdf"\r\n' +
  `Content-Transfer-Encoding: base64\r\n\r\n${attachment(size)}\r\n--=_outer_1234567890--\r\n`

const messages = [
  ['4 KB, one text', header('text/plain; charset=utf-8') + text(2600)],
  ['75 KB, alternative + PDF', mixed(69_000)],
  ['10 MB, one attachment', mixed(10_000_000)],
] as const

/** Seconds per run, the best of three rounds: other work on the machine only ever makes it slower. */
function measure(run: () => unknown, sizeBytes: number): number {
  const count = Math.max(5, Math.round(60_000_000 / sizeBytes))
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 4; round++) {
    const start = performance.now()
    for (let index = 0; index < count; index++) run()
    best = Math.min(best, (performance.now() - start) / count / 1000)
  }
  return best
}

function* chunksOf(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
}

function scan(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

function index(bytes: Buffer) {
  const indexer = new MimeIndexer()
  for (const chunk of chunksOf(bytes)) indexer.push(chunk)
  return indexer.finish()
}

function decode(bytes: Buffer): number {
  const decoder = decodeTransfer('base64')
  let size = 0
  for (const chunk of chunksOf(bytes)) size += decoder.push(chunk).length
  return size + decoder.finish().length
}

const report = (name: string, seconds: number, sizeBytes: number, scanned: number) => {
  const rate = (sizeBytes / 1e6 / seconds).toFixed(0)
  const each = (seconds * 1e6).toFixed(1)
  process.stdout.write(
    `${name.padEnd(42)} ${rate.padStart(6)} MB/s ${each.padStart(9)} µs  ${(scanned / seconds).toFixed(2)} of indexOf\n`,
  )
}

for (const [name, content] of messages) {
  const bytes = Buffer.from(content, 'latin1')
  const scanned = measure(() => scan(bytes), bytes.length)
  report(`${name}: scan`, scanned, bytes.length, scanned)
  report(
    `${name}: index`,
    measure(() => index(bytes), bytes.length),
    bytes.length,
    scanned,
  )
  const withEnvelope = measure(() => envelopeOf(index(bytes).headerBytes), bytes.length)
  report(`${name}: index, envelope`, withEnvelope, bytes.length, scanned)
}
const encoded = Buffer.from(attachment(10_000_000), 'latin1')
const scanned = measure(() => scan(encoded), encoded.length)
report(
  '10 MB base64: decode',
  measure(() => decode(encoded), encoded.length),
  encoded.length,
  scanned,
)
const quoted = Buffer.from(
  lines('Gr=C3=BC=C3=9Fe aus M=C3=BCnchen und viel Text dazwischen ohne Zeichen =', 1_000_000),
)
report(
  '1 MB quoted-printable: decode',
  measure(() => decodeTransfer('quoted-printable').push(quoted), quoted.length),
  quoted.length,
  measure(() => scan(quoted), quoted.length),
)
