/** Lines of `fixtures/imap`, as the octets of wire text they stand for. */
import { readFileSync } from 'node:fs'
import type { CommandEvent } from '#src/wire/imap/command-reader.ts'
import { ImapCommandReader } from '#src/wire/imap/command-reader.ts'
import { ImapResponseReader, type ResponseEvent } from '#src/wire/imap/response-reader.ts'
import { wireBytes } from '#src/wire/imap/strings.ts'

export function fixtureLines(file: string): string[] {
  return readFileSync(new URL(`../../../fixtures/imap/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) =>
      line.replace(/\\(?:x([0-9a-f]{2})|([rn0\\]))/g, (_, hex: string | undefined, letter: string) =>
        hex === undefined
          ? { r: '\r', n: '\n', '0': '\0', '\\': '\\' }[letter]!
          : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    )
}

/** All that a command reader makes of wire text; literals that ask are streamed. */
export function readCommands(reader: ImapCommandReader, wire: string): CommandEvent[] {
  reader.push(wireBytes(wire))
  const events: CommandEvent[] = []
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    events.push(event)
    if (event.kind === 'literal') reader.stream()
  }
  return events
}

/** The command a line holds, without its tag. */
export function commandOf(wire: string, utf8 = false, rev2 = false) {
  const reader = new ImapCommandReader()
  reader.utf8 = utf8
  reader.rev2 = rev2
  const event = readCommands(reader, `t ${wire}\r\n`).at(-1)
  if (event?.kind !== 'command') throw new Error(`no command but ${event?.kind}: ${wire}`)
  return event.command
}

export function responsesOf(wire: string, utf8 = false): ResponseEvent[] {
  const reader = new ImapResponseReader()
  reader.utf8 = utf8
  reader.push(wireBytes(wire))
  const events: ResponseEvent[] = []
  for (let event = reader.next(); event !== undefined; event = reader.next()) events.push(event)
  return events
}
