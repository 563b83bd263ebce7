import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDelegates } from '#connectors/exchange/delegates.ts'
import type { EwsSession } from '#connectors/exchange/ews-session.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

const ANNA = 'anna@corp.example'
const never = new AbortController().signal

const reading = (answer: object) =>
  readDelegates({ mailbox: ANNA, ask: async () => answer } as unknown as EwsSession, never)

const delegate = (name: string, ReceiveCopiesOfMeetingMessages?: boolean, ViewPrivateItems?: boolean) => ({
  ResponseClass: 'Success',
  DelegateUser: {
    UserId: { PrimarySmtpAddress: `${name}@corp.example` },
    ReceiveCopiesOfMeetingMessages,
    ViewPrivateItems,
  },
})

test('each delegate is told with who gets copies and who sees private items', async () => {
  const { grants, losses, told } = await reading({
    ResponseClass: 'Success',
    ResponseMessages: [delegate('ben', true, false), delegate('cleo', false, true), delegate('dora')],
    DeliverMeetingRequests: 'DelegatesAndMe',
  })
  assert.deepEqual(told, {
    named: [
      { grantee: 'ben@corp.example', receiveCopies: true, viewPrivate: false },
      { grantee: 'cleo@corp.example', receiveCopies: false, viewPrivate: true },
      { grantee: 'dora@corp.example', receiveCopies: false, viewPrivate: false },
    ],
    delivery: 'DelegatesAndMe',
  })
  assert.deepEqual(
    grants.map(({ owner, grantee, right }) => [owner, grantee, right]),
    [
      [ANNA, 'ben@corp.example', 'delegate'],
      [ANNA, 'cleo@corp.example', 'send-on-behalf'],
      [ANNA, 'dora@corp.example', 'send-on-behalf'],
    ],
  )
  assert.deepEqual(losses, [])
})

test('one of them that is a group is a loss, the others keep their rights, and nothing else is believed', async () => {
  const { grants, losses, told } = await reading({
    ResponseClass: 'Success',
    ResponseMessages: [
      delegate('ben', true),
      // Whatever comes with an error is no delegate.
      { ...delegate('team', true), ResponseClass: 'Error', ResponseCode: 'ErrorDelegateValidationFailed' },
      { ResponseClass: 'Success' },
    ],
  })
  assert.deepEqual(
    grants.map(({ grantee }) => grantee),
    ['ben@corp.example'],
  )
  assert.equal(losses.length, 2)
  assert.match(losses[0]!.reason, /ErrorDelegateValidationFailed/)
  assert.equal(told, undefined)
})

test('that nobody is one is known; other refusals are a loss, and a server that is busy is asked again', async () => {
  const refused = (ResponseCode: string) => reading({ ResponseClass: 'Error', ResponseCode })
  assert.deepEqual(await refused('ErrorDelegateNoUser'), {
    grants: [],
    losses: [],
    told: { named: [], delivery: null },
  })
  const { losses, told } = await refused('ErrorDelegateValidationFailed')
  assert.equal(losses.length, 1)
  assert.equal(told, undefined)
  await assert.rejects(
    refused('ErrorServerBusy'),
    (error) => error instanceof SourceFailure && error.kind === 'throttled',
  )
})
