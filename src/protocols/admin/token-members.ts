import { z } from 'zod'
import type { Token } from '#src/domain/directory/store.ts'
import { formatTimestamp, type JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present, timestamp } from './entries.ts'

export const tokenId = z.string().min(1).max(64)

/** A personal access token as the API tells it, never with its secret (IDC-02). */
export function formatToken(token: Token): JsonObject {
  return present({
    PersonalAccessTokenId: token.id,
    UserId: token.entry,
    Name: token.name,
    DateCreated: formatTimestamp(token.createdAt),
    DateLastUsed: timestamp(token.lastUsedAt),
    ExpiresTime: formatTimestamp(token.expiresAt),
    Scopes: token.scopes,
  })
}
