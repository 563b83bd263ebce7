export const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance'
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'

/** Prefixes of attributes that belong to no schema of ours. */
export const attributeNamespaces: Record<string, string> = { xml: xmlNamespace, xsi: xsiNamespace }
