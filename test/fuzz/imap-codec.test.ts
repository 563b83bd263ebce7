/**
 * Mutated commands and responses against the IMAP codec. LANDBRIDGE_FUZZ is how many of each (5,000 if not said), and
 * LANDBRIDGE_FUZZ_SEED where the random numbers begin, so that a failure can be had again.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type ImapCommand, ImapCommandReader } from '#src/wire/imap/command-reader.ts'
import { ImapResponseReader } from '#src/wire/imap/response-reader.ts'
import { wireBytes } from '#src/wire/imap/strings.ts'
import { commandCodecs } from '#test/wire/imap/command-codecs.ts'
import { fixtureLines } from '#test/wire/imap/fixture-lines.ts'
import { formatEvent } from '#test/wire/imap/response-codecs.ts'
import { randomNumbers } from './random.ts'

const count = Number(process.env.LANDBRIDGE_FUZZ ?? 5_000)
const seed = Number(process.env.LANDBRIDGE_FUZZ_SEED ?? 1)

const commands = fixtureLines('commands.txt')
const responses = fixtureLines('responses.txt')
const pieces = [
  '(', ')', '()', ' ', '"', '\\', '{3}\r\nabc', '{3+}\r\nabc', '~{2}\r\n\0a', '{0}\r\n', 'NIL', '*', '%', '$', '[', ']', '<0.1>', '0', '-1:-5',
  '4294967295', '99999999999999999999', '1:*', ',', '\xff', '\xc3\xa4', '&AOQ-', '&', '\0', '\r', '\n', '\x7f', '\\Seen', 'OR ', 'NOT ',
  '((((((((', '"a"', '__proto__', 'constructor',
] // biome-ignore format: a table

function mutate(random: (below: number) => number, lines: readonly string[]): string {
  let text = lines[random(lines.length)]!
  for (let mutations = random(4); mutations > 0; mutations--) {
    const at = random(text.length + 1)
    const kind = random(6)
    if (kind === 0) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1)
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(8))
    else if (kind === 2) text = text.slice(0, at) + pieces[random(pieces.length)]! + text.slice(at)
    else if (kind === 3) text = text.slice(0, at) + lines[random(lines.length)]!.slice(random(20))
    else if (kind === 4) text = text.slice(0, at) + text.slice(random(text.length + 1))
    else text = text.slice(0, at) + text.slice(at, at + 10).repeat(1 + random(5)) + text.slice(at + 10)
  }
  return text
}

/** In pieces of any size. */
function* cut(random: (below: number) => number, wire: string): Generator<Buffer> {
  const octets = wireBytes(wire)
  for (let at = 0; at < octets.length; ) {
    const size = random(3) === 0 ? 1 + random(5) : octets.length
    yield octets.subarray(at, at + size)
    at += size
  }
}

function readCommands(chunks: Iterable<Buffer>, utf8: boolean): ImapCommand[] {
  const reader = new ImapCommandReader({ textOctets: 4_000, collectOctets: 100, drainOctets: 10_000 })
  reader.utf8 = utf8
  const found: ImapCommand[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      if (event.kind === 'literal') reader.collect()
      if (event.kind === 'command') found.push(event.command)
    }
    assert.ok(reader.waitingOctets <= 4_000 + 10_000)
  }
  return found
}

/** The value of `read`, or undefined when it threw what it may throw. */
function orFault<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

function judgeCommands(text: string, random: (below: number) => number): number {
  const utf8 = random(2) === 0
  const wire = `t ${text}\r\n`
  let understood = 0
  for (const { name, args } of readCommands(cut(random, wire), utf8)) {
    const codec = commandCodecs[name]
    const written = codec && orFault(() => codec(args, utf8))
    if (codec === undefined || written === undefined) continue
    understood++
    const [again, ...more] = readCommands([wireBytes(`t ${name} ${written}\r\n`)], utf8)
    assert.ok(again !== undefined && more.length === 0, `written so that it is not one command: ${written}`)
    assert.equal(codec(again.args, utf8), written)
  }
  return understood
}

function readResponses(chunks: Iterable<Buffer>, utf8: boolean): string[] {
  const reader = new ImapResponseReader({ textOctets: 8_000, collectOctets: 1_000 })
  reader.utf8 = utf8
  const found: string[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      const known = event
      if (event.kind === 'literal') reader.collect()
      else {
        const written = orFault(() => formatEvent(known, utf8))
        if (written !== undefined) found.push(written)
      }
    }
  }
  return found
}

function judgeResponses(text: string, random: (below: number) => number): number {
  const utf8 = random(2) === 0
  const found: string[] = []
  orFault(() => found.push(...readResponses(cut(random, `${text}\r\n`), utf8)))
  for (const written of found) assert.deepEqual(readResponses([wireBytes(written)], utf8), [written])
  return found.length
}

function run(
  lines: readonly string[],
  judge: (text: string, random: (below: number) => number) => number,
): void {
  let understood = 0
  for (let done = 0; done < count; done++) {
    const random = randomNumbers(seed * 1_000_003 + done)
    const text = mutate(random, lines)
    try {
      understood += judge(text, random)
    } catch (error) {
      throw new Error(`run ${done} of seed ${seed}: ${JSON.stringify(text)}`, { cause: error })
    }
  }
  assert.ok(understood > count / 5, `only ${understood} were understood: too broken to find much`)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
}

const hours = { timeout: 24 * 3_600_000 }
test(`${count} mutated commands, from seed ${seed}`, hours, () => run(commands, judgeCommands))
test(`${count} mutated responses, from seed ${seed}`, hours, () => run(responses, judgeResponses))
