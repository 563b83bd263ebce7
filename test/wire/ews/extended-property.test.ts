import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  type PropertyValue,
  propertyKey,
  readProperty,
  writeProperty,
} from '#src/wire/ews/extended-property.ts'
import type { ExtendedPropertyType, PathToExtendedFieldType } from '#src/wire/ews/schema-types.ts'

const setId = '00062008-0000-0000-C000-000000000046'
const same: [one: PathToExtendedFieldType, other: PathToExtendedFieldType][] = [
  [
    { PropertyTag: '0x0E07', PropertyType: 'Integer' },
    { PropertyTag: '3591', PropertyType: 'Integer' },
  ],
  [
    { PropertyTag: '0X37', PropertyType: 'String' },
    { PropertyTag: '0x0037', PropertyType: 'String' },
  ],
  [
    { DistinguishedPropertySetId: 'Common', PropertyId: 0x8530, PropertyType: 'String' },
    { PropertySetId: setId, PropertyId: 34_096, PropertyType: 'String' },
  ],
  [
    { DistinguishedPropertySetId: 'InternetHeaders', PropertyName: 'X-Thing', PropertyType: 'String' },
    { DistinguishedPropertySetId: 'InternetHeaders', PropertyName: 'x-thing', PropertyType: 'String' },
  ],
]

test('two ways to name a property have one key', () => {
  for (const [one, other] of same) assert.equal(propertyKey(one), propertyKey(other))
  assert.equal(propertyKey(same[0]![0]), '0x0e07:Integer')
  assert.equal(new Set(same.map(([one]) => propertyKey(one))).size, same.length)
})

test('names in other sets differ by case, and types make properties differ', () => {
  const named = (PropertyName: string, PropertyType: 'String' | 'Integer' = 'String') =>
    propertyKey({ DistinguishedPropertySetId: 'PublicStrings', PropertyName, PropertyType })
  assert.notEqual(named('Thing'), named('thing'))
  assert.notEqual(named('Thing'), named('Thing', 'Integer'))
})

const wrong: PathToExtendedFieldType[] = [
  { PropertyType: 'String' },
  { PropertyTag: '0x8001', PropertyType: 'String' },
  { PropertyTag: '0x37', PropertyName: 'x', PropertyType: 'String' },
  { DistinguishedPropertySetId: 'Common', PropertyType: 'String' },
  { DistinguishedPropertySetId: 'Common', PropertyName: 'x', PropertyId: 1, PropertyType: 'String' },
  { DistinguishedPropertySetId: 'Common', PropertySetId: setId, PropertyId: 1, PropertyType: 'String' },
]
test('what names no property, or two, is a fault', () => {
  for (const path of wrong) assert.throws(() => propertyKey(path), SyntaxFault, JSON.stringify(path))
})

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const kinds: [PathToExtendedFieldType['PropertyType'], fc.Arbitrary<PropertyValue>][] = [
  ['String', fc.string()],
  ['StringArray', fc.array(fc.string())],
  ['Integer', int32],
  ['IntegerArray', fc.array(int32)],
  ['Short', fc.integer({ min: -32_768, max: 65_535 })],
  ['Long', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['Boolean', fc.boolean()],
  ['Binary', fc.uint8Array().map((octets) => Buffer.from(octets))],
  ['Double', fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
  ['SystemTime', fc.constant('2026-07-01T12:00:00Z')],
]

for (const [PropertyType, values] of kinds) {
  test(`a property of type ${PropertyType} can be read back`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const property = writeProperty({ PropertyTag: '0x1000', PropertyType }, value)
        assert.deepEqual(readProperty(property), value)
      }),
    )
  })
}

test('a value that is not of its type is a fault', () => {
  const cases: ExtendedPropertyType[] = [
    { ExtendedFieldURI: { PropertyType: 'Integer' }, Value: 'one' },
    { ExtendedFieldURI: { PropertyType: 'Short' }, Value: '70000' },
    { ExtendedFieldURI: { PropertyType: 'Long' }, Value: '9223372036854775808' },
    { ExtendedFieldURI: { PropertyType: 'Boolean' }, Value: 'yes' },
    { ExtendedFieldURI: { PropertyType: 'Binary' }, Value: 'A' },
    { ExtendedFieldURI: { PropertyType: 'Double' }, Value: '' },
    { ExtendedFieldURI: { PropertyType: 'StringArray' }, Value: 'x' },
    { ExtendedFieldURI: { PropertyType: 'String' }, Values: ['x'] },
  ]
  for (const property of cases)
    assert.throws(() => readProperty(property), SyntaxFault, JSON.stringify(property))
})
