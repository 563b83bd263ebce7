import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { command, peer } from '#test/support/peers.ts'
import { runServer, serverName, testCertificate } from './running-server.ts'
import { ScriptedIntake } from './scripted-intake.ts'

const python = peer('python3', command('python3'))

const program = `
import email, email.policy, smtplib, ssl, sys
role, port, ca, name = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl.create_default_context(cafile=ca)
# smtplib checks the certificate against the host it connects to, so it is told the name and given the address.
class Here:
    def _get_socket(self, host, port, timeout):
        return super()._get_socket('127.0.0.1', port, timeout)
class Plain(Here, smtplib.SMTP): pass
if role == 'submissions':
    import socket
    class Secure(smtplib.SMTP_SSL):
        def _get_socket(self, host, port, timeout):
            return self.context.wrap_socket(socket.create_connection(('127.0.0.1', port), timeout), server_hostname=name)
    client = Secure(name, port, timeout=10, context=context)
else:
    client = Plain(name, port, timeout=10)
    client.starttls(context=context)
client.ehlo('laptop.corp.example')
if role != 'mx':
    for auth in ('PLAIN', 'LOGIN'):
        try:
            client.esmtp_features['auth'] = auth
            client.login('ann@corp.example', 'wrong')
            sys.exit('a wrong password was taken')
        except smtplib.SMTPAuthenticationError as error:
            assert error.smtp_code == 535, error
    client.esmtp_features['auth'] = 'LOGIN'
    client.login('ann@corp.example', 'open sesame')
body = b'Subject: x\\r\\n\\r\\n.\\r\\n..\\r\\n' + b'line\\r\\n' * 50000
refused = client.sendmail('ann@corp.example', ['bob@corp.example', 'ghost@corp.example'], body, mail_options=['BODY=8BITMIME'], rcpt_options=['NOTIFY=FAILURE'])
assert list(refused) == ['ghost@corp.example'] and refused['ghost@corp.example'][0] == 550, refused
client.send_message(email.message_from_string('From: j\\u00fcrgen@m\\u00fcller.example\\nTo: ann@corp.example\\n\\nhi\\n', policy=email.policy.SMTP))
assert client.verify('ann')[0] == 252
assert client.noop()[0] == 250
try:
    client.sendmail('ann@corp.example', ['ghost@corp.example'], 'x')
    sys.exit('nobody to deliver to')
except smtplib.SMTPRecipientsRefused: pass
assert client.quit()[0] == 221
`

for (const role of ['mx', 'submission', 'submissions'] as const) {
  test(`Python's smtplib as a client of ${role}`, { skip: python.skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smtplib-'))
    const pair = await testCertificate()
    const ca = join(folder, 'ca.pem')
    writeFileSync(ca, pair.cert)
    const intake = new ScriptedIntake([
      { call: 'recipient', argument: 'ghost@corp.example', outcome: 'no-such-entry' },
    ])
    const server = await runServer(role, intake, { pair })
    try {
      const child = spawn(python.found, ['-c', program, role, String(server.port), ca, serverName], {
        timeout: 120_000,
      })
      let words = ''
      child.stderr.on('data', (chunk) => {
        words += chunk
      })
      const code = await new Promise((resolve) => child.once('close', resolve))
      assert.equal(code, 0, words)
      assert.equal(intake.messages.length, 2)
      const { content, recipients } = intake.messages[0]!
      assert.equal(content.toString(), `Subject: x\r\n\r\n.\r\n..\r\n${'line\r\n'.repeat(50_000)}`)
      assert.deepEqual(recipients, ['bob@corp.example'])
    } finally {
      await server.stop()
      rmSync(folder, { recursive: true })
    }
  })
}
