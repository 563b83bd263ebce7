import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagStatus, messageFlags, propertyOf, searchKey } from '#connectors/exchange/extended-properties.ts'
import type { ExtendedPropertyType, PathToExtendedFieldType } from '#src/wire/ews/schema-types.ts'

const property = (ExtendedFieldURI: PathToExtendedFieldType, Value: string): ExtendedPropertyType => ({
  ExtendedFieldURI,
  Value,
})

test('a property is found however a server writes its tag', () => {
  for (const PropertyTag of ['0x300b', '0x300B', '0X300B', ' 0x300b', '12299'])
    assert.equal(propertyOf([property({ PropertyTag, PropertyType: 'Binary' }, 'AQ==')], searchKey), 'AQ==')
})

test('another tag, another type and a name are another property', () => {
  const others: PathToExtendedFieldType[] = [
    { PropertyTag: '0x300c', PropertyType: 'Binary' },
    { PropertyTag: '0x300b', PropertyType: 'String' },
    { DistinguishedPropertySetId: 'Common', PropertyId: 0x300b, PropertyType: 'Binary' },
    { PropertySetId: '00062008-0000-0000-c000-000000000046', PropertyName: '0x300b', PropertyType: 'Binary' },
    { PropertyTag: '__proto__', PropertyType: 'Binary' },
    { PropertyTag: '', PropertyType: 'Binary' },
  ]
  assert.equal(
    propertyOf(
      others.map((path) => property(path, 'AQ==')),
      searchKey,
    ),
    undefined,
  )
  assert.equal(propertyOf([], searchKey), undefined)
  assert.equal(propertyOf(undefined, searchKey), undefined)
})

test('of several the one that is asked for answers', () => {
  const several = [
    property({ PropertyTag: '0x0e07', PropertyType: 'Integer' }, '1'),
    property({ PropertyTag: '0x1090', PropertyType: 'Integer' }, '2'),
  ]
  assert.equal(propertyOf(several, flagStatus), '2')
  assert.equal(propertyOf(several, messageFlags), '1')
})
