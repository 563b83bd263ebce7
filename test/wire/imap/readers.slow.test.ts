import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppendParser } from '#src/wire/imap/append.ts'
import { type CommandEvent, formatCommand, ImapCommandReader } from '#src/wire/imap/command-reader.ts'
import { splitAtLiterals } from '#src/wire/imap/literal-pieces.ts'
import { OctetQueue } from '#src/wire/imap/octet-queue.ts'
import { ImapResponseReader, type ResponseEvent } from '#src/wire/imap/response-reader.ts'
import { wireBytes } from '#src/wire/imap/strings.ts'
import { readCommands } from './fixture-lines.ts'

/** An event in one line, so that lists of them can be compared. */
function told(event: CommandEvent | ResponseEvent): string {
  switch (event.kind) {
    case 'command': {
      const { tag, name, uid, args } = event.command
      const literals = args.literals.map(({ octets, content }) =>
        content === undefined ? `<${octets}>` : JSON.stringify(Buffer.from(content).toString('latin1')),
      )
      return `${tag} ${uid ? 'UID ' : ''}${name}|${args.rest().replaceAll('\n', '^')}|${literals.join()}`
    }
    case 'octets':
      return Buffer.from(event.octets).toString('latin1')
    case 'literal':
      return `literal ${event.literal.octets}${event.literal.synchronizing ? '' : '+'}`
    case 'literal-end':
      return `end${event.hasNul ? ' nul' : ''}`
    case 'fault':
      return `fault ${event.tag} ${event.reason}`
    case 'data':
      return `${event.data.number ?? ''} ${event.data.name} ${event.data.args.rest().replaceAll('\n', '^')}`
    case 'tagged':
    case 'status':
      return JSON.stringify(event)
    case 'continuation':
      return `+ ${event.text}`
    default:
      return event.kind
  }
}

/** The events with neighbouring octets as one. */
function joined(events: readonly (CommandEvent | ResponseEvent)[]): string[] {
  const lines: string[] = []
  let octets = false
  for (const event of events) {
    if (event.kind === 'octets' && octets) lines[lines.length - 1] += told(event)
    else lines.push(told(event))
    octets = event.kind === 'octets'
  }
  return lines
}

const small = { collectOctets: 8, textOctets: 60, heldOctets: 80, literalOctets: 100, drainOctets: 400 }
const commands = (wire: string, limits = {}) =>
  joined(readCommands(new ImapCommandReader({ ...small, ...limits }), wire))

