/** What exchangelib, the Python client, keeps with folders of a mailbox that is read over EWS, it finds in the one here. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bringConfigurations } from '#src/domain/migration/engine/settings/bring-configurations.ts'
import { type ExchangeSite, openExchangeSite, signal } from '#test/connectors/exchange/exchange-site.ts'
import { exchangelib, said } from '#test/support/exchangelib.ts'
import { workHours } from '#test/support/work-hours.ts'
import { PASSWORD } from './mail-site.ts'

const { skip } = exchangelib

let site: ExchangeSite
before(async () => {
  if (skip) return
  site = await openExchangeSite()
  for (const name of ['ann', 'bob']) await site.user(name)
})
after(() => site?.end())

const preamble = `
import base64, json, sys, urllib3
urllib3.disable_warnings()
from exchangelib import *
from exchangelib.protocol import BaseProtocol, NoVerifyHTTPAdapter
BaseProtocol.HTTP_ADAPTER_CLS = NoVerifyHTTPAdapter
url, password, hours = sys.argv[1:4]
def account(name):
    address = name + '@corp.test'
    config = Configuration(service_endpoint=url, credentials=Credentials(address, password), auth_type=BASIC, version=Version(build=Build(15, 1)))
    return Account(primary_smtp_address=address, config=config, autodiscover=False, access_type=DELEGATE)
said = {}
`

const run = (program: string) => said(`${preamble}${program}`, [site.url, PASSWORD, workHours('06:30:00')])

const read = (name: string) => `
who = account('${name}')
for folder, name in ((who.calendar, 'CategoryList'), (who.calendar, 'WorkHours'), (who.root, 'OWA.UserOptions'), (who.inbox, 'Autocomplete')):
    found = folder.get_user_configuration(name)
    said[name] = [found.dictionary, found.xml_data and found.xml_data.decode(), found.binary_data and base64.b64encode(found.binary_data).decode()]
`

test('colours, working hours, signature and remembered addresses are found again by the program that kept them', {
  skip,
}, async () => {
  const kept = await run(`
ann = account('ann')
ann.calendar.create_user_configuration('CategoryList', xml_data=b'<categories xmlns="CategoryList.xsd"><category name="R\\xc3\\xb6t" color="0"/></categories>')
ann.calendar.create_user_configuration('WorkHours', xml_data=hours.encode())
ann.root.update_user_configuration('OWA.UserOptions', dictionary={'signaturehtml': '<p>Gr\\u00fc\\u00dfe, <b>Ann</b></p>', 'autoaddsignature': True, 'viewrowcount': 50})
ann.inbox.create_user_configuration('Autocomplete', binary_data=bytes(range(256)))
${read('ann')}`)
  const mailbox = await site.open('ann@corp.test')
  const { configurations: told, workingHours } = await mailbox.settings(signal)
  const { store } = site.service.data
  const bob = (await store.directory.findEntry(site.organization, { address: 'bob@corp.test' }))!
  const at = { organization: site.organization, mailbox: bob.mailbox! }
  const came = await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
    bringConfigurations(writer, at, 'exchange', { told, untold: [], workingHours, before: undefined }),
  )
  assert.deepEqual(came.losses, [])
  const found = await run(read('bob'))
  assert.deepEqual(found, kept)
  assert.deepEqual((found['OWA.UserOptions'] as unknown[])[0], {
    signaturehtml: '<p>Grüße, <b>Ann</b></p>',
    autoaddsignature: true,
    viewrowcount: 50,
  })
})

test('what lies hidden is found, read, changed and deleted by exchangelib, and is no mail', {
  skip,
}, async () => {
  const found = await run(`
bob = account('bob')
bob.inbox.create_user_configuration('Hidden.One', xml_data=b'<one/>')
class Xml(ExtendedProperty):
    property_tag = 0x7c08
    property_type = 'Binary'
class Rule(ExtendedProperty):
    property_tag = 0x65eb
    property_type = 'String'
Message.register('roaming_xml', Xml)
Message.register('rule_provider', Rule)
def hidden():
    return bob.inbox.all().depth('Associated')
said['classes'] = sorted(item.item_class for item in hidden().only('item_class'))
said['rules'] = [item.rule_provider for item in hidden().filter(item_class='IPM.ExtendedRule.Message').only('rule_provider')]
one = [item for item in hidden() if item.item_class == 'IPM.Configuration.Hidden.One'][0]
said['associated'] = one.is_associated
said['xml'] = one.roaming_xml.decode()
one.roaming_xml = b'<two/>'
one.save(update_fields=['roaming_xml'])
said['changed'] = bob.inbox.get_user_configuration('Hidden.One').xml_data.decode()
one.delete()
said['left'] = [item.item_class for item in hidden().only('item_class')]
said['mail'] = bob.inbox.all().count()
`)
  assert.deepEqual(found, {
    classes: ['IPM.Configuration.Autocomplete', 'IPM.Configuration.Hidden.One', 'IPM.ExtendedRule.Message'],
    rules: ['JunkEmailRule'],
    associated: true,
    xml: '<one/>',
    changed: '<two/>',
    left: ['IPM.Configuration.Autocomplete', 'IPM.ExtendedRule.Message'],
    mail: 0,
  })
})
