/** What an Exchange server serves beside its endpoint for programs that make their classes from it: WSDL 1.1 and two XSD documents. */
import { schemaDocument } from '../xml/schema-document.ts'
import type { Operation } from './message.ts'
import { operations } from './operations.ts'
import { ewsSchema, messagesNamespace, typesNamespace } from './schema.ts'

/** `types.xsd`. */
export const typesDocument = (): string =>
  [
    ...schemaDocument(ewsSchema, { prefix: 't', standIns: { AnyAlternateIdType: 'AlternateIdBaseType' } }),
  ].join('')

/** `messages.xsd`. */
export const messagesDocument = (): string =>
  [
    ...schemaDocument(ewsSchema, {
      prefix: 'm',
      imports: { t: 'types.xsd' },
      standIns: { AnyAlternateIdType: 'AlternateIdBaseType' },
    }),
  ].join('')

const headers = [
  ['Impersonation', 'ExchangeImpersonation'],
  ['MailboxCulture', 'MailboxCulture'],
  ['RequestVersion', 'RequestServerVersion'],
  ['TimeZoneContext', 'TimeZoneContext'],
  ['DateTimePrecision', 'DateTimePrecision'],
] as const

/** `Services.wsdl`, of these operations. Like Exchange's it names no address: programs know it from Autodiscover. */
export function serviceDescription(offered: readonly Operation[]): string {
  const each = (write: (name: Operation) => string) => offered.map(write).join('')
  return [
    `<?xml version="1.0" encoding="utf-8"?>\n<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="${messagesNamespace}" xmlns:t="${typesNamespace}" targetNamespace="${messagesNamespace}">\n`,
    `<wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="${messagesNamespace}" schemaLocation="messages.xsd"/></xs:schema></wsdl:types>\n`,
    each(messagesOf),
    '<wsdl:portType name="ExchangeServicePortType">\n',
    each(
      (name) =>
        `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}SoapIn"/><wsdl:output message="tns:${name}SoapOut"/></wsdl:operation>\n`,
    ),
    '</wsdl:portType>\n<wsdl:binding name="ExchangeServiceBinding" type="tns:ExchangeServicePortType">',
    '<soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>\n',
    each(bindingOf),
    '</wsdl:binding>\n</wsdl:definitions>\n',
  ].join('')
}

function messagesOf(name: Operation): string {
  const { request, response } = operations[name]
  const parts = headers
    .map(([part, element]) => `<wsdl:part name="${part}" element="t:${element}"/>`)
    .join('')
  return [
    `<wsdl:message name="${name}SoapIn"><wsdl:part name="request" element="tns:${request}"/>${parts}</wsdl:message>\n`,
    `<wsdl:message name="${name}SoapOut"><wsdl:part name="${name}Result" element="tns:${response}"/><wsdl:part name="ServerVersion" element="t:ServerVersionInfo"/></wsdl:message>\n`,
  ].join('')
}

function bindingOf(name: Operation): string {
  const header = (message: string, part: string) =>
    `<soap:header message="tns:${message}" part="${part}" use="literal"/>`
  const asked = headers.map(([part]) => header(`${name}SoapIn`, part)).join('')
  return [
    `<wsdl:operation name="${name}"><soap:operation soapAction="${messagesNamespace}/${name}"/>`,
    `<wsdl:input><soap:body parts="request" use="literal"/>${asked}</wsdl:input>`,
    `<wsdl:output><soap:body parts="${name}Result" use="literal"/>${header(`${name}SoapOut`, 'ServerVersion')}</wsdl:output></wsdl:operation>\n`,
  ].join('')
}
