const names: Record<number, string> = {
  708: 'iso-8859-6',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1200: 'utf-16le',
  1201: 'utf-16be',
  1361: 'johab',
  10000: 'macintosh',
  20127: 'us-ascii',
  20866: 'koi8-r',
  20932: 'euc-jp',
  20936: 'gbk',
  21866: 'koi8-u',
  38598: 'iso-8859-8-i',
  50220: 'iso-2022-jp',
  50221: 'iso-2022-jp',
  50222: 'iso-2022-jp',
  50225: 'iso-2022-kr',
  51932: 'euc-jp',
  51936: 'gbk',
  51949: 'euc-kr',
  52936: 'hz-gb-2312',
  54936: 'gb18030',
  65000: 'utf-7',
  65001: 'utf-8',
}

/** The charset name of a Windows code page number, for `decodeText` and Content-Type; windows-1252 for unknown numbers. */
export function codepageCharset(codepage: number): string {
  if (Object.hasOwn(names, codepage)) return names[codepage]!
  if (codepage >= 1250 && codepage <= 1258) return `windows-${codepage}`
  if (codepage >= 28591 && codepage <= 28606) return `iso-8859-${codepage - 28590}`
  if (codepage >= 437 && codepage <= 869) return `cp${codepage}`
  return 'windows-1252'
}