const cases: [title: string, wire: string, events: string[], limits?: object][] = [
  ['a command', 'a1 NOOP\r\n', ['a1 NOOP||']],
  ['LF alone ends a line', 'a1 NOOP\na2 noop\r\n', ['a1 NOOP||', 'a2 NOOP||']],
  ['arguments', 'a1 select "x y"\r\n', ['a1 SELECT|"x y"|']],
  ['UID', 'a1 uid fetch 1 UID\r\n', ['a1 UID FETCH|1 UID|']],
  [
    'a literal that waits',
    'a LOGIN {3}\r\nann {2}\r\npw\r\n',
    ['continue', 'continue', 'a LOGIN|^ ^|"ann","pw"'],
  ],
  ['literals that do not wait', 'a LOGIN {3+}\r\nann {0+}\r\n\r\n', ['a LOGIN|^ ^|"ann",""']],
  ['a literal with line ends', 'a X {4+}\r\n\r\n\r\n {1+}\r\nx\r\n', ['a X|^ ^|"\\r\\n\\r\\n","x"']],
  ['literal8 with NUL', 'a X ~{1+}\r\n\0\r\n', ['a X|^|"\\u0000"']],
  ['NUL in a literal', 'a X {1+}\r\n\0 y\r\nb NOOP\r\n', ['fault a nul', 'b NOOP||']],
  ['NUL in a line', 'a X \0\r\nb NOOP\r\n', ['fault a nul', 'b NOOP||']],
  ['CR in a line', 'a X \r \r\nb NOOP\r\n', ['fault a not-text', 'b NOOP||']],
  ['an empty line', '\r\nb NOOP\r\n', ['fault undefined not-a-command', 'b NOOP||']],
  ['a tag and no more', 'a\r\na \r\n', ['fault a not-a-command', 'fault a not-a-command']],
  ['a plus is no tag', '+ NOOP\r\n', ['fault undefined not-a-command']],
  ['UID and no more', 'a UID\r\n', ['a UID||']],
  ['a line too long', `a ${'x'.repeat(70)}\r\nb NOOP\r\n`, ['fault a text-too-long', 'b NOOP||']],
  [
    'a literal that a line too long announces is no command',
    `a ${'x'.repeat(70)}{9+}\r\nb EVIL\r\n1\r\nc NOOP\r\n`,
    ['fault a text-too-long', 'c NOOP||'],
  ],
  [
    'lines of one command count together',
    `a ${'x'.repeat(40)} {1+}\r\nx ${'x'.repeat(40)}\r\nb NOOP\r\n`,
    ['fault a text-too-long', 'b NOOP||'],
  ],
  [
    'a message is streamed',
    'a APPEND x {9}\r\n123456789\r\n',
    ['literal 9', '123456789', 'end', 'a APPEND|x ^|<9>'],
  ],
  [
    'a message with NUL',
    'a APPEND x ~{9+}\r\n1234\x006789 {1+}\r\nx\r\n',
    ['literal 9+', '1234\x006789', 'end nul', 'a APPEND|x ^ ^|<9>,"x"'],
  ],
  ['a small message is held', 'a APPEND x {3+}\r\nabc\r\n', ['a APPEND|x ^|"abc"']],
  [
    'a message that does not fit with those before it is streamed',
    `a APPEND x${' {8+}\r\n12345678'.repeat(6)}\r\n`,
    [...['literal 8+', '12345678', 'end'], `a APPEND|x${' ^'.repeat(6)}|${'"12345678",'.repeat(5)}<8>`],
    { heldOctets: 64 },
  ],
  [
    'a large literal elsewhere is held',
    'a LOGIN {9}\r\n123456789\r\n',
    ['continue', 'a LOGIN|^|"123456789"'],
  ],
  ['unless it does not fit', 'a LOGIN {80}\r\nb NOOP\r\n', ['fault a too-large', 'b NOOP||']],
  [
    'and did not wait',
    `${'a LOGIN {80+}\r\nb EVIL\r\n1'.padEnd(80 + 15, 'x')} {1+}\r\nx\r\nc NOOP\r\n`,
    ['fault a too-large', 'c NOOP||'],
  ],
  ['held too much', `a X${' {8+}\r\n12345678'.repeat(9)}\r\nb NOOP\r\n`, ['fault a too-large', 'b NOOP||']],
  ['a literal over all limits', 'a APPEND x {101}\r\nb NOOP\r\n', ['fault a literal-too-large', 'b NOOP||']],
  [
    'LITERAL-',
    'a X {5+}\r\n12345\r\nb X {5}\r\n12345\r\n',
    ['fault a literal-too-large', 'continue', 'b X|^|"12345"'],
    { unaskedOctets: 4 },
  ],
  ['an endless line', 'x'.repeat(500), ['endless']],
  ['an endless literal', 'a X {401+}\r\n', ['endless']],
  [
    'a number no literal has',
    'a X {99999999999999999999}\r\nb NOOP\r\n',
    ['a X|{99999999999999999999}|', 'b NOOP||'],
  ],
]

for (const [title, wire, events, limits] of cases) {
  test(title, () => assert.deepEqual(commands(wire, limits), events))
}

