import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseRequest } from '#src/wire/ews/request.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import type { FreeBusyResponseType } from '#src/wire/ews/schema-types.ts'
import { temporaryStore } from '#test/support/store.ts'
import { reply, stubHttps } from '#test/support/stub-https.ts'
import { commandLine } from './command-line.ts'

const good = `Basic ${Buffer.from('CORP\\svc:open sesame').toString('base64')}`

test('another system is named, tried, asked and forgotten from the command line; nobody reads its password', async (t) => {
  const { store, folder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  await store.close()
  const stub = await stubHttps((asked) => {
    if (asked.request.headers.authorization !== good)
      return reply(asked, 401, '', { 'www-authenticate': 'Basic realm="exchange"' })
    const { call } = parseRequest(asked.body)
    assert.equal(call.operation, 'GetUserAvailability')
    if (call.operation !== 'GetUserAvailability') return
    const answers = call.request.MailboxDataArray.map((one): FreeBusyResponseType => {
      if (one!.Email.Address !== 'ann@corp.example')
        return {
          ResponseMessage: {
            ResponseClass: 'Error',
            ResponseCode: 'ErrorMailRecipientNotFound',
            MessageText: 'No.',
          },
          FreeBusyView: { FreeBusyViewType: ['None'] },
        }
      const event = {
        StartTime: '2026-03-29T08:00:00',
        EndTime: '2026-03-29T09:30:00',
        BusyType: 'Busy' as const,
      }
      return {
        ResponseMessage: { ResponseClass: 'Success', ResponseCode: 'NoError' },
        FreeBusyView: { FreeBusyViewType: ['FreeBusyMerged'], CalendarEventArray: [event] },
      }
    })
    reply(asked, 200, formatResponse('GetUserAvailability', { FreeBusyResponseArray: answers }).join(''))
  })
  t.after(() => stub.close())
  const pem = join(folder, 'authority.pem')
  await writeFile(pem, stub.pair.cert)
  const run = async (args: readonly string[], { stdin = '', privately = 'yes', json = true } = {}) => {
    const done = await commandLine(['availability', ...args, '--data', folder, ...(json ? ['--json'] : [])], {
      stdin,
      environment: { LANDBRIDGE_AVAILABILITY_PRIVATE_ADDRESSES: privately },
    })
    assert.doesNotMatch(done.stdout + done.stderr, /sesame/)
    return { ...done, json: json && done.stdout !== '' ? JSON.parse(done.stdout) : undefined }
  }
  const ews = [
    '--ews',
    `${stub.url}/EWS/Exchange.asmx`,
    '--user',
    'CORP\\svc',
    '--password-stdin',
    '--authorities',
    pem,
  ]

  const wrong = await run(['add', 'Corp.Example', ...ews], { stdin: 'open lettuce\n' })
  assert.equal(wrong.exitCode, 0, wrong.stderr)
  assert.equal(wrong.json.DomainName, 'corp.example')
  assert.equal(wrong.json.ProviderType, 'EWS')
  assert.equal(wrong.json.EwsProvider.EwsPassword, undefined)
  const failed = await run(['test', 'corp.example'])
  assert.equal(failed.exitCode, 1)
  assert.match(failed.json.FailureReason, /refused the credentials of CORP\\svc/)

  assert.match(
    (await run(['add', 'corp.example', ...ews], { stdin: 'x\n' })).stderr,
    /NameAvailabilityException/,
  )
  assert.equal(
    (await run(['add', 'corp.example', ...ews, '--replace'], { stdin: 'open sesame\n' })).exitCode,
    0,
  )
  assert.deepEqual((await run(['test', 'corp.example'])).json, { TestPassed: true })
  // localhost is nothing that an organisation may make the service ask, unless the operator allows it.
  const closed = await run(['test', 'corp.example'], { privately: 'no' })
  assert.match(closed.json.FailureReason, /availability\.privateAddresses/)

  const day = ['--from', '2026-03-29', '--zone', 'Europe/Berlin']
  const asked = await run(['query', 'ann@corp.example', 'ben@corp.example', ...day])
  assert.equal(asked.exitCode, 1)
  assert.equal(asked.json.Answers[0].Times.length, 1)
  assert.equal(asked.json.Answers[1].Code, 'ErrorMailRecipientNotFound')
  const shown = await run(['query', 'ann@corp.example', ...day], { json: false })
  assert.equal(shown.exitCode, 0, shown.stderr)
  // The day has 23 hours; 10 o'clock in summer time is the 18th half hour.
  assert.match(shown.stdout, /ann@corp\.example {2}\.{18}#{3}\.{25}\n/)
  assert.match(shown.stdout, /ann@corp\.example +2026-03-29 10:00 +2026-03-29 11:30 +busy/)

  assert.equal((await run(['list'])).json.length, 1)
  assert.equal((await run(['remove', 'corp.example', '--yes'])).exitCode, 0)
  assert.deepEqual((await run(['list'])).json, [])
  assert.equal((await run(['remove', 'corp.example', '--yes'])).exitCode, 1)
  assert.equal((await run(['add', 'corp.example'])).exitCode, 2)
  assert.equal((await run(['query', 'ann@corp.example', '--days', '63'])).exitCode, 2)
})
