/**
 * Says whether EWS messages are what Exchange's own schema allows. The judge is xmllint with the XSD files of an Exchange
 * server, which are Microsoft's and lie beside the repository, not in it.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { command, firstFile, peer } from './peers.ts'

const xmllint = peer('xmllint', command('xmllint'), 'apt-get install libxml2-utils')
const files = peer(
  'the EWS schema files',
  firstFile(join(import.meta.dirname, '../../../shared/spec/ews-schema/Types.xsd')),
  'put Types.xsd and Messages.xsd of an Exchange server into ../shared/spec/ews-schema',
)

/** The folder with the schema files, where there is one. */
export const schemaFiles = { skip: files.skip, folder: () => dirname(files.found) }

/** For the options of a test that calls `validateEws`. */
export const ewsSchema = { skip: xmllint.skip || files.skip }

/** What SOAP 1.1 says about an envelope; its body must hold an element of EWS, or a fault. */
const envelope = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
  targetNamespace="http://schemas.xmlsoap.org/soap/envelope/" elementFormDefault="qualified">
<xs:import namespace="http://schemas.microsoft.com/exchange/services/2006/messages" schemaLocation="messages.xsd"/>
<xs:import namespace="http://schemas.microsoft.com/exchange/services/2006/types" schemaLocation="types.xsd"/>
<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>
<xs:element name="Envelope"><xs:complexType><xs:sequence>
  <xs:element name="Header" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Body"><xs:complexType><xs:choice>
    <xs:element name="Fault" type="s:Fault"/>
    <xs:any namespace="http://schemas.microsoft.com/exchange/services/2006/messages" processContents="strict"/>
  </xs:choice></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="Fault"><xs:sequence>
  <xs:element name="faultcode" type="xs:QName" form="unqualified"/>
  <xs:element name="faultstring" form="unqualified"><xs:complexType><xs:simpleContent>
    <xs:extension base="xs:string"><xs:attribute ref="xml:lang"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="detail" form="unqualified" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:schema>`

const xmlAttributes = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
<xs:attribute name="lang" type="xs:string"/></xs:schema>`

let folder: string | undefined

function prepared(): string {
  if (folder !== undefined) return folder
  const made = mkdtempSync(join(tmpdir(), 'ews-schema-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  const from = dirname(files.found)
  copyFileSync(join(from, 'Messages.xsd'), join(made, 'messages.xsd'))
  const types = readFileSync(join(from, 'Types.xsd'), 'utf8')
  const place = '<xs:import namespace="http://www.w3.org/XML/1998/namespace"'
  writeFileSync(join(made, 'types.xsd'), types.replace(place, `${place} schemaLocation="xml.xsd"`))
  writeFileSync(join(made, 'xml.xsd'), xmlAttributes)
  writeFileSync(join(made, 'envelope.xsd'), envelope)
  folder = made
  return made
}

/**
 * What is wrong with SOAP envelopes of EWS, requests or replies; nothing, if they are as the schema says. Many at once cost
 * little more than one.
 */
export function validateEws(...envelopes: string[]): string[] {
  const place = prepared()
  const names = envelopes.map((xml, at) => {
    const path = join(place, `${at}.xml`)
    writeFileSync(path, xml)
    return path
  })
  const complaints: string[] = []
  // As many as one command line takes.
  for (let at = 0; at < names.length; at += 500) {
    const args = [
      '--noout',
      '--nonet',
      '--huge',
      '--schema',
      join(place, 'envelope.xsd'),
      ...names.slice(at, at + 500),
    ]
    const run = spawnSync(xmllint.found, args, {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    })
    if (run.error !== undefined) throw run.error
    const said = run.stderr.split('\n').filter((line) => line !== '' && !line.endsWith(' validates'))
    if (run.status !== 0 && said.length === 0) said.push(`xmllint ended with ${run.status}`)
    complaints.push(...said.map((line) => line.replaceAll(`${place}/`, '')))
  }
  return complaints
}