test('any split of the octets gives the same commands', () => {
  const parts = cases
    .map(([, wire]) => wire)
    .filter((wire) => !wire.startsWith('xxx') && !wire.includes('401'))
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 30 })), {
        maxLength: 8,
      }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (texts, sizes) => {
        const octets = Buffer.from(texts.join(''), 'latin1')
        const whole = commands(octets.toString('latin1'))
        const reader = new ImapCommandReader(small)
        const events: CommandEvent[] = []
        for (let at = 0, turn = 0; at < octets.length; turn++) {
          const size = sizes[turn % sizes.length]!
          events.push(...readCommands(reader, octets.toString('latin1', at, at + size)))
          at += size
        }
        assert.deepEqual(joined(events), whole)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('what was taken stays as it was, however small the pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.array(fc.nat(30)), (pushed, taken) => {
      const queue = new OctetQueue()
      const views: Uint8Array[] = []
      pushed.forEach((octets, index) => {
        queue.push(octets)
        const rest = Buffer.from(queue.peek(queue.length))
        assert.equal(queue.lineLength(), rest.indexOf(10) + 1)
        views.push(queue.take(taken[index % taken.length] ?? 0))
      })
      views.push(queue.take(queue.length))
      assert.deepEqual(Buffer.concat(views), Buffer.concat(pushed))
    }),
  )
})

test('a large line octet by octet takes time in proportion', () => {
  const reader = new ImapCommandReader({ textOctets: 1 << 20 })
  const started = process.cpuUsage()
  const octet = Buffer.from('x')
  for (let left = 1 << 19; left > 0; left--) {
    reader.push(octet)
    assert.equal(reader.next(), undefined)
  }
  assert.ok(process.cpuUsage(started).user < 20_000_000)
})

test('a literal may be refused before the client sends it, and after', () => {
  for (const [plus, sent] of [
    ['', ''],
    ['+', '0123456789 {3+}\r\nabc\r\n'],
  ]) {
    const reader = new ImapCommandReader(small)
    reader.push(wireBytes(`a APPEND Nowhere (\\Seen) {10${plus}}\r\n`))
    const event = reader.next()
    assert.equal(event?.kind, 'literal')
    assert.equal(reader.next(), undefined)
    reader.refuse()
    reader.push(wireBytes(`${sent}b NOOP\r\n`))
    const after = reader.next()
    assert.equal(after?.kind === 'command' && after.command.tag, 'b')
  }
})

test('a large literal can be held when it is asked for', () => {
  const reader = new ImapCommandReader(small)
  reader.push(wireBytes('a APPEND x {10+}\r\n0123456789\r\n'))
  assert.equal(reader.next()?.kind, 'literal')
  reader.collect()
  const event = reader.next()
  assert.equal(event?.kind === 'command' && event.command.args.literals[0]!.content!.length, 10)
})

test('messages of APPEND are known while they arrive', () => {
  const reader = new ImapCommandReader(small)
  const steps: string[] = []
  let parser: AppendParser | undefined
  const take = (complete: boolean) => {
    for (let step = parser!.next(complete); step !== undefined; step = parser!.next(complete))
      steps.push(step.kind === 'literal' ? `literal ${step.literal.octets}` : step.kind)
  }
  const wire =
    'a APPEND x (\\Seen) {10+}\r\n0123456789 CATENATE (URL /a TEXT {9+}\r\n012345678 TEXT {1+}\r\nx) {2+}\r\nab\r\n'
  for (const octet of wireBytes(wire)) {
    reader.push(Uint8Array.of(octet))
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      if (event.kind !== 'literal' && event.kind !== 'command') continue
      if (parser === undefined) {
        assert.equal(event.command.args.mailbox(), 'x')
        parser = new AppendParser(event.command.args)
      }
      steps.push(event.kind === 'literal' ? '-' : '=')
      take(event.kind === 'command')
      if (event.kind === 'literal') reader.stream()
    }
  }
  assert.deepEqual(steps, [
    '-',
    'message',
    'literal 10',
    '-',
    'message-end',
    'message',
    'url',
    'literal 9',
    '=',
    'literal 1',
    'message-end',
    'message',
    'literal 2',
    'message-end',
    'end',
  ])
})

