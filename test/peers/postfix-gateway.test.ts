import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freePort } from '#src/app/demo/free-port.ts'
import { testCertificate } from '#test/protocols/smtp/running-server.ts'
import { type MailSite, openMailSite } from '#test/stories/mail-site.ts'
import { DOVECOT_PASSWORD, type Dovecot, dovecot, startDovecot } from '#test/support/dovecot.ts'
import { type Postfix, postfix, startPostfix } from '#test/support/postfix.ts'

/**
 * Postfix as an SMTP gateway (FLW-12): it takes mail from nobody who has not signed in under TLS, and Dovecot looks at the
 * passwords.
 */
const skip = postfix.skip || dovecot.skip
let accounts: Dovecot
let relay: Postfix
let site: MailSite
let authorities: string

/** Starts the server that knows the passwords, and answers its port; somebody may take a port that was free a moment ago. */
async function startAccounts(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const sasl = await freePort()
    try {
      accounts = await startDovecot({
        settings: [
          'auth_mechanisms = plain login',
          'service auth {',
          '  inet_listener {',
          '    address = 127.0.0.1',
          `    port = ${sasl}`,
          '  }',
          '}',
        ],
      })
      return sasl
    } catch (error) {
      if (attempt === 3 || !/Address already in use/.test(String(error))) throw error
    }
  }
}

before(async () => {
  if (skip) return
  const sasl = await startAccounts()
  const { cert, key } = await testCertificate('localhost')
  authorities = cert
  relay = await startPostfix({
    mailboxes: ['far@far.example', 'near@near.example'],
    maps: { 'chain.pem': `${key}${cert}` },
    settings: {
      mynetworks: '',
      smtpd_tls_chain_files: 'FOLDER/chain.pem',
      smtpd_tls_security_level: 'may',
      smtpd_tls_auth_only: 'yes',
      smtpd_sasl_auth_enable: 'yes',
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: `inet:127.0.0.1:${sasl}`,
      smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject',
      smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    },
  })
  site = await openMailSite()
})
after(async () => {
  await site?.end()
  await relay?.stop()
  await accounts?.stop()
})

const gateway = (members: Record<string, unknown> = {}) => ({
  Name: 'relay',
  Host: 'localhost',
  Port: relay.port,
  Authorities: authorities,
  UserName: 'acme@relay.example',
  Password: DOVECOT_PASSWORD,
  Recipients: ['*.example'],
  ...members,
})

test('mail leaves through a Postfix that wants TLS and a password', { skip }, async () => {
  await site.call('CreateGateway', gateway())
  assert.deepEqual(
    await site.call('TestGateway', { Name: 'relay', Sender: 'a@corp.test', Recipient: 'far@far.example' }),
    {
      Works: true,
      Secured: true,
      SignedIn: true,
      SizeLimit: 41_943_040,
      RecipientAccepted: true,
      RecipientAnswer: 'accepted',
    },
  )
  const { address } = await site.user('anna')
  await site
    .as(address)
    .sendMail({ from: address, to: 'far@far.example', subject: 'By way of it', text: 'x' })
  const [message] = await relay.arrived('far@far.example', 1)
  assert.match(message!, /Subject: By way of it/)
  assert.match(message!, /by exchange\.corp\.example \(Postfix\) with ESMTPSA id/)
  assert.match(message!, /^DKIM-Signature:/m)
  assert.match(await relay.log(), /sasl_method=PLAIN, sasl_username=acme@relay\.example/)
  assert.equal(site.world.messages.length, 0)
})

test('a wrong password, and an authority that is not trusted, are named by the test', { skip }, async () => {
  await site.call('CreateGateway', gateway({ Name: 'wrong', Password: 'guessed', Recipients: [] }))
  const refused = await site.call('TestGateway', { Name: 'wrong' })
  assert.equal(refused.Works, false)
  assert.match(String(refused.Problem), /535 5\.7\.8/)
  await site.call('UpdateGateway', { Name: 'wrong', Authorities: '', Password: DOVECOT_PASSWORD })
  const strange = await site.call('TestGateway', { Name: 'wrong' })
  assert.match(String(strange.Problem), /self-signed certificate/)
  // Nothing that is shown holds the password.
  assert.doesNotMatch(JSON.stringify(await site.call('DescribeGateway', { Name: 'relay' })), /horse/)
})
