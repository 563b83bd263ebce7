import { createHash } from 'node:crypto'
import type { MessageToAppend } from '#src/clients/imap/append.ts'

const subjects = ['Quartalszahlen für März', 'Re: 会議の議事録', 'Invoice 2026-11', 'Привет', 'lunch?']

/** A message that differs from every other, with CRLF: mostly small, some of tens of kilobytes, one of eight with raw UTF-8. */
export function sampleMessage(no: number, run: string): Buffer {
  const subject = subjects[no % subjects.length]!
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`
  const lines = no % 40 === 0 ? 800 : 4 + (no % 30)
  const text = Array.from(
    { length: lines },
    (_, line) => `Line ${line} of message ${no}, für ${run} – ${subject}.`,
  )
  return Buffer.from(
    [
      `From: Ann <ann@sender.example>`,
      `To: bob@corp.test`,
      `Subject: ${no % 8 === 0 ? subject : encoded}`,
      `Date: Fri, 20 Nov 2026 10:${String(no % 60).padStart(2, '0')}:00 +0100`,
      `Message-ID: <${no}.${run}@sender.example>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      ...text,
      '',
    ].join('\r\n'),
  )
}

export function toAppend(octets: Buffer, flags: readonly string[] = []): MessageToAppend {
  return {
    flags,
    sizeBytes: octets.length,
    async *content() {
      yield octets
    },
  }
}

/** What a message is, whatever its line ends and what synchronising programs put into its header. */
export function identityOf(octets: Buffer): string {
  const text = octets.toString('latin1').replaceAll('\r\n', '\n')
  const end = text.indexOf('\n\n')
  const own = /^(?:X-TUID|X-OfflineIMAP|Status|X-Status|Content-Length|Lines|X-Keywords):/i
  const head = text.slice(0, end).split('\n')
  const kept = head.filter((line) => !own.test(line))
  return createHash('sha256')
    .update([...kept, text.slice(end).trimEnd()].join('\n'))
    .digest('base64')
}