test('lines that are no commands', () => {
  const reader = new ImapCommandReader(small)
  reader.push(wireBytes('a IDLE\r\nDONE\r\nAGFubg==\r\n*\r'))
  assert.equal(reader.next()?.kind, 'command')
  assert.deepEqual(reader.nextLine(), { kind: 'text', text: 'DONE' })
  assert.deepEqual(reader.nextLine(), { kind: 'text', text: 'AGFubg==' })
  assert.equal(reader.nextLine(), undefined)
  reader.push(wireBytes('\n'))
  assert.deepEqual(reader.nextLine(), { kind: 'text', text: '*' })
  reader.push(wireBytes(`${'x'.repeat(80)}\r\nb NOOP\r\n`))
  const fault = reader.nextLine()
  assert.equal(fault?.kind === 'fault' && fault.reason, 'text-too-long')
  const next = reader.next()
  assert.equal(next?.kind === 'command' && next.command.tag, 'b')
})

test('STARTTLS forgets what came before it', () => {
  const reader = new ImapCommandReader()
  reader.push(wireBytes('a STARTTLS\r\nb LOGIN evil {4}\r\nx'))
  assert.equal(reader.next()?.kind, 'command')
  reader.clear()
  reader.push(wireBytes('c NOOP\r\n'))
  const next = reader.next()
  assert.equal(next?.kind === 'command' && next.command.tag, 'c')
})

test('a command is cut at the literals the server must ask for', () => {
  const wire = formatCommand('a', 'LOGIN', `{3}\r\nann {4}\r\n{1}\n`)
  assert.deepEqual(splitAtLiterals(wire, 'wait'), ['a LOGIN {3}\r\n', 'ann {4}\r\n', '{1}\n\r\n'])
  assert.deepEqual(splitAtLiterals(wire, 'plus'), ['a LOGIN {3+}\r\nann {4+}\r\n{1}\n\r\n'])
  const long = formatCommand('a', 'X', `~{5000}\r\n${'{3}\r\n'.repeat(1_000)} {1}\r\nx`)
  assert.deepEqual(
    splitAtLiterals(long, 'minus').map((piece) => piece.length),
    [13, 5_010],
  )
  for (const tag of ['', '+', 'a b', 'a*', 'ä', 'x'.repeat(65)])
    assert.throws(() => formatCommand(tag, 'NOOP'), { name: 'SyntaxFault' })
  assert.throws(() => formatCommand('a', 'NOOP\r\n'), { name: 'SyntaxFault' })
})

const responses = (wire: string, sizes = [wire.length]) => {
  const reader = new ImapResponseReader({ collectOctets: 8 })
  const events: ResponseEvent[] = []
  for (let at = 0, turn = 0; at < wire.length; turn++) {
    const size = sizes[turn % sizes.length]!
    reader.push(wireBytes(wire.slice(at, at + size)))
    at += size
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      events.push(event)
      if (event.kind === 'literal') reader.stream()
    }
  }
  return joined(events)
}

test('responses are read, large literals as streams, and the same in pieces', () => {
  const wire = [
    '* OK [UIDNEXT 5] hi {5}\r\n',
    '* 12 FETCH (UID 5 BODY[] {10}\r\n0123456789 FLAGS ())\r\n',
    '* 13 FETCH (BODY[] {3}\r\nabc)\r\n',
    '+ go on {3}\r\n+\r\n',
    '* SEARCH 1 2\r\n',
    'a NO [X y] no\r\n',
  ].join('')
  const expected = [
    '{"kind":"status","status":{"status":"OK","code":{"code":"UIDNEXT","uid":5},"text":"hi {5}"}}',
    'literal 10',
    '0123456789',
    'end',
    '12 FETCH  (UID 5 BODY[] ^ FLAGS ())',
    '13 FETCH  (BODY[] ^)',
    '+ go on {3}',
    '+ ',
    ' SEARCH  1 2',
    '{"kind":"tagged","tag":"a","status":{"status":"NO","code":{"code":"OTHER","name":"X","text":"y"},"text":"no"}}',
  ]
  assert.deepEqual(responses(wire), expected)
  for (const size of [1, 2, 3, 7, 20]) assert.deepEqual(responses(wire, [size]), expected)
})

test('what is no response is a fault', () => {
  for (const wire of ['hello\r\n', '* \r\n', '\r\n', '* 5\r\n', 'a X\0\r\n', '* 1 (\r\n'])
    assert.throws(() => responses(wire), { name: 'SyntaxFault' }, wire)
})
