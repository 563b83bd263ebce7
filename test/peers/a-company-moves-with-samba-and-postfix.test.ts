/** The demonstration with real systems on the Exchange side: Samba holds the directory, Postfix carries the mail. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ImapFlow } from 'imapflow'
import { freePort } from '#src/app/demo/free-port.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { freshFolder, landbridge } from '#test/stories/service-process.ts'
import { activeDirectory, startActiveDirectory } from '#test/support/active-directory.ts'
import { assertCompanyMoved, assertLogsTellNothing, passwordIn, STAYS } from '#test/support/company-moves.ts'
import { postfix, startPostfix } from '#test/support/postfix.ts'

const run = promisify(execFile)
const skip = activeDirectory.skip || postfix.skip
const data = freshFolder('samba-and-postfix', after)

test('a company moves whose directory is Samba and whose mail goes through Postfix', {
  skip,
  timeout: 900_000,
}, async (t) => {
  const [exchangePort, landbridgePort] = [await freePort(), await freePort()]
  const [directory, carrier] = await Promise.all([
    startActiveDirectory(0),
    startPostfix({
      mailboxes: [],
      maps: {
        routes: `corp.example smtp:[127.0.0.1]:${exchangePort}\nlb.corp.example smtp:[127.0.0.1]:${landbridgePort}\n`,
        // What the header firewall of Exchange takes out.
        firewall: '/^X-MS-Exchange-(Organization|Forest)-/ IGNORE\n',
      },
      settings: {
        relay_domains: 'corp.example lb.corp.example',
        transport_maps: 'texthash:FOLDER/routes',
        header_checks: 'regexp:FOLDER/firewall',
      },
    }),
  ])
  t.after(() => Promise.all([directory.remove(), carrier.stop()]))
  const { ldapsUrl, bindDn, bindPassword, caFile, baseDn } = directory.connection
  const demonstration = landbridge(
    [
      ...['demo', '--data', data, '--directory', ldapsUrl.replace('127.0.0.1', 'localhost')],
      ...['--bind', bindDn, '--ca', caFile, '--smarthost', String(carrier.port)],
      ...['--mail-ports', `${exchangePort},${landbridgePort}`],
    ],
    { stdin: bindPassword },
  )
  t.after(() => demonstration.child.kill('SIGTERM'))
  while (!demonstration.logged().includes(STAYS)) {
    if (demonstration.child.exitCode !== null) break
    await pause(200)
  }
  const transcript = demonstration.logged()
  assert.ok(transcript.includes(STAYS), `${transcript.slice(-2_000)}${demonstration.said()}`)

  await t.test('everything that is told with an LDIF file came true with both', async () => {
    await assertCompanyMoved(transcript, data)
    assertLogsTellNothing(transcript, data)
    assert.match(transcript, /Both sign in with the password that they have in the directory/)
    assert.match(transcript, /OU=Landbridge demonstration,DC=\S+ at ldaps:/)
  })

  await t.test('every message between the sides went through Postfix, and none is left there', async () => {
    const log = await carrier.log()
    for (const [to, port] of [
      ['nora.keller@lb.corp.example', landbridgePort],
      ['anna.mueller@corp.example', exchangePort],
      // From outside, once she had moved.
      ['anna.mueller@lb.corp.example', landbridgePort],
      ['room-1@corp.example', exchangePort],
    ] as const)
      assert.match(
        log,
        new RegExp(`to=<${to}>,.* relay=127\\.0\\.0\\.1\\[127\\.0\\.0\\.1\\]:${port},.*status=sent`),
      )
    assert.doesNotMatch(log, /status=(?:bounced|deferred)/)
    const { stdout } = await run('postqueue', ['-c', carrier.folder, '-p'])
    assert.match(stdout, /Mail queue is empty/)
  })

  await t.test('the directory says where each of them lives now', async () => {
    const unit = `OU=Landbridge demonstration,${baseDn}`
    const admin = await directory.admin()
    const { searchEntries } = await admin.search(`OU=People,${unit}`, {
      filter: '(mailNickname=*)',
      attributes: ['mailNickname', 'targetAddress', 'msExchRecipientTypeDetails'],
    })
    await admin.unbind()
    const kinds = Object.groupBy(searchEntries, ({ msExchRecipientTypeDetails }) =>
      String(msExchRecipientTypeDetails),
    )
    assert.equal(kinds['1']!.length + kinds['128']!.length, 205)
    assert.ok(kinds['128']!.length > 100)
    const anna = searchEntries.find(({ mailNickname }) => mailNickname === 'anna.mueller')!
    assert.equal(anna.targetAddress, 'SMTP:anna.mueller@lb.corp.example')
  })

  await t.test('who moved reads mail with an IMAP program and the password of the directory', async () => {
    const [, port] = /imaps:\/\/localhost:(\d+)/.exec(transcript)!
    const ca = readFileSync(join(data, 'landbridge', 'tls', 'self-signed.crt'))
    const signIn = async (pass: string) => {
      const client = new ImapFlow({
        ...{ host: 'localhost', port: Number(port), secure: true, logger: false, tls: { ca } },
        auth: { user: 'anna.mueller@corp.example', pass },
      })
      await client.connect()
      return client
    }
    await assert.rejects(signIn('not-her-password-1'))
    const client = await signIn(passwordIn(transcript))
    await client.mailboxOpen('INBOX')
    const found = await client.search({ subject: 'Order 4711' })
    await client.logout()
    assert.equal((found as number[]).length, 1)
  })

  await t.test('it ends with Ctrl-C and leaves no process', async () => {
    demonstration.child.kill('SIGINT')
    const { exitCode } = await demonstration.ended
    assert.equal(exitCode, 0)
    for (const folder of [data, join(data, 'exchange'), join(data, 'landbridge')])
      lockDataFolder(folder).release()
  })
})
